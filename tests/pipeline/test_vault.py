"""`efface vault`: the maps of a run, from headers and key alone."""

import csv
import os

import pytest

from efface.pipeline.demo_data import write_demo_data
from efface.pipeline.policy import parse_policy
from efface.runners.launch import main
from efface.transforms.core.identity import Pseudonyms
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.metadata.scrub import scrub_dataset
from support.runs import deidentify_here

KEY = "00112233445566778899aabbccddeeff" * 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vault")
    write_demo_data(folder / "in")
    (folder / "key").write_text(KEY)
    return folder


def export(folder, prefix, *more):
    return main(["vault", str(prefix), "--input", str(folder / "in"), "--key-file", str(folder / "key"), *more])


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_writes_what_a_run_writes(folder, capsys):
    policy = parse_policy("pixels: none")
    deidentify_here(str(folder / "in"), str(folder / "out"), folder / "key", policy, vault=str(folder / "of-run"))
    from efface.transforms.write_tables import assemble_vault

    assemble_vault(str(folder / "of-run"))
    assert export(folder, folder / "alone") == 3
    told = capsys.readouterr()
    assert f"{folder / 'in' / 'readme.txt'}: not_dicom" in told.err
    for table in ("instances", "uids", "patients", "refs"):
        of_run = [row for row in rows(folder / "of-run" / f"{table}.csv") if not row.get("source", "").endswith("readme.txt")]
        # The header of the file that is cut off says who it is, though it cannot be published.
        assert [row for row in of_run if row not in rows(folder / "alone" / f"{table}.csv")] == []


def test_nobody_else_may_read_it_however_it_is_written(folder):
    policy, prefix = parse_policy("pixels: none"), folder / "new" / "private"
    before = os.umask(0)
    try:
        deidentify_here(str(folder / "in"), str(folder / "out2"), folder / "key", policy, vault=str(prefix))
        assert modes(prefix) == {"file": {"0o600"}, "folder": {"0o700"}}
        for _ in range(2):
            export(folder, prefix)
            assert modes(prefix.parent) == {"file": {"0o600"}, "folder": {"0o700"}}
    finally:
        os.umask(before)


def modes(folder):
    found = {"file": set(), "folder": set()}
    for path in (folder, *folder.rglob("*")):
        found["folder" if path.is_dir() else "file"].add(oct(path.stat().st_mode & 0o777))
    return found


def test_a_new_key_gives_the_old_names_through_the_vault(folder):
    export(folder, folder / "linked")
    patients = folder / "linked" / "patients.csv"
    policy = parse_policy(f"metadata: {{options: [retain_long_modified_dates], patients: {patients}}}")
    data = (folder / "in" / "mr.dcm").open("rb")
    dataset = read_dataset(data)
    was = dataset.PatientID
    scrubbed = scrub_dataset(dataset, policy.profile, Pseudonyms(b"another key, 32 bytes or more ..."), pixels_cleaned=False)
    [row] = [row for row in rows(patients) if row["old_id"] == was]
    assert scrubbed.names.patient_id == row["new_id"]
    assert scrubbed.offset_days == int(row["offset_days"])


def test_it_is_never_written_into_an_output(folder, capsys):
    (folder / "earlier" / "audit" / "runs").mkdir(parents=True)
    (folder / "earlier" / "audit" / "runs" / "1.json").write_text("{}")
    assert export(folder, folder / "earlier" / "vault" / "deep") == 2
    assert "inside the output" in capsys.readouterr().err
    assert not (folder / "earlier" / "vault").exists()


def test_a_key_is_needed(folder, capsys, monkeypatch):
    monkeypatch.delenv("EFFACE_KEY", raising=False)
    assert main(["vault", str(folder / "x"), "--input", str(folder / "in")]) == 2
    assert "key" in capsys.readouterr().err
