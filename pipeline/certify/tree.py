"""A header as plain data, before it is DICOM: elements whose values know what identifies in them.

One tree has two readings: the input, and the right output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pydicom.config import IGNORE
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag

from .phrases import Phrase

_STANDARD_ROOT = "1.2.840.10008."
_BYTES = ("OB", "OW", "UN")
_NUMBERS: dict[str, type[int] | type[float]] = {
    **dict.fromkeys(("US", "SS", "UL", "SL", "UV", "SV"), int),
    **dict.fromkeys(("FL", "FD"), float),
}


@dataclass(frozen=True)
class Uid:
    """A UID that has to be replaced, everywhere by the same one."""

    text: str
    is_reference: bool = False


@dataclass(frozen=True)
class Day:
    """A value of VR DA or DT that moves with its patient, or goes."""

    day: date
    time: str = ""

    def text(self, days: int = 0) -> str:
        moved = self.day + timedelta(days=days)
        return f"{moved.year:04}{moved.month:02}{moved.day:02}{self.time}"


@dataclass(frozen=True)
class Encoded:
    """A phrase as bytes of an encoding, whatever the header declares."""

    phrase: Phrase
    codec: str
    before: bytes = b""
    after: bytes = b""

    def bytes_of(self, text: str) -> bytes:
        return self.before + text.encode(self.codec) + self.after


Value = Any
"""Phrase, Uid, Day, Encoded, a list of Items, or what pydicom takes as a value: that neither identifies nor is scored."""


@dataclass
class Element:
    """One attribute.

    Attributes:
        vr: Value Representation.
        value: See `Value`.
        carrier: What the table calls it, where the VR alone does not say it.
    """

    vr: str
    value: Value
    carrier: str = ""


@dataclass
class Item:
    """A data set: the whole of an instance, or an item of a sequence.

    Attributes:
        elements: By tag, for standard attributes.
        private: By (group, private creator, last two digits of the element).
    """

    elements: dict[int, Element] = field(default_factory=dict)
    private: dict[tuple[int, str, int], Element] = field(default_factory=dict)

    def put(self, keyword: str, value: Value, carrier: str = "", vr: str = "") -> None:
        """Set a standard attribute."""
        tag = tag_for_keyword(keyword)
        if tag is None:
            raise KeyError(keyword)
        self.elements[tag] = Element(vr or dictionary_VR(tag), value, carrier)

    def put_all(self, values: Mapping[str, Value]) -> None:
        for keyword, value in values.items():
            self.put(keyword, value)

    def put_private(self, group: int, creator: str, element: int, vr: str, value: Value, carrier: str = "") -> None:
        self.private[group, creator, element] = Element(vr, value, carrier or f"private {vr}")

    def items_of(self, keyword: str) -> list[Item]:
        """The items of a sequence, which is made where there is none."""
        tag = tag_for_keyword(keyword)
        if tag is None:
            raise KeyError(keyword)
        return self.elements.setdefault(tag, Element("SQ", [])).value  # type: ignore[no-any-return]


def standard_path(tag: int) -> str:
    """How a standard attribute is named in a path."""
    return f"{tag:08X}"


def private_path(group: int, creator: str, element: int) -> str:
    """How a private attribute is named in a path: by its creator, since blocks may be renumbered."""
    return f"{group:04X}{{{creator}}}{element:02X}"


def walk(item: Item, above: str = "") -> Iterator[tuple[str, int, Element]]:
    """(path, depth, element) of everything in a tree; sequences come before what they hold."""
    named = [(standard_path(tag), element) for tag, element in sorted(item.elements.items())]
    named += [(private_path(*key), element) for key, element in sorted(item.private.items())]
    for name, element in named:
        path = f"{above}{name}"
        yield path, above.count("["), element
        if element.vr == "SQ":
            for number, below in enumerate(element.value):
                yield from walk(below, f"{path}[{number}]/")


@dataclass(frozen=True)
class Answer:
    """How the right output replaces what moves.

    Attributes:
        offset_days: Of the patient.
        uids: Old -> new.
    """

    offset_days: int
    uids: Mapping[str, str]


class DatasetWriter:
    """Makes DICOM data sets of trees: the input, or the right output where there is an answer.

    Args:
        codec: Of private texts of VR UN, which pydicom would not encode.
    """

    def __init__(self, codec: str, answer: Answer | None) -> None:
        self._codec, self._answer = codec, answer
        self._texts: dict[bytes, bytes] = {}

    def dataset(self, item: Item) -> Dataset:
        """The data set of a tree."""
        dataset = Dataset()
        for tag, element in sorted(item.elements.items()):
            self._add(dataset, Tag(tag), element)
        for (group, creator, number), element in sorted(item.private.items()):
            block = dataset.private_block(group, creator, create=True)
            self._add(dataset, block.get_tag(number), element)
        return dataset

    def finish(self, file: bytes) -> bytes:
        """The bytes of a file that was written, with the texts that are encoded otherwise than its header says.

        pydicom writes every text as the header says, so a stand-in of the same length was written for these.
        """
        for stand_in, text in self._texts.items():
            file = file.replace(stand_in, text)
        return file

    def _add(self, dataset: Dataset, tag: BaseTag, element: Element) -> None:
        vr, value = element.vr, element.value
        if vr == "SQ":
            dataset.add_new(tag, "SQ", [self.dataset(below) for below in value])
            return
        made = plain_value(value, self._answer)
        if isinstance(made, str) and vr in _BYTES:
            made = made.encode(self._codec)
        if isinstance(made, str) and vr in _NUMBERS:
            made = [_NUMBERS[vr](number) for number in made.split("\\") if number] or None
        if isinstance(made, bytes):
            made += (b"\0" if vr in _BYTES else b" ") * (len(made) % 2)
            made = made if vr in _BYTES else self._stand_in(made)
        dataset.add(DataElement(tag, vr, made, validation_mode=IGNORE))

    def _stand_in(self, text: bytes) -> str:
        stand_in = f"~{len(self._texts):04}~".ljust(len(text), "~")[: len(text)]
        self._texts[stand_in.encode()] = text
        return stand_in


def plain_value(value: Value, answer: Answer | None) -> Any:
    """What pydicom writes of a value."""
    if isinstance(value, Uid):
        return answer.uids.get(value.text, value.text) if answer else value.text
    if isinstance(value, Day):
        return value.text(answer.offset_days if answer else 0)
    if isinstance(value, Phrase):
        return value.answer(answer.offset_days) if answer else value.written
    if isinstance(value, Encoded):
        return value.bytes_of(value.phrase.answer(answer.offset_days) if answer else value.phrase.written)
    if isinstance(value, list):
        return [plain_value(part, answer) for part in value]
    return value


def is_standard_uid(uid: str) -> bool:
    """Whether the standard itself gives the UID."""
    return uid.startswith(_STANDARD_ROOT)
