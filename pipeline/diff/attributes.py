"""Compares two data sets attribute by attribute, at every level."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from efface.transforms.core.malformed import malformed

_LONGEST = 64
"""Letters of a value that are shown."""
_PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
"""Float Pixel Data, Double Float Pixel Data, Pixel Data: they are compared as pixels."""


class Change(StrEnum):
    """What happened to an attribute."""

    REMOVED = "removed"
    REPLACED = "replaced"
    ADDED = "added"
    KEPT = "kept"


class AttributeChange(NamedTuple):
    """An attribute of the source or of the output.

    Attributes:
        path: Tags and item numbers from 0, such as 00400275[0].00400007.
        keyword: Of the standard; "Private" for a private attribute.
        value: In the output; "" where it is gone, of a sequence and of pixels.
        source_value: In the source: identifying. "" where it lacks.
    """

    path: str
    keyword: str
    vr: str
    change: Change
    value: str
    source_value: str


@malformed(raised_in="pydicom.")
def compare_attributes(source: Dataset, output: Dataset) -> tuple[AttributeChange, ...]:
    """Every attribute of either data set, in order of the tags.

    Raises:
        StructureError: A value cannot be read.
    """
    return tuple(_compared(source, output, ""))


def _compared(source: Dataset, output: Dataset, path: str) -> Iterator[AttributeChange]:
    for tag in sorted({*source.keys(), *output.keys()}):
        before, after = (dataset.get(tag) for dataset in (source, output))
        either = after if after is not None else before
        assert either is not None
        place = f"{path}{int(tag):08X}"
        keyword = "Private" if tag.is_private else keyword_for_tag(tag)
        yield AttributeChange(place, keyword, either.VR, _change(before, after), *map(_shown, (after, before)))
        items = [list(one.value or ()) if one is not None and one.VR == "SQ" else [] for one in (before, after)]
        for index in range(max(map(len, items))):
            inner, other = (of[index] if index < len(of) else Dataset() for of in items)
            yield from _compared(inner, other, f"{place}[{index}].")


def _change(before: DataElement | None, after: DataElement | None) -> Change:
    if after is None:
        return Change.REMOVED
    if before is None:
        return Change.ADDED
    return Change.KEPT if before.VR == after.VR and before.value == after.value else Change.REPLACED


def _shown(element: DataElement | None) -> str:
    """A value as a person reads it, cut where it is long."""
    if element is None or element.is_empty or element.VR == "SQ" or int(element.tag) in _PIXELS:
        return ""
    if isinstance(element.value, bytes):
        return f"<{len(element.value)} bytes>"
    values = element.value if isinstance(element.value, MultiValue) else [element.value]
    text = "\\".join(map(str, values))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
