"""Ends the waiting for a client whose own limits hold between two bytes: a server may send one byte now and then for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def in_time(call: Callable[[], T], limit_sec: float, received: Callable[[], int] = lambda: 0, least_bytes: int = 1) -> T:
    """The result of a call. It runs in a thread of its own, which is left behind with its connection when it is late.

    Args:
        call: Reads something, and changes nothing: it may still come to its end later.
        limit_sec: Its time, and that of each further part of it.
        received: The number of bytes until now.
        least_bytes: With so many more since the last look it may go on.

    Raises:
        TimeoutError: The call is late.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(call())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    before = 0
    while True:
        try:
            return done.result(limit_sec)
        except TimeoutError:
            if done.done() or received() - before < least_bytes:
                raise
            before = received()
