"""The errors that end a command, and their exit codes."""

from __future__ import annotations

from .exit_codes import ExitCode


class UsageError(Exception):
    """The command cannot run with these arguments. The message says what to do."""


class PictureError(Exception):
    """A picture cannot be written. The file that it shows is not at fault."""


def exit_code_of(error: Exception) -> int | None:
    """The exit code of an error whose message is for the user, or None for an unexpected error."""
    if isinstance(error, UsageError):
        return ExitCode.USAGE
    # These modules import Beam. The command that raised one of their errors has imported them already.
    from efface.pipeline.policy import PolicyError
    from efface.transforms.audit.store import SchemaVersionError
    from efface.transforms.core.errors import EffaceError, ModelError
    from efface.transforms.storage.key_source import KeyUnavailableError

    from ..direct.supervisor import WorkerStartError
    from ..refresh_plan import KeyMismatchError
    from ..remote import RemoteFailedError, RemoteRefusedError
    from ..run_lock import OutputBusyError

    if isinstance(error, (PolicyError, KeyUnavailableError, SchemaVersionError, KeyMismatchError, RemoteRefusedError)):
        return ExitCode.USAGE
    expected = (WorkerStartError, OutputBusyError, RemoteFailedError, EffaceError, ModelError, PictureError)
    return ExitCode.ERROR if isinstance(error, expected) else None
