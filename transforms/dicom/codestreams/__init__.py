"""Removes bytes from compressed Frames that no decoder needs. Such bytes can hold anything, and no pixel shows them.

The entropy-coded data do not change, and so no decoded value changes. Where a caller asks for it, MCUs of a DCT image become
blank.

Their end is found in Huffman-coded JPEG, JPEG-LS, JPEG 2000, HTJ2K and RLE. It is not found in arithmetic-coded JPEG: there,
bytes between the data and the next marker stay.
"""

from __future__ import annotations

from ...core.errors import FrameDecodeError
from . import jpeg, jpeg2000, jpeg_ls, rle
from .jpeg import BlankUnits, blank

__all__ = [
    "ENCAPSULATED_UNCOMPRESSED",
    "BlankUnits",
    "begins_codestream",
    "blank",
    "blank_units_of",
    "precision_of",
    "size_of",
    "strip_hidden_bytes",
]

_RLE_LOSSLESS = "1.2.840.10008.1.2.5"
ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"
"""Native Frames as fragments (PS3.5 A.4.11)."""


def strip_hidden_bytes(
    frame: bytes, transfer_syntax_uid: str, *, rows: int, columns: int, samples_per_pixel: int, bits_allocated: int
) -> bytes:
    """The Frame without bytes that no decoder needs; the same object where all are needed.

    The first bytes of a codestream identify its kind, since decoders use them and not the transfer syntax. RLE has no such
    bytes: a Frame of no other kind is RLE if the transfer syntax says so. A Frame of an unknown kind is refused here, since not
    every published Frame is decoded.

    Args:
        frame: One compressed Frame, fragments joined.
        transfer_syntax_uid: From the file meta.
        rows: Of the image, as `columns`, `samples_per_pixel` and `bits_allocated`. Only JPEG-LS and RLE need them.

    Raises:
        FrameDecodeError: No decoder shows a picture: an unknown kind, no complete header, too few bytes.
        HiddenBytesError: Bytes cannot be removed, or the structure cannot be followed.
        PixelLayoutError: The Frame holds more than one picture, or another number of byte planes than the image has.
    """
    if frame.startswith(jpeg.START):
        stripped = jpeg.strip(frame)
        if jpeg.is_jpeg_ls(stripped):
            jpeg_ls.refuse_unread_data(stripped, (rows, columns))
        return stripped
    if frame.startswith((jpeg2000.START, jpeg2000.BOXES_START)):
        return jpeg2000.strip(frame)
    if transfer_syntax_uid == _RLE_LOSSLESS:
        return rle.strip(frame, samples_per_pixel * -(-bits_allocated // 8), rows * columns)
    if transfer_syntax_uid == ENCAPSULATED_UNCOMPRESSED:
        return _without_padding(frame, -(-rows * columns * samples_per_pixel * bits_allocated // 8))
    raise FrameDecodeError("the frame is not a codestream of a known kind")


def _without_padding(frame: bytes, size: int) -> bytes:
    if len(frame) < size:
        raise FrameDecodeError("an uncompressed frame is shorter than the header says")
    return frame if len(frame) <= size + size % 2 and not any(frame[size:]) else frame[:size]


def begins_codestream(data: bytes) -> bool:
    """Whether data begin like a JPEG, JPEG-LS or JPEG 2000 codestream. RLE has no such mark."""
    return data.startswith((jpeg.START, jpeg2000.START, jpeg2000.BOXES_START))


def blank_units_of(frame: bytes) -> BlankUnits | None:
    """The MCUs of a Frame that `blank` can make blank: 8 bit, Huffman-coded by a DCT process; None for others."""
    return jpeg.blank_units(frame) if frame.startswith(jpeg.START) else None


def precision_of(frame: bytes) -> int | None:
    """Bits a sample by the header of a JPEG, JPEG-LS or JPEG 2000 codestream, the most of its components; None for others."""
    if frame.startswith(jpeg.START):
        return jpeg.precision(frame)
    if frame.startswith((jpeg2000.START, jpeg2000.BOXES_START)):
        return jpeg2000.precision(frame)
    return None


def size_of(frame: bytes) -> tuple[int, int] | None:
    """Rows and columns by the header of a JPEG, JPEG-LS or JPEG 2000 codestream; None for others, or without a size."""
    if frame.startswith(jpeg.START):
        return jpeg.size(frame)
    if frame.startswith((jpeg2000.START, jpeg2000.BOXES_START)):
        return jpeg2000.size(frame)
    return None
