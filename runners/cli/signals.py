"""Signals that end a command: each becomes an exception, so that workers end and the lock of an output is released."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """A signal asked this command to end.

    Attributes:
        number: The signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Raise `Interrupted` in the block at the first signal, and ignore further ones, so that the clean-up is whole.

    A signal that is ignored when the block begins stays so: SIGHUP below nohup, SIGINT of a job in the background.
    """
    if threading.current_thread() is not threading.main_thread():  # Only the main thread receives signals.
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    taken = [number for number, handler in before.items() if handler not in (signal.SIG_IGN, None)]

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for one in taken:
            signal.signal(one, signal.SIG_IGN)
        raise Interrupted(number)

    for number in taken:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])
