"""What a run would do, by the headers."""

import dataclasses
import io
import json
from pathlib import Path

import pydicom
import pytest

from efface.pipeline.plan import Counts, plan_run
from efface.pipeline.policy import load_policy, parse_policy
from efface.runners.cli.main import main
from efface.transforms.instance.listing import list_sources
from support.corpus import minimal, saved
from support.runs import all_bytes
from support.samples import sample

MR_PATIENT = "4MR1"
SAMPLES = ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "test-SR.dcm")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in SAMPLES:
        (folder / name).write_bytes(sample(name))
    (folder / "notes.txt").write_bytes(b"no DICOM at all, just some notes")
    (folder / "private").write_bytes(saved(minimal("1.2.3.4.5")))
    return folder


def planned(folder: Path, policy: str, workers: int = 1) -> Counts:
    *_, counts = plan_run(list_sources([str(folder)]), parse_policy(policy), None, None, workers)
    return counts


def test_everything_is_counted_once_with_the_verdict_of_a_run(source: Path) -> None:
    counts = planned(source, "select: {leave_out: [{modality: SR}]}")
    assert counts.sources == {"new": 3, "skipped": 1, "quarantined": 1, "not_selected": 1, "known": 0}
    assert counts.codes == {"not_dicom": 1, "sop_class": 1, "not_selected": 1}
    assert counts.classes == {("CT Image Storage", "CT"): 1, ("MR Image Storage", "MR"): 1, ("RT Plan Storage", "RTPLAN"): 1}
    assert len(counts.studies) == len(counts.series) == len(counts.patients) == 3


def test_the_actions_are_those_of_the_run_and_creators_those_of_the_files(source: Path) -> None:
    basic, tcia = planned(source, "extends: basic"), planned(source, "extends: tcia")
    assert basic.actions["E.1-1", "X"] > tcia.actions["E.1-1", "X"] > 0
    assert tcia.actions["retain_long_modified_dates", "C"] > 0
    assert {name for name, _ in basic.private_creators} == {name for name, _ in tcia.private_creators} != set()
    assert not any(count for (_, action), count in basic.private_creators.items() if action == "kept")
    ct = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    private = sum(1 for element in ct if element.tag.is_private and not element.tag.is_private_creator)
    counted = planned(source / "CT_small.dcm", "")
    assert sum(counted.private_creators.values()) == private


def test_processes_count_what_one_process_counts(source: Path) -> None:
    assert planned(source, "extends: tcia", workers=2) == planned(source, "extends: tcia")


def test_patients_are_looked_up_in_the_table(source: Path, tmp_path: Path) -> None:
    patient = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm"))).PatientID
    table = f"old_id,new_id\n{patient},S1\nsomebody else,S2\n{MR_PATIENT.lower()},S3\n"
    (tmp_path / "patients.csv").write_text(table)
    metadata = f"{{patients: {{table: '{tmp_path}/patients.csv', others: quarantine}}}}"
    counts = planned(source, f"metadata: {metadata}")
    found = counts.table_of_patients(parse_policy(f"metadata: {metadata}").profile.patients)
    assert found == {"patients": 3, "matched_nobody": 2, "nearly_matched": 1, "patients_without_line": 2}
    assert len(counts.mapped_patients) == 1
    assert counts.codes["unmapped_patient"] == 3


def test_a_plan_writes_nothing_and_knows_what_is_published(source: Path, tmp_path: Path, key_file: Path, capsys) -> None:
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    arguments = [f"--input={source}", f"--policy={tmp_path}/policy.yaml", f"--key-file={key_file}", "--workers=1"]
    arguments.append(f"--output={tmp_path}/out")

    def plan() -> dict:
        before = all_bytes(tmp_path)
        code = main(["plan", *arguments, "--json"])
        assert all_bytes(tmp_path) == before
        told = json.loads(capsys.readouterr().out)
        assert code == (3 if told["verdicts"]["quarantined"] else 0)
        return told["verdicts"]

    empty = {"new": 0, "changed": 0, "known": 0, "not_selected": 0, "skipped": 1, "quarantined": 1}
    assert plan() == empty | {"new": 4}
    assert main(["run", *arguments]) == 3
    capsys.readouterr()
    assert plan() == empty | {"known": 4}
    changed = pydicom.dcmread(source / "CT_small.dcm")
    changed.StudyDescription = "another"
    changed.save_as(source / "CT_small.dcm")
    (source / "private").unlink()
    assert plan() == empty | {"known": 3, "changed": 1, "quarantined": 0}
    next((tmp_path / "out" / "instances").rglob("*.dcm")).unlink()
    assert sum(plan()[verdict] for verdict in ("changed", "known")) == 4
    (tmp_path / "policy.yaml").write_text("{extends: tcia, pixels: none}\n")
    assert plan() == empty | {"changed": 4, "quarantined": 0}
    (tmp_path / "key2").write_text("ff" * 32)
    arguments[2] = f"--key-file={tmp_path}/key2"
    assert main(["plan", *arguments]) == 2
    assert "made with another key" in capsys.readouterr().err


def test_a_change_of_choice_or_layout_concerns_what_it_touches(source: Path, tmp_path: Path, key_file: Path, capsys) -> None:
    arguments = [f"--input={source}", f"--policy={tmp_path}/policy.yaml", f"--key-file={key_file}", "--workers=1"]
    arguments.append(f"--output={tmp_path}/out")

    def plan(policy: str) -> dict:
        (tmp_path / "policy.yaml").write_text(policy)
        main(["plan", *arguments, "--json"])
        return {name: count for name, count in json.loads(capsys.readouterr().out)["verdicts"].items() if count}

    rest = {"skipped": 1, "quarantined": 1}
    (tmp_path / "policy.yaml").write_text("pixels: none\n")
    main(["run", *arguments])
    capsys.readouterr()
    assert plan("{pixels: none, select: {leave_out: [{modality: SR}]}}") == rest | {"known": 3, "not_selected": 1}
    assert plan("{pixels: none, select: {leave_out: [{modality: XA}]}}") == rest | {"known": 4}
    assert plan("{pixels: none, output: {layout: '{patient}/{instance}'}}") == rest | {"changed": 4}


def test_people_see_tables_and_no_identifier(source: Path, capsys) -> None:
    assert main(["plan", f"--input={source}", "--policy=tcia", "--workers=1"]) == 3
    told = capsys.readouterr().out
    assert told.startswith("6 objects: 4 new, 0 changed, 0 known, 0 not_selected, 1 skipped, 1 quarantined\n  1 x not_dicom\n")
    assert "CT Image Storage" in told
    assert "GEMS_" in told
    ct = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    for value in (ct.PatientID, str(ct.PatientName), ct.StudyInstanceUID, str(ct.InstitutionName)):
        assert value not in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--input=/no/such/place"], "the input matches nothing"),
        (["--input={in}", "--policy=tica"], "did you mean 'tcia'?"),
        (["--input={in}", "--output={in}", "--key-file=/no/such/key"], "key"),
    ],
)
def test_wrong_arguments_cost_one_line(source: Path, capsys, arguments: list[str], message: str) -> None:
    assert main(["plan", "--workers=1", *(one.format(**{"in": source}) for one in arguments)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err


def test_a_source_of_two_patterns_counts_once(source: Path, capsys) -> None:
    assert main(["plan", f"--input={source}", f"--input={source}/*.dcm", "--workers=1", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["objects"] == 6


def test_a_policy_without_pixels_plans_what_one_with_pixels_does(source: Path) -> None:
    basic = load_policy("basic")
    without = dataclasses.replace(basic, cleans_pixels=False)
    sources = list_sources([str(source)])
    assert list(plan_run(sources, basic, None, None, 1))[-1] == list(plan_run(sources, without, None, None, 1))[-1]


@pytest.mark.parametrize(("chosen", "verdict"), [("quarantine", "quarantined"), ("replace", "new")])
def test_the_label_of_a_slide_is_planned_as_the_policy_says(tmp_path: Path, chosen: str, verdict: str) -> None:
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "LABEL", "NONE"]
    dataset.save_as(tmp_path / "label.dcm")
    assert planned(tmp_path, f"visual_features: {{slide_labels: {chosen}}}").sources[verdict] == 1
