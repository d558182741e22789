"""Messages between the supervisor and its workers, and the batches they work on. Imports neither Beam nor a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from efface.transforms.core.instance import Source

if TYPE_CHECKING:
    from efface.pipeline.job import Job
    from efface.pipeline.policy import Policy


@dataclass(frozen=True)
class BatchJob:
    """What all batches of a run have in common."""

    policy: Policy
    job: Job
    beam_flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """A bounded part of the input.

    Attributes:
        part: Its name, which its audit files bear.
        sources: The objects to de-identify.
        deaths: Number of workers that died on exactly these sources.
        began_sec: Time when it was split off a larger batch, in seconds since 1970; 0 for an original batch.
    """

    part: str
    sources: tuple[Source, ...]
    deaths: int = 0
    began_sec: float = 0.0


@dataclass(frozen=True)
class Ready:
    """The worker has loaded its models and waits for a batch."""


@dataclass(frozen=True)
class StartFailed:
    """The worker cannot start, and no other would. `message` is for the user."""

    message: str


@dataclass(frozen=True)
class InstancesDone:
    """A worker's sign of life, every second.

    Attributes:
        count: Number of instances of the current batch that are published or failed.
        cpu_sec: CPU time of the worker since its start.
        counted: Times that its steps counted something since its start.
    """

    count: int
    cpu_sec: float = 0.0
    counted: int = 0


@dataclass(frozen=True)
class BatchFinished:
    """The batch is done, and its audit is written."""


@dataclass(frozen=True)
class BatchFailed:
    """The graph itself failed on the batch. `code` is that of an `EffaceError`."""

    code: str


def split_into_batches(sources: Sequence[Source], max_instances: int, max_bytes: int) -> list[Batch]:
    """Split the input, in order, into batches that are bounded in number and in bytes."""
    parts: list[list[Source]] = []
    size_bytes = 0
    for source in sources:
        if not parts or len(parts[-1]) >= max_instances or size_bytes + source.size_bytes > max_bytes:
            parts.append([])
            size_bytes = 0
        parts[-1].append(source)
        size_bytes += source.size_bytes
    return [Batch(f"{number:06d}", tuple(part)) for number, part in enumerate(parts)]
