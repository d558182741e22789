"""A standard attribute that Table E.1-1 does not list: it stays only if its VR cannot identify anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..elements import Element, bytes_of
from ..unlisted_attributes import Handling, handling_of, has_form
from .values import judge

if TYPE_CHECKING:
    from ..walk import Level, Walk


_IMPLICIT = ""  # the VR of an element in Implicit VR


def handle(walk: Walk, level: Level, element: Element, tag: int) -> None:
    """Judge the value of an unlisted attribute by the VR of the dictionary, whatever the file declares."""
    handling, vr = handling_of(tag, element.VR or _IMPLICIT)
    keeps_form = handling is Handling.FORM and vr != "CS" and has_form(vr, bytes_of(element))
    if handling is not Handling.KEEP and not keeps_form:
        judge(walk, level, element, tag, handling, "unlisted", vr=vr)
