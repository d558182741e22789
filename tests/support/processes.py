"""Processes and what becomes of them, for tests that start, stop and kill some."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that comes in a moment, though a busy machine may need two minutes for it."""
    for _ in range(1200):
        if is_so():
            return
        time.sleep(0.1)
    raise TimeoutError("it never came")


def are_gone(pids: Iterable[int]) -> bool:
    """Whether none of these processes runs. One that nobody has waited for yet does not run either."""
    return all(_is_gone(pid) for pid in pids)


def children_of(pid: int) -> list[int]:
    """The processes that a process without further threads has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _is_gone(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] in "ZX"
