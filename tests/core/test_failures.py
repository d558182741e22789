"""What an exception says of its instance: a code and a rule, and never a value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from efface.transforms.core.errors import EffaceError, Failure, StructureError
from efface.transforms.core.failures import describe_failure, explain_failure
from support.steps import leaks


@pytest.mark.parametrize("error", [*EffaceError.__subclasses__(), ValueError, OSError])
def test_a_failure_tells_a_code_and_the_rule_that_was_broken(error: type[Exception]) -> None:
    failure = describe_failure("REF", "stage", error("a length lies"))
    assert isinstance(failure, Failure)
    is_expected = issubclass(error, EffaceError)
    assert (failure.code, failure.detail) == ((error.code, "a length lies") if is_expected else (EffaceError.code, ""))  # type: ignore[attr-defined]
    assert not leaks(describe_failure("REF", "stage", ValueError("/in/Plantagenet^Zebulon/1.dcm")))


@pytest.mark.parametrize("allocate", [lambda: np.empty(1 << 50), lambda: pa.allocate_buffer(1 << 60), lambda: bytes(1 << 60)])
def test_a_lack_of_memory_is_told_as_such_and_not_to_be_reported(
    allocate: Callable[[], object], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(MemoryError) as caught:
        allocate()
    assert describe_failure("REF", "stage", caught.value).code == explain_failure(caught.value)[0] == "memory"
    assert caplog.records == []


def test_what_is_expected_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert describe_failure("REF", "stage", StructureError("a length lies")).code == "structure"
    assert caplog.records == []


def test_a_line_for_a_terminal_tells_no_message_that_nobody_expected() -> None:
    assert explain_failure(StructureError("a length lies")) == ("structure", "a length lies")
    code, reason = explain_failure(KeyError("Doe^Jane"))
    assert (code, "KeyError" in reason, "Jane" in reason) == ("internal", True, False)
