"""How every step reports: all results of an element, or one failure that tells nothing but a ref, a stage and a code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.typehints.decorators import TypeCheckError

from efface.transforms.core.counters import Counter
from efface.transforms.core.errors import EffaceError, StructureError
from efface.transforms.core.records import Failure
from efface.transforms.outcome import LIVE, StepFn, apply_step, count, describe_failure
from support.steps import counted, failures, graph, leaks


@dataclass(frozen=True)
class Job:
    """What the step below is to do: yield so many results, then raise."""

    ref: str
    results: int
    error: str = ""


class WorkFn(StepFn):
    stage = "do_work"
    errors: ClassVar[dict[str, Exception]] = {
        "expected": StructureError("of Plantagenet^Zebulon"),
        "unexpected": KeyError("/in/Plantagenet^Zebulon/1.dcm"),
    }

    def handle(self, element: Job) -> Iterator[str]:
        for number in range(element.results):
            count(self.stage, Counter.TILES)
            yield f"{element.ref}{number}"
        if element.error:
            raise self.errors[element.error]


UNEXPECTED = describe_failure("", "", KeyError()).code


def test_an_element_gives_all_of_its_results_or_one_failure() -> None:
    jobs = [Job("A", 2), Job("B", 1, "expected"), Job("C", 0, "unexpected"), Job("D", 0), Job("E", 3, "unexpected")]
    before = LIVE.copy()
    with graph() as pipeline:
        outcome = apply_step(pipeline | beam.Create(jobs).with_output_types(Job), WorkFn(), Job, str)
        assert_that(outcome.passed, equal_to(["A0", "A1"]), label="Passed")
        expected = (("B", "do_work", "structure"), ("C", "do_work", UNEXPECTED), ("E", "do_work", UNEXPECTED))
        assert_that(outcome.failed, failures(*expected), label="Failed")
    counters = {Counter.PASSED: 2, Counter.FAILED: 3, Counter.TILES: 6}
    assert counted(pipeline, "do_work") == counters
    assert {counter: LIVE["do_work", counter] - before["do_work", counter] for counter in counters} == counters


def test_no_element_is_no_result_and_no_failure() -> None:
    with graph() as pipeline:
        outcome = apply_step(pipeline | beam.Create([]).with_output_types(Job), WorkFn(), Job, str)
        assert_that(outcome.passed, equal_to([]), label="Passed")
        assert_that(outcome.failed, failures(), label="Failed")
    assert counted(pipeline, "do_work") == {}


def test_a_retried_element_fares_as_it_did_before() -> None:
    jobs = [Job("A", 2), Job("B", 2, "expected")] * 2
    with graph() as pipeline:
        outcome = apply_step(pipeline | beam.Create(jobs).with_output_types(Job), WorkFn(), Job, str)
        assert_that(outcome.passed, equal_to(["A0", "A1"] * 2), label="Passed")
        assert_that(outcome.failed, failures(*[("B", "do_work", "structure")] * 2), label="Failed")


def test_two_steps_of_one_graph_keep_apart() -> None:
    class AgainFn(WorkFn):
        stage = "do_more"

        def ref_of(self, element: str) -> str:  # type: ignore[override]
            return f"ref of {element}"

        def handle(self, element: str) -> Iterator[str]:  # type: ignore[override]
            if element == "A1":
                raise StructureError("no")
            yield element

    with graph() as pipeline:
        first = apply_step(pipeline | beam.Create([Job("A", 2)]).with_output_types(Job), WorkFn(), Job, str)
        second = apply_step(first.passed, AgainFn(), str, str)
        assert_that(first.failed, failures(), label="First failed")
        assert_that(second.passed, equal_to(["A0"]), label="Passed")
        assert_that(second.failed, failures(("ref of A1", "do_more", "structure")), label="Failed")
    assert counted(pipeline, "do_work") == {Counter.PASSED: 1, Counter.TILES: 2}
    assert counted(pipeline, "do_more") == {Counter.PASSED: 1, Counter.FAILED: 1}


def test_types_are_checked_when_the_graph_is_built() -> None:
    pipeline = beam.Pipeline(runner="FnApiRunner")
    with pytest.raises(TypeCheckError):
        apply_step(pipeline | beam.Create(["A"]).with_output_types(str), WorkFn(), Job, str)


@pytest.mark.parametrize("error", [*EffaceError.__subclasses__(), ValueError, OSError, MemoryError])
def test_a_failure_tells_a_code_and_never_the_message(error: type[Exception]) -> None:
    failure = describe_failure("REF", "stage", error("/in/Plantagenet^Zebulon/1.dcm"))
    assert (failure.ref, failure.stage) == ("REF", "stage")
    assert failure.code.isidentifier()
    assert not issubclass(error, EffaceError) or failure.code == error.code
    assert not leaks(failure)
    assert isinstance(failure, Failure)
