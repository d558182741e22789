"""Private attributes: which are on the standard's safe list, by their creator and not by where their block happens to lie."""

from __future__ import annotations

from pydicom.dataset import Dataset

from .elements import encodings_of, text_of
from .tables import SafePrivate, safe_private


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
