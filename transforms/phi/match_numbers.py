"""Finds the identifiers of a header among numbers, which are read without the signs that a text has around them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.instance import HeaderIdentifier, IdentifierKind
from .spellings import plain, squeezed


@dataclass(frozen=True)
class NumberThresholds:
    """The digits from which on a number that equals an identifier is no coincidence.

    An Instance has some thousand numbers. Measured on the decimal strings of pydicom-data with 200 invented headers each: none
    is equal to an identifier (`tests/phi/test_match_numbers.py`).

    Attributes:
        digits: A number is an identifier if it has the same value and so many digits.
        anywhere: With so many digits also if the decimal point stands elsewhere.
    """

    digits: int = 6
    anywhere: int = 8


THRESHOLDS = NumberThresholds()
_DECIMAL = re.compile(r"[+-]?0*([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]{1,3}))?")
_MAX_BINARY = 1 << 64


class NumberMatcher:
    """Matches numbers with the identifying values of one header: IDs, telephone numbers and dates.

    Args:
        identifiers: The values.
    """

    def __init__(self, identifiers: Iterable[HeaderIdentifier]) -> None:
        runs = {run for identifier in identifiers for run in _digits_of(identifier)}
        self._runs = frozenset(run for run in runs if len(run) >= THRESHOLDS.digits)
        self.values = frozenset(value for value in map(int, self._runs) if value < _MAX_BINARY)
        """The identifiers as numbers."""
        self._needles = tuple(run.rstrip("0").encode() or run.encode() for run in self._runs)

    def may_show(self, data: bytes) -> bool:
        """Whether one of the values of a decimal string, as encoded, may be an identifier. Cheap, since most are none."""
        if not self._needles or len(data) < THRESHOLDS.digits - 1:
            return False
        digits = data.translate(None, b".+- ")
        for needle in self._needles:  # noqa: SIM110  # Half the time of any(), for every number of every instance.
            if needle in digits:
                return True
        return False

    def shows(self, number: str) -> bool:
        """Whether a decimal string of one value is an identifier."""
        found = _DECIMAL.fullmatch(number.strip(" \0"))
        if found is None or not self._runs:
            return False
        whole, fraction, exponent = found[1], found[2].rstrip("0"), int(found[3] or 0)
        written = (whole + fraction).lstrip("0")
        if len(written) >= THRESHOLDS.anywhere and any(written.rstrip("0") == run.rstrip("0") for run in self._runs):
            return True
        power = exponent - len(fraction)
        integer = written + "0" * power if 0 <= power <= 32 else written[:power] if set(written[power:]) == {"0"} else ""
        return integer.lstrip("0") in self._runs


def _digits_of(identifier: HeaderIdentifier) -> Iterable[str]:
    """The digits of a value that a number may have, without leading zeros."""
    if identifier.kind not in (IdentifierKind.ID, IdentifierKind.PHONE, IdentifierKind.DATE):
        return ()
    if identifier.kind is IdentifierKind.ID:
        runs = re.findall(r"\d+", squeezed(identifier.value))
    else:
        runs = [re.sub(r"\D", "", plain(identifier.value))]
    return (run.lstrip("0") for run in runs)
