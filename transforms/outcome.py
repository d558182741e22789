"""How every step reports: results in one output, a `Failure` for each element that did not make it in the other.

Beam's own exception handling carries the element and the message into the dead letter, and both may hold identifiers. Here a
failure is a reference, a stage and a code, and nothing else leaves the step.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics

from .core.counters import Counter
from .core.errors import EffaceError, WithdrawnError
from .core.records import Failure

FAILED = "failed"

LIVE: collections.Counter[tuple[str, str]] = collections.Counter()
"""(stage, counter) -> count in this process so far: what a progress line of a local run shows between two batches."""


class Outcome(NamedTuple):
    """The two outputs of a step."""

    passed: beam.PCollection
    failed: beam.PCollection


def describe_failure(ref: str, stage: str, error: Exception) -> Failure:
    """The failure that stands for an exception: its code, or its class name when nobody expected it."""
    code = error.code if isinstance(error, EffaceError) else type(error).__name__
    return Failure(ref, stage, code, error.patient_ref if isinstance(error, WithdrawnError) else "")


def count(stage: str, counter: Counter, by: int = 1) -> None:
    """Add to a counter of this stage, in Beam's metrics and in `LIVE`."""
    Metrics.counter(stage, counter).inc(by)
    LIVE[stage, counter] += by


class StepFn(beam.DoFn):
    """A DoFn over one pure step: `handle` returns or yields the results, or raises.

    An element's results are complete before the first one is passed on, so a step never yields half of them.
    """

    stage: ClassVar[str]

    def ref_of(self, element: Any) -> str:
        """The public name of the element's instance."""
        return element.ref

    def handle(self, element: Any) -> Iterable[Any]:
        raise NotImplementedError

    def process(self, element: Any) -> Iterator[Any]:
        try:
            results = list(self.handle(element))
        except Exception as error:
            count(self.stage, Counter.FAILED)
            yield beam.pvalue.TaggedOutput(FAILED, describe_failure(self.ref_of(element), self.stage, error))
        else:
            count(self.stage, Counter.PASSED)
            yield from results


def apply_step(elements: beam.PCollection, step: StepFn, element_type: type, result_type: Any) -> Outcome:
    """Run a step over a PCollection; the types are checked when the graph is built."""
    work = beam.ParDo(step).with_input_types(element_type).with_output_types(result_type)
    outputs = elements | step.stage.replace("_", " ").capitalize() >> work.with_outputs(FAILED, main="passed")
    return Outcome(outputs.passed, outputs[FAILED])
