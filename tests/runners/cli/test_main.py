"""The entry point: exit codes, and what it prints for errors."""

from argparse import Namespace

import pytest

from efface.runners.cli import key
from efface.runners.cli.errors import PictureError, UsageError
from efface.runners.cli.exit_codes import ExitCode
from efface.runners.cli.main import main
from efface.runners.direct.supervisor import WorkerStartError
from efface.runners.refresh_plan import KeyMismatchError
from efface.runners.remote import RemoteFailedError
from efface.runners.run_lock import OutputBusyError
from efface.transforms.core.errors import EffaceError


def fail_with(monkeypatch, error):
    def run(arguments: Namespace) -> int:
        raise error

    monkeypatch.setattr(key, "run", run)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), ExitCode.USAGE),
        (KeyMismatchError("x"), ExitCode.USAGE),
        (OutputBusyError("x"), ExitCode.ERROR),
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


def test_an_unexpected_error_is_raised(monkeypatch):
    fail_with(monkeypatch, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        main(["key", "file"])


def test_an_interrupt_has_its_exit_code(monkeypatch, capsys):
    fail_with(monkeypatch, KeyboardInterrupt())
    assert main(["key", "file"]) == ExitCode.INTERRUPTED
    assert "the same command resumes" in capsys.readouterr().err


def test_only_run_accepts_flags_of_beam(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["key", "file", "--runner=FlinkRunner"])
    assert "--runner=FlinkRunner" in capsys.readouterr().err


def test_a_key_is_never_overwritten(tmp_path, capsys):
    assert main(["key", str(tmp_path / "key")]) == ExitCode.OK
    before = (tmp_path / "key").read_bytes()
    assert main(["key", str(tmp_path / "key")]) == ExitCode.USAGE
    assert "never overwritten" in capsys.readouterr().err
    assert (tmp_path / "key").read_bytes() == before
