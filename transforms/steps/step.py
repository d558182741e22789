"""The one way a step reports: results, a `Failure` for each instance of an element that fails, and the counters of both.

A failure is a reference, a stage and a code. Nothing else leaves the step: an element or a message may hold identifiers.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from ..core.counters import Counter
from ..core.errors import Failure
from ..core.failures import NOT_FAILURES, describe_failure
from ..core.meters import ENDED, count


class Step:
    """A step over pure functions: `handle` returns or yields the results, or raises. It holds settings only.

    A result may be a `Failure` where an earlier step failed. An element's results are complete before the first one is passed
    on, so a step never yields half of them.
    """

    stage: ClassVar[str]

    def load(self) -> None:
        """Load the models that the step works with, once a process.

        Raises:
            ModelError: One cannot be loaded. It fails the job, not thousands of instances.
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
        """The result for an element that failed. By default its instance ends here."""
        ENDED[failure.stage] += 1
        return failure

    def run(self, element: Any) -> list[Any]:
        """The results of an element, or what `fail` makes of its failures."""
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
        return [self.fail(element, result) if isinstance(result, Failure) else result for result in results]


class _StageFailedError(Exception):
    def __init__(self, stage: str, reason: BaseException) -> None:
        super().__init__(stage)
        self.stage, self.reason = stage, reason


@contextlib.contextmanager
def in_stage(stage: str) -> Iterator[None]:
    """Let the block, a part of `Step.handle`, count and fail under a stage of its own."""
    try:
        yield
    except NOT_FAILURES:
        raise
    except BaseException as error:
        raise _StageFailedError(stage, error) from None
    count(stage, Counter.PASSED)
