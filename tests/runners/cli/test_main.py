"""The entry point: exit codes, the help of every command, and what it prints for errors."""

import os
import re
import shlex
import subprocess
import sys

import click
import pytest

from efface.runners.cli.errors import PictureError, UsageError
from efface.runners.cli.exit_codes import MEANINGS, ExitCode
from efface.runners.cli.main import COMMANDS, efface, main
from efface.runners.direct.supervisor import WorkerStartError
from efface.runners.refresh_plan import KeyMismatchError
from efface.runners.remote_errors import RemoteFailedError
from efface.runners.run_lock import LockLostError, OutputBusyError
from efface.transforms.core.errors import EffaceError
from efface.transforms.storage import key_source


def fail_with(monkeypatch, error):
    def make_key_file(path):
        raise error

    monkeypatch.setattr(key_source, "make_key_file", make_key_file)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), ExitCode.USAGE),
        (KeyMismatchError("x"), ExitCode.USAGE),
        (OutputBusyError("x"), ExitCode.ERROR),
        (LockLostError("x"), ExitCode.LOCK_LOST),
        (WorkerStartError("x"), ExitCode.ERROR),
        (RemoteFailedError("x"), ExitCode.ERROR),
        (PictureError("x"), ExitCode.ERROR),
        (EffaceError("x"), ExitCode.ERROR),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_expected_error_is_one_line(monkeypatch, capsys, error, code):
    fail_with(monkeypatch, error)
    assert main(["key", "file"]) == code
    assert capsys.readouterr() == ("", "efface: x\n")


def test_an_unexpected_error_is_one_line_without_its_message(monkeypatch, capsys):
    fail_with(monkeypatch, ZeroDivisionError("Quistberg"))
    assert main(["key", "file"]) == ExitCode.ERROR
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"efface: ZeroDivisionError at efface\.\S+:\d+( at \S+)?; please report it\n", said.err)


def test_no_error_imports_beam():
    program = "import sys; from efface.runners.cli.errors import exit_code_of; exit_code_of(ZeroDivisionError()); "
    subprocess.run([sys.executable, "-c", program + "assert 'apache_beam' not in sys.modules"], check=True)


def test_an_interrupt_has_its_exit_code(monkeypatch, capsys):
    fail_with(monkeypatch, KeyboardInterrupt())
    assert main(["key", "file"]) == ExitCode.INTERRUPTED
    assert "the same command resumes" in capsys.readouterr().err


def test_a_key_is_never_overwritten(tmp_path, capsys):
    assert main(["key", str(tmp_path / "key")]) == ExitCode.OK
    before = (tmp_path / "key").read_bytes()
    assert main(["key", str(tmp_path / "key")]) == ExitCode.USAGE
    assert "never overwritten" in capsys.readouterr().err
    assert (tmp_path / "key").read_bytes() == before


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("hlep", "unknown command hlep (see `efface --help`)"),
        ("expalin x", "unknown command expalin; did you mean 'explain'? (see `efface --help`)"),
        ("policy chekc", "unknown command chekc; did you mean 'check'? (see `efface policy --help`)"),
        ("key file --runner=FlinkRunner", "unknown option --runner (see `efface key --help`)"),
        ("scan x --jsn", "unknown option --jsn; did you mean '--json'? (see `efface scan --help`)"),
        ("policy show tica", "invalid value for 'NAME': 'tica' is not one of: basic, tcia; did you mean 'tcia'?"),
        ("run --input x --output y --workers abc", "invalid value for '--workers': 'abc' is not a valid integer"),
        ("run --input x --output y --workers 0", "invalid value for '--workers': 0 is not in the range x>=1"),
        ("run --input x --output y --on-removed delte", "'delte' is not one of: keep, delete; did you mean 'delete'?"),
        ("run --input x --output y --redo=1", "option '--redo' does not take a value (see `efface run --help`)"),
        ("run --input x", "missing option '--output' (see `efface run --help`)"),
        ("run --imput x --output y", "unknown option --imput; did you mean '--input'? (see `efface run --help`)"),
        ("run --input x --outptu=y", "unknown option --outptu; did you mean '--output'? (see `efface run --help`)"),
        ("run --input x --runner FlinkRunner", "missing option '--output' (see `efface run --help`)"),
        ("run --input x --output y --polcy=tcia", "unknown option --polcy; did you mean '--policy'? (see `efface run --help`)"),
        ("run --input x --output y --max_num_wrkers 2", "unknown option --max_num_wrkers; did you mean '--max_num_workers'?"),
        ("run --input x --output y --runner FlinkRuner", "did you mean 'FlinkRunner'?"),
        ("run --input x --output y --direct_num_workers abc", "argument --direct_num_workers: invalid int value: 'abc'"),
    ],
)
def test_a_mistake_is_one_line_that_names_what_was_meant(capsys, line, text):
    assert main(shlex.split(line)) == ExitCode.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    [error] = said.err.splitlines()
    assert error.startswith("efface: ")
    assert text in error


def test_a_pattern_that_the_shell_expanded_is_not_repeated(capsys):
    """Names of files may identify a patient."""
    assert main(["run", "--input", "a.dcm", "doe_jane.dcm", "--output", "out"]) == ExitCode.USAGE
    error = capsys.readouterr().err
    assert "put a pattern in quotes" in error
    assert "doe_jane" not in error


@pytest.mark.parametrize("line", ["", "audit"])
def test_a_group_alone_prints_its_help(capsys, line):
    assert main(shlex.split(line)) == ExitCode.USAGE
    assert "Examples:" in capsys.readouterr().err


def test_policy_alone_prints_the_default(capsys):
    assert main(["policy"]) == main(["policy", "show", "basic"]) == ExitCode.OK
    printed = capsys.readouterr().out
    assert printed[: len(printed) // 2] == printed[len(printed) // 2 :]
    assert "metadata:" in printed


def every_command():
    """The words of every command and group, with its click command."""
    root = click.Context(efface)
    yield "", efface
    for name in COMMANDS:
        command = efface.get_command(root, name)
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {child}", command.commands[child]) for child in command.commands)


HELP = [words for words, _ in every_command()]


@pytest.mark.parametrize("words", HELP)
def test_every_help_ends_with_examples_and_exit_codes_in_80_columns(monkeypatch, capsys, words):
    monkeypatch.setenv("COLUMNS", "80")
    assert main([*words.split(), "--help"]) == ExitCode.OK
    text = capsys.readouterr().out
    assert all(len(line) <= 80 for line in text.splitlines())
    endings = re.findall(r"^(Examples|Exit codes):$", text, re.MULTILINE)
    assert endings in (["Examples"], ["Examples", "Exit codes"])
    if words in ("", "run"):
        printed = " ".join(text.partition("Exit codes:")[2].split())
        assert printed == " ".join(f"{int(code)} {meaning}" for code, meaning in MEANINGS.items())


def examples():
    return [example for _, command in every_command() for example in command.examples if "COMMAND" not in example]


@pytest.mark.parametrize("example", dict.fromkeys(examples()))
def test_every_example_is_a_command(example):
    words = shlex.split(example.partition(" > ")[0])
    assert words[0] == "efface"
    command, rest = efface, words[1:]
    while isinstance(command, click.Group) and rest:
        _, command, rest = command.resolve_command(click.Context(command), rest)
    assert command.make_context(command.name, rest).args == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("efface ", ["plain,run", "plain,demo-data"]),
        ("efface run --pol", ["plain,--policy"]),
        ("efface run --policy ", ["plain,basic", "plain,tcia", "file,"]),
        ("efface run --policy t", ["plain,tcia", "file,t"]),
        ("efface run --input ", ["file,"]),
        ("efface scan ", ["file,"]),
        ("efface policy show ", ["plain,basic", "plain,tcia"]),
        ("efface run --on-removed ", ["plain,keep", "plain,delete"]),
    ],
)
def test_the_shell_completes_commands_options_policies_and_files(words, expected):
    environment = {"_EFFACE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    command = [sys.executable, "-m", "efface.runners.cli.main"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    completed = done.stdout.splitlines()
    assert [one for one in expected if one not in completed] == [], completed


def test_a_data_set_that_cannot_be_written_is_one_line(tmp_path, capsys):
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "x"):
        assert main(["demo-data", str(place)]) == 2
        assert capsys.readouterr().err.startswith("efface: the data set cannot be written (")
