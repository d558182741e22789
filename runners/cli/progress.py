"""The progress of a run, live on standard error."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class ProgressLine:
    """Live progress on standard error: one line that changes on a terminal, a plain line now and then elsewhere."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._started_sec = time.monotonic()
        self._told_sec = 0.0
        self._told_done = -1

    def update(self, listed: int, already_done: int, done: int, quarantined: int) -> None:
        """Show that `done` of `listed` sources are through, `already_done` of them before this run."""
        now_sec = time.monotonic()
        if done == self._told_done or (now_sec - self._told_sec < (0.5 if self._is_terminal else 10) and done < listed):
            return
        self._told_sec, self._told_done = now_sec, done
        fresh, elapsed_sec = done - already_done, now_sec - self._started_sec
        rate = fresh / elapsed_sec if elapsed_sec else 0.0
        left = f", about {_duration((listed - done) / rate)} left" if rate and done < listed else ""
        line = f"{done} of {listed} done, {quarantined} quarantined, {rate:.1f}/s{left}"
        self._stream.write(f"\r\033[K{line}" if self._is_terminal else f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """End the line, so that what follows starts on its own."""
        if self._is_terminal and self._told_done >= 0:
            self._stream.write("\n")


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
