"""The messages between the supervisor and its workers, and the batches. Loads neither Beam nor a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from efface.transforms.core.instance import Source

if TYPE_CHECKING:
    from efface.pipeline.deidentify import Job
    from efface.pipeline.policy import Policy


@dataclass(frozen=True)
class BatchJob:
    """The common settings of all batches of a run."""

    policy: Policy
    job: Job
    beam_flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """A bounded part of the input.

    Attributes:
        part: Its name, which is also the name of its audit files.
        sources: What it works on.
        deaths: How often a worker died over exactly these sources.
        began_sec: When it was cut out of a larger batch, in seconds since 1970; 0 for a whole one.
    """

    part: str
    sources: tuple[Source, ...]
    deaths: int = 0
    began_sec: float = 0.0


@dataclass(frozen=True)
class Ready:
    """The worker has its models and waits for a batch."""


@dataclass(frozen=True)
class Refused:
    """The worker cannot start, and no other would. The message is for the user."""

    message: str


@dataclass(frozen=True)
class Live:
    """Progress of the current batch."""

    done: int


@dataclass(frozen=True)
class Finished:
    """The batch is done, and its audit is written."""


@dataclass(frozen=True)
class Broken:
    """The graph itself failed over the batch. `code` is the exception's class name."""

    code: str


def batches(sources: Sequence[Source], max_instances: int, max_bytes: int) -> list[Batch]:
    """Cut the input into batches that are bounded in number and in bytes, in order."""
    cut: list[list[Source]] = []
    size_bytes = 0
    for source in sources:
        if not cut or len(cut[-1]) >= max_instances or size_bytes + source.size_bytes > max_bytes:
            cut.append([])
            size_bytes = 0
        cut[-1].append(source)
        size_bytes += source.size_bytes
    return [Batch(f"{number:06d}", tuple(part)) for number, part in enumerate(cut)]
