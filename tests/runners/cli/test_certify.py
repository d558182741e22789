"""`efface certify` from its command line."""

import json

import pytest

from efface.runners.cli.main import main

COPY = ["--", "cp", "-r", "{input}/.", "{output}"]


def test_a_copy_is_scored_and_told(tmp_path, capsys):
    result, kept = tmp_path / "score.json", tmp_path / "kept"
    assert main(["certify", "--instances", "4", "--json", str(result), "--keep", str(kept), "--show", "1", *COPY]) == 3
    shown = capsys.readouterr().out
    assert "4 published, 0 quarantined, 0 missing, 0 unknown" in shown
    assert "| identifiers: name of the patient | 0 |" in shown
    assert json.loads(result.read_text())["published"] == 4
    assert sorted(path.name for path in kept.iterdir()) == ["input", "manifest.json", "output"]


def test_the_page_shows_the_same_shares_and_needs_no_network(tmp_path):
    page, result = tmp_path / "score.html", tmp_path / "score.json"
    assert main(["certify", "--instances", "4", "--html", str(page), "--json", str(result), *COPY]) == 3
    text, told = page.read_text(), json.loads(result.read_text())
    for promise, share in told["promises"].items():
        assert (
            f'<th scope="row">{promise}</th><td class="n">{share["hits"]:,}</td><td class="n">{share["count"]:,}</td>' in text
        )
    assert "http" not in text
    assert "cp -r &#39;{input}/.&#39;" in text


def test_a_corpus_is_written_with_its_right_output(tmp_path, capsys):
    assert main(["certify", "--instances", "4", "--write", str(tmp_path / "drawn")]) == 0
    for folder in ("input", "answer"):
        assert len(list((tmp_path / "drawn" / folder).rglob("*.dcm"))) == 4


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "give a command"),
        (["--write", "drawn", *COPY], "give a command"),
        (["--", "true"], "needs {input} and {output}"),
        (["--", "no-such-command", "{input}", "{output}"], "cannot be started"),
        (["--keep", ".", *COPY], "not empty"),
        (["--json", "something/score.json", "--instances", "1", *COPY], "cannot be written"),
    ],
)
def test_wrong_usage_says_what_is_wrong(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "something").write_text("")
    assert main(["certify", *words]) == 2
    assert message in capsys.readouterr().err
