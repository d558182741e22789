"""The progress of a run, live on standard error."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self, TextIO

from tqdm import tqdm

from ..phases import Phase


@dataclass(frozen=True)
class RefreshIntervals:
    """Time between two updates: a terminal shows one line that changes, a log file gets a new line each time."""

    terminal_sec: float = 0.5
    log_sec: float = 10.0


INTERVALS = RefreshIntervals()

_QUICK = frozenset({Phase.LISTING, Phase.MODELS, Phase.HISTORY})
"""Phases that a log names only when they last: most often they end at once, or with the message of an error."""

_ON_TERMINAL = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt} of {total_fmt}{postfix} [{elapsed}, {remaining} left]"
_ON_TERMINAL_UNCOUNTED = "{desc} [{elapsed}]"
_IN_LOG = "{desc}: {n_fmt} of {total_fmt} done{postfix}"
_RATE, _TIME_LEFT = ", {rate_noinv:.1f}/s", ", {remaining} left"
_IN_LOG_UNCOUNTED = "{desc}"

_SIZE = {"ncols": 80, "nrows": 24}
"""Columns and rows of a terminal that does not know its size, such as one of a container."""


class ProgressDisplay:
    """Shows the phase of a run, how much of it is done and the time left: on a terminal in one line, elsewhere line by line.

    A thread keeps the display going, since work that takes long reports nothing in between.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream: Any = _Shown(stream or sys.stderr)
        self._is_terminal = self._stream.isatty()
        self._has_size = _has_size(self._stream)
        self._bar: Any = None  # tqdm has no types.
        self._logged: tuple[str, int] | None = None
        self._lock = threading.RLock()
        self._is_over = threading.Event()
        self._ticker = threading.Thread(target=self._tick_until_over, daemon=True)

    def __enter__(self) -> Self:
        self._ticker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._ticker.join()
        self._end_phase()

    def begin(self, phase: Phase, total: int = 0, done: int = 0) -> None:
        """See `Progress.begin`."""
        with self._lock:
            self._end_phase()
            formats = (_ON_TERMINAL, _ON_TERMINAL_UNCOUNTED) if self._is_terminal else (_IN_LOG, _IN_LOG_UNCOUNTED)
            self._bar = tqdm(
                desc=str(phase),
                total=total or None,
                initial=done,
                bar_format=formats[0 if total else 1],
                # In a log, tqdm only keeps the rate and writes the text of a line.
                file=self._stream if self._is_terminal else io.StringIO(),
                **({"dynamic_ncols": True} if self._has_size else _SIZE),
                leave=False,
                smoothing=0,
                disable=False,
            )
            if not self._is_terminal and not total and phase not in _QUICK:
                self._log()

    def tell(self, message: str) -> None:
        """See `Progress.tell`."""
        with self._lock:
            tqdm.write(message, file=self._stream)

    def show(self, done: int, quarantined: int) -> None:
        """See `Progress.show`."""
        with self._lock:
            self._bar.set_postfix_str(f"{quarantined} quarantined", refresh=False)
            self._bar.update(done - self._bar.n)

    def tick(self) -> None:
        """Show the time that has passed, or, in a log, what has changed."""
        with self._lock:
            if self._bar is not None:
                (self._bar.refresh if self._is_terminal else self._log)()

    def _tick_until_over(self) -> None:
        while not self._is_over.wait(INTERVALS.terminal_sec if self._is_terminal else INTERVALS.log_sec):
            self.tick()

    def _log(self) -> None:
        bar = self._bar
        if self._logged == (bar.desc, bar.n):
            return
        self._logged = (bar.desc, bar.n)
        if bar.total and bar.n > bar.initial:
            bar.bar_format = _IN_LOG + _RATE + (_TIME_LEFT if bar.n < bar.total else "")
        self._stream.write(f"{bar}\n")
        self._stream.flush()

    def _end_phase(self) -> None:
        bar = self._bar
        if bar is None:
            return
        if bar.total and not self._is_terminal:
            self._log()
        bar.close()
        self._bar = None


class _Shown:
    """A stream that is no more written once it cannot be: a full disk or a reader that is gone is no reason to end a run."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> None:
        with self._until_it_fails():
            self._stream.write(text)

    def flush(self) -> None:
        with self._until_it_fails():
            self._stream.flush()

    @contextlib.contextmanager
    def _until_it_fails(self) -> Iterator[None]:
        try:
            yield
        except OSError:  # The stream still holds the text, and would fail again when it is closed.
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)


def _has_size(stream: Any) -> bool:
    try:
        return os.get_terminal_size(stream.fileno()).columns > 0
    except OSError:  # No terminal, or no file at all.
        return False
