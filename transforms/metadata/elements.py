"""Reads and replaces data elements as undecoded bytes, as long as pydicom has not decoded them.

Decoding every element costs three times a plain read and write, so this folder judges by tag and VR, and touches the few
elements that it changes. It therefore works on the undecoded elements in `Dataset._dict`, where no copy is made of them.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Sequence as Several
from functools import cache
from typing import Any, TypeAlias, TypeGuard

from pydicom.charset import decode_bytes, encode_string
from pydicom.datadict import dictionary_description, dictionary_VR, keyword_dict
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_sequence
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from ..core.data_sets import new_like
from ..core.errors import EffaceError, StructureError
from ..core.newer_attributes import NEWER_ATTRIBUTES
from ..core.plain_values import value_at
from .items import empty_item, parse_items

Element: TypeAlias = DataElement | RawDataElement

TEXT_VRS = frozenset({"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"})
CHARACTER_SET_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
SINGLE_VALUE_VRS = frozenset({"LT", "ST", "UR", "UT"})
"""Text VRs where a backslash is a character, not a separator."""


def vr_of(element: Element) -> str:
    """The VR an element is to be judged by: the dictionary's where the file says UN or nothing."""
    vr = element.VR
    return known_vr(int(element.tag)) if vr is None or vr == "UN" else vr


@cache
def known_vr(tag: int) -> str:
    """The VR of an attribute by the dictionary, the first where it names several; UN for what it does not know."""
    if tag in NEWER_ATTRIBUTES:
        return NEWER_ATTRIBUTES[tag][0]
    try:
        return dictionary_VR(tag).split(" or ")[0]
    except KeyError:
        return "UN"


@cache
def attribute_name(tag: int) -> str:
    """The name of a standard attribute in PS3.6; "" for what the dictionary does not know."""
    if tag in NEWER_ATTRIBUTES:
        return NEWER_ATTRIBUTES[tag][2]
    try:
        return dictionary_description(tag)
    except KeyError:
        return ""


@cache
def keywords() -> dict[str, int]:
    """Keyword -> tag of every standard attribute; repeating groups have none."""
    return keyword_dict | {entry[4]: tag for tag, entry in NEWER_ATTRIBUTES.items()}


def is_creator(tag: int) -> bool:
    """Whether an attribute of an odd group reserves a block for its creator (PS3.5 7.8.1)."""
    return bool(tag >> 16 & 1) and 0x10 <= tag & 0xFFFF <= 0xFF


def bytes_of(element: Element) -> bytes:
    """An undecoded element's value."""
    value = element.value
    return value if isinstance(value, bytes) else b""


_NUMBERS = {"FL": "f", "FD": "d", "SL": "i", "UL": "I", "SS": "h", "US": "H", "SV": "q", "UV": "Q"}


def binary_of(element: Element, vr: str) -> bytes:
    """The value of an element of a binary VR; of one that pydicom has decoded its numbers in Little Endian."""
    value, form = element.value, _NUMBERS.get(vr)
    if isinstance(value, bytes) or value is None or form is None:
        return bytes_of(element)
    numbers = value if isinstance(value, Several) and not isinstance(value, str) else [value]
    try:
        return struct.pack(f"<{len(numbers)}{form}", *numbers)
    except (struct.error, OverflowError):
        return b""


def text_of(element: Element, encodings: list[str]) -> str | None:
    """A text element's whole value, backslashes and all, without padding; None where it cannot be decoded for sure."""
    if not isinstance(element, RawDataElement):
        value = element.value
        if isinstance(value, bytes):
            return _decode(value, encodings)
        if value is None:
            return ""
        if isinstance(value, str) or not hasattr(value, "__iter__") or hasattr(value, "components"):
            return str(value).rstrip(" \0")
        return "\\".join(str(part) for part in value).rstrip(" \0")
    return _decode(bytes_of(element), encodings)


def _decode(value: bytes, encodings: list[str]) -> str | None:
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii").rstrip(" \0")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            text = decode_bytes(value, encodings, {0xA, 0xC, 0xD, 0x5C, 0x5E, 0x3D})
        except (UnicodeError, LookupError, UserWarning, ValueError):
            return None
    return None if "\ufffd" in text else text.rstrip(" \0")


def encode_text(text: str, encodings: list[str], vr: str) -> bytes | None:
    """Text as an element's bytes in the data set's character set; None where that cannot express it."""
    if text.isascii():
        return text.encode("ascii")
    if vr not in CHARACTER_SET_VRS:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return encode_string(text, encodings)
        except (UnicodeError, LookupError, UserWarning, ValueError):
            return None


def encodings_of(dataset: Dataset) -> list[str]:
    """The Python codecs of the data set's character sets, in order."""
    encodings = dataset.original_character_set or dataset._character_set
    return [encodings] if isinstance(encodings, str) else list(encodings)


def put_bytes(dataset: Dataset, tag: int, vr: str, value: bytes) -> None:
    """Replace or add an element by its encoded value, padded to even length."""
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB", "UN") else b" "
    is_implicit, is_little = dataset.original_encoding
    key = BaseTag(tag)
    dataset._dict[key] = RawDataElement(key, vr, len(value), value, 0, bool(is_implicit), is_little is None or is_little)


def items_of(dataset: Dataset, element: Element) -> list[Dataset]:
    """The items of a sequence, parsed in place; of one stored as UN in Implicit VR Little Endian, as PS3.5 6.2.2 asks for.

    Raises:
        StructureError: The value is no sequence.
    """
    try:
        if isinstance(element, RawDataElement):
            value, is_unknown = bytes_of(element), element.VR == "UN"
            _check_items(value, element.is_little_endian or is_unknown)
            if is_unknown:
                sequence = read_sequence(io.BytesIO(value), True, True, len(value), encodings_of(dataset))
                dataset._dict[element.tag] = DataElement(element.tag, "SQ", sequence)
            elif vr_of(element) == "SQ":
                _parse_in_place(dataset, element)
        found = dataset._dict[element.tag]
        return list((dataset[element.tag] if isinstance(found, RawDataElement) else found).value or ())
    except EffaceError:
        raise
    except Exception:  # pydicom raises about anything on malformed items.
        raise StructureError("a sequence does not parse") from None


def _parse_in_place(dataset: Dataset, element: RawDataElement) -> None:
    """Put the parsed sequence in the place of its bytes, as pydicom does where an element is used."""
    encoding = {"is_implicit": element.is_implicit_VR, "is_little": element.is_little_endian}
    items = parse_items(bytes_of(element), **encoding, encodings=encodings_of(dataset))
    if items is not None:
        is_undefined = element.length == _UNDEFINED
        sequence = DataElement(element.tag, "SQ", Sequence(items), element.value_tell, is_undefined, already_converted=True)
        if element.tag >> 16 & 1:
            dataset[element.tag] = sequence  # pydicom looks for its creator.
        else:
            dataset._dict[element.tag] = sequence
            _hand_down_pixel_representation(dataset, sequence, items)


def _hand_down_pixel_representation(dataset: Dataset, sequence: DataElement, items: list[Dataset]) -> None:
    """Let items know the sign of numbers of VR "US or SS", as pydicom does, in a third of the time where they have none."""
    if _PIXEL_REPRESENTATION in dataset._dict or any(_PIXEL_REPRESENTATION in item._dict for item in items):
        dataset._set_pixel_representation(sequence)
    elif "_pixel_rep" in vars(dataset):
        for item in items:
            vars(item)["_pixel_rep"] = vars(dataset)["_pixel_rep"]


_PIXEL_REPRESENTATION = BaseTag(0x00280103)
_UNDEFINED = 0xFFFFFFFF


_ITEM_HEADER = {True: struct.Struct("<HHL"), False: struct.Struct(">HHL")}


def _check_items(value: bytes, is_little_endian: bool) -> None:
    """Refuse bytes that are not items one after another, which the parser would read as far as it gets.

    Raises:
        StructureError: They are not.
    """
    header = _ITEM_HEADER[is_little_endian]
    position = 0
    while position < len(value):
        if position + header.size > len(value):
            raise StructureError("a sequence ends within an item's header")
        group, element, length = header.unpack_from(value, position)
        if group != 0xFFFE or element not in (0xE000, 0xE0DD):
            raise StructureError("a sequence holds something that is no item")
        if length == 0xFFFFFFFF:
            return  # the parser looks for the end of an item of undefined length, and finds it or fails
        position += header.size + length
    if position > len(value):
        raise StructureError("an item is longer than its sequence")


def is_short(element: Element, most_bytes: int) -> TypeGuard[RawDataElement]:
    """Whether an element is undecoded and has a value of not more bytes."""
    return isinstance(element, RawDataElement) and isinstance(element.value, bytes) and len(element.value) <= most_bytes


def without_place(element: RawDataElement) -> tuple[BaseTag, str | None, int, bytes, bool, bool]:
    """What decides how an undecoded element reads. Where it stands in its file does not."""
    tag, vr, length, value, _, is_implicit, is_little, *_ = element
    return tag, vr, length, value or b"", is_implicit, is_little


def around_element(element: RawDataElement, encodings: Several[str]) -> Dataset:
    """A data set of one undecoded element, in the encoding of the one that it was found in."""
    template = empty_item(element.is_implicit_VR, element.is_little_endian, tuple(encodings))
    return new_like(template, {element.tag: element})


def as_unknown(element: Element) -> Element:
    """A private sequence whose VR nobody wrote, as an element that is parsed like UN."""
    return element._replace(VR="UN") if isinstance(element, RawDataElement) else element


def get_value(dataset: Dataset, keyword: str) -> Any:
    """The value of an Attribute as pydicom decodes it; None where it is missing. Plain ones are not decoded for good."""
    return value_at(dataset, *_attribute(keyword))


@cache
def _attribute(keyword: str) -> tuple[BaseTag, str]:
    tag = keywords()[keyword]
    return BaseTag(tag), known_vr(tag)


def value_of(dataset: Dataset, tag: int) -> str:
    """The text of an attribute at a level, without padding; "" where there is none."""
    element = dataset._dict.get(BaseTag(tag))
    if element is None:
        return ""
    text = text_of(element, encodings_of(dataset))
    return (bytes_of(element).decode("latin-1") if text is None else text).strip(" \0")
