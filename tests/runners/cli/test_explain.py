"""`efface explain`: what a policy does to the attributes of several files, without a value."""

import json

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
