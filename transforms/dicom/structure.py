"""Checks the lengths in a data set on its bytes, before any value is used.

pydicom reads as much as it can of a damaged file: a value that is cut short, an element longer than its item. Here an
identifier would be judged under the wrong tag, or half an image would be published.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeAlias

from pydicom.datadict import dictionary_VR
from pydicom.valuerep import EXPLICIT_VR_LENGTH_16, EXPLICIT_VR_LENGTH_32

from ..core.errors import PixelLayoutError, StructureError
from ..core.file_bytes import CHUNK_BYTES, Content
from ..core.newer_attributes import NEWER_ATTRIBUTES

_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_PIXEL_GROUP = 0x7FE0
_PIXEL_DATA = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_LONG_VRS = frozenset(vr.encode("ascii") for vr in EXPLICIT_VR_LENGTH_32)
_SHORT_VRS = frozenset(vr.encode("ascii") for vr in EXPLICIT_VR_LENGTH_16)


@dataclass(frozen=True)
class StructureLimits:
    """The largest data set that is read.

    Attributes:
        max_depth: Deeper than the nesting of any IOD of the standard, and within the recursion limit of every reader.
        max_elements: Elements and items together: 16 a Frame in an image of the most Frames. A million take half a minute and
            0.7 GB.
    """

    max_depth: int = 32
    max_elements: int = 1 << 22


LIMITS = StructureLimits()
_NOT_ONE_VALUE = frozenset({b"SQ", b""})
"""VRs of elements that hold others, or may."""


ElementPlace: TypeAlias = tuple[int, bytes, int, int, int]
"""Where an element of the top level stands: its tag, VR and length as written, the offsets of its value and of what follows.

The VR is empty in Implicit VR; the length is all ones where it is undefined.
"""


class _Walker:
    """Steps over elements, items and fragments of one encoding. Every method returns the offset after its part."""

    def __init__(self, data: Content, is_implicit: bool, is_little: bool) -> None:
        self.data, self.is_implicit = data, is_implicit
        self.elements_left = LIMITS.max_elements
        order = "<" if is_little else ">"
        self.header, self.short, self.long = (struct.Struct(order + code).unpack_from for code in ("HHL", "HH2sH", "L"))

    def element(self, offset: int, end: int) -> tuple[int, bytes, int, int]:
        """Tag, VR (empty in Implicit VR), length and offset of the value of the element at an offset."""
        if offset + 8 > end:
            raise StructureError("an element's header is cut off")
        self.elements_left -= 1
        if self.elements_left < 0:
            raise StructureError("the data set has too many elements")
        head = self.data[offset : offset + 12]
        group, number, vr, length = self.short(head)
        if self.is_implicit or group == 0xFFFE:
            return group << 16 | number, b"", self.header(head)[2], offset + 8
        if vr in _SHORT_VRS:
            return group << 16 | number, vr, length, offset + 8
        if vr not in _LONG_VRS:
            raise StructureError("an element of an explicit transfer syntax has no value representation")
        if offset + 12 > end:
            raise StructureError("an element's header is cut off")
        return group << 16 | number, vr, self.long(head, 8)[0], offset + 12

    def value(self, tag: int, vr: bytes, length: int, start: int, end: int, depth: int) -> int:
        """Step over a value; checks the content of sequences."""
        if length != _UNDEFINED:
            if start + length > end:
                raise StructureError("an element is longer than its item or data set")
            if vr == b"SQ" or (not vr and _is_sequence(tag)):
                return self.items(start, end, length, depth + 1)
            return start + length
        if tag >> 16 == _PIXEL_GROUP:
            return self.fragments(start, end)
        if vr == b"UN":
            # PS3.5 6.2.2 note 4: the content is Implicit VR Little Endian in every transfer syntax.
            implicit = _Walker(self.data, is_implicit=True, is_little=True)
            implicit.elements_left = self.elements_left
            after = implicit.items(start, end, _UNDEFINED, depth + 1)
            self.elements_left = implicit.elements_left
            return after
        if vr in (b"SQ", b""):
            return self.items(start, end, length, depth + 1)
        raise StructureError("an element of undefined length is no sequence")

    def items(self, offset: int, parent_end: int, length: int, depth: int) -> int:
        if depth > LIMITS.max_depth:
            raise StructureError("sequences are nested too deeply")
        end = parent_end if length == _UNDEFINED else offset + length
        while offset < end:
            tag, item_length = self.item(offset, end)
            offset += 8
            if tag == _SEQUENCE_END and length == _UNDEFINED:
                return offset
            self.elements_left -= 1
            if self.elements_left < 0:
                raise StructureError("the data set has too many elements")
            if tag != _ITEM:
                raise StructureError("a sequence holds an element that is no item")
            if item_length == _UNDEFINED:
                offset = self.elements(offset, end, depth, is_undefined=True)
            elif offset + item_length > end:
                raise StructureError("an item is longer than its sequence")
            else:
                offset = self.elements(offset, offset + item_length, depth)
        if length == _UNDEFINED:
            raise StructureError("a sequence never ends")
        return offset

    def fragments(self, offset: int, end: int) -> int:
        while offset < end:
            tag, length = self.item(offset, end)
            offset += 8
            if tag == _SEQUENCE_END:
                return offset
            if tag != _ITEM or length == _UNDEFINED or offset + length > end:
                raise StructureError("a fragment of the pixel data is cut off, or is no item")
            offset += length
        raise StructureError("the pixel data never end")

    def item(self, offset: int, end: int) -> tuple[int, int]:
        if offset + 8 > end:
            raise StructureError("an item's header is cut off")
        group, number, length = self.header(self.data[offset : offset + 8])
        return group << 16 | number, length

    def elements(self, offset: int, end: int, depth: int, is_undefined: bool = False) -> int:
        element, value = self.element, self.value
        while offset < end:
            tag, vr, length, start = element(offset, end)
            if tag >> 16 == 0xFFFE:
                if tag == _ITEM_END and is_undefined:
                    return start
                raise StructureError("a delimiter is in the place of an element")
            offset = start + length
            if offset > end or length == _UNDEFINED or vr in _NOT_ONE_VALUE:
                offset = value(tag, vr, length, start, end, depth)
        if is_undefined:
            raise StructureError("an item never ends")
        return offset


@cache
def _is_sequence(tag: int) -> bool:
    if tag in NEWER_ATTRIBUTES:
        return NEWER_ATTRIBUTES[tag][0] == "SQ"
    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return False


class PixelElement(NamedTuple):
    """The place of a pixel data element.

    Attributes:
        tag, vr, length: As they are written; `vr` is empty in Implicit VR, `length` all ones where it is undefined.
        start, end: Of the value, without the delimiter behind fragments.
        after: Of the element.
    """

    tag: int
    vr: bytes
    length: int
    start: int
    end: int
    after: int


class DataSetExtent(NamedTuple):
    """Where a data set ends, its elements, and its pixel data element; None for none."""

    end: int
    pixels: PixelElement | None
    elements: list[ElementPlace]


def data_set_offset(data: Content) -> int:
    """The start of the data set, behind preamble, prefix and File Meta Information, if present."""
    elements = file_meta_elements(data)
    return elements[-1][-1] if elements else _file_meta_offset(data)


def file_meta_elements(data: Content) -> list[ElementPlace]:
    """The elements of the File Meta Information, in Explicit VR Little Endian (PS3.10 7.1).

    Raises:
        StructureError: See `measure_data_set`.
    """
    offset, elements = _file_meta_offset(data), list[ElementPlace]()
    walker = _Walker(data, is_implicit=False, is_little=True)
    while offset + 8 <= len(data) and data[offset : offset + 2] == b"\x02\x00":
        tag, vr, length, start = walker.element(offset, len(data))
        offset = walker.value(tag, vr, length, start, len(data), 0)
        elements.append((tag, vr, length, start, offset))
    return elements


def _file_meta_offset(data: Content) -> int:
    return 132 if data[128:132] == b"DICM" else 0


def measure_data_set(data: Content, is_implicit: bool, is_little: bool, offset: int | None = None) -> DataSetExtent:
    """Walk over a data set: to the end of `data`, unless bytes follow the pixels.

    Args:
        data: A whole stored object, its data set inflated.
        is_implicit, is_little: The real encoding of the data set, which can contradict its transfer syntax.
        offset: `data_set_offset`, where it is known.

    Raises:
        StructureError: A length is wrong, a sequence never ends, the data set is cut off, or an element occurs twice.
        PixelLayoutError: A second pixel data element follows the first.
    """
    walker, size, pixels, elements = _Walker(data, is_implicit, is_little), len(data), None, list[ElementPlace]()
    offset, last_tag, element = data_set_offset(data) if offset is None else offset, -1, walker.element
    while offset < size:
        try:
            tag, vr, length, start = element(offset, size)
            if not tag and _is_padding(data, offset):
                break
            is_behind = tag <= last_tag and last_tag >> 16 >= _PIXEL_GROUP
            if is_behind and tag not in _PIXEL_DATA:
                break
            after = start + length
            if after > size or length == _UNDEFINED or vr in _NOT_ONE_VALUE:
                after = walker.value(tag, vr, length, start, size, 0)
        except StructureError:
            if last_tag >> 16 >= _PIXEL_GROUP or _is_padding(data, offset):
                break  # The image is complete, and the bytes behind it are no part of the data set.
            raise
        if is_behind:
            raise PixelLayoutError("a second pixel data element follows the first")
        if tag == last_tag:
            raise StructureError("an element occurs twice")
        elements.append((tag, vr, length, start, after))
        if tag in _PIXEL_DATA and pixels is None:
            pixels = PixelElement(tag, vr, length, start, after - 8 if length == _UNDEFINED else after, after)
        offset, last_tag = after, tag
    return DataSetExtent(offset, pixels, elements)


def _is_padding(data: Content, offset: int) -> bool:
    """Whether nothing but zeros follows. Some writers fill the last block of a file."""
    if data[offset : offset + 8].strip(b"\0"):
        return False
    return not any(data[at : at + CHUNK_BYTES].strip(b"\0") for at in range(offset, len(data), CHUNK_BYTES))
