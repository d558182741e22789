"""What the steps count: for the progress of this process, and for the metrics of an engine that has some."""

from __future__ import annotations

import collections
import time
from typing import Protocol

from .counters import Counter, Distribution

ENDED: collections.Counter[str] = collections.Counter()
"""Stage -> instances that this process published or failed there, each once: what a progress line shows between two batches."""
COUNTED: collections.Counter[str] = collections.Counter()
"""Stage -> times that it counted something in this process, at least once an element: the work goes on."""


class Metrics(Protocol):
    """The metrics of an engine. The namespace of each is a stage."""

    def add(self, stage: str, counter: Counter, by: int) -> None:
        """Add to a counter."""

    def update(self, stage: str, distribution: Distribution, value: int) -> None:
        """Add a value to a distribution."""


_metrics: list[Metrics] = []


def report_to(metrics: Metrics) -> None:
    """Let what this process counts reach an engine from now on."""
    _metrics[:] = [metrics]


def count(stage: str, counter: Counter, by: int = 1) -> None:
    """Add to a counter of a stage."""
    COUNTED[stage] += 1
    for metrics in _metrics:
        metrics.add(stage, counter, by)


def measure_batch(stage: str, size: int, started_sec: float) -> int:
    """Add a batch of a model to the distributions of a stage.

    Args:
        stage: The stage whose model works.
        size: Number of inputs of the model.
        started_sec: `time.perf_counter()` before the batch.

    Returns:
        The latency of the batch in msec.
    """
    latency_msec = round(1000 * (time.perf_counter() - started_sec))
    for metrics in _metrics:
        metrics.update(stage, Distribution.BATCH_SIZE, size)
        metrics.update(stage, Distribution.BATCH_LATENCY, latency_msec)
    return latency_msec
