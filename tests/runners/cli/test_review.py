"""`efface review` on the command line; what the page does is tested beside `pipeline/review`."""

import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from efface.runners.cli.main import main
from support.runs import deidentify_here, quick_policy
from support.samples import sample

COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # The tests may run in the background of a shell.
from efface.runners.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def output(tmp_path, key_file):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "NAME.dcm").write_bytes(sample("CT_small.dcm"))
    deidentify_here(str(tmp_path / "in"), str(tmp_path / "out"), key_file, quick_policy())
    return tmp_path / "out"


def test_the_address_alone_is_printed_and_an_interrupt_ends_it_well(output, tmp_path, key_file):
    command = [sys.executable, "-c", COMMAND, "review", str(output), "--decisions", str(tmp_path / "d.jsonl")]
    command += ["--key-file", str(key_file), "--author", "Ada Reviewer", "--sample", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        url = line.split()[-1]
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                assert b"<title>efface review</title>" in answer.read()
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen("/".join(url.split("/")[:3]), timeout=60)
        finally:
            server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=60)
    assert server.returncode == 0
    assert line == f"1 entries at {url}\n"
    assert (out, err) == ("", "whoever has this address sees what the page shows; Ctrl-C ends it\n")


def test_the_files_are_written_and_their_place_printed(output, tmp_path, capsys):
    assert main(["review", str(output), "--static", str(tmp_path / "pages")]) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()
    assert main(["review", str(output), "--static", str(tmp_path / "pages")]) == 2
    assert "contains files" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{in}",), "no run has written its output there"),
        (("{out}", "--vault", "{in}"), "no run has written its vault there"),
        (("{out}", "--sample", "0.1"), "a sample needs --decisions"),
        (("{out}", "--sample", "1"), "not in the range"),
        (("{out}", "--decisions", "{new}"), "there is no key"),
        (("{out}", "--decisions", "{new}", "--key-file", "{key}"), "give --author"),
        (("{out}", "--decisions", "{new}", "--policy", "basic"), "leave out --decisions"),
        (("{out}", "--policy", "basic"), "names no table of decisions"),
        (("{out}", "--decisions", "{bad}", "--key-file", "{key}", "--author", "Ada"), "line 1"),
        (("{out}", "--static", "{new}", "--vault", "{in}"), "outputs alone"),
        (("{out}", "--static", "gs://bucket/pages"), "local folder"),
    ],
)
def test_what_cannot_be_reviewed_is_a_usage_error(arguments, message, output, tmp_path, key_file, capsys, monkeypatch):
    monkeypatch.delenv("EFFACE_KEY", raising=False)
    (tmp_path / "bad").write_text("{}\n")
    places = {"out": output, "in": tmp_path / "in", "new": tmp_path / "new", "bad": tmp_path / "bad", "key": key_file}
    assert main(["review", *(argument.format(**places) for argument in arguments)]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_policy_names_the_table(output, tmp_path, key_file, capsys):
    (tmp_path / "policy.yaml").write_text(f"extends: basic\ndecisions: {tmp_path / 'bad'}\n")
    (tmp_path / "bad").write_text("{}\n")
    arguments = ["--policy", str(tmp_path / "policy.yaml"), "--key-file", str(key_file), "--author", "Ada"]
    assert main(["review", str(output), *arguments]) == 2
    assert "line 1" in capsys.readouterr().err
