"""Compares what the header says about the pixel data with the pixel data.

Viewers disagree on pixel data that contradict their header: one counts two bytes a pixel and another three. The picture that
was read would not be the picture that a person sees, so such an instance is refused. Where one viewer only masks bits that
another shows, `FrameReader` gives both pictures.
Sources: PS3.3 C.7.6.3 (Image Pixel module), PS3.5 8.1.1 (pixel cells), 8.2 (encoding), A.4 (fragments and offset tables).
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.encaps import parse_basic_offsets, parse_fragments

from ..core.errors import PixelLayoutError, StructureError
from ..core.file_bytes import CHUNK_BYTES, Content, stream_of
from .attribute_values import has_attribute
from .codestreams import begins_codestream

PIXEL_KEYWORDS = ("FloatPixelData", "DoubleFloatPixelData", "PixelData")
_ITEM_HEADER_BYTES = 8
_MARK_BYTES = 16
"""What of a fragment shows whether a codestream begins there."""
_YBR_422_BYTES, _WHOLE_COLOUR_BYTES = 2, 3
"""A pixel, on average, in native YBR_FULL_422 and where every pixel has colours of its own."""
_RETIRED_SUBSAMPLED = ("YBR_PARTIAL_422", "YBR_PARTIAL_420")


def check_header(dataset: Dataset) -> None:
    """Refuse a header that contradicts itself.

    Raises:
        PixelLayoutError: There is a second pixel data element.
    """
    if sum(has_attribute(dataset, keyword) for keyword in PIXEL_KEYWORDS) > 1:
        raise PixelLayoutError("the data set holds more than one pixel data element")


def default_samples(photometric_interpretation: str) -> int:
    """Samples per Pixel where the header has none, as viewers read it."""
    return 3 if photometric_interpretation.startswith(("RGB", "YBR")) else 1


@dataclass(frozen=True)
class ColourLayoutLimits:
    """When the content decides how many bytes a pixel has.

    Attributes:
        row_ratio: Bytes differ from those one row below by this factor less where the row has the right length. The samples of
            pydicom reach 1.8 to 3300, and 0.05 to 0.7 where two bytes a pixel are read as three.
        compared_bytes: The pixel data that are compared.
        neutral: A grey pixel has colours that differ by no more than this.
    """

    row_ratio: float = 1.5
    compared_bytes: int = 16 << 20
    neutral: int = 2


COLOUR_LAYOUT = ColourLayoutLimits()


def holds_whole_colours(value: Content, frames: int, rows: int, columns: int) -> bool:
    """Whether native YBR_FULL_422 of 8 bits holds three bytes a pixel: decompressed, and the header left as it was.

    The bytes are then those of YBR_FULL, or of RGB. OHIF shows RGB, pydicom refuses the object, and dcmtk shows noise.

    Raises:
        PixelLayoutError: There are three bytes a pixel, but rows of two bytes a pixel look as plausible.
    """
    pixels = frames * rows * columns
    surplus_bytes = len(value) - pixels * _YBR_422_BYTES
    if surplus_bytes < pixels:
        return False
    if surplus_bytes > pixels + pixels % 2 or _is_zero(value, pixels * _YBR_422_BYTES):
        raise PixelLayoutError("Photometric Interpretation is YBR_FULL_422, and the pixel data hold more than that")
    bytes_of = np.frombuffer(value[: COLOUR_LAYOUT.compared_bytes], np.uint8)
    whole, subsampled = (
        float(np.abs(bytes_of[size:].astype(np.int16) - bytes_of[:-size]).mean()) if size < len(bytes_of) else 0.0
        for size in (columns * _WHOLE_COLOUR_BYTES, columns * _YBR_422_BYTES)
    )
    if not whole * COLOUR_LAYOUT.row_ratio < subsampled:
        raise PixelLayoutError("it is not clear whether the pixel data hold two bytes a pixel or three")
    return True


def colours_of(value: Content) -> str:
    """RGB or YBR_FULL, whichever makes more pixels of three bytes grey. Black is 0 0 0 in one and 0 128 128 in the other."""
    count = min(len(value), COLOUR_LAYOUT.compared_bytes) // _WHOLE_COLOUR_BYTES
    cells = np.frombuffer(value[: count * _WHOLE_COLOUR_BYTES], np.uint8).reshape(count, -1).astype(np.int16)
    is_rgb = np.ptp(cells, axis=1) <= COLOUR_LAYOUT.neutral
    is_ybr = (np.abs(cells[:, 1:] - 128) <= COLOUR_LAYOUT.neutral).all(axis=1)
    return "RGB" if is_rgb.sum() > is_ybr.sum() else "YBR_FULL"


def check_native_value(value: Content, frames: int, frame_bits: int, photometric_interpretation: str) -> None:
    """Refuse native pixel data whose size contradicts the header. A few bytes behind the last Frame are padding.

    Args:
        value: Of the pixel data element.
        frames: Number of Frames.
        frame_bits: The size of a Frame by the header.

    Raises:
        StructureError: The pixel data are shorter than the header says.
        PixelLayoutError: They hold another Frame, or three bytes a pixel where YBR_FULL_422 means two; or the colours are
            subsampled in a retired form.
    """
    if photometric_interpretation in _RETIRED_SUBSAMPLED:
        raise PixelLayoutError("Photometric Interpretation is a retired form of subsampled colours")
    size = -(-frames * frame_bits // 8)
    if len(value) < size:
        raise StructureError("the pixel data are shorter than the header says")
    if photometric_interpretation == "YBR_FULL_422" and len(value) >= size * _WHOLE_COLOUR_BYTES // _YBR_422_BYTES > size:
        raise PixelLayoutError("Photometric Interpretation is YBR_FULL_422, and three bytes a pixel are stored")
    if len(value) - size >= max(1, frame_bits // 8) and not _is_zero(value, size):
        raise PixelLayoutError("the pixel data hold more frames than Number of Frames says")


def _is_zero(value: Content, start: int) -> bool:
    """Whether nothing but zeros stands from an offset on."""
    return not any(value[at : at + CHUNK_BYTES].strip(b"\0") for at in range(start, len(value), CHUNK_BYTES))


def has_unclaimed_bits(cells: npt.NDArray[Any], bits_stored: int, claimed_bits: int) -> bool:
    """Whether pixel cells use bits above Bits Stored that neither a sign nor an overlay plane explains.

    The sign of a negative value can extend over these bits. Every viewer then shows the same.

    Args:
        cells: Stored cells with all their bits, signed where Pixel Representation says so.
        bits_stored: Bits Stored, fewer than a cell has.
        claimed_bits: The bits that overlay planes claim (PS3.5 8.1.2).
    """
    unsigned = cells.view(cells.dtype.str.replace("i", "u"))
    above = (1 << 8 * cells.dtype.itemsize) - (1 << bits_stored) & ~claimed_bits
    if not int(unsigned.max(initial=0)) >> bits_stored:
        return False
    used = unsigned & unsigned.dtype.type(above)
    if cells.dtype.kind == "u":
        return bool(used.any())
    is_negative = (unsigned >> unsigned.dtype.type(bits_stored - 1)) & unsigned.dtype.type(1) == 1
    return bool(((used != 0) & ~(is_negative & (used == above))).any())


class SplitFrames(NamedTuple):
    """The Frames of encapsulated pixel data.

    Attributes:
        frames: The encoded bytes of each, fragments joined.
        is_plain: The element holds these bytes, correct offset tables and nothing else.
    """

    frames: EncodedFrames
    is_plain: bool


class EncodedFrames(Sequence[bytes]):
    """The encoded Frames of a pixel data element. Each is read when it is used; the last one is kept.

    Args:
        value: Of the element.
        fragments: (offset, bytes) of the fragments of each Frame.

    Attributes:
        sizes: The length of each Frame in bytes.
    """

    def __init__(self, value: Content, fragments: Sequence[Sequence[tuple[int, int]]]) -> None:
        self._value, self._fragments = value, fragments
        self.sizes = [sum(size for _, size in of_frame) for of_frame in fragments]
        self._last: tuple[int, bytes] = -1, b""

    def __len__(self) -> int:
        return len(self._fragments)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return EncodedFrames(self._value, self._fragments[index])
        if self._last[0] != index:
            self._last = index, b"".join(self._value[at : at + size] for at, size in self._fragments[index])
        return self._last[1]


def split_frames(value: Content, frames: int, extended: tuple[bytes, bytes] | None = None) -> SplitFrames:
    """Find the fragments of each Frame (PS3.5 A.4). A fragment of no Frame is refused.

    Args:
        value: Of the pixel data element: the Basic Offset Table and the fragments as items.
        frames: Number of Frames.
        extended: The values of Extended Offset Table and Extended Offset Table Lengths, if both are present.

    Raises:
        StructureError: The value is no sequence of items.
        PixelLayoutError: The offset tables do not lead to every fragment, or the Frame of a fragment is unknown.
    """
    try:
        stream = stream_of(value)
        table = parse_basic_offsets(stream)
        first = _ITEM_HEADER_BYTES + struct.unpack("<L", value[4:_ITEM_HEADER_BYTES])[0]
        stream.seek(first)
        _, positions = parse_fragments(stream)
    except (ValueError, struct.error) as error:
        raise StructureError(f"the fragments of the pixel data cannot be separated ({type(error).__name__})") from None
    lengths = [struct.unpack("<L", value[position + 4 : position + _ITEM_HEADER_BYTES])[0] for position in positions]
    offsets = [position - first for position in positions]
    contents = (position + _ITEM_HEADER_BYTES for position in positions)
    fragments = [(at, max(0, min(length, len(value) - at))) for at, length in zip(contents, lengths, strict=True)]
    starts = _first_fragments(value, fragments, offsets, table, frames, extended)
    ends = [*starts[1:], len(offsets)]
    joined = EncodedFrames(value, [fragments[start:end] for start, end in zip(starts, ends, strict=True)])
    is_whole = first + sum(length + _ITEM_HEADER_BYTES for length in lengths) == len(value)
    expected = [offsets[start] for start in starts]
    is_plain = (
        is_whole and table in ([], expected) and (extended is None or _is_correct_table(extended, expected, joined.sizes))
    )
    return SplitFrames(joined, is_plain)


def _first_fragments(
    value: Content,
    fragments: Sequence[tuple[int, int]],
    offsets: Sequence[int],
    table: Sequence[int],
    frames: int,
    extended: tuple[bytes, bytes] | None,
) -> list[int]:
    """The number of the first fragment of each Frame."""
    if frames == 1:
        # A single Frame has all fragments, whatever its table says. But a table of several Frames contradicts the header.
        if len(table) > 1 and table[0] == 0 and set(table) <= set(offsets):
            raise PixelLayoutError("the offset table leads to more frames than Number of Frames says")
        return [0]
    if extended is not None:
        starts = _unpacked(extended[0])
        lengths = (size for _, size in fragments)
        if starts != list(offsets) or any(abs(a - b) > 1 for a, b in zip(_unpacked(extended[1]), lengths, strict=False)):
            raise PixelLayoutError("the Extended Offset Table does not lead to every fragment")
    elif table or len(offsets) == frames:
        starts = list(table or offsets)
    else:
        begins = (begins_codestream(value[at : at + min(size, _MARK_BYTES)]) for at, size in fragments)
        starts = list(itertools.compress(offsets, begins))
    numbers = {offset: number for number, offset in enumerate(offsets)}
    if len(starts) != frames or starts[:1] != [0] or any(a >= b for a, b in itertools.pairwise(starts)):
        raise PixelLayoutError("the fragments are of another number of frames than Number of Frames says")
    if not set(starts) <= set(numbers):
        raise PixelLayoutError("the offset table does not lead to fragments")
    return [numbers[offset] for offset in starts]


def _is_correct_table(extended: tuple[bytes, bytes], offsets: list[int], sizes: list[int]) -> bool:
    """Whether an Extended Offset Table holds these offsets and the lengths of these Frames, padded or not."""
    lengths = _unpacked(extended[1])
    return _unpacked(extended[0]) == offsets and [length + length % 2 for length in lengths] == sizes


def _unpacked(value: bytes) -> list[int]:
    if not isinstance(value, bytes) or len(value) % 8:
        raise PixelLayoutError("an Extended Offset Table does not hold numbers of 64 bits")
    return list(struct.unpack(f"<{len(value) // 8}Q", value))
