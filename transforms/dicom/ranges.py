"""Reads single Frames of a large stored object by their bytes. Arithmetic or an offset table gives their place.

PS3.5 8.2 and A.4: native Frames follow one another; encapsulated ones are found by the Basic or the Extended Offset Table.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import BinaryIO, overload

from pydicom.dataset import FileDataset
from pydicom.encaps import generate_fragments, parse_basic_offsets
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian

from ..core.errors import StructureError
from ..core.malformed import malformed
from .layout import default_samples

_UNDEFINED = 0xFFFFFFFF
_ITEM_HEADER_BYTES = 8
_LONG_HEADER_BYTES, _SHORT_HEADER_BYTES = 12, 8
_CACHE_BYTES = 128 << 20
"""Encoded Frames of one object that stay in memory."""
_END_OF_SEQUENCE = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)


class RangedFrames(Sequence[bytes]):
    """The encoded Frames of an object as a sequence. Each is read on first use, and the last ones are cached.

    Args:
        file: Seekable. It must stay open.
        extents: (offset, bytes) of each Frame in the file.
        is_encapsulated: A Frame is one or several fragments, each with its item header.
    """

    def __init__(self, file: BinaryIO, extents: Sequence[tuple[int, int]], *, is_encapsulated: bool) -> None:
        self._file, self._extents, self._is_encapsulated = file, extents, is_encapsulated
        largest = max((size for _, size in extents), default=1)
        self._read = lru_cache(maxsize=max(1, _CACHE_BYTES // max(1, largest)))(self._read_frame)

    def __len__(self) -> int:
        return len(self._extents)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return [self._read(one) for one in range(*index.indices(len(self)))]
        return self._read(index)

    def _read_frame(self, index: int) -> bytes:
        offset, size = self._extents[index]
        self._file.seek(offset)
        data = self._file.read(size)
        if len(data) != size:
            raise StructureError("a frame is cut off")
        if not self._is_encapsulated:
            return data
        try:
            return b"".join(generate_fragments(data + _END_OF_SEQUENCE))
        except Exception as error:
            raise StructureError(f"the fragments of a frame cannot be separated ({type(error).__name__})") from None


@malformed()
def ranged_frames(file: BinaryIO, header: FileDataset, size_bytes: int) -> RangedFrames | None:
    """The Frames of a stored object whose header was just read.

    Args:
        file: At the pixel data element, as `read_header` leaves it.
        header: From `read_header`.
        size_bytes: Of the object.

    Returns:
        None where Frames can be separated only by reading the whole object.

    Raises:
        StructureError: The pixel data element is cut off, or an offset table is malformed.
    """
    syntax = UID(header.file_meta.TransferSyntaxUID)
    if syntax in (DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian) or header.pixel_keyword != "PixelData":
        return None
    start = file.tell()
    head = file.read(_LONG_HEADER_BYTES)
    if len(head) < _LONG_HEADER_BYTES:
        raise StructureError("the pixel data are cut off")
    is_implicit = head[4:6] not in (b"OB", b"OW", b"UN")  # Some writers omit the VR of this element only.
    length = struct.unpack_from("<L", head, 4 if is_implicit else 8)[0]
    start += _SHORT_HEADER_BYTES if is_implicit else _LONG_HEADER_BYTES
    if not syntax.is_transfer_syntax or syntax.is_encapsulated != (length == _UNDEFINED):
        return None
    if length != _UNDEFINED:
        return _native(file, header, start, length)
    if "ExtendedOffsetTable" in header and "ExtendedOffsetTableLengths" in header:
        return _by_extended_offsets(file, header, start, size_bytes)
    return _by_basic_offsets(file, start, size_bytes)


def _native(file: BinaryIO, header: FileDataset, start: int, length: int) -> RangedFrames | None:
    try:
        frames, rows, columns = int(header.get("NumberOfFrames") or 1), int(header.Rows), int(header.Columns)
        samples = int(header.get("SamplesPerPixel") or default_samples(str(header.get("PhotometricInterpretation"))))
        bits = rows * columns * samples * int(header.BitsAllocated)
    except (AttributeError, TypeError, ValueError):
        return None
    size = bits // 8
    if bits % 8 or int(header.BitsAllocated) < 8 or header.get("PhotometricInterpretation") == "YBR_FULL_422":
        return None
    if size * frames > length:
        raise StructureError("the pixel data are shorter than the header says")
    return RangedFrames(file, [(start + index * size, size) for index in range(frames)], is_encapsulated=False)


def _by_extended_offsets(file: BinaryIO, header: FileDataset, start: int, size_bytes: int) -> RangedFrames | None:
    first = start + _ITEM_HEADER_BYTES  # Behind the Basic Offset Table, which is empty beside an extended one.
    offsets, lengths = (_unpacked("Q", header[name].value) for name in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"))
    if offsets[:1] != (0,):
        return None
    # Some writers count the padding byte of a fragment, others do not.
    extents = [(first + at, _ITEM_HEADER_BYTES + size + size % 2) for at, size in zip(offsets, lengths, strict=False)]
    return _within(file, extents, size_bytes)


def _within(file: BinaryIO, extents: list[tuple[int, int]], size_bytes: int) -> RangedFrames:
    if any(size < _ITEM_HEADER_BYTES or at + size > size_bytes for at, size in extents):
        raise StructureError("an offset table leads backwards or out of the object")
    return RangedFrames(file, extents, is_encapsulated=True)


def _by_basic_offsets(file: BinaryIO, start: int, size_bytes: int) -> RangedFrames | None:
    file.seek(start)
    item = file.read(_ITEM_HEADER_BYTES)
    table = item + file.read(struct.unpack_from("<L", item, 4)[0]) if len(item) == _ITEM_HEADER_BYTES else b""
    offsets = parse_basic_offsets(table)
    if not offsets:
        return None
    first = start + len(table)
    offsets = [0, *offsets[1:]]  # Some tables give a wrong offset for a single Frame.
    ends = [*offsets[1:], size_bytes - first]
    return _within(file, [(first + at, end - at) for at, end in zip(offsets, ends, strict=True)], size_bytes)


def _unpacked(code: str, value: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(value) // struct.calcsize(code)}{code}", value)
