"""How long the worker of a batch may take: by the size of its sources, and between two signs of life."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from efface.transforms.core.instance import Source


@dataclass(frozen=True)
class DeadlineLimits:
    """When the supervisor ends a worker. Each limit is far above what the slowest healthy work takes.

    Attributes:
        batch_sec: Part of a deadline that a batch has once, of one instance or of many. The size of a compressed clip says
            little about its work, so the whole work of one has its place here. A clip of 600 speckled frames of 800 x 600 with
            eight lines each, read frame by frame in full, takes 5.4 minutes of one core, by its first 61 frames: a fortieth.
        instance_sec: Part that each instance adds.
        bytes_per_sec: Each instance also adds its size, as read and searched at this rate. A radiograph of 10 MB, for which
            this is 100 s, takes 3.4 s (docs/scaling.md).
        step_cpu_sec: CPU time that one step may take for one instance, or for one part of its pixels: a decoder that does not
            come to an end costs this, and not the deadline of a batch. It is the time of five such clips as a whole, whatever
            else the machine does. The size of the largest instance adds to it, at `bytes_per_sec`.
        wait_sec: Longest time in which a worker with a batch waits, so that it neither computes nor ends an instance.
        wait_bytes_per_sec: The sizes of a batch add to that, as read at this rate: a storage that is slower counts as hanging.
        working_cpu_sec: CPU time that shows that a worker computes. One that waits takes 0.3 s, then 0.03 s in 100 s.
        silent_sec: Longest time without a message of a worker that has a batch. A healthy one sends one every second, so such a
            worker is stopped, or stuck in a library that lets no other thread run.
        start_sec: Longest time until a worker is ready: it loads its models.
    """

    batch_sec: float = 4 * 3600.0
    instance_sec: float = 60.0
    bytes_per_sec: float = 100_000.0
    step_cpu_sec: float = 1800.0
    wait_sec: float = 900.0
    wait_bytes_per_sec: float = 10_000.0
    working_cpu_sec: float = 2.0
    silent_sec: float = 300.0
    start_sec: float = 1800.0


LIMITS = DeadlineLimits()


def longest_wait_sec(sources: Iterable[Source]) -> float:
    """The time that a worker may wait for a storage while it has a batch of these sources."""
    return LIMITS.wait_sec + sum(source.size_bytes for source in sources) / LIMITS.wait_bytes_per_sec


def longest_step_cpu_sec(sources: Iterable[Source]) -> float:
    """The CPU time that a worker may take for one step on one instance of these sources."""
    return LIMITS.step_cpu_sec + max((source.size_bytes for source in sources), default=0) / LIMITS.bytes_per_sec


def deadline_sec(sources: Iterable[Source]) -> float:
    """The time that a worker has for a batch of these sources."""
    return LIMITS.batch_sec + sum(LIMITS.instance_sec + source.size_bytes / LIMITS.bytes_per_sec for source in sources)
