"""The errors that end a command, their messages and their exit codes."""

from __future__ import annotations

import click

from efface.transforms.core.choices import did_you_mean

from .exit_codes import ExitCode


class UsageError(Exception):
    """The command cannot run with these arguments. The message says what to do."""


class PictureError(Exception):
    """A picture cannot be written. The file that it shows is not at fault."""


def usage_message(error: click.UsageError) -> str:
    """One line for an error of the command line: what is wrong, the nearest name, and where the help is."""
    context = error.ctx
    if context is None:
        return error.format_message()
    if isinstance(error, click.NoSuchOption):
        text = f"unknown option {error.option_name}{did_you_mean(error.option_name, option_names(context.command))}"
    elif isinstance(error, click.NoSuchCommand) and isinstance(context.command, click.Group):
        nearest = did_you_mean(error.command_name, context.command.list_commands(context))
        text = f"unknown command {error.command_name}{nearest}"
    else:
        text = " ".join(error.format_message().split()).rstrip(".")
        text = text[:1].lower() + text[1:]
    return f"{text} (see `{context.command_path} --help`)"


def option_names(command: click.Command) -> list[str]:
    """Every spelling of every option of a command."""
    return ["--help", *(name for param in command.params if isinstance(param, click.Option) for name in param.opts)]


def exit_code_of(error: Exception) -> int | None:
    """The exit code of an error whose message is for the user, or None for an unexpected error."""
    if isinstance(error, UsageError):
        return ExitCode.USAGE
    from efface.pipeline.audit_query import QueryError
    from efface.pipeline.export.settings import ExportError
    from efface.pipeline.policy import PolicyError
    from efface.transforms.audit.store import SchemaVersionError
    from efface.transforms.core.errors import EffaceError, ModelError
    from efface.transforms.storage.key_source import KeyUnavailableError

    if isinstance(error, PolicyError | ExportError | KeyUnavailableError | SchemaVersionError | QueryError):
        return ExitCode.USAGE
    if isinstance(error, EffaceError | ModelError | PictureError):
        return ExitCode.ERROR
    from ..direct.supervisor import WorkerStartError
    from ..refresh_plan import KeyMismatchError
    from ..remote_errors import RemoteFailedError, RemoteRefusedError
    from ..run_lock import LockLostError, OutputBusyError

    if isinstance(error, KeyMismatchError | RemoteRefusedError):
        return ExitCode.USAGE
    if isinstance(error, LockLostError):
        return ExitCode.LOCK_LOST
    return ExitCode.ERROR if isinstance(error, WorkerStartError | OutputBusyError | RemoteFailedError) else None
