"""`efface run`: wrong arguments cost one line, exit code 2 and no work; the summary and the audit identify nobody."""

import io
import json
import os
import re

import pydicom
import pytest

from efface.pipeline.policy import parse_policy
from efface.runners.cli.main import main
from efface.transforms.storage import storage_of
from support.runs import all_bytes, deidentify_here, instances, table
from support.samples import sample


@pytest.fixture
def run(bucket, key_file):
    storage_of(bucket).write(f"{bucket}/in/a.dcm", sample("CT_small.dcm"))
    return lambda *arguments: main(["run", f"--key-file={key_file}", "--workers=1", *arguments])


@pytest.mark.parametrize(
    ("locations", "name"),
    [
        (["--input=gs://no-such-bucket/in", "--output={bucket}/out"], "input"),
        (["--input={bucket}/nothing-here", "--output={bucket}/out"], "input"),
        (["--input={bucket}/in", "--output=gs://no-such-bucket/out"], "output"),
        (["--input={bucket}/in", "--output={bucket}/out", "--vault=gs://no-such-bucket/vault"], "vault"),
        (["--input={bucket}/in", "--output=nosuchscheme://bucket/out"], "output"),
        (["--input={bucket}/in", "--output={bucket}/in/out"], "output"),
        (["--input={bucket}/in", "--output={bucket}/out", "--vault={bucket}/out/vault"], "vault"),
    ],
)
def test_a_wrong_location_costs_one_line(run, bucket, capsys, locations, name):
    assert run(*(location.format(bucket=bucket) for location in locations)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    assert line.startswith("efface: ")
    assert name in line
    assert [source.uri for source in storage_of(bucket).list(bucket)] == [f"{bucket}/in/a.dcm"]


def test_a_wrong_endpoint_is_one_line(run, tmp_path, capsys):
    assert (
        run("--input=/proc/self/status", f"--output={tmp_path}", "--runner=PortableRunner", "--job_endpoint=localhost:1") == 2
    )
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("efface: ")


@pytest.fixture
def site(tmp_path, key_file):
    """A folder of sources, and a command that refreshes its output."""
    (tmp_path / "policy.yaml").write_text("pixels: none\n")

    def put(name, patient, issuer=None):
        dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.{len(name)}"
        dataset.PatientID = patient
        if issuer:
            dataset.IssuerOfPatientID = issuer
        (tmp_path / "in").mkdir(exist_ok=True)
        dataset.save_as(tmp_path / "in" / name)

    def refresh(*more, key=key_file):
        locations = [f"--input={tmp_path / 'in'}", f"--output={tmp_path / 'out'}", f"--policy={tmp_path / 'policy.yaml'}"]
        return main(["run", *locations, f"--key-file={key}", "--workers=1", *more])

    return put, refresh


def test_patients_are_withdrawn_and_unmatched_entries_are_counted(site, tmp_path, capsys):
    put, refresh = site
    put("a", "P7003", "OAKHOLLOW")
    put("bb", "P7003")
    put("ccc", "P7004")
    assert refresh() == 0
    assert "with several issuers, or both with and without one: 1;" in capsys.readouterr().out
    listed = tmp_path / "withdrawn.csv"
    listed.write_text("patient_id,date\np7003,2026-01-01\n41235,2026-01-01\n41236,2026-01-01\n")
    assert refresh(f"--withdrawn={listed}") == 3
    said = capsys.readouterr()
    assert "entries of the withdrawal list: 3, of which 2 matched nobody" in said.out
    assert not re.search("p?7003|4123", said.out + said.err, re.IGNORECASE)
    assert len(instances(str(tmp_path / "out"))) == 1
    last = max((tmp_path / "out" / "audit" / "runs").iterdir())
    assert json.loads(last.read_text())["withdrawal"] == {"entries": 3, "matched_nobody": 2}
    listed.write_text("P7003\n,x\n")
    assert refresh(f"--withdrawn={listed}") == 2
    assert "line 2 " in capsys.readouterr().err


def test_another_key_is_refused_with_a_sentence(site, tmp_path, capsys):
    put, refresh = site
    put("a", "P7003")
    assert refresh() == 0
    other = tmp_path / "other-key"
    other.write_text("ff" * 32)
    before = all_bytes(tmp_path / "out")
    for more in ((), ("--on-removed=delete",), (f"--withdrawn={tmp_path / 'policy.yaml'}",)):
        capsys.readouterr()
        assert refresh(*more, key=other) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert "another key" in line and "another output" in line
    assert all_bytes(tmp_path / "out") == before


def test_the_audit_contains_no_name_time_or_size_of_a_source(tmp_path, key_file):
    """A reader of the audit must not find the original date of a shifted one by the time of a file."""
    (tmp_path / "in").mkdir()
    for number, name in enumerate(("CT_small.dcm", "MR_small.dcm", "empty")):
        path = tmp_path / "in" / f"brackenridge-{number}"
        path.write_bytes(sample(name) if number < 2 else b"")
        os.utime(path, ns=(0, 1_712_345_678_901_234_567 + number))
    deidentify_here(str(tmp_path / "in"), str(tmp_path / "out"), key_file, parse_policy("pixels: none"))
    audit = all_bytes(tmp_path / "out" / "audit").decode("latin-1")
    assert "brackenridge" not in audit and "17123456" not in audit
    sizes = {path.stat().st_size for path in (tmp_path / "in").iterdir()} - {0}
    assert len(sizes) == 2
    assert not [size for size in sizes if re.search(rf"\b{size}\b", audit)]
    versions = [row["source_version_ref"] for row in table(str(tmp_path / "out"), "instances")]
    assert len(set(versions)) == 2
