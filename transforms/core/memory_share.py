"""Lets only so many large instances be worked on at once on one machine, so that their memory has room together.

What an instance takes is estimated by its decoded Frame: all else of it is read and written in pieces, through files. Every
process of a user on the machine asks here, also those of several runs. A share is a number of locked files, which the
kernel unlocks when their process ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .file_bytes import MEMORY_BYTES
from .instance import PixelFacts, Source

BUDGET_VARIABLE = "EFFACE_LARGE_MB"
"""The memory of all large instances of this machine together, in megabytes."""


@dataclass(frozen=True)
class ShareLimits:
    """How memory is shared.

    Attributes:
        frames: Decoded Frames that are in memory at once while the text of one is read, or it is rewritten, verified and looked
            at again: 3 to 5 measured for the one (`tests/bench/bench_large.py`), 7 for the other (`bench_large_runs.py`).
        pixel_bytes: A Frame counts as so many bytes a pixel at least, since text is read in colour.
        contents: Contents that are in memory at once, up to `MEMORY_BYTES` each.
        small_bytes: What takes no more is not counted.
        unit_bytes: Memory is given in multiples of it.
        share: Of the memory of the machine, or of its container, where no budget is given.
        pause_sec: Between two attempts to get a share.
    """

    frames: float = 8.0
    pixel_bytes: int = 3
    contents: int = 4
    small_bytes: int = 256 << 20
    unit_bytes: int = 256 << 20
    share: float = 0.5
    pause_sec: float = 0.1


LIMITS = ShareLimits()
_CONTAINER_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def needed_bytes(pixels: PixelFacts | None, source: Source) -> int:
    """What an instance takes in the process that works on one of its Frames, at the most.

    Args:
        pixels: Of the instance; None where it has no pixel data.
        source: Where it is stored.
    """
    frame_bytes = max(pixels.frame_bytes, LIMITS.pixel_bytes * pixels.rows * pixels.columns) if pixels else 0
    return round(LIMITS.frames * frame_bytes) + LIMITS.contents * min(source.size_bytes, MEMORY_BYTES)


@contextlib.contextmanager
def share_of_memory(size_bytes: int) -> Iterator[None]:
    """Wait until there is room for an instance that takes so much, and hold it. One that takes more than all gets all.

    Where no lock can be had, such as on a read-only machine, nothing is waited for.
    """
    if size_bytes <= LIMITS.small_bytes:
        yield
        return
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            _take(held, -(-size_bytes // LIMITS.unit_bytes))
        yield


def budget_bytes() -> int:
    """The memory of all large instances of this machine together."""
    given = os.environ.get(BUDGET_VARIABLE, "")
    return int(given) * 1_000_000 if given.isdecimal() else round(LIMITS.share * _machine_bytes())


def _machine_bytes() -> int:
    least = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for place in _CONTAINER_LIMITS:
        with contextlib.suppress(OSError, ValueError):  # "max" stands for none.
            least = min(least, int(place.read_text(encoding="ascii")))
    return least


def _take(held: contextlib.ExitStack, units: int) -> None:
    """Lock so many of the unit files. One process takes at a time: two would wait for each other, each with a part."""
    folder = Path(tempfile.gettempdir(), f"efface-memory-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError
    count = max(1, budget_bytes() // LIMITS.unit_bytes)
    with _opened(folder / "gate") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        missing = min(units, count)
        while missing:
            for number in range(count):
                if missing and _locked(held, folder / str(number)):
                    missing -= 1
            if missing:
                time.sleep(LIMITS.pause_sec)


def _locked(held: contextlib.ExitStack, path: Path) -> bool:
    with contextlib.ExitStack() as opened:
        file = opened.enter_context(_opened(path))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        held.push(opened.pop_all())
        return True


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield file
    finally:
        os.close(file)
