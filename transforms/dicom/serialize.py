"""Writes a data set as a DICOM file, with a new preamble and new File Meta Information.

Most elements go from one file into the next with the same bytes. They are copied here, since pydicom writes them slowly.
pydicom writes the elements that were decoded.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import version

from pydicom.charset import convert_encodings
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element, write_dataset
from pydicom.tag import BaseTag
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian
from pydicom.valuerep import EXPLICIT_VR_LENGTH_32

from ..core.file_bytes import Content, FileBytes, chunks, joined
from ..core.malformed import malformed

IMPLEMENTATION_CLASS_UID = "2.25.211044113218338262462311262386402416041"
"""One UID for all releases of efface, from a UUID (PS3.5 B.2)."""
_IMPLEMENTATION_VERSION_NAME = f"EFFACE {version('efface')}"[:16]
_SPECIFIC_CHARACTER_SET, _SOP_CLASS, _SOP_INSTANCE = (BaseTag(tag) for tag in (0x00080005, 0x00080016, 0x00080018))
_UNDEFINED = 0xFFFFFFFF
_MAX_SHORT_LENGTH = 0xFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD)


@malformed(raised_in="pydicom.")
def serialize(dataset: FileDataset, *, transfer_syntax_uid: str) -> Content:
    """Write a de-identified data set as a DICOM file (PS3.10 7.1), a large one into a temporary file.

    The preamble is zero, and the file meta has only the elements that PS3.10 requires: no AE titles, no private information.
    The same data set always gives the same bytes.

    Args:
        dataset: With its new SOP Instance UID. Its own `file_meta` and `preamble` are ignored.

    Raises:
        TemporarySpaceError: See `Spool`.
    """
    syntax = UID(transfer_syntax_uid)
    try:
        parts: Iterable[Content] = _Copier(syntax).data_set(dataset, ["iso8859"])
    except _CannotCopyError:
        parts = [_written(dataset, syntax)]
    if syntax == DeflatedExplicitVRLittleEndian:
        parts = _deflated(parts)
    head = b"\0" * 128, b"DICM", _file_meta(_uid(dataset, _SOP_CLASS), _uid(dataset, _SOP_INSTANCE), syntax)
    return joined(itertools.chain(head, parts))


def _uid(dataset: Dataset, tag: BaseTag) -> str:
    value = dataset._dict[tag].value
    return value.decode("ascii").rstrip(" \0") if isinstance(value, bytes) else str(value)


def _file_meta(sop_class_uid: str, sop_instance_uid: str, syntax: UID) -> bytes:
    copier = _Copier(ExplicitVRLittleEndian)
    uids = {2: sop_class_uid, 3: sop_instance_uid, 0x10: syntax, 0x12: IMPLEMENTATION_CLASS_UID}
    values = {number: ("UI", uid.encode("ascii"), b"\0") for number, uid in uids.items()}
    values |= {1: ("OB", b"\0\1", b""), 0x13: ("SH", _IMPLEMENTATION_VERSION_NAME.encode("ascii"), b" ")}
    parts = []
    for number, (vr, value, padding) in sorted(values.items()):
        even = value + padding * (len(value) % 2)
        parts += [copier.header(0x00020000 | number, vr, len(even)), even]
    length = sum(map(len, parts))
    return b"".join((copier.header(0x00020000, "UL", 4), struct.pack("<L", length), *parts))


def _written(dataset: Dataset, syntax: UID) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = syntax.is_implicit_VR, syntax.is_little_endian
    write_dataset(buffer, dataset)
    return buffer.getvalue()


def _deflated(body: Iterable[Content]) -> Iterator[bytes]:
    compressor, size_bytes = zlib.compressobj(wbits=-zlib.MAX_WBITS), 0
    for chunk in itertools.chain.from_iterable(map(chunks, body)):
        piece = compressor.compress(chunk)
        size_bytes += len(piece)
        yield piece
    rest = compressor.flush()
    yield rest + b"\0" * ((size_bytes + len(rest)) % 2)


@lru_cache
def _encodings_of(charset: bytes) -> list[str]:
    return convert_encodings(charset.decode("ascii", "replace").strip(" \0").split("\\"))


def _tag_number(item: tuple[BaseTag, object]) -> int:
    return int(item[0])  # Integers compare faster than tags.


def _in_one(parts: list[Content]) -> list[Content]:
    """Parts in memory as one, so that those of deep items are not counted at every level above them."""
    in_memory = [part for part in parts if isinstance(part, bytes)]
    return [b"".join(in_memory)] if len(in_memory) == len(parts) else parts


class _CannotCopyError(Exception):
    """An element cannot be copied: it was read in another encoding, or its VR is not decided yet."""


class _Copier:
    """Writes elements in one transfer syntax (PS3.5 7.1 and 7.5), as lists of contents: what stays in a file is no copy."""

    def __init__(self, syntax: UID) -> None:
        self._is_implicit, self._is_little = syntax.is_implicit_VR, syntax.is_little_endian
        order = "<" if self._is_little else ">"
        self._tag_and_length = struct.Struct(order + "HHL")
        self._short = struct.Struct(order + "HH2sH")
        self._long = struct.Struct(order + "HH2s2xL")

    def data_set(self, dataset: Dataset, encodings: list[str]) -> list[Content]:
        """A data set or an item.

        Raises:
            _CannotCopyError: See there.
        """
        charset = dataset._dict.get(_SPECIFIC_CHARACTER_SET)
        if charset is not None:
            encodings = _encodings_of(charset.value) if isinstance(charset.value, bytes) else convert_encodings(charset.value)
        parts: list[Content] = []
        for tag, element in sorted(dataset._dict.items(), key=_tag_number):
            if not int(tag) & 0xFFFF:
                continue  # a group length
            if isinstance(element, RawDataElement):
                parts += self._copied(element)
            elif element.VR == "SQ":
                parts += self._sequence(element, encodings)
            elif isinstance(element.value, FileBytes):
                parts += self._from_file(element, element.value)
            else:
                parts.append(self._encoded(element, encodings))
        return parts

    def _copied(self, element: RawDataElement) -> tuple[Content, ...]:
        if (element.is_implicit_VR, element.is_little_endian) != (self._is_implicit, self._is_little):
            raise _CannotCopyError
        value: Content = element.value or b""
        if not isinstance(value, Content):
            raise _CannotCopyError
        if element.length == _UNDEFINED:
            return self.header(element.tag, element.VR, _UNDEFINED), value, self._tag_and_length.pack(*_SEQUENCE_END, 0)
        return self.header(element.tag, element.VR, len(value)), value

    def _from_file(self, element: DataElement, value: FileBytes) -> tuple[Content, ...]:
        if element.is_undefined_length:
            return self.header(element.tag, element.VR, _UNDEFINED), value, self._tag_and_length.pack(*_SEQUENCE_END, 0)
        padding = b"\0" * (len(value) % 2)
        return self.header(element.tag, element.VR, len(value) + len(padding)), value, padding

    def header(self, tag: int, vr: str | None, length: int) -> bytes:
        """Tag, VR if the syntax is explicit, and length.

        Raises:
            _CannotCopyError: The VR is unknown, or does not allow this length.
        """
        group, number = tag >> 16, tag & 0xFFFF
        if self._is_implicit:
            return self._tag_and_length.pack(group, number, length)
        if vr is None or len(vr) != 2 or (vr not in EXPLICIT_VR_LENGTH_32 and length > _MAX_SHORT_LENGTH):
            raise _CannotCopyError
        form = self._long if vr in EXPLICIT_VR_LENGTH_32 else self._short
        return form.pack(group, number, vr.encode("ascii"), length)

    def _sequence(self, element: DataElement, encodings: list[str]) -> list[Content]:
        parts: list[Content] = []
        for item in element.value or ():
            content = _in_one(self.data_set(item, encodings))
            if item.is_undefined_length_sequence_item:
                parts.append(self._tag_and_length.pack(*_ITEM, _UNDEFINED))
                parts += content
                parts.append(self._tag_and_length.pack(*_ITEM_END, 0))
            else:
                parts.append(self._tag_and_length.pack(*_ITEM, sum(map(len, content))))
                parts += content
        if element.is_undefined_length:
            return [self.header(element.tag, "SQ", _UNDEFINED), *parts, self._tag_and_length.pack(*_SEQUENCE_END, 0)]
        return [self.header(element.tag, "SQ", sum(map(len, parts))), *parts]

    def _encoded(self, element: DataElement, encodings: list[str]) -> bytes:
        if len(element.VR) != 2:
            raise _CannotCopyError
        buffer = DicomBytesIO()
        buffer.is_implicit_VR, buffer.is_little_endian = self._is_implicit, self._is_little
        write_data_element(buffer, element, encodings)
        return buffer.getvalue()
