"""A standard attribute that Table E.1-1 does not list: it stays only if its VR cannot identify anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import icc_profile
from ..actions import dummy_bytes, resolve_code
from ..code_items import is_typed
from ..elements import Element, bytes_of, text_of
from ..profile import Option
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
    if tag == _ICC_PROFILE:
        element = _rebuild_profile(walk, level, element, vr)
    if handling is Handling.FORM and vr in _NUMBERS and _is_harmless_number(walk, element, vr):
        return
    if handling is Handling.TEXT and _goes_as_a_text(walk, level):
        _remove_text(walk, level, element, tag, vr)
        return
    if is_typed(level.dataset, tag):
        handling = Handling.TEXT
    may_be_empty = vr in _NUMBERS and walk.type_of(level, tag) in ("2", "2C", "3")
    judge(walk, level, element, tag, handling, "unlisted", vr=vr, may_be_empty=may_be_empty)


def _goes_as_a_text(walk: Walk, level: Level) -> bool:
    """Whether what people typed goes here: nothing but an option cleans it, and the Basic Profile keeps no description."""
    return Option.CLEAN_DESCRIPTORS not in walk.profile.options and level.content != "clean"


def _remove_text(walk: Walk, level: Level, element: Element, tag: int, vr: str) -> None:
    """Do with a typed text what the Basic Profile does with most of those that its table lists: X, Z or D by its Type."""
    if not bytes_of(element).strip(b" \0") and not text_of(element, level.encodings):
        return
    action = resolve_code("X/Z/D", walk.type_of(level, tag))
    if action == "X":
        walk.remove(level, element, "unlisted")
    elif tag == _GRAPHIC_LAYER:
        walk.put(level, tag, vr, walk.layer(text_of(element, level.encodings) or "").encode(), action="D", rule="unlisted")
    else:
        walk.put(level, tag, vr, dummy_bytes(vr) if action == "D" else b"", action=action, rule="unlisted")


def _rebuild_profile(walk: Walk, level: Level, element: Element, vr: str) -> Element:
    """Replace an ICC profile by one without text: its numbers, or sRGB where these cannot be read."""
    data = bytes_of(element)
    if data:
        profile = icc_profile.rebuild(data) or icc_profile.srgb()
        if profile != data:
            walk.put(level, _ICC_PROFILE, vr, profile, action="C", rule="unlisted")
    return level.dataset._dict[element.tag]


_ICC_PROFILE = 0x00282000
_GRAPHIC_LAYER = 0x00700002
"""It is named by each annotation that lies in it."""


def _is_harmless_number(walk: Walk, element: Element, vr: str) -> bool:
    """Whether a decimal string has its form and is no identifier of the header."""
    data = bytes_of(element) or (text_of(element, []) or "").encode("ascii", "replace")
    return has_form(vr, data) and not walk.cleaner.may_be_identifier(data)
