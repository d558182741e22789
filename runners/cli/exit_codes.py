"""The exit codes of every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The result of a command."""

    OK = 0
    ERROR = 1
    USAGE = 2
    QUARANTINED = 3
    INTERRUPTED = 130


MEANINGS = {
    ExitCode.OK: "every instance is published",
    ExitCode.ERROR: "the run failed before its end",
    ExitCode.USAGE: "wrong usage; nothing was done",
    ExitCode.QUARANTINED: "the run is complete; an instance is quarantined, no object of the input is published, "
    "or a withdrawal entry matches no patient",
    ExitCode.INTERRUPTED: "interrupted; the same command resumes where it stopped",
}
"""The meaning of each exit code of `efface run`."""
