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


def test_a_bucket_that_does_not_exist_is_named_in_plain_words(run, bucket, capsys):
    assert run("--input=gs://no-such-bucket/in", f"--output={bucket}/out") == 2
    error = capsys.readouterr().err
    assert error == "efface: the input cannot be listed: the bucket does not exist, or you may not use it\n"
    for command in ("misses", "compact"):
        assert main(["audit", command, "gs://no-such-bucket/out"]) == 2
        assert capsys.readouterr().err.endswith("the bucket does not exist, or you may not use it\n")


@pytest.mark.parametrize(
    ("pattern", "output", "message"),
    [
        ("nothing*", "out", "the input matches nothing"),
        ("*.dcm", "out", ""),
        ("*/*.dcm", "out", ""),
        (".", "out", "the output is inside the input"),
        (".", ".", "the input is inside the output"),
        ("in/sub", "in", "the input is inside the output"),
        ("*", "out", "the output is inside the input"),
        ("**/*.dcm", "out", "the output is inside the input"),
        ("o*", "out", "the output is inside the input"),
    ],
)
def test_the_output_is_inside_the_input_where_the_pattern_may_match_it(
    tmp_path, key_file, monkeypatch, capsys, pattern, output, message
):
    monkeypatch.chdir(tmp_path)
    for name in ("a.dcm", "in/b.dcm", "in/sub/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"no DICOM")
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    arguments = [f"--input={pattern}", f"--output={output}", f"--key-file={key_file}", "--policy=policy.yaml", "--workers=1"]
    assert main(["run", *arguments]) == (2 if message else 3)
    said = capsys.readouterr()
    assert message in said.err
    assert ("1 objects" in said.out) == (not message)


@pytest.mark.parametrize(("pattern", "is_apart"), [("in", True), ("in/*", True), ("*.dcm", True), ("*", False), (".", False)])
def test_the_input_may_lie_beside_what_is_written_to_the_vault(tmp_path, key_file, monkeypatch, capsys, pattern, is_apart):
    monkeypatch.chdir(tmp_path)
    for name in ("a.dcm", "in/b.dcm"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(sample("CT_small.dcm"))
    assert main(["vault", ".", f"--input={pattern}", f"--key-file={key_file}"]) == (0 if is_apart else 2)
    assert ("the vault is inside the input" in capsys.readouterr().err) == (not is_apart)


def test_the_exit_code_is_3_while_no_object_of_the_input_is_published(site, tmp_path, capsys):
    put, refresh = site
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("no DICOM")
    assert refresh() == 3
    assert "No object of the input is published." in capsys.readouterr().out
    put("a", "P7003")
    assert refresh() == 0
    assert refresh() == 0  # It was published earlier.
    assert "No object" not in capsys.readouterr().out


def test_a_graph_that_fails_leaves_no_traceback(site, tmp_path, capfd):
    """Beam logs what a step raises, with its message and its traceback."""
    put, refresh = site
    put("brackenridge.dcm", "P7003")
    (tmp_path / "out" / "audit").mkdir(parents=True)
    (tmp_path / "out" / "audit" / "attributes").write_bytes(b"a file in the place of a folder")
    code = refresh()
    said = capfd.readouterr()
    assert code in (1, 3)
    assert "Traceback" not in said.err and "ERROR:apache_beam" not in said.err
    assert "brackenridge" not in said.err + said.out


def test_beam_may_check_the_types_of_all_elements(site, capsys):
    put, refresh = site
    put("a", "P7003")
    assert refresh("--runtime_type_check") == 0
    assert "1 published" in capsys.readouterr().out


def test_a_program_gets_one_json_object_and_people_see_the_progress(site, tmp_path, capsys):
    put, refresh = site
    put("brackenridge.dcm", "P7003")
    (tmp_path / "in" / "notes.txt").write_text("no DICOM")
    assert refresh("--json") == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    counts = {"published": 1, "quarantined": 0, "skipped": 1, "not_selected": 0, "unchanged": 0, "removed": 0}
    assert report["counts"] == {"listed": 2, **counts}
    assert (report["codes"], report["output"], report["exit_code"]) == ({"not_dicom": 1}, str(tmp_path / "out"), 0)
    assert report["exit_meaning"] == "every instance is published"
    assert json.loads((tmp_path / "out" / "audit" / "runs" / f"{report['run']}.json").read_text()).items() <= report.items()
    assert not re.search("brackenridge|7003", said.out + said.err)
    first, *between, last = said.err.splitlines()
    assert (first, last) == ("starting the workers and loading the models", "finalizing")
    assert between[-1].startswith("de-identifying: 2 of 2 done, 0 quarantined, ")
    assert all(line.startswith("de-identifying: ") for line in between)  # A slow machine writes more of them.


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


def test_the_table_of_patients_is_compared_with_the_output(site, tmp_path, capsys):
    put, refresh = site
    for name, patient in (("a", "00123"), ("bb", "P7"), ("ccc", "456"), ("dddd", "NOBODY")):
        put(name, patient)
    (tmp_path / "patients.csv").write_text("old_id;new_id\r\n123;S1\r\nP7;S2\r\nP7;S2\r\n456.0;S3\r\nP8;S4\r\n")
    for others, code in (("pseudonym", 0), ("quarantine", 3)):
        patients = f"{{table: '{tmp_path}/patients.csv', others: {others}}}"
        (tmp_path / "policy.yaml").write_text(f"{{pixels: none, metadata: {{patients: {patients}}}}}")
        assert refresh() == code
        said = capsys.readouterr()
        assert "table of patients: 4 patients, 3 of them without a published instance; patients without a line: 3" in said.out
        assert "2 of the 3 are spelled otherwise than a patient without a line" in said.out
        assert not re.search("00123|456|NOBODY", said.out + said.err)
        last = max((tmp_path / "out" / "audit" / "runs").iterdir())
        table = {"patients": 4, "matched_nobody": 3, "nearly_matched": 2, "patients_without_line": 3}
        assert json.loads(last.read_text())["table_of_patients"] == table
    assert [path.name for path in (tmp_path / "out" / "instances").iterdir()] == ["S2"]  # No empty folder is left.


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


def test_another_key_replaces_all_outputs_where_that_is_asked_for(site, tmp_path):
    put, refresh = site
    put("a", "P7003")
    assert refresh() == 0
    before = instances(str(tmp_path / "out"))
    other = tmp_path / "other-key"
    other.write_text("ff" * 32)
    assert refresh("--rekey", key=other) == 0
    after = instances(str(tmp_path / "out"))
    assert len(after) == 1 and not after.keys() & before.keys()
    assert refresh("--rekey", key=other) == 0
    assert instances(str(tmp_path / "out")) == after


def test_a_changed_policy_says_first_how_many_instances_it_does_again(site, tmp_path, capsys):
    put, refresh = site
    for name in ("a", "bb"):
        put(name, "P7003")
    assert refresh() == 0
    assert "done again" not in capsys.readouterr().err
    (tmp_path / "policy.yaml").write_text("{pixels: none, metadata: {options: [retain_institution_identity]}}")
    put("ccc", "P7003")
    assert refresh() == 0
    assert "2 of 3 objects are published with another policy, model, table of patients or decision" in capsys.readouterr().err


def test_a_patient_is_withdrawn_without_an_input(site, tmp_path, key_file, capsys):
    put, refresh = site
    put("a", "P7003")
    put("bb", "P7004")
    assert refresh() == 0
    listed = tmp_path / "withdrawn.txt"
    listed.write_text("p7003\n")
    for removed in (1, 0):
        capsys.readouterr()
        assert main(["withdraw", str(tmp_path / "out"), str(listed), f"--key-file={key_file}"]) == 0
        assert f"{removed} instances removed" in capsys.readouterr().out
        assert len(instances(str(tmp_path / "out"))) == 1
    listed.write_text("P9\n")
    assert main(["withdraw", str(tmp_path / "out"), str(listed), f"--key-file={key_file}", "--json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert report["withdrawal"] == {"entries": 1, "matched_nobody": 1}
    assert (report["policy"], report["models"]) == (None, None)  # It processes nothing.


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


def test_what_is_quarantined_after_it_was_published_leaves_nothing(tmp_path, key_file):
    """The vault cannot be written, so the audit of the batch is lost with it."""
    (tmp_path / "in").mkdir()
    for name in ("CT_small.dcm", "MR_small.dcm"):
        (tmp_path / "in" / name).write_bytes(sample(name))
    (tmp_path / "policy.yaml").write_text("pixels: none")
    arguments = ["run", "--output", str(tmp_path / "out"), "--key-file", str(key_file), "--workers", "1"]
    arguments += ["--policy", str(tmp_path / "policy.yaml")]
    assert main([*arguments, "--input", str(tmp_path / "in" / "CT_small.dcm")]) == 0
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "parts").touch()
    before = instances(str(tmp_path / "out"))
    assert len(before) == 1
    assert main([*arguments, "--input", str(tmp_path / "in"), "--vault", str(tmp_path / "vault")]) == 3
    assert instances(str(tmp_path / "out")) == before
    assert main([*arguments, "--input", str(tmp_path / "in")]) == 0
    assert len(instances(str(tmp_path / "out"))) == 2
