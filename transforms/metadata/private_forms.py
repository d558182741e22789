"""The form that the value of a listed private attribute must have to stay: numbers, or a text of a closed form."""

from __future__ import annotations

import re
from functools import cache

from ..core.dates import shift_datetime
from .binary_values import reads_as_text
from .tables import read_table
from .unlisted_attributes import Handling, private_handling_of

NUMBERS, ITEMS, FRAMES, DATE = "numbers", "items", "frames", "date"
_BINARY = frozenset({"FL", "FD", "SL", "SS", "SV", "UL", "US", "UV"})
_DECIMALS = frozenset({"DS", "IS"})
_TEXT = frozenset({"CS", "LO", "LT", "SH", "ST", "UC", "UT"})
_NUMBER = r"[-+]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,4})?"
_DECIMAL_TEXT = re.compile(rf" {{0,8}}(?:{_NUMBER})?(?: {{0,8}}\\ {{0,8}}(?:{_NUMBER})?){{0,4096}} {{0,8}}")
_MAX_TEXT = 65_536
_MIN_TEXT = 8
"""Bytes. Fewer bytes of a number are characters by chance: four of them in one float of fifty."""


def has_form(form: str, vr: str, value: bytes) -> bool:
    """Whether a value, as it is encoded, has a form of the table of private attributes.

    Args:
        form: "numbers"; "date" for a DT that moves as the dates of the data set do; or the name of a pattern of the
            table.
        vr: The VR of the value.
    """
    if form == DATE:
        return shift_datetime(value.decode("latin-1").strip(" \0"), 0) is not None
    if form == NUMBERS and vr in _BINARY:
        return len(value.strip(b"\0")) < _MIN_TEXT or not reads_as_text(value)
    if (vr not in _TEXT and vr not in _DECIMALS) or len(value) > _MAX_TEXT:
        return False
    text = value.decode("latin-1").rstrip(" \0")
    pattern = _DECIMAL_TEXT if form == NUMBERS else _patterns()[form]
    return pattern.fullmatch(text) is not None


def handling_of_form(form: str, vr: str) -> Handling:
    """How a value that has its form is searched for the header's identifiers: a closed form is no free text."""
    handling = private_handling_of(vr)
    return Handling.LABEL if form and handling is Handling.TEXT else handling


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(form) for name, form in read_table("physics_private")["forms"].items()}
