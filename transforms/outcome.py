"""How every step reports: results in one output, a `Failure` for each element that did not make it in the other.

Beam's own exception handling carries the element and the message into the dead letter, and both may hold identifiers. Here a
failure is a reference, a stage and a code, and nothing else leaves the step.
"""

from __future__ import annotations

import collections
import logging
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

import apache_beam as beam
from apache_beam.metrics import Metrics

from .core.counters import Counter
from .core.errors import EffaceError, WithdrawnError
from .core.malformed import place_of
from .core.records import Failure
from .dicom.configuration import configure

FAILED = "failed"
NOT_FAILURES = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""They end a process. Every other exception is a failure of its instance, also those that decoders panic with."""

LIVE: collections.Counter[tuple[str, str]] = collections.Counter()
"""(stage, counter) -> count in this process so far: what a progress line of a local run shows between two batches."""


class Outcome(NamedTuple):
    """The two outputs of a step."""

    passed: beam.PCollection
    failed: beam.PCollection


def describe_failure(ref: str, stage: str, error: BaseException) -> Failure:
    """The failure that stands for an exception. Of one that nobody expected, the log tells where it came from."""
    if isinstance(error, EffaceError):
        return Failure(ref, stage, error.code, error.patient_ref if isinstance(error, WithdrawnError) else "", str(error))
    # An error, since workers of a local run pass over warnings.
    logging.getLogger(__name__).error("please report: %s in %s", describe_unexpected(error), stage)
    return Failure(ref, stage, EffaceError.code)


def explain_failure(error: BaseException) -> tuple[str, str]:
    """Code and reason of a failure, for a line on a terminal."""
    if isinstance(error, EffaceError):
        return error.code, str(error)
    return EffaceError.code, f"{describe_unexpected(error)}; please report it"


def describe_unexpected(error: BaseException) -> str:
    """Class and lines of code of an exception: the last one of efface, and where it was raised. Never its message."""
    places = dict.fromkeys((place_of(error, "efface."), place_of(error)))
    return " at ".join((type(error).__name__, *filter(None, places)))


def count(stage: str, counter: Counter, by: int = 1) -> None:
    """Add to a counter of this stage, in Beam's metrics and in `LIVE`."""
    Metrics.counter(stage, counter).inc(by)
    LIVE[stage, counter] += by


class StepFn(beam.DoFn):
    """A DoFn over one pure step: `handle` returns or yields the results, or raises.

    An element's results are complete before the first one is passed on, so a step never yields half of them.
    """

    stage: ClassVar[str]

    def setup(self) -> None:
        configure()

    def ref_of(self, element: Any) -> str:
        """The public name of the element's instance."""
        return element.ref

    def handle(self, element: Any) -> Iterable[Any]:
        raise NotImplementedError

    def process(self, element: Any) -> Iterator[Any]:
        try:
            results = list(self.handle(element))
        except NOT_FAILURES:
            raise
        except BaseException as error:
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
