"""Writes changed Frames into a data set, with the least change that their encoding allows.

Native values are changed in place. In a lossless transfer syntax with an encoder, the changed Frames are encoded again. In JPEG
of 8 bits, blocks become blank. Everything else is transcoded to the lossless transfer syntax of its family or to JPEG-LS
Lossless, or is stored uncompressed: no Frame is compressed with loss a second time.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import struct
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGLSLossless,
)

from ..core.box import Box
from ..core.errors import FrameEncodeError
from ..core.file_bytes import Content, Spool, joined, part_of
from .codestreams import precision_of
from .frame_encoder import encode_frame
from .frame_reader import LOSSY_SYNTAXES, FrameReader

_BASIC_OFFSET_LIMIT_BYTES = 2**32 - 1
"""The largest offset of a Basic Offset Table (PS3.5 A.4)."""
_LOSSLESS_OF_FAMILY = {JPEG2000: JPEG2000Lossless, HTJ2K: HTJ2KLossless}
_TRANSCODED_TO = JPEGLSLossless
"""The transfer syntax of all Frames where a changed one cannot be written back, and the one of its family cannot hold it."""
_RANGE = ("SmallestImagePixelValue", "LargestImagePixelValue")
_TOTAL_LENGTH = "EncapsulatedPixelDataValueTotalLength"
_PIXEL_DATA = 0x7FE00010
_KEPT_BYTES = 32 << 20
"""Of codestreams that may be needed once more."""
_ITEM, _ITEM_HEADER_BYTES, _OFFSET_BYTES = b"\xfe\xff\x00\xe0", 8, 4


def replace_frames(
    dataset: FileDataset,
    changed: Mapping[int, npt.NDArray[Any]],
    boxes_by_frame: Mapping[int, Sequence[Box]] | None = None,
) -> str:
    """Write changed Frames into the pixel data element.

    Always removes bytes of compressed Frames that no decoder needs, and bytes after the last Frame: they are no pixels.

    Args:
        dataset: Changed in place: the pixel data element, and the Attributes that describe its encoding.
        changed: 0-based Frame -> its new stored values, of the shape and dtype of `FrameReader.stored`.
        boxes_by_frame: The boxes of changed Frames that hold one value, and outside of which nothing changed. Blocks can become
            blank in these Frames alone.

    Returns:
        "unchanged" (every pixel), "in_place" (native values), "reencoded" (the changed Frames, in the same transfer syntax),
        "blanked" (DCT blocks of the changed Frames) or "transcoded" (every Frame, to a lossless transfer
        syntax or uncompressed).

    Raises:
        FrameEncodeError: The Frames cannot be written without loss.
        FrameDecodeError, HiddenBytesError, PixelLayoutError: See `FrameReader` and `strip_hidden_bytes`.
    """
    reader = FrameReader(dataset)
    _complete(dataset, reader)
    _tell_loss(dataset, reader)
    if reader.is_native:
        _remove_offset_tables(dataset)
    elif reader.is_blankable and changed:
        method = _write_blank(dataset, reader, changed, boxes_by_frame or {})
        _correct_range(dataset)
        return method
    codestreams = CleanedCodestreams(reader)
    with_overlay = [index for index in range(len(reader)) if reader.has_overlay(index)] if reader.overlay_bits else []
    changed = _Changed(reader, with_overlay, changed)
    if not changed:
        _remove_foreign_bytes(dataset, reader, codestreams)
        return "unchanged"
    method = _write(dataset, reader, changed, codestreams)
    _correct_range(dataset)
    return method


class CleanedCodestreams(Iterable[bytes]):
    """The encoded Frames of a data set without bytes that no decoder needs; none of native ones. One is in memory at a time.

    All are looked at here, also those that are encoded again: a second picture behind the first must be refused.

    Attributes:
        is_clean: No Frame holds such bytes.
    """

    def __init__(self, reader: FrameReader) -> None:
        self._reader, self._indices = reader, range(0 if reader.is_native else len(reader))
        self._unclean: set[int] = set()
        is_clean: dict[bytes, bool] = {}  # By digest: slides hold many equal tiles.
        for index in self._indices:
            frame = reader.encoded_frames[index]
            digest = hashlib.sha256(frame).digest()
            if digest not in is_clean:
                is_clean[digest] = reader.cleaned_codestream(index) is frame
            if not is_clean[digest]:
                self._unclean.add(index)
        self.is_clean = not self._unclean

    def __iter__(self) -> Iterator[bytes]:
        return map(self.__getitem__, self._indices)

    def __getitem__(self, index: int) -> bytes:
        is_clean = index not in self._unclean
        return self._reader.encoded_frames[index] if is_clean else self._reader.cleaned_codestream(index)


class _EqualFrames:
    """Codestreams that were just made, by what they were made of: slides hold many equal tiles."""

    def __init__(self) -> None:
        self._made: dict[Hashable, bytes] = {}
        self._bytes = 0

    def codestream(self, made_of: Hashable, make: Callable[[], bytes]) -> bytes:
        """The codestream of a Frame; made if there is none of an equal one."""
        if made_of in self._made:
            return self._made[made_of]
        made = self._made[made_of] = make()
        self._bytes += len(made)
        while self._bytes > _KEPT_BYTES:
            self._bytes -= len(self._made.pop(next(iter(self._made))))
        return made


class _Changed(Mapping[int, npt.NDArray[Any]]):
    """The Frames that are written anew, each made when it is asked for: those given, and those without their overlay planes."""

    def __init__(self, reader: FrameReader, with_overlay: Iterable[int], changed: Mapping[int, npt.NDArray[Any]]) -> None:
        self._reader, self._changed = reader, changed
        self._indices = dict.fromkeys(sorted({*with_overlay, *changed}))

    def __len__(self) -> int:
        return len(self._indices)

    def __iter__(self) -> Iterator[int]:
        return iter(self._indices)

    def __contains__(self, index: object) -> bool:
        return index in self._indices

    def __getitem__(self, index: int) -> npt.NDArray[Any]:
        return self._changed[index] if index in self._changed else self._reader.stored(index)


def _write(
    dataset: FileDataset, reader: FrameReader, changed: Mapping[int, npt.NDArray[Any]], codestreams: CleanedCodestreams
) -> str:
    """Write the pixel data element with changed Frames; returns the method of `replace_frames`."""
    if not reader.can_write_back:
        _transcode(dataset, reader, changed)
        return "transcoded"
    if reader.is_native:
        dataset[reader.keyword].value = _patched_native(dataset, reader, changed)
        return "in_place"

    def encoded(index: int) -> bytes:
        if index not in changed:
            return codestreams[index]
        frame = changed[index]
        bits = 8 * frame.dtype.itemsize if reader.is_unclear(index) else None
        return encode_frame(frame, reader.transfer_syntax, dataset, reader.photometric, bits)

    try:
        _set_encapsulated(dataset, map(encoded, range(len(reader))), len(reader))
    except FrameEncodeError:
        _transcode(dataset, reader, changed)
        return "transcoded"
    return "reencoded"


def _write_blank(
    dataset: FileDataset,
    reader: FrameReader,
    changed: Mapping[int, npt.NDArray[Any]],
    boxes_by_frame: Mapping[int, Sequence[Box]],
) -> str:
    """Write the Frames of an image that `is_blankable`, the changed ones with blank boxes; returns the method."""

    equal = _EqualFrames()

    def encoded(index: int) -> bytes:
        if index not in changed:
            return equal.codestream(reader.digest(index), lambda: reader.cleaned_codestream(index))
        boxes = tuple(boxes_by_frame[index])
        left, top, *_ = boxes[0]
        value = changed[index][top, left]
        made_of = reader.digest(index), boxes, value.tobytes()
        return equal.codestream(made_of, lambda: reader.blanked_codestream(index, boxes, value))

    if changed.keys() <= boxes_by_frame.keys():
        try:
            _set_encapsulated(dataset, map(encoded, range(len(reader))), len(reader))
        except FrameEncodeError:
            pass
        else:
            return "blanked"
    CleanedCodestreams(reader)
    _transcode(dataset, reader, changed)
    return "transcoded"


def _complete(dataset: FileDataset, reader: FrameReader) -> None:
    """Give the Attributes of the Image Pixel module that are required and missing the values that viewers assume."""
    if reader.keyword == "PixelData":
        assumed = {"SamplesPerPixel": reader.samples, "PixelRepresentation": 0}
        if reader.samples == 3:
            assumed["PlanarConfiguration"] = 0
        for keyword, value in assumed.items():
            if dataset.get(keyword) is None:
                setattr(dataset, keyword, value)


def _tell_loss(dataset: FileDataset, reader: FrameReader) -> None:
    """Say that the Frames were once compressed with loss, where the source forgot to (PS3.3 C.7.6.1.1.5)."""
    is_lossy = reader.transfer_syntax in LOSSY_SYNTAXES or reader.photometric == "YBR_ICT"
    if not is_lossy or dataset.get("LossyImageCompression") == "01":
        return
    compressed_bytes = sum(reader.encapsulated.frames.sizes) or 1
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionRatio = f"{reader.native_bytes / compressed_bytes:.4g}"
    dataset.LossyImageCompressionMethod = "ISO_15444_1" if reader.photometric == "YBR_ICT" else "ISO_10918_1"


def _correct_range(dataset: FileDataset) -> None:
    """Make Smallest and Largest Image Pixel Value true, where they are given: the extremes may have been in a box."""
    given = [keyword for keyword in _RANGE if keyword in dataset]
    if given:
        reader = FrameReader(dataset)
        ranges = [reader.range_of(index) for index in range(len(reader))]
        extremes = dict(zip(_RANGE, (min(low for low, _ in ranges), max(high for _, high in ranges)), strict=True))
        for keyword in given:
            dataset[keyword].value = extremes[keyword]


def _remove_foreign_bytes(dataset: Dataset, reader: FrameReader, codestreams: CleanedCodestreams) -> None:
    if reader.is_native:
        size = reader.native_bytes + reader.native_bytes % 2
        if len(reader.pixel_value) > size:
            dataset[reader.keyword].value = part_of(reader.pixel_value, 0, size)
        return
    if not (codestreams.is_clean and reader.encapsulated.is_plain) or _TOTAL_LENGTH in dataset:
        _set_encapsulated(dataset, codestreams, len(reader))


def _patched_native(dataset: Dataset, reader: FrameReader, changed: Mapping[int, npt.NDArray[Any]]) -> Content:
    is_big = reader.transfer_syntax == ExplicitVRBigEndian
    # PS3.5 8.1.1: a big-endian word holds the second of two 8-bit values first.
    is_swapped = is_big and reader.bits_allocated == 8 and dataset[reader.keyword].VR == "OW"
    size_bytes = reader.native_bytes + reader.native_bytes % 2
    spool = Spool()
    spool.write(part_of(reader.pixel_value, 0, size_bytes))
    for index, frame in changed.items():
        ordered = np.moveaxis(frame, -1, 0) if reader.is_planar else frame
        cells = np.ascontiguousarray(ordered, frame.dtype.newbyteorder(">" if is_big else "<"))
        bits = cells.size if reader.bits_allocated == 1 else 8 * cells.nbytes
        if not (is_swapped or index * bits % 8 or bits % 8):
            spool.seek(index * bits // 8)
            spool.write(np.packbits(cells, bitorder="little").tobytes() if reader.bits_allocated == 1 else cells.tobytes())
            continue
        # The Frame shares its first or last byte, or pair of bytes, with another one.
        start, end = index * bits // 16 * 2, min(-(-(index + 1) * bits // 16) * 2, size_bytes)
        around, first = spool.read(start, end - start), index * bits - 8 * start
        if is_swapped:
            pairs = _swap_pairs(around)
            pairs[first // 8 : (first + bits) // 8] = cells.tobytes()
            spool.write(bytes(_swap_pairs(pairs)))
        else:
            each = np.unpackbits(np.frombuffer(around, np.uint8), bitorder="little")
            each[first : first + bits] = cells.ravel()
            spool.write(np.packbits(each, bitorder="little").tobytes())
    return spool.content()


def _swap_pairs(value: bytes | bytearray) -> bytearray:
    return bytearray(np.frombuffer(value, np.uint16).byteswap().tobytes())


def _transcode(dataset: FileDataset, reader: FrameReader, changed: Mapping[int, npt.NDArray[Any]]) -> None:
    photometric, bits = reader.stored_photometric, _bits_of_cells(dataset, reader)
    family = _LOSSLESS_OF_FAMILY.get(reader.transfer_syntax, _TRANSCODED_TO)

    def stored(index: int) -> npt.NDArray[Any]:
        return changed[index] if index in changed else reader.stored(index)

    def encoded(encode: Callable[[npt.NDArray[Any]], bytes]) -> Iterator[bytes]:
        equal = _EqualFrames()
        for index in range(len(reader)):
            make = functools.partial(lambda index: encode(stored(index)), index)
            yield make() if index in changed else equal.codestream(reader.digest(index), make)

    for syntax in dict.fromkeys((family, _TRANSCODED_TO)):
        # JPEG 2000 decorrelates colours itself, and its decoders undo that (PS3.3 C.7.6.3.1.2).
        written_as = "YBR_RCT" if photometric == "RGB" and syntax != _TRANSCODED_TO else photometric
        encode = functools.partial(encode_frame, syntax=syntax, dataset=dataset, photometric=written_as, bits_stored=bits)
        try:
            _set_encapsulated(dataset, encoded(encode), len(reader))
        except FrameEncodeError:
            continue
        dataset.file_meta.TransferSyntaxUID = syntax
        break
    else:  # JPEG-LS allows 16 bits at most, and no image of a few pixels. Uncompressed, every Frame can be written.
        written_as = photometric
        every = map(stored, range(len(reader)))
        value = joined(frame.astype(frame.dtype.newbyteorder("<")).tobytes() for frame in every)
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        vr = "OB" if reader.bits_allocated <= 8 else "OW"
        dataset.add(DataElement(_PIXEL_DATA, vr, joined([value, b"\0" * (len(value) % 2)])))
        _remove_offset_tables(dataset)
    if reader.samples == 3:
        dataset.PhotometricInterpretation = written_as
        dataset.PlanarConfiguration = 0


def _bits_of_cells(dataset: FileDataset, reader: FrameReader) -> int | None:
    """The bits to encode where Bits Stored says too few; None where it is right. Of the DCT processes it is set right."""
    if not any(reader.is_unclear(index) for index in range(len(reader))):
        return None
    if reader.transfer_syntax not in LOSSY_SYNTAXES:
        return reader.bits_allocated
    bits = max(precision_of(reader.codestream(index)) or 0 for index in range(len(reader)))
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    return bits


def _set_encapsulated(dataset: Dataset, encoded: Iterable[bytes], count: int) -> None:
    """Write Frames as items behind an offset table (PS3.5 A.4), a Frame at a time."""
    spool, sizes = Spool(), list[int]()
    table_bytes = _OFFSET_BYTES * count
    spool.write(bytes(_ITEM_HEADER_BYTES + table_bytes))  # The place of the Basic Offset Table.
    for frame in encoded:
        sizes.append(len(frame) + len(frame) % 2)
        spool.write(_ITEM + struct.pack("<L", sizes[-1]))
        spool.write(frame)
        spool.write(b"\0" * (len(frame) % 2))
    offsets = list(itertools.accumulate((size + _ITEM_HEADER_BYTES for size in sizes[:-1]), initial=0))
    is_long = offsets[-1] + sizes[-1] + _ITEM_HEADER_BYTES > _BASIC_OFFSET_LIMIT_BYTES
    # An Extended Offset Table stands beside an empty Basic one.
    start = table_bytes if is_long else 0
    spool.seek(start)
    spool.write(_ITEM + struct.pack("<L", 0 if is_long else table_bytes))
    if not is_long:
        spool.write(struct.pack(f"<{count}L", *offsets))
    value = spool.content(start)
    _remove_offset_tables(dataset)
    if is_long:
        dataset.ExtendedOffsetTable = struct.pack(f"<{count}Q", *offsets)
        dataset.ExtendedOffsetTableLengths = struct.pack(f"<{count}Q", *sizes)
    dataset.add(DataElement(_PIXEL_DATA, "OB", value))
    dataset["PixelData"].is_undefined_length = True


def _remove_offset_tables(dataset: Dataset) -> None:
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths", _TOTAL_LENGTH):
        if keyword in dataset:
            del dataset[keyword]
