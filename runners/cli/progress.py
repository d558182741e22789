"""The progress of a run, live on standard error."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class RefreshIntervals:
    """Time between two updates: a terminal shows one line that changes, a log file gets a new line each time."""

    terminal_sec: float = 0.5
    log_sec: float = 10.0


INTERVALS = RefreshIntervals()


class ProgressLine:
    """Live progress: one line that changes on a terminal, a new line now and then elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._started_sec = time.monotonic()
        self._shown_sec = 0.0
        self._shown_done = -1

    def update(self, listed: int, up_to_date: int, done: int, quarantined: int) -> None:
        """Show that `done` of `listed` sources are done, including the `up_to_date` ones from before this run."""
        now_sec = time.monotonic()
        interval_sec = INTERVALS.terminal_sec if self._is_terminal else INTERVALS.log_sec
        if done == self._shown_done or (now_sec - self._shown_sec < interval_sec and done < listed):
            return
        self._shown_sec, self._shown_done = now_sec, done
        elapsed_sec = now_sec - self._started_sec
        rate = (done - up_to_date) / elapsed_sec if elapsed_sec else 0.0
        left = f", about {format_duration((listed - done) / rate)} left" if rate and done < listed else ""
        line = f"{done} of {listed} done, {quarantined} quarantined, {rate:.1f}/s{left}"
        self._stream.write(f"\r\033[K{line}" if self._is_terminal else f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """End the line, so that the next output starts on a new one."""
        if self._is_terminal and self._shown_done >= 0:
            self._stream.write("\n")


def format_duration(seconds: float) -> str:
    """Hours and minutes, minutes and seconds, or seconds."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
