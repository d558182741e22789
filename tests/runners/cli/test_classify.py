"""`efface classify`: a text on the command line, and lines of standard input."""

import io
import json

import pytest

from efface.runners.cli.main import main
from support.samples import sample


def classify(capsys, *arguments):
    code = main(["classify", *map(str, arguments)])
    return code, capsys.readouterr()


def test_a_text_is_explained_word_by_word(capsys):
    code, said = classify(capsys, "AX T2 Kowalska")
    first, *parts = said.out.splitlines()
    assert (code, first.split()) == (0, ["redact", "unknown_word", "1.00"])
    assert [part.split()[:2] for part in parts] == [["AX", "term"], ["T2", "term"], ["Kowalska", "unknown_word"]]


def test_each_line_of_standard_input_gives_a_line(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("LEFT KIDNEY\n\nKowalska\r\n"))
    code, said = classify(capsys, "--json")
    assert (code, [json.loads(line)["verdict"] for line in said.out.splitlines()]) == (0, ["keep", "redact", "redact"])


def test_free_text_is_what_would_stay(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("axial T2\nmail a.b@c.org now\n"))
    assert classify(capsys, "--free-text", "--policy", "tcia")[1].out.splitlines() == ["axial T2", "mail now"]


def test_a_header_counts(capsys, tmp_path):
    (tmp_path / "ct.dcm").write_bytes(sample("CT_small.dcm"))
    code, said = classify(capsys, "COMPRESSED SAMPLES", "--header", tmp_path / "ct.dcm")
    assert (code, said.out.split()[:2]) == (0, ["redact", "header_name"])


@pytest.mark.parametrize(("content", "code"), [(b"no DICOM at all", 3), (None, 2)])
def test_a_header_that_cannot_be_read_is_an_error(capsys, tmp_path, content, code):
    if content is not None:
        (tmp_path / "x.dcm").write_bytes(content)
    got, said = classify(capsys, "X", "--header", tmp_path / "x.dcm")
    assert (got, said.out) == (code, "")
    assert said.err
