"""An overlay plane that stays under the Clean Graphics Option (PS3.15 E.3.3): its numbers and codes, and no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.published import AttributeAction
from ..carriers import OVERLAY_DATA, OVERLAY_FACTS, OVERLAY_TYPE, OVERLAY_TYPES
from ..elements import Element, text_of
from ..profile import Option

if TYPE_CHECKING:
    from ..walk import Level, Walk


def handle(walk: Walk, level: Level, element: Element, tag: int) -> None:
    """Keep the numbers and codes of an overlay plane, and remove its text."""
    if tag & 0xFFFF not in OVERLAY_FACTS:
        walk.remove(level, element, Option.CLEAN_GRAPHICS)
    elif tag & 0xFFFF == OVERLAY_TYPE and (text_of(element, level.encodings) or "").strip() not in OVERLAY_TYPES:
        walk.put(level, tag, "CS", OVERLAY_TYPES[0].encode(), action="D", rule=Option.CLEAN_GRAPHICS)
    elif tag & 0xFFFF == OVERLAY_DATA:
        walk.actions.append(AttributeAction(f"{level.path}{tag:08X}", "C", Option.CLEAN_GRAPHICS))
        walk.met("overlays", True)
