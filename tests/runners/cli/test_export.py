"""`efface export` on the command line; what it writes is tested beside `pipeline/export`."""

import json

import pytest

from efface.runners.cli.main import main
from support.runs import deidentify_here, quick_policy
from support.samples import sample


@pytest.fixture
def output(tmp_path, key_file):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.dcm").write_bytes(sample("CT_small.dcm"))
    deidentify_here(str(tmp_path / "in"), str(tmp_path / "out"), key_file, quick_policy())
    return tmp_path / "out"


def test_the_counts_are_lines_or_json(output, tmp_path, capsys):
    assert main(["export", str(output), str(tmp_path / "train"), "--to", "csv", "--split", "1/0/0"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "training: 1 patients, 1 series, 1 instances, 1 entries"
    assert main(["export", str(output), str(tmp_path / "train"), "--to", "csv", "--json", "--split", "1/0/0"]) == 0
    assert json.loads(capsys.readouterr().out)["splits"]["training"]["patients"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{out}", "{new}", "--to", "monia"), "did you mean 'monai'?"),
        (("{out}", "{new}", "--to", "webdataset", "--format", "dicom"), "no such format"),
        (("{out}", "{new}", "--to", "csv", "--split", "80/20"), "three shares"),
        (("{out}", "gs://bucket/train", "--to", "csv"), "local folder"),
        (("{out}", "{in}", "--to", "csv"), "folder"),
        (("{in}", "{new}", "--to", "csv"), "no run has written its output there"),
    ],
)
def test_what_cannot_be_exported_is_a_usage_error(arguments, message, output, tmp_path, capsys):
    places = {"out": output, "in": tmp_path / "in", "new": tmp_path / "new"}
    assert main(["export", *(argument.format(**places) for argument in arguments)]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
