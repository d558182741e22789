"""Parses the items of a sequence as pydicom does, in a third of the time.

Only what every reader parses alike: items one after another that hold whole elements. All else is left to pydicom.
Source: PS3.5 7.1 and 7.5.
"""

from __future__ import annotations

import struct
from functools import cache, lru_cache
from typing import cast

from pydicom.dataelem import DataElement, RawDataElement, empty_value_for_VR
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.valuerep import EXPLICIT_VR_LENGTH_16, EXPLICIT_VR_LENGTH_32

from ..core.data_sets import new_like

_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_CHARACTER_SET = 0x00080005
_SHORT_VRS = {vr.encode("ascii"): str(vr) for vr in EXPLICIT_VR_LENGTH_16}
_LONG_VRS = {vr.encode("ascii"): str(vr) for vr in EXPLICIT_VR_LENGTH_32}


def parse_items(value: bytes, *, is_implicit: bool, is_little: bool, encodings: list[str]) -> list[Dataset] | None:
    """The items of a sequence, their elements undecoded; None where pydicom may see them otherwise.

    Args:
        value: Of the sequence, without its delimiter.
        encodings: The Python codecs of the data set around it.
    """
    try:
        return _Parser(value, is_implicit, is_little, encodings).items(0, len(value), is_undefined=False)[0]
    except (_UnusualError, struct.error, RecursionError):
        return None


_UNPACK = {
    is_little: tuple(struct.Struct(order + form).unpack_from for form in ("HHL", "HH2sH", "L"))
    for is_little, order in ((True, "<"), (False, ">"))
}
"""Whether in Little Endian -> what reads a tag and a length, a tag with VR and short length, and a long length."""


class _UnusualError(Exception):
    """Items that pydicom has to parse."""


class _Parser:
    """Parses the bytes of one sequence. Every method returns its part and the offset behind it."""

    def __init__(self, data: bytes, is_implicit: bool, is_little: bool, encodings: list[str]) -> None:
        self.data, self.is_implicit, self.is_little = data, is_implicit, is_little
        self.plain, self.explicit, self.long = _UNPACK[is_little]
        self.template = empty_item(is_implicit, is_little, tuple(encodings))

    def items(self, offset: int, end: int, *, is_undefined: bool) -> tuple[list[Dataset], int]:
        items: list[Dataset] = []
        while offset < end:
            group, number, length = self.plain(self.data, offset)
            tag = group << 16 | number
            if tag == _SEQUENCE_END and is_undefined:
                return items, offset + 8
            if tag != _ITEM or (length != _UNDEFINED and offset + 8 + length > end):
                raise _UnusualError
            has_no_end = length == _UNDEFINED
            elements, after = self.elements(offset + 8, end if has_no_end else offset + 8 + length, is_undefined=has_no_end)
            item = new_like(self.template, elements)
            vars(item).update(is_undefined_length_sequence_item=has_no_end, seq_item_tell=offset, file_tell=offset)
            items.append(item)
            offset = after
        if is_undefined:
            raise _UnusualError
        return items, offset

    def elements(self, offset: int, end: int, *, is_undefined: bool) -> tuple[dict[BaseTag, RawDataElement | DataElement], int]:
        data, is_implicit, is_little = self.data, self.is_implicit, self.is_little
        elements: dict[BaseTag, RawDataElement | DataElement] = {}
        while offset < end:
            tag, vr, length, start = self.head(offset)
            if tag >> 16 == _DELIMITERS or tag == _CHARACTER_SET:
                if tag == _ITEM_END and is_undefined:
                    return elements, start
                raise _UnusualError
            if length == _UNDEFINED:
                if vr != "SQ":
                    raise _UnusualError
                items, offset = self.items(start, end, is_undefined=True)
                sequence = Sequence(items)
                sequence.is_undefined_length = True
                elements[_tag(tag)] = DataElement(_tag(tag), "SQ", sequence, start, is_undefined_length=True)
                continue
            offset = start + length
            if offset > end:
                raise _UnusualError
            value = data[start:offset] if length else _empty(vr)
            fields = _tag(tag), vr, length, value, start, is_implicit, is_little, True, False
            elements[fields[0]] = tuple.__new__(RawDataElement, fields)
        if is_undefined or offset != end:
            raise _UnusualError
        return elements, offset

    def head(self, offset: int) -> tuple[int, str | None, int, int]:
        """Tag, VR, length and the offset of the value of an element."""
        group, number, vr, length = self.explicit(self.data, offset)
        tag = group << 16 | number
        if self.is_implicit or group == _DELIMITERS:
            return tag, None, self.plain(self.data, offset)[2], offset + 8
        if vr in _SHORT_VRS:
            return tag, _SHORT_VRS[vr], length, offset + 8
        if vr in _LONG_VRS:
            return tag, _LONG_VRS[vr], self.long(self.data, offset + 8)[0], offset + 12
        raise _UnusualError


_DELIMITERS = 0xFFFE


@lru_cache(maxsize=64)
def empty_item(is_implicit: bool, is_little: bool, encodings: tuple[str, ...]) -> Dataset:
    """What items are made like (see `new_like`): the constructor takes as long as to parse a short sequence."""
    item = Dataset(parent_encoding=list(encodings))
    item.set_original_encoding(is_implicit, is_little, list(encodings))
    return item


@lru_cache(maxsize=1 << 14)
def _tag(tag: int) -> BaseTag:
    return BaseTag(tag)


@cache
def _empty(vr: str | None) -> bytes | None:
    return cast(bytes | None, empty_value_for_VR(vr, raw=True))
