"""Gives a step to Beam: its results, its failures and its further outputs as PCollections, and its counters as Beam's metrics.

Beam's own exception handling carries the element and the message into the dead letter, and both may hold identifiers. So a step
itself turns what fails into a `Failure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar, Union

import apache_beam as beam
from apache_beam.metrics import Metrics

from .core.counters import Counter, Distribution
from .core.errors import Failure
from .core.meters import report_to
from .dicom.configuration import configure
from .steps.step import Step

T = TypeVar("T")

FAILED = "failed"


class Outcome(NamedTuple, Generic[T]):
    """The two outputs of a step."""

    passed: beam.PCollection[T]
    failed: beam.PCollection[Failure]


class _BeamMetrics:
    def add(self, stage: str, counter: Counter, by: int) -> None:
        Metrics.counter(stage, counter).inc(by)

    def update(self, stage: str, distribution: Distribution, value: int) -> None:
        Metrics.distribution(stage, distribution).update(value)


class StepFn(beam.DoFn):
    """A step as a DoFn.

    Args:
        step: What is done to an element.
        tags: Type of a result -> the output that it goes to, but for the main one.
    """

    def __init__(self, step: Step, tags: Mapping[type, str]) -> None:
        self.step, self.tags = step, dict(tags)

    def setup(self) -> None:
        configure()
        report_to(_BeamMetrics())
        self.step.load()

    def process(self, element: Any) -> Iterator[Any]:
        for result in self.step.run(element):
            tag = self.tags.get(type(result))
            yield result if tag is None else beam.pvalue.TaggedOutput(tag, result)


def apply_step(elements: beam.PCollection[Any], step: Step, element_type: type, result_type: type[T]) -> Outcome[T]:
    """Run a step over a PCollection; the types are checked when the graph is built."""
    outputs = apply_tagged(elements, step, element_type, result_type)
    return Outcome(outputs.passed, outputs[FAILED])


def apply_tagged(
    elements: beam.PCollection[Any], step: Step, element_type: type, result_type: type, **tagged: type
) -> beam.pvalue.DoOutputsTuple:
    """`apply_step` for a step with further outputs: tag -> type of the results that go there. The others are in `passed`."""
    types = {**tagged, FAILED: Failure}
    # Beam's check of types at run time holds what is tagged to the type of the main output as well.
    any_type: Any = Union[(result_type, *types.values())]  # Their number is not known here.
    work = beam.ParDo(StepFn(step, {type_: tag for tag, type_ in types.items()}))
    work = work.with_input_types(element_type).with_output_types(any_type, **types)
    label = step.stage.replace("_", " ").capitalize()
    outputs: beam.pvalue.DoOutputsTuple = elements | label >> work.with_outputs(*types, main="passed")
    outputs.passed.element_type = result_type
    return outputs
