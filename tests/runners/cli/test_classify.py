"""`efface classify`: a text on the command line, and lines of standard input."""

import io
import json
import subprocess
import sys

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


def test_a_folder_is_no_header(capsys, tmp_path):
    got, said = classify(capsys, "X", "--header", tmp_path)
    assert (got, said.out) == (2, "")
    assert "folder" in said.err


@pytest.mark.parametrize("text", ["-40", "-Kowalska", "- 12", "--12"])
def test_a_text_may_begin_with_a_dash(capsys, text):
    code, said = classify(capsys, text)
    assert (code, said.out.split()[0] in ("keep", "redact")) == (0, True)


def test_a_mistyped_option_is_no_text(capsys):
    code, said = classify(capsys, "--jsn")
    assert (code, said.out) == (2, "")


def test_a_label_alone_is_shown_as_one_and_nothing_twice(capsys):
    assert classify(capsys, "Name:")[1].out.splitlines()[1].split()[:2] == ["Name:", "label"]
    _, *rows = classify(capsys, "seen 12.4.57, 4.5.1957 MI 1.1")[1].out.splitlines()
    assert len(set(rows)) == len(rows)


def test_a_blank_text_says_why(capsys):
    assert "no letter" in classify(capsys, "  ")[1].out


def test_input_that_is_not_utf_8_gives_valid_json(capfdbinary, monkeypatch):
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO(b"M\xfcller\nLIVER\n"), encoding="ascii", errors="surrogateescape")
    )
    assert main(["classify", "--json", "--free-text"]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["", "LIVER"]


def test_a_reader_that_stops_reading_is_no_error(tmp_path):
    command = [sys.executable, "-c", "import sys; from efface.runners.cli.main import main; sys.exit(main(['classify']))"]
    many = tmp_path / "many.txt"
    many.write_text("LIVER\n" * 20_000)
    with (
        many.open() as lines,
        subprocess.Popen(command, stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)
