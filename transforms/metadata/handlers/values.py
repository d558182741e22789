"""A single value, by how its kind is handled: kept, cleaned, replaced or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import dummy_bytes
from ..elements import Element, bytes_of, encode_text, items_of, text_of, vr_of
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
    if handling is Handling.KEEP or (handling is Handling.BYTES and not reads_as_text(bytes_of(element))):
        return
    if handling in (Handling.REMOVE, Handling.BYTES) or (handling is Handling.ITEMS) != (vr_of(element) == "SQ"):
        walk.remove(level, element, rule)
        return
    if handling is Handling.ITEMS:
        walk.items(level, element, tag, items_of(level.dataset, element), level.content)
        return
    text = text_of(element, level.encodings)
    if handling is Handling.UID:
        text = bytes_of(element).decode("latin-1").strip(" \0") if text is None else text
        cleaned, action, vr = walk.cleaner.uids(text, is_vocabulary=is_vocabulary(tag)), "U", "UI"
    elif text is None or (text and (handling is Handling.REPLACE or (handling is Handling.TEXT and level.content == "dummy"))):
        walk.put(level, tag, vr, dummy_bytes(vr), action="D", rule="undecodable" if text is None else rule)
        return
    else:
        cleaned, action = walk.cleaner.clean(text, handling, vr) if text.strip() else text, "C"
    if cleaned != text:
        is_empty = not cleaned.strip(" \\") and not may_be_empty
        value = None if is_empty else encode_text(cleaned, level.encodings, vr)
        walk.put(level, tag, vr, dummy_bytes(vr) if value is None else value, action=action, rule=rule)
