"""`efface explain`: what a policy does to the attributes of several files, without a value."""

import io
import json

import pydicom
import pytest

from efface.runners.cli.main import main
from efface.transforms.storage import storage_of
from support.samples import sample


@pytest.fixture
def folder(tmp_path):
    """A good file among a file that is cut off and one that is no DICOM."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "ct.dcm").write_bytes(sample("CT_small.dcm"))
    (tmp_path / "sub" / "mr.dcm").write_bytes(sample("MR_small.dcm"))
    (tmp_path / "cut.dcm").write_bytes(sample("CT_small.dcm")[:3000])
    (tmp_path / "notes.txt").write_text("Doe, Jane")
    return tmp_path


def explain(capsys, *arguments):
    code = main(["explain", *map(str, arguments)])
    return code, capsys.readouterr()


def test_a_folder_is_explained_file_by_file(folder, capsys):
    code, said = explain(capsys, folder)
    assert code == 3
    names = [line.partition(":")[0].removeprefix(f"{folder}/") for line in said.out.splitlines() if line[0] != " "]
    assert names == ["ct.dcm", "sub/mr.dcm"]
    assert [line.removeprefix(f"{folder}/").split(" ")[:2] for line in said.err.splitlines()] == [
        ["cut.dcm:", "structure"],
        ["notes.txt:", "not_dicom"],
    ]
    assert "00100010  PatientName" in said.out
    assert "CompressedSamples" not in said.out + said.err
    assert "Doe" not in said.out + said.err


@pytest.mark.parametrize(("names", "expected"), [(["ct.dcm", "notes.txt"], 0), (["notes.txt"], 3), (["cut.dcm"], 3)])
def test_the_exit_code_is_that_of_a_run(folder, capsys, names, expected):
    assert explain(capsys, *(folder / name for name in names))[0] == expected


def test_json_is_one_line_an_attribute(folder, capsys):
    code, said = explain(capsys, f"{folder}/**/*.dcm", "--json", "--policy=tcia")
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert code == 3
    assert {row["file"] for row in rows} == {str(folder / "ct.dcm"), str(folder / "sub" / "mr.dcm")}
    assert {tuple(row) for row in rows} == {("file", "path", "keyword", "vr", "action", "rule")}
    assert {row["action"] for row in rows if row["keyword"] == "PatientName"} == {"D"}


def test_objects_of_a_bucket_are_explained(bucket, capsys):
    storage_of(bucket).write(f"{bucket}/in/a.dcm", sample("CT_small.dcm"))
    code, said = explain(capsys, f"{bucket}/in")
    assert (code, said.err) == (0, "")
    assert said.out.startswith(f"{bucket}/in/a.dcm: ")


def test_what_matches_nothing_is_wrong_usage(folder, capsys):
    code, said = explain(capsys, f"{folder}/nothing*")
    assert (code, said.out) == (2, "")
    assert said.err == "efface: the input matches nothing; give a file, a folder or a pattern\n"


def with_private(folder, name, **values):
    """A file with attributes of a maker that no list knows, and one that a list knows."""
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    for tag in [tag for tag in dataset._dict if tag.is_private]:
        del dataset[tag]
    dataset.add_new(0x00770010, "LO", "ACME 1")
    dataset.add_new(0x00771005, "LO", values.get("text", "Doe, Jane"))
    dataset.add_new(0x00771006, "DS", "1.5")
    dataset.add_new(0x00190010, "LO", "GEMS_ACQU_01")
    dataset.add_new(0x001910BB, "DS", "0.5")
    dataset.save_as(folder / name)


def test_private_attributes_that_no_list_knows_are_counted_by_creator_and_form(tmp_path, capsys):
    with_private(tmp_path, "a.dcm")
    with_private(tmp_path, "b.dcm")
    with_private(tmp_path, "c.dcm", text="20200311")
    code, said = explain(capsys, tmp_path, "--private", "--policy=tcia")
    assert code == 0
    assert [line.split() for line in said.out.splitlines()[2:]] == [
        ["ACME", "1", "0077xx05", "LO", "date", "1"],
        ["ACME", "1", "0077xx05", "LO", "text", "2"],
        ["ACME", "1", "0077xx06", "DS", "numbers", "3"],
    ]
    assert "Doe" not in said.out and "20200311" not in said.out
    assert explain(capsys, tmp_path, "--policy=tcia")[1].out.endswith(said.out)
    rows = [json.loads(line) for line in explain(capsys, tmp_path, "--private", "--json")[1].out.splitlines()]
    assert rows[-1] == {"creator": "ACME 1", "element": "0077xx06", "vr": "DS", "form": "numbers", "count": 3}


def test_what_a_policy_keeps_is_known(tmp_path, capsys):
    with_private(tmp_path, "a.dcm")
    (tmp_path / "policy.yaml").write_text(
        "extends: tcia\nmetadata:\n  private_keep:\n    - {creator: ACME 1, element: 0077xx06, vr: DS, reason: reviewed}\n"
    )
    _, said = explain(capsys, tmp_path / "a.dcm", "--private", f"--policy={tmp_path / 'policy.yaml'}")
    assert "0077xx05" in said.out and "0077xx06" not in said.out


def test_a_creator_that_names_the_patient_is_withheld(tmp_path, capsys):
    with_private(tmp_path, "a.dcm")
    dataset = pydicom.dcmread(tmp_path / "a.dcm")
    dataset.PatientName, dataset[0x00770010].value = "Plantagenet^Ada", "Plantagenet lab"
    dataset.save_as(tmp_path / "a.dcm")
    assert "Plantagenet" not in explain(capsys, tmp_path, "--private")[1].out
