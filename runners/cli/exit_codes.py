"""The exit codes of every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    ERROR = 1
    USAGE = 2
    QUARANTINED = 3
    INTERRUPTED = 130


EXIT_CODES = """exit codes:
  0    every instance is published
  1    the run could not be finished
  2    wrong usage: nothing was done
  3    the run is complete, and something is quarantined, or an entry of the withdrawal list matched nobody
  130  interrupted; the same command goes on where it stopped
"""
"""What each means, for help texts."""
