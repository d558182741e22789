"""What fails in a step tells nothing but a ref, a stage and a code."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from efface.transforms.core.errors import EffaceError
from efface.transforms.steps.step import Step


class Panic(BaseException):
    """As decoders written in Rust raise one."""


class _Raising(Step):
    stage = "raising"

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def ref_of(self, element: Any) -> str:
        return "REF"

    def handle(self, element: Any) -> Iterator[Any]:
        raise self.error


@pytest.mark.parametrize("error", [KeyError("Doe^Jane"), RecursionError("Doe^Jane"), Panic("Doe^Jane")])
def test_what_nobody_expected_has_a_documented_code_and_is_told_once(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        [failed] = _Raising(error).run("element")
    assert (failed.ref, failed.stage, failed.code) == ("REF", "raising", EffaceError.code)
    [record] = caplog.records
    assert f"{type(error).__name__} at " in record.getMessage()
    assert f"{__name__}:" in record.getMessage()
    assert "raising" in record.getMessage()
    assert "Jane" not in caplog.text


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_process_is_no_failure(error: type[BaseException]) -> None:
    with pytest.raises(error):
        _Raising(error()).run("element")
