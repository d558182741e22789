"""Removes bytes from compressed Frames that no decoder needs. Such bytes can hold anything, and no pixel shows them.

Only what is no pixel is cut; the entropy-coded data, and so every decoded value, stay as they are.

Where entropy-coded data end is known of Huffman-coded JPEG, of JPEG-LS, of JPEG 2000 and HTJ2K, and of RLE. It is not known of
arithmetic-coded JPEG: there, bytes behind the data and before the next marker stay.
"""

from __future__ import annotations

from ...core.errors import FrameDecodeError
from . import jpeg, jpeg2000, jpeg_ls, rle

_RLE_LOSSLESS = "1.2.840.10008.1.2.5"


def strip_hidden_bytes(
    frame: bytes, transfer_syntax_uid: str, *, rows: int, columns: int, samples_per_pixel: int, bits_allocated: int
) -> bytes:
    """The frame without anything that a decoder does not need; the very same object when there is nothing to cut.

    The first bytes of a codestream say of which kind it is: decoders go by them, not by the transfer syntax. RLE has
    no such bytes: it is what the transfer syntax says where the frame is nothing else. A frame of no known kind is shown by
    no decoder, so it is refused here and not left to whoever decodes it: not every frame that is published is decoded.

    Args:
        frame: One compressed frame, its fragments joined.
        transfer_syntax_uid: As the file meta says.
        rows: Of the image, as `columns`, `samples_per_pixel` and `bits_allocated`; only JPEG-LS and RLE need them.

    Raises:
        FrameDecodeError: No decoder shows a picture: an unknown kind, no complete header, too few bytes.
        HiddenBytesError: There is something that cannot be cut, or a structure that cannot be followed.
        PixelLayoutError: The frame holds more than one picture, or another number of byte planes than the image has.
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
    raise FrameDecodeError("the frame is no codestream of a known kind")


def begins_codestream(data: bytes) -> bool:
    """Whether data begin like a JPEG, JPEG-LS or JPEG 2000 codestream. RLE has no such mark."""
    return data.startswith((jpeg.START, jpeg2000.START, jpeg2000.BOXES_START))


def precision_of(frame: bytes) -> int | None:
    """Bits a sample that a JPEG, JPEG-LS or JPEG 2000 codestream declares (the most of its components); None for others."""
    if frame.startswith(jpeg.START):
        return jpeg.precision(frame)
    if frame.startswith((jpeg2000.START, jpeg2000.BOXES_START)):
        return jpeg2000.precision(frame)
    return None


def size_of(frame: bytes) -> tuple[int, int] | None:
    """Rows and columns that a JPEG, JPEG-LS or JPEG 2000 codestream declares; None for others, and where it does not say."""
    if frame.startswith(jpeg.START):
        return jpeg.size(frame)
    if frame.startswith((jpeg2000.START, jpeg2000.BOXES_START)):
        return jpeg2000.size(frame)
    return None
