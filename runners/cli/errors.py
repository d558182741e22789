"""Maps the errors of a command to its exit codes."""

from __future__ import annotations

from .exit_codes import ExitCode


class UsageError(Exception):
    """The command cannot be carried out as it stands; the message says what to do."""


class PictureError(Exception):
    """A picture cannot be written, which is no fault of the file that it shows."""


def exit_code_of(error: Exception) -> int | None:
    """The exit code for an error whose message is for the user, or None for one that nobody expected."""
    if isinstance(error, UsageError):
        return ExitCode.USAGE
    # The errors of every part come with Beam. The command that raised one has loaded it already.
    from efface.pipeline.policy import PolicyError
    from efface.transforms.audit.store import SchemaVersionError
    from efface.transforms.core.errors import EffaceError
    from efface.transforms.storage.key_source import KeyUnavailableError

    from ..direct.supervisor import WorkerRefusedError
    from ..refresh_plan import OtherKeyError
    from ..remote import RemoteFailedError, RemoteRefusedError
    from ..run_lock import OutputBusyError

    if isinstance(error, (PolicyError, KeyUnavailableError, SchemaVersionError, OtherKeyError, RemoteRefusedError)):
        return ExitCode.USAGE
    known = (WorkerRefusedError, OutputBusyError, RemoteFailedError, EffaceError, PictureError)
    return ExitCode.ERROR if isinstance(error, known) else None
