"""The exit codes of every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The result of a command."""

    OK = 0
    ERROR = 1
    USAGE = 2
    QUARANTINED = 3
    LOCK_LOST = 4
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS = {
    ExitCode.OK: "every instance is published",
    ExitCode.ERROR: "the run failed before its end",
    ExitCode.USAGE: "wrong usage; nothing was done",
    ExitCode.QUARANTINED: "the run is complete; an instance is quarantined, no object of the input is published, "
    "or a withdrawal entry matches no patient",
    ExitCode.LOCK_LOST: "another run took the output over, or this run could not tell for minutes that it lives; "
    "the same command resumes where it stopped",
    ExitCode.HUNG_UP: "the terminal was closed (SIGHUP); the same command resumes where it stopped",
    ExitCode.INTERRUPTED: "interrupted (SIGINT); the same command resumes where it stopped",
    ExitCode.TERMINATED: "ended by SIGTERM; the same command resumes where it stopped",
}
"""The meaning of each exit code of `efface run`."""


def exit_code_of_signal(number: int) -> ExitCode:
    """The exit code of a command that this signal ended, as shells count it."""
    return ExitCode(128 + number)
