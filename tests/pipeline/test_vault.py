"""`efface vault`: writes the maps of a run from headers and key alone."""

import csv
import os

import pytest

from efface.pipeline.demo.data import write_demo_data
from efface.pipeline.policy import parse_policy
from efface.runners.cli.main import main
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.metadata.walk import scrub_dataset
from support.runs import assemble, deidentify_here
from support.samples import sample

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


@pytest.mark.parametrize("layout", ["{patient}/{study}/{series}/{instance}", "{patient}/{modality}/{instance_number}"])
def test_it_writes_the_vault_of_a_run(folder, tmp_path, capsys, layout):
    (tmp_path / "policy.yaml").write_text(f"{{pixels: none, output: {{layout: '{layout}'}}}}")
    policy = parse_policy((tmp_path / "policy.yaml").read_text())
    deidentify_here(str(folder / "in"), str(tmp_path / "out"), folder / "key", policy, vault=str(tmp_path / "of-run"))
    assemble(tmp_path / "of-run", tmp_path / "out")
    assert export(folder, tmp_path / "alone", f"--policy={tmp_path}/policy.yaml") == 3
    output = capsys.readouterr()
    assert f"{folder / 'in' / 'readme.txt'}: not_dicom" in output.err
    for table in ("instances", "uids", "patients", "refs"):
        of_run = [row for row in rows(tmp_path / "of-run" / f"{table}.csv") if not row.get("source", "").endswith("readme.txt")]
        # The truncated file cannot be published, but its header is readable.
        assert [row for row in of_run if row not in rows(tmp_path / "alone" / f"{table}.csv")] == []


def test_only_the_owner_can_read_it(folder):
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


def test_another_key_gives_the_same_patient_ids_with_the_vault(folder):
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


@pytest.mark.parametrize("pattern", ["in", "./in", "in/*", "."])
def test_the_input_may_be_below_the_working_directory(folder, tmp_path, monkeypatch, pattern):
    monkeypatch.chdir(folder / "in" if pattern == "." else folder)
    assert main(["vault", str(tmp_path / "vault"), "--input", pattern, "--key-file", str(folder / "key")]) == 3
    assert rows(tmp_path / "vault" / "instances.csv")


def test_the_vault_may_be_below_the_working_directory(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert main(["vault", "below/here", "--input", "in", "--key-file", "key"]) == 3
    assert rows(folder / "below" / "here" / "instances.csv")


def test_it_is_never_written_into_the_input(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    assert main(["vault", "in/vault", "--input", "in", "--key-file", "key"]) == 2
    assert "inside the input" in capsys.readouterr().err


def test_each_bad_file_is_one_line_and_the_others_are_in_the_vault(folder, tmp_path, capsys):
    good = sample("CT_small.dcm")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good").write_bytes(good)
    (tmp_path / "in" / "nothing").write_bytes(b"")
    # The Patient ID has a type of number that its bytes do not fit.
    at = good.index(b"\x10\x00\x20\x00LO")
    (tmp_path / "in" / "odd").write_bytes(good[: at + 4] + b"FD" + good[at + 6 :])
    (tmp_path / "in" / "short").write_bytes(good[:200])
    arguments = ["--input", str(tmp_path / "in"), "--key-file", str(folder / "key")]
    assert main(["vault", str(tmp_path / "vault"), *arguments]) == 3
    output = capsys.readouterr()
    lines = [line.removeprefix(f"{tmp_path}/in/").split(" ")[0] for line in output.err.splitlines()]
    assert lines == ["nothing:", "odd:", "short:"]
    assert "odd: structure" in output.err
    assert "1 of 4" in output.out
    assert len(rows(tmp_path / "vault" / "instances.csv")) == 1
