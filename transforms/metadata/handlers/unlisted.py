"""A standard attribute that Table E.1-1 does not list: it stays only if its VR cannot identify anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..code_items import CODE_MEANING, is_of_a_local_code
from ..elements import Element, bytes_of, text_of
from ..unlisted_attributes import Handling, handling_of, has_form
from .values import is_too_short, judge

if TYPE_CHECKING:
    from ..walk import Level, Walk


_IMPLICIT = ""  # the VR of an element in Implicit VR
_NUMBERS = frozenset({"DS", "IS"})


def handle(walk: Walk, level: Level, element: Element, tag: int) -> None:
    """Judge the value of an unlisted attribute by the VR of the dictionary, whatever the file declares."""
    handling, vr = handling_of(tag, element.VR or _IMPLICIT)
    if handling is Handling.KEEP or (handling is Handling.BINARY and is_too_short(element)):
        return
    if handling is Handling.FORM and vr in _NUMBERS and _is_harmless_number(walk, element, vr):
        return
    if tag == CODE_MEANING and is_of_a_local_code(level.dataset):
        handling = Handling.TEXT
    may_be_empty = vr in _NUMBERS and walk.type_of(level, tag) in ("2", "2C", "3")
    judge(walk, level, element, tag, handling, "unlisted", vr=vr, may_be_empty=may_be_empty)


def _is_harmless_number(walk: Walk, element: Element, vr: str) -> bool:
    """Whether a decimal string has its form and is no identifier of the header."""
    data = bytes_of(element) or (text_of(element, []) or "").encode("ascii", "replace")
    return has_form(vr, data) and not walk.cleaner.may_be_identifier(data)
