"""A single value, by how its kind is handled: kept, cleaned, replaced or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement

from ..actions import dummy_bytes
from ..elements import Element, binary_of, bytes_of, encode_text, items_of, text_of, vr_of
from ..uids import is_vocabulary
from ..unlisted_attributes import Handling, reads_as_text

if TYPE_CHECKING:
    from ..walk import Level, Walk


def judge(
    walk: Walk, level: Level, element: Element, tag: int, handling: Handling, rule: str, *, vr: str, may_be_empty: bool = False
) -> None:
    """Keep, clean, replace or remove a value. Notes an action only where the value changes.

    Args:
        handling: How values of this kind are handled.
        rule: What asks for it, for the audit.
        vr: Of the new value.
        may_be_empty: Whether a cleaned value may be empty; otherwise a dummy takes its place.
    """
    if handling is Handling.KEEP:
        return
    if (handling is Handling.ITEMS) != (vr_of(element) == "SQ"):
        walk.remove(level, element, rule)
    elif handling in _AS_TEXT:
        _text(walk, level, element, tag, handling, rule, vr=vr, may_be_empty=may_be_empty)
    elif handling in (Handling.BINARY, Handling.FREE_BINARY):
        _binary(walk, level, element, tag, rule, vr=vr, is_free=handling is Handling.FREE_BINARY)
    elif handling is Handling.BYTES and not reads_as_text(bytes_of(element)):
        _binary(walk, level, element, tag, rule, vr=vr, is_free=False)
    elif handling is Handling.ITEMS:
        walk.items(level, element, tag, items_of(level.dataset, element), level.content)
    else:
        walk.remove(level, element, rule)


_AS_TEXT = frozenset(
    {
        Handling.TEXT,
        Handling.TEXT_BY_RULES,
        Handling.LABEL,
        Handling.FORM,
        Handling.DATE,
        Handling.TIME,
        Handling.AGE,
        Handling.UID,
        Handling.REPLACE,
    }
)


_FREE = frozenset({Handling.TEXT, Handling.TEXT_BY_RULES})


def _text(
    walk: Walk, level: Level, element: Element, tag: int, handling: Handling, rule: str, *, vr: str, may_be_empty: bool
) -> None:
    text = text_of(element, level.encodings)
    if handling is Handling.UID:
        text = bytes_of(element).decode("latin-1").strip(" \0") if text is None else text
        cleaned, action, vr = walk.cleaner.uids(text, is_vocabulary=is_vocabulary(tag)), "U", "UI"
    elif text is None or (text and (handling is Handling.REPLACE or (handling in _FREE and level.content == "dummy"))):
        walk.put(level, tag, vr, dummy_bytes(vr), action="D", rule="undecodable" if text is None else rule)
        return
    else:
        cleaned, action = walk.cleaner.clean(text, handling, vr, tag) if text.strip() else text, "C"
    is_changed = cleaned != text
    if not is_changed and cleaned.isascii() and cleaned.isprintable():
        return
    is_empty = is_changed and not cleaned.strip(" \\") and not may_be_empty
    before = None if is_empty else encode_text(cleaned, level.encodings, vr) if is_changed else bytes_of(element)
    value = dummy_bytes(vr) if before is None else walk.cleaner.without_foreign(before)
    if is_changed or value != before:
        walk.put(level, tag, vr, value, action=action, rule=rule)


def is_too_short(element: Element) -> bool:
    """Whether a binary value has no room for a name of four letters or a number of six digits. Most values have none."""
    return isinstance(element.value, bytes) and len(element.value) < _MIN_BYTES


_MIN_BYTES = 4


def _binary(walk: Walk, level: Level, element: Element, tag: int, rule: str, *, vr: str, is_free: bool) -> None:
    """Keep numbers and bytes but for what equals or spells an identifier of the header: zeros take its place."""
    is_little = element.is_little_endian if isinstance(element, RawDataElement) else True
    data = binary_of(element, vr)
    if not (is_free or walk.cleaner.may_identify(data, vr, is_little=is_little)):
        return
    cleaned = walk.cleaner.binary(data, vr, is_little=is_little, is_free=is_free)
    if cleaned != data:
        walk.put(level, tag, vr_of(element) if element.VR not in (None, "UN") else vr, cleaned, action="C", rule=rule)
