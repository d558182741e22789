"""The one way a step reports: results, a `Failure` for each element that fails, and the counters of both.

Beam's own exception handling carries the element and the message into the dead letter, and both may hold identifiers. Here a
failure is a reference, a stage and a code, and nothing else leaves the step.
"""

from __future__ import annotations

import collections
import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, Union

import apache_beam as beam
from apache_beam.metrics import Metrics

from .core.counters import Counter, Distribution
from .core.errors import Failure
from .core.failures import NOT_FAILURES, describe_failure
from .dicom.configuration import configure

T = TypeVar("T")

FAILED = "failed"
ENDED: collections.Counter[str] = collections.Counter()
"""Stage -> instances that this process published or failed there, each once: what a progress line shows between two batches."""
COUNTED: collections.Counter[str] = collections.Counter()
"""Stage -> times that it counted something in this process, at least once an element: the work goes on."""


class Outcome(NamedTuple, Generic[T]):
    """The two outputs of a step."""

    passed: beam.PCollection[T]
    failed: beam.PCollection[Failure]


def count(stage: str, counter: Counter, by: int = 1) -> None:
    """Add to a counter of a stage in Beam's metrics."""
    COUNTED[stage] += 1
    Metrics.counter(stage, counter).inc(by)


def measure_batch(stage: str, size: int, started_sec: float) -> int:
    """Add a batch of a model to the distributions of a stage in Beam's metrics.

    Args:
        stage: The stage whose model works.
        size: Number of inputs of the model.
        started_sec: `time.perf_counter()` before the batch.

    Returns:
        The latency of the batch in msec.
    """
    latency_msec = round(1000 * (time.perf_counter() - started_sec))
    Metrics.distribution(stage, Distribution.BATCH_SIZE).update(size)
    Metrics.distribution(stage, Distribution.BATCH_LATENCY).update(latency_msec)
    return latency_msec


class StepFn(beam.DoFn):
    """A DoFn over pure functions: `handle` returns or yields the results, or raises.

    A result may be a `TaggedOutput`, or a `Failure` where an earlier step failed. An element's results are complete before the
    first one is passed on, so a step never yields half of them.
    """

    stage: ClassVar[str]

    def __init__(self) -> None:
        """A step without settings."""

    def setup(self) -> None:
        configure()
        self.load()

    def load(self) -> None:
        """Load the models that the step works with, once a process.

        Raises:
            ModelError: One cannot be loaded. It fails the bundle, and so the job, not thousands of instances.
        """

    def ref_of(self, element: Any) -> str:
        """The public name of the element's instance."""
        return str(element.ref)

    def refs_of(self, element: Any) -> Iterable[str]:
        """The public names of all instances of an element: each of them fails when the element fails."""
        return (self.ref_of(element),)

    def output_uid_of(self, element: Any) -> str:
        """The SOP Instance UID that the output of the element's instance would have; "" where it is not known here."""
        return str(getattr(element, "output_uid", ""))

    def handle(self, element: Any) -> Iterable[Any]:
        raise NotImplementedError

    def fail(self, element: Any, failure: Failure) -> Any:
        """The output for an element that failed. By default its instance ends here."""
        ENDED[failure.stage] += 1
        return beam.pvalue.TaggedOutput(FAILED, failure)

    def process(self, element: Any) -> Iterator[Any]:
        try:
            results = list(self.handle(element))
        except NOT_FAILURES:
            raise
        except BaseException as error:
            stage, reason = (error.stage, error.reason) if isinstance(error, _StageFailedError) else (self.stage, error)
            failure = describe_failure("", stage, reason)
            failure = replace(failure, sop_instance_uid=failure.sop_instance_uid or self.output_uid_of(element))
            results = [replace(failure, ref=ref) for ref in self.refs_of(element)]
        else:
            stage = self.stage
        failures = sum(isinstance(result, Failure) for result in results)
        count(stage, Counter.FAILED if failures else Counter.PASSED, failures or 1)
        for result in results:
            yield self.fail(element, result) if isinstance(result, Failure) else result


class _StageFailedError(Exception):
    def __init__(self, stage: str, reason: BaseException) -> None:
        super().__init__(stage)
        self.stage, self.reason = stage, reason


@contextlib.contextmanager
def in_stage(stage: str) -> Iterator[None]:
    """Let the block, a part of `StepFn.handle`, count and fail under a stage of its own."""
    try:
        yield
    except NOT_FAILURES:
        raise
    except BaseException as error:
        raise _StageFailedError(stage, error) from None
    count(stage, Counter.PASSED)


def apply_step(elements: beam.PCollection[Any], step: StepFn, element_type: type, result_type: type[T]) -> Outcome[T]:
    """Run a step over a PCollection; the types are checked when the graph is built."""
    outputs = apply_tagged(elements, step, element_type, result_type)
    return Outcome(outputs.passed, outputs[FAILED])


def apply_tagged(
    elements: beam.PCollection[Any], step: StepFn, element_type: type, result_type: type, **tagged: type
) -> beam.pvalue.DoOutputsTuple:
    """`apply_step` for a step with further outputs: tag -> type of what it yields there. Its results are in `passed`."""
    types = {**tagged, FAILED: Failure}
    # Beam's check of types at run time holds what is tagged to the type of the main output as well.
    any_type: Any = Union[(result_type, *types.values())]  # Their number is not known here.
    work = beam.ParDo(step).with_input_types(element_type).with_output_types(any_type, **types)
    label = step.stage.replace("_", " ").capitalize()
    outputs: beam.pvalue.DoOutputsTuple = elements | label >> work.with_outputs(*types, main="passed")
    outputs.passed.element_type = result_type
    return outputs
