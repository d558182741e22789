"""Frames in the transfer syntaxes that the core dependencies can write, and places in them that no viewer shows."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydicom.pixels import get_encoder
from pydicom.uid import (
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    RLELossless,
)

Frame = npt.NDArray[Any]
"""(rows, columns) or (rows, columns, 3)."""
LOSSY = frozenset({JPEGBaseline8Bit})
_QUALITY = 92
_CODE_BITS = 5
"""Of every code of the lossless encoder: 17 categories need no shorter ones here."""
_START_OF_TILE = b"\xff\x90"


def encode_frame(frame: Frame, syntax: str, bits_stored: int) -> bytes:
    """One frame in a compressed transfer syntax."""
    if syntax == JPEGBaseline8Bit:
        buffer = io.BytesIO()
        Image.fromarray(frame).save(buffer, "jpeg", quality=_QUALITY, subsampling="4:2:2")
        return buffer.getvalue()
    if syntax == JPEGLosslessSV1:
        return _jpeg_lossless(frame, bits_stored)
    samples = 1 if frame.ndim == 2 else frame.shape[2]
    is_signed = frame.dtype.kind == "i"
    return get_encoder(syntax).encode(
        frame,
        rows=frame.shape[0],
        columns=frame.shape[1],
        samples_per_pixel=samples,
        number_of_frames=1,
        bits_allocated=8 * frame.dtype.itemsize,
        bits_stored=bits_stored,
        pixel_representation=int(is_signed),
        photometric_interpretation="RGB" if samples == 3 else "MONOCHROME2",
        planar_configuration=0,
    )


def add_comment(frame: bytes, syntax: str, text: bytes) -> bytes:
    """The frame with a comment: a COM segment, and APP9 in JPEG. RLE has no place for one."""
    if syntax == RLELossless:
        return frame
    if syntax == JPEG2000Lossless:
        start = frame.index(_START_OF_TILE)
        return frame[:start] + _segment(0x64, b"\0\1" + text) + frame[start:]
    return frame[:2] + _segment(0xE9, text) + _segment(0xFE, text) + frame[2:]


def photometric(samples: int, syntax: str) -> str:
    """Photometric Interpretation of what `encode_frame` makes of colours and of grey."""
    if samples == 1:
        return "MONOCHROME2"
    return "YBR_FULL_422" if syntax == JPEGBaseline8Bit else "RGB"


ADDERS: dict[str, Callable[[bytes, str, bytes], bytes]] = {
    "codestream comment": add_comment,
    "after the codestream": lambda frame, _, text: frame + text + b"\0" * ((len(frame) + len(text)) % 2),
}
"""How text gets into a frame -> the function that puts it there."""


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def _jpeg_lossless(frame: Frame, precision: int) -> bytes:
    """Process 14, selection value 1: each sample as its difference from the one on its left (ISO 10918-1, Annex H)."""
    rows, columns = frame.shape
    values = frame.astype(np.int64) & ((1 << precision) - 1)
    predicted = np.empty_like(values)
    predicted[:, 1:] = values[:, :-1]
    predicted[1:, 0] = values[:-1, 0]
    predicted[0, 0] = 1 << (precision - 1)
    difference = (values - predicted + 0x8000) % 0x10000 - 0x8000
    size = np.zeros(difference.shape, np.int64)
    for bits in range(16):
        size += np.abs(difference) >> bits > 0
    extra = np.where(difference < 0, difference + (1 << size) - 1, difference)
    extra_bits = np.where(size == 16, 0, size)
    codes = ((size << extra_bits) | np.where(size == 16, 0, extra)).ravel()
    lengths = (extra_bits + _CODE_BITS).ravel()
    places = np.arange(int(lengths.max()))[None, :]
    shifts = lengths[:, None] - 1 - places
    stream = ((codes[:, None] >> np.maximum(shifts, 0)) & 1)[shifts >= 0].astype(np.uint8)
    padded = np.concatenate([stream, np.ones(-len(stream) % 8, np.uint8)])
    data = np.packbits(padded).tobytes().replace(b"\xff", b"\xff\0")
    counts = bytes(17 if length == _CODE_BITS else 0 for length in range(1, 17))
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xC3, struct.pack(">BHHBBBB", precision, rows, columns, 1, 1, 0x11, 0)),
            _segment(0xC4, b"\0" + counts + bytes(range(17))),
            _segment(0xDA, bytes((1, 1, 0, 1, 0, 0))),
            data,
            b"\xff\xd9",
        )
    )
