"""What becomes of an exception: a code of the documents, and a line that tells where to look and nothing of the data."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from efface.transforms.core.errors import EffaceError, StructureError
from efface.transforms.outcome import FAILED, StepFn, describe_failure, explain_failure


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


def test_what_is_expected_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert describe_failure("REF", "stage", StructureError("a length lies")).code == "structure"
    assert caplog.records == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_process_is_no_failure(error: type[BaseException]) -> None:
    with pytest.raises(error):
        list(_Raising(error()).process("element"))


def test_a_line_for_a_terminal_tells_no_message_that_nobody_expected() -> None:
    assert explain_failure(StructureError("a length lies")) == ("structure", "a length lies")
    code, reason = explain_failure(KeyError("Doe^Jane"))
    assert (code, "KeyError" in reason, "Jane" in reason) == ("internal", True, False)
