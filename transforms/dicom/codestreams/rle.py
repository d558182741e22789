"""RLE Lossless: a header of 64 bytes and one PackBits segment a byte plane. Cuts each segment to the length of its plane.

Source: PS3.5 Annex G.
"""

from __future__ import annotations

import struct
from itertools import accumulate, islice

from ...core.errors import FrameDecodeError, HiddenBytesError, PixelLayoutError
from .ignored_bytes import padding_of

_HEADER = struct.Struct("<16I")
_MAX_SEGMENTS = 15
_NO_OPERATION = 128
_RUN_BYTES = tuple(byte + 2 if byte < _NO_OPERATION else 1 + (byte > _NO_OPERATION) for byte in range(256))
_DECODED_BYTES = tuple(byte + 1 if byte < _NO_OPERATION else (257 - byte) % 129 for byte in range(256))
"""First byte of a PackBits run -> the bytes of the run, and the bytes that it decodes to."""


def strip(frame: bytes, segments: int, plane_bytes: int) -> bytes:
    """The Frame without bytes that decode to no pixel; the same object where there are none.

    Args:
        segments: Byte planes of the image: samples a pixel times bytes a sample.
        plane_bytes: Decoded bytes of one plane: rows times columns.

    Raises:
        FrameDecodeError: A segment decodes to fewer bytes than the image has pixels, or there is no header.
        HiddenBytesError: The segments overlap or are not in order.
        PixelLayoutError: The number of segments contradicts the header of the data set, or a second RLE frame
            follows the first.
    """
    if len(frame) < _HEADER.size or plane_bytes < 1:
        raise FrameDecodeError("an RLE frame is shorter than its header, or has no pixels")
    count, *offsets = _HEADER.unpack_from(frame)
    if count != segments or not 1 <= count <= _MAX_SEGMENTS:
        raise PixelLayoutError("an RLE frame has another number of segments than the image has byte planes")
    starts, ends = offsets[:count], [*offsets[1:count], len(frame)]
    if starts[0] < _HEADER.size or any(end <= start for start, end in zip(starts, ends, strict=True)):
        raise HiddenBytesError("the segments of an RLE frame overlap or are not in order")
    stops = [_end_of_plane(frame, start, end, plane_bytes) for start, end in zip(starts, ends, strict=True)]
    slack = [frame[stop:end] for (stop, _), end in zip(stops, ends, strict=True)]
    if struct.pack("<2I", segments, _HEADER.size) in slack[-1]:
        raise PixelLayoutError("a second RLE frame follows the first")
    has_surplus = any(surplus for _, surplus in stops) or any(padding_of(rest) != rest for rest in slack)
    if not has_surplus and starts[0] == _HEADER.size and not any(offsets[count:]):
        return frame
    return _frame_of([_plane(frame, start, *stop) for start, stop in zip(starts, stops, strict=True)])


def _end_of_plane(frame: bytes, start: int, end: int, plane_bytes: int) -> tuple[int, int]:
    """The end of the run with the last pixel, and the number of bytes that it decodes to beyond that pixel."""
    position, decoded, run_bytes, decoded_bytes = start, 0, _RUN_BYTES, _DECODED_BYTES
    try:
        while decoded < plane_bytes:
            first = frame[position]
            position += run_bytes[first]
            decoded += decoded_bytes[first]
    except IndexError:
        position = end + 1
    if position > end:
        raise FrameDecodeError("a segment of an RLE frame decodes to fewer bytes than the image has pixels")
    return position, decoded - plane_bytes


def _plane(frame: bytes, start: int, stop: int, surplus: int) -> bytes:
    """A segment whose last run ends with the last pixel."""
    if not surplus:
        return frame[start:stop]
    last = start
    while last + _RUN_BYTES[frame[last]] < stop:
        last += _RUN_BYTES[frame[last]]
    first = frame[last]
    length = _DECODED_BYTES[first] - surplus
    if first < _NO_OPERATION:
        return frame[start:last] + bytes((length - 1,)) + frame[last + 1 : last + 1 + length]
    return frame[start:last] + bytes((257 - length if length > 1 else 0,)) + frame[last + 1 : stop]


def _frame_of(planes: list[bytes]) -> bytes:
    padded = [plane + b"\0" * (len(plane) % 2) for plane in planes]
    offsets = islice(accumulate(map(len, padded), initial=_HEADER.size), len(padded))
    return _HEADER.pack(len(planes), *offsets, *[0] * (_MAX_SEGMENTS - len(planes))) + b"".join(padded)
