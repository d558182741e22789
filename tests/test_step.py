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
from efface.transforms.core.errors import StructureError
from efface.transforms.core.failures import describe_failure
from efface.transforms.core.meters import ENDED, count
from efface.transforms.step import apply_step
from efface.transforms.steps.step import Step
from support.steps import counted, failures, graph


@dataclass(frozen=True)
class Job:
    """What the step below is to do: yield so many results, then raise."""

    ref: str
    results: int
    error: str = ""


class Work(Step):
    stage = "do_work"
    errors: ClassVar[dict[str, Exception]] = {
        "expected": StructureError("a length lies"),
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
    before = ENDED.copy()
    with graph() as pipeline:
        outcome = apply_step(pipeline | beam.Create(jobs).with_output_types(Job), Work(), Job, str)
        assert_that(outcome.passed, equal_to(["A0", "A1"]), label="Passed")
        expected = (("B", "do_work", "structure"), ("C", "do_work", UNEXPECTED), ("E", "do_work", UNEXPECTED))
        assert_that(outcome.failed, failures(*expected), label="Failed")
    assert counted(pipeline, "do_work") == {Counter.PASSED: 2, Counter.FAILED: 3, Counter.TILES: 6}
    assert ENDED - before == {"do_work": 3}


def test_no_element_is_no_result_and_no_failure() -> None:
    with graph() as pipeline:
        outcome = apply_step(pipeline | beam.Create([]).with_output_types(Job), Work(), Job, str)
        assert_that(outcome.passed, equal_to([]), label="Passed")
        assert_that(outcome.failed, failures(), label="Failed")
    assert counted(pipeline, "do_work") == {}


def test_a_retried_element_fares_as_it_did_before() -> None:
    jobs = [Job("A", 2), Job("B", 2, "expected")] * 2
    with graph() as pipeline:
        outcome = apply_step(pipeline | beam.Create(jobs).with_output_types(Job), Work(), Job, str)
        assert_that(outcome.passed, equal_to(["A0", "A1"] * 2), label="Passed")
        assert_that(outcome.failed, failures(*[("B", "do_work", "structure")] * 2), label="Failed")


def test_two_steps_of_one_graph_keep_apart() -> None:
    class Again(Work):
        stage = "do_more"

        def ref_of(self, element: str) -> str:  # type: ignore[override]
            return f"ref of {element}"

        def handle(self, element: str) -> Iterator[str]:  # type: ignore[override]
            if element == "A1":
                raise StructureError("no")
            yield element

    with graph() as pipeline:
        first = apply_step(pipeline | beam.Create([Job("A", 2)]).with_output_types(Job), Work(), Job, str)
        second = apply_step(first.passed, Again(), str, str)
        assert_that(first.failed, failures(), label="First failed")
        assert_that(second.passed, equal_to(["A0"]), label="Passed")
        assert_that(second.failed, failures(("ref of A1", "do_more", "structure")), label="Failed")
    assert counted(pipeline, "do_work") == {Counter.PASSED: 1, Counter.TILES: 2}
    assert counted(pipeline, "do_more") == {Counter.PASSED: 1, Counter.FAILED: 1}


def test_types_are_checked_when_the_graph_is_built() -> None:
    pipeline = beam.Pipeline(runner="FnApiRunner")
    with pytest.raises(TypeCheckError):
        apply_step(pipeline | beam.Create(["A"]).with_output_types(str), Work(), Job, str)
