"""Private attributes: those of the safe list stay where the profile asks for it (PS3.15 E.3.10), all others go.

An attribute is identified by its private creator, not by the number of its block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset

from ..elements import Element, as_unknown, encodings_of, items_of, text_of
from ..profile import Option
from ..tables import SafePrivate, safe_private
from ..unlisted_attributes import private_handling_of
from .values import judge

if TYPE_CHECKING:
    from ..walk import Level, Walk


def creators_of(dataset: Dataset) -> dict[int, str]:
    """The private creator of each block of one level, by the creator element's tag (PS3.5 7.8.1)."""
    encodings = encodings_of(dataset)
    return {
        int(tag): (text_of(element, encodings) or "").strip()
        for tag, element in dataset._dict.items()
        if tag >> 16 & 1 and 0x10 <= tag & 0xFFFF <= 0xFF
    }


def safe_entry(blocks: dict[int, str], tag: int) -> SafePrivate | None:
    """The safe list's row of a private attribute, or None when it is not safe or nobody claims its block."""
    group, element = tag >> 16, tag & 0xFFFF
    creator = blocks.get(group << 16 | element >> 8)
    return None if creator is None else safe_private().get((group, creator, element & 0xFF))


def drop_unused_creators(dataset: Dataset) -> list[int]:
    """Remove each private creator whose block is empty; returns their tags."""
    used = {
        int(tag) >> 16 << 16 | (int(tag) & 0xFFFF) >> 8 for tag in dataset._dict if tag >> 16 & 1 and tag & 0xFFFF >= 0x1000
    }
    dropped = [tag for tag in dataset._dict if tag >> 16 & 1 and tag & 0xFFFF < 0x1000 and int(tag) not in used]
    for tag in dropped:
        del dataset._dict[tag]
    return [int(tag) for tag in dropped]


def handle(walk: Walk, level: Level, element: Element, tag: int) -> None:
    """Keep a private attribute of the safe list where the profile asks for it; remove every other one."""
    if tag & 0xFFFF < 0x1000 and walk.keeps_safe_private:
        return
    entry = safe_entry(level.creators, tag) if walk.keeps_safe_private else None
    declared = element.VR if element.VR not in (None, "UN") else ""
    vr = (entry.vr or declared) if entry else ""
    if not vr or ("SQ" in (declared, vr) and declared not in ("", vr)):
        walk.remove(level, element, "private")
    elif vr == "SQ":
        items = items_of(level.dataset, element if declared else as_unknown(element))
        walk.items(level, element, tag, items, level.content)
    else:
        judge(walk, level, element, tag, private_handling_of(vr), Option.RETAIN_SAFE_PRIVATE, vr=vr)
