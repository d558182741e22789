"""How every step reports: all results of an element, or one failure that tells nothing but a ref, a stage and a code."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.typehints.decorators import TypeCheckError

from efface.transforms.core.counters import Counter
from efface.transforms.core.errors import EffaceError, StructureError
from efface.transforms.core.failures import describe_failure
from efface.transforms.step import ENDED, FAILED, StepFn, apply_step, count
from support.steps import counted, failures, graph


@dataclass(frozen=True)
class Job:
    """What the step below is to do: yield so many results, then raise."""

    ref: str
    results: int
    error: str = ""


class WorkFn(StepFn):
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
        outcome = apply_step(pipeline | beam.Create(jobs).with_output_types(Job), WorkFn(), Job, str)
        assert_that(outcome.passed, equal_to(["A0", "A1"]), label="Passed")
        expected = (("B", "do_work", "structure"), ("C", "do_work", UNEXPECTED), ("E", "do_work", UNEXPECTED))
        assert_that(outcome.failed, failures(*expected), label="Failed")
    assert counted(pipeline, "do_work") == {Counter.PASSED: 2, Counter.FAILED: 3, Counter.TILES: 6}
    assert ENDED - before == {"do_work": 3}


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


class Panic(BaseException):
    """As decoders written in Rust raise one."""


class _Raising(StepFn):
    stage = "raising"

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def ref_of(self, element: Any) -> str:
        return "REF"

    def handle(self, element: Any) -> Iterator[Any]:
        raise self.error


@pytest.mark.parametrize("error", [KeyError("Doe^Jane"), MemoryError(), RecursionError("Doe^Jane"), Panic("Doe^Jane")])
def test_what_nobody_expected_has_a_documented_code_and_is_told_once(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        [failed] = list(_Raising(error).process("element"))
    assert (failed.tag, failed.value.code) == (FAILED, EffaceError.code)
    [record] = caplog.records
    assert f"{type(error).__name__} at " in record.getMessage()
    assert f"{__name__}:" in record.getMessage()
    assert "raising" in record.getMessage()
    assert "Jane" not in caplog.text


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_process_is_no_failure(error: type[BaseException]) -> None:
    with pytest.raises(error):
        list(_Raising(error()).process("element"))
