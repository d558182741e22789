"""Private attributes: which are on the standard's safe list, by their creator and not by where their block happens to lie."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from .elements import encodings_of, text_of
from .tables import SafePrivate, safe_private


def safe_entry(dataset: Dataset, tag: int) -> SafePrivate | None:
    """The safe list's row of a private attribute, or None when it is not safe or nobody claims its block (PS3.5 7.8.1)."""
    group, element = tag >> 16, tag & 0xFFFF
    if element < 0x1000:
        return None
    creator = dataset._dict.get(BaseTag(group << 16 | element >> 8))
    if creator is None:
        return None
    name = text_of(creator, encodings_of(dataset))
    return safe_private().get((group, (name or "").strip(), element & 0xFF))


def drop_unused_creators(dataset: Dataset) -> list[int]:
    """Remove each private creator whose block is empty; returns their tags."""
    used = {
        int(tag) >> 16 << 16 | (int(tag) & 0xFFFF) >> 8 for tag in dataset._dict if tag >> 16 & 1 and tag & 0xFFFF >= 0x1000
    }
    dropped = [tag for tag in dataset._dict if tag >> 16 & 1 and tag & 0xFFFF < 0x1000 and int(tag) not in used]
    for tag in dropped:
        del dataset._dict[tag]
    return [int(tag) for tag in dropped]
