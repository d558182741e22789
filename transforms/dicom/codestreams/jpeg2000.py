"""JPEG 2000 and HTJ2K: parses the main header and every tile-part to the end of the codestream.

A marker segment that a decoder reads stays, cut to the length of its own structure. The packets do not change.
Sources: ISO/IEC 15444-1 A (codestream) and I (JP2 boxes), ISO/IEC 15444-15 A (HTJ2K).
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ...core.errors import FrameDecodeError, HiddenBytesError, PixelLayoutError
from . import packets
from .ignored_bytes import FILL_BYTES, is_encoder_name, joined, padding_of

START = b"\xff\x4f\xff\x51"
BOXES_START = b"\0\0\0\x0cjP  \r\n\x87\n"
_CAP, _SIZ, _COD, _COC, _TLM, _PRF, _PLT, _CPF = 0x50, 0x51, 0x52, 0x53, 0x55, 0x56, 0x58, 0x59
_QCD, _QCC, _RGN, _POC, _PPM, _PPT, _COM = 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x61, 0x64
_SOC, _SOT, _SOD, _EOC = b"\xff\x4f", b"\xff\x90", b"\xff\x93", b"\xff\xd9"
_SOT_BYTES = 12
_WITHOUT_CONTENT = range(0x30, 0x40)
_UNSUPPORTED = frozenset({_PPM, _PPT, 0x5A, 0x5B, *range(0x70, 0x7A)})
"""Packed packet headers, whose end only a decoder finds, and segments of ISO/IEC 15444-2, which change the picture."""
_TILE_END = re.compile(rb"\xff\xd9|\xff\x90\0\x0a|\xff\x4f\xff\x51")
"""No packet holds the first two: in a packet, a byte FF is followed by at most 8F."""
_MAX_LEVELS, _PROGRESSIONS = 32, 5
_COD_BYTES = 10
_HEADER_BOXES = frozenset({b"ihdr", b"bpcc", b"colr", b"res "})
_YCC = 18

_Segment = tuple[int, bytes]


@dataclass(frozen=True)
class TileLimits:
    """The most tiles of a Frame whose packets are followed.

    Attributes:
        max_tile_components: Four components in the most tiles that the standard allows. Following them takes seconds; a small
            Frame can hold a billion.
    """

    max_tile_components: int = 1 << 18


LIMITS = TileLimits()


@dataclass(frozen=True)
class _TilePart:
    start: bytes
    """The SOT segment."""
    segments: list[_Segment]
    body: memoryview
    length: int
    """Bytes of the tile-part as it was read."""


@dataclass(frozen=True)
class _Shape:
    """The values on which lengths of marker segments depend."""

    components: int
    levels: int
    """The most decomposition levels of any component in any tile."""

    @property
    def index_bytes(self) -> int:
        """The bytes of a component's index."""
        return 1 if self.components < 257 else 2

    @property
    def bands(self) -> int:
        return 3 * self.levels + 1


def strip(frame: bytes) -> bytes:
    """The Frame without bytes that no decoder reads; the same object where there are none.

    Of a JP2 file only the codestream stays: PS3.5 A.4.4 allows no boxes, and the data set defines the colours.

    Raises:
        FrameDecodeError: There is no complete header, so no decoder shows a picture, or no end marker.
        HiddenBytesError: The structure cannot be followed, or the boxes change the picture.
        PixelLayoutError: There is more than one picture.
    """
    if frame.startswith(BOXES_START):
        return strip(_codestream_of(frame))
    header, offset = _read_segments(frame, len(_SOC), _SOT)
    tile_parts, offset = _read_tile_parts(frame, offset)
    if not frame.startswith(_EOC, offset):  # Decoders show what there is of a frame that was cut off.
        raise FrameDecodeError("a JPEG 2000 frame has no end marker")
    shape = _shape(header, tile_parts)
    for segments in (header, *(part.segments for part in tile_parts)):
        _refuse_repeated(segments, shape)
    _refuse_bytes_behind_packets(header, tile_parts, shape)
    written = [_written(part, shape) for part in tile_parts]
    lengths = iter(_tile_lengths(header, tile_parts, [sum(map(len, parts)) for parts in written]))
    kept = ((marker, next(lengths, None) if marker == _TLM else _needed(marker, content, shape)) for marker, content in header)
    end = [_EOC, padding_of(frame[offset + len(_EOC) :])]
    return joined(frame, [_SOC, *_written_segments(kept), *(part for parts in written for part in parts), *end])


def precision(frame: bytes) -> int | None:
    """Bits a sample by the SIZ segment, the most of all components; None where there is none."""
    try:
        depths = _component_sizes(_size_segment(frame))[::3]
    except (FrameDecodeError, HiddenBytesError, PixelLayoutError):
        return None
    return max((depth & 0x7F) + 1 for depth in depths)


def size(frame: bytes) -> tuple[int, int] | None:
    """Rows and columns of the image area by the SIZ segment; None where there is none."""
    try:
        columns, rows, left, top = struct.unpack_from(">4L", _size_segment(frame), 2)
    except (struct.error, FrameDecodeError, HiddenBytesError, PixelLayoutError):
        return None
    return rows - top, columns - left


def _size_segment(frame: bytes) -> bytes:
    codestream = _codestream_of(frame) if frame.startswith(BOXES_START) else frame
    return codestream[6 : 4 + int.from_bytes(codestream[4:6], "big")]


def _component_sizes(content: bytes) -> bytes:
    """Depth and sampling of each component of a SIZ segment, three bytes each."""
    sizes = content[36 : 36 + 3 * int.from_bytes(content[34:36], "big")]
    if not sizes or len(sizes) != 3 * int.from_bytes(content[34:36], "big"):
        raise FrameDecodeError("the SIZ segment of a JPEG 2000 frame is incomplete")
    return sizes


def _read_segments(frame: bytes, offset: int, stop: bytes) -> tuple[list[_Segment], int]:
    """The marker segments up to the marker `stop`, and its offset."""
    segments = []
    while not frame.startswith(stop, offset):
        if offset + 4 > len(frame) or frame.startswith(_EOC, offset):
            raise FrameDecodeError("a JPEG 2000 frame ends within a header")
        if frame[offset] != 0xFF:
            raise HiddenBytesError("a header of a JPEG 2000 frame holds bytes that are no marker segment")
        marker = frame[offset + 1]
        if marker in _WITHOUT_CONTENT:
            offset += 2
            continue
        end = offset + 2 + int.from_bytes(frame[offset + 2 : offset + 4], "big")
        if end < offset + 4 or end > len(frame):
            raise FrameDecodeError("a JPEG 2000 frame ends within a header")
        segments.append((marker, frame[offset + 4 : end]))
        offset = end
    return segments, offset


def _read_tile_parts(frame: bytes, offset: int) -> tuple[list[_TilePart], int]:
    """All tile-parts, and the offset of the end of the codestream."""
    tile_parts: list[_TilePart] = []
    parts_of_tile: Counter[int] = Counter()
    while offset < len(frame) and not frame.startswith(_EOC, offset):
        if not frame.startswith(_SOT + b"\0\x0a", offset):
            match = _TILE_END.search(frame, offset)
            if match and match[0].startswith(_SOC):
                raise PixelLayoutError("a second picture begins within a JPEG 2000 frame")
            offset = match.start() if match else len(frame)
            continue
        start = frame[offset : offset + _SOT_BYTES]
        if len(start) < _SOT_BYTES:
            break
        tile, length, index, _ = struct.unpack(">HIBB", start[4:])
        if index != parts_of_tile[tile]:
            raise HiddenBytesError("the tile-parts of a JPEG 2000 frame are not in order")
        parts_of_tile[tile] += 1
        segments, data = _read_segments(frame, offset + _SOT_BYTES, _SOD)
        stop = min(offset + length, len(frame)) if length else len(frame)
        end = _end_of_body(frame, data + len(_SOD), stop)
        # A tile-part without a length ends before the end marker of the codestream.
        span = (end if not length else stop) - offset
        tile_parts.append(_TilePart(start, segments, memoryview(frame)[data + len(_SOD) : end], span))
        offset = end
    return tile_parts, offset


def _end_of_body(frame: bytes, start: int, stop: int) -> int:
    if start > stop:
        raise HiddenBytesError("a tile-part of a JPEG 2000 frame is shorter than its header")
    match = _TILE_END.search(frame, start, stop)
    if not match:
        return stop
    if match[0] == _EOC:
        return match.start()
    if match[0].startswith(_SOC):
        raise PixelLayoutError("a second picture begins within a JPEG 2000 frame")
    raise HiddenBytesError("a tile-part of a JPEG 2000 frame begins within another")


def _shape(header: Sequence[_Segment], tile_parts: Sequence[_TilePart]) -> _Shape:
    if not header or header[0][0] != _SIZ or not tile_parts:
        raise FrameDecodeError("a JPEG 2000 frame has no complete header")
    components = len(_component_sizes(header[0][1])) // 3
    if components * len(tile_parts) > LIMITS.max_tile_components:
        raise HiddenBytesError("a JPEG 2000 frame has too many components in too many tiles")
    shape = _Shape(components, 0)
    levels = 0
    for marker, content in (*header, *(one for part in tile_parts for one in part.segments)):
        position = {_COD: 5, _COC: shape.index_bytes + 1}.get(marker)
        if position is not None:
            levels = max(levels, *content[position : position + 1], 0)
    if levels > _MAX_LEVELS:
        raise FrameDecodeError("a JPEG 2000 frame has too many decomposition levels")
    return _Shape(components, levels)


def _refuse_repeated(segments: Sequence[_Segment], shape: _Shape) -> None:
    """Refuse a header with two segments for one setting: decoders differ in which of the two they use."""
    single = {_CAP, _SIZ, _COD, _PRF, _CPF, _QCD, _POC}
    by_component = {_COC, _QCC, _RGN}
    names = [(marker, b"") for marker, _ in segments if marker in single]
    names += [(marker, content[: shape.index_bytes]) for marker, content in segments if marker in by_component]
    if len(set(names)) != len(names):
        raise HiddenBytesError("a header of a JPEG 2000 frame sets the same thing twice")
    if any(int.from_bytes(index, "big") >= shape.components for _, index in names):
        raise HiddenBytesError("a header of a JPEG 2000 frame has a setting for a missing component")


def _refuse_bytes_behind_packets(header: Sequence[_Segment], tile_parts: Sequence[_TilePart], shape: _Shape) -> None:
    """Refuse bytes behind the last packet of a tile. Packets that cannot be followed are not checked."""
    parts_of_tile: dict[int, list[_TilePart]] = {}
    for part in tile_parts:
        parts_of_tile.setdefault(int.from_bytes(part.start[4:6], "big"), []).append(part)
    for tile, parts in parts_of_tile.items():
        data = b"".join(part.body for part in parts)
        end = _end_of_packets(data, tile, header, [one for part in parts for one in part.segments], shape)
        if end is not None and data[end:].strip(FILL_BYTES):
            raise HiddenBytesError("bytes follow the last packet of a JPEG 2000 tile")


def _end_of_packets(data: bytes, tile: int, header: Sequence[_Segment], own: Sequence[_Segment], shape: _Shape) -> int | None:
    """The end of the packets of a tile, by its own segments and those of the main header; None where that is unknown."""
    area = _tile_area(header[0][1], tile)
    sizes = _component_sizes(header[0][1])
    codings = [_coding(index, header, own, shape.index_bytes) for index in range(shape.components)]
    main = next((content for marker, content in (*own, *header) if marker == _COD), b"")
    if not area or len(main) < _COD_BYTES or 0 in sizes[1::3] + sizes[2::3]:
        return None
    components = [
        packets.Component(across, down, coding)
        for across, down, coding in zip(sizes[1::3], sizes[2::3], codings, strict=True)
        if coding
    ]
    if len(components) != shape.components:
        return None
    _, order, layers = struct.unpack_from(">BBH", main)
    usual = packets.Progression(order, range(_MAX_LEVELS + 1), range(shape.components), layers)
    return packets.end_of_packets(data, area, components, _progressions(own, header, shape) or [usual], layers)


def _tile_area(size: bytes, tile: int) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of a tile on the reference grid (B.3)."""
    right, bottom, left, top, width, height, first_left, first_top = struct.unpack_from(">8I", size, 2)
    if not width or not height or first_left > left or first_top > top:
        return None
    row, column = divmod(tile, max(-(-(right - first_left) // width), 1))
    tile_left, tile_top = first_left + column * width, first_top + row * height
    return max(left, tile_left), max(top, tile_top), min(right, tile_left + width), min(bottom, tile_top + height)


def _coding(component: int, header: Sequence[_Segment], own: Sequence[_Segment], index_bytes: int) -> packets.Coding | None:
    """The coding style of a component: segments of the tile precede those of the main header, COC precedes COD (A.6.2)."""
    index = component.to_bytes(index_bytes, "big")
    for segments in (own, header):
        for kind in (_COC, _COD):
            for marker, content in segments:
                if marker != kind or (kind == _COC and not content.startswith(index)):
                    continue
                style, rest = (content[0], content[5:]) if kind == _COD else (content[index_bytes], content[index_bytes + 1 :])
                if len(rest) < 5 or (style & 1 and len(rest) < 6 + rest[0]):
                    return None
                precincts = rest[5:] if style & 1 else b""
                return packets.Coding(rest[0], (rest[1] & 15) + 2, (rest[2] & 15) + 2, rest[3], precincts)
    return None


def _progressions(own: Sequence[_Segment], header: Sequence[_Segment], shape: _Shape) -> list[packets.Progression]:
    """The POC segments of the tile, or else of the main header."""
    for segments in (own, header):
        if contents := [content for marker, content in segments if marker == _POC]:
            form = _progression_form(shape)
            return [
                packets.Progression(order, range(first, end), range(component, component_end or shape.components), layers)
                for content in contents
                for first, component, layers, end, component_end, order in form.iter_unpack(_whole_progressions(content, shape))
            ]
    return []


def _progression_form(shape: _Shape) -> struct.Struct:
    return struct.Struct(">BBHBBB" if shape.index_bytes == 1 else ">BHHBHB")


def _needed(marker: int, content: bytes, shape: _Shape) -> bytes | None:
    """The part of a marker segment that a decoder reads; None if it reads none."""
    if marker in _UNSUPPORTED:
        raise HiddenBytesError("a JPEG 2000 frame has a structure that cannot be followed")
    if marker == _COM:
        return content if is_encoder_name(content) else None
    if marker == _POC:
        return _whole_progressions(content, shape)
    length = _known_length(marker, content, shape)
    return content[:length] if length else None


def _known_length(marker: int, content: bytes, shape: _Shape) -> int:
    """The length of a segment by its own structure; 0 for a segment that no decoder reads."""
    index = shape.index_bytes
    lengths = {
        _SIZ: 36 + 3 * shape.components,
        _CAP: 4 + 2 * int.from_bytes(content[:4], "big").bit_count(),
        _PRF: 2,  # Every profile has one number.
        _CPF: 2,
        _COD: _COD_BYTES + _precinct_bytes(content[:1], content[5:6]),
        _COC: index + 6 + _precinct_bytes(content[index : index + 1], content[index + 1 : index + 2]),
        _QCD: 1 + _step_bytes(content[:1], shape),
        _QCC: index + 1 + _step_bytes(content[index : index + 1], shape),
        _RGN: index + 2,
    }
    return lengths.get(marker, 0)


def _precinct_bytes(style: bytes, levels: bytes) -> int:
    """The bytes of the precinct sizes: one a resolution level if the coding style has any."""
    return sum(levels) + 1 if sum(style) & 1 else 0


def _step_bytes(style: bytes, shape: _Shape) -> int:
    """The bytes of the quantization steps. By the style: no step, one for all bands, or one a band."""
    return {0: shape.bands, 1: 2}.get(sum(style) & 0x1F, 2 * shape.bands)


def _whole_progressions(content: bytes, shape: _Shape) -> bytes:
    """A POC segment up to its last whole entry.

    Raises:
        HiddenBytesError: An entry is invalid.
    """
    form = _progression_form(shape)
    content = content[: len(content) // form.size * form.size]
    for resolution, component, _, resolution_end, _, progression in form.iter_unpack(content):
        is_possible = resolution < resolution_end <= _MAX_LEVELS + 1 and component < shape.components
        if not is_possible or progression >= _PROGRESSIONS:
            raise HiddenBytesError("a progression of a JPEG 2000 frame is invalid")
    return content


def _written(part: _TilePart, shape: _Shape) -> list[bytes | memoryview]:
    has_true_lengths = _packet_bytes(part.segments) == len(part.body)
    kept = (
        (marker, (content if has_true_lengths else None) if marker == _PLT else _needed(marker, content, shape))
        for marker, content in part.segments
    )
    segments = list(_written_segments(kept))
    length = _SOT_BYTES + sum(map(len, segments)) + len(_SOD) + len(part.body)
    start = part.start
    if length != part.length and any(start[6:10]):
        start = start[:6] + length.to_bytes(4, "big") + start[10:]
    return [start, *segments, _SOD, part.body]


def _written_segments(segments: Iterable[tuple[int, bytes | None]]) -> Iterator[bytes]:
    for marker, content in segments:
        if content is not None:
            yield bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def _packet_bytes(segments: Sequence[_Segment]) -> int:
    """The sum of the packet lengths in PLT segments: seven bits a byte, the last byte of a number below 128."""
    total = number = 0
    for byte in b"".join(content[1:] for marker, content in segments if marker == _PLT):
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            total, number = total + number, 0
    return total


def _tile_lengths(header: Sequence[_Segment], tile_parts: Sequence[_TilePart], written: Sequence[int]) -> list[bytes]:
    """The TLM segments in order, with the written lengths; none if the original lengths are wrong."""
    before, after = iter(part.length for part in tile_parts), iter(written)
    segments = []
    for content in (content for marker, content in header if marker == _TLM):
        sizes = sum(content[1:2])
        index_bytes, length_bytes = sizes >> 4 & 3, 4 if sizes & 0x40 else 2
        entry_bytes = index_bytes + length_bytes
        entries = [content[start : start + entry_bytes] for start in range(2, len(content), entry_bytes)]
        if any(int.from_bytes(entry[index_bytes:], "big") != next(before, None) for entry in entries):
            return []
        lengths = (length.to_bytes(length_bytes, "big") for length in islice(after, len(entries)))
        segments.append(
            content[:2] + b"".join(entry[:index_bytes] + length for entry, length in zip(entries, lengths, strict=False))
        )
    return segments if next(before, None) is None else []


def _codestream_of(frame: bytes) -> bytes:
    """The only codestream of a JP2 file whose header does not change the picture."""
    codestreams = []
    for kind, content in _boxes(frame):
        if kind == b"jp2c":
            codestreams.append(content)
        elif kind == b"jp2h":
            _refuse_changing_header(content)
        else:
            padding_of(content)
    if len(codestreams) > 1:
        raise PixelLayoutError("a JP2 frame has more than one codestream")
    if not codestreams or not codestreams[0].startswith(START):
        raise FrameDecodeError("a JP2 frame has no codestream")
    return codestreams[0]


def _refuse_changing_header(content: bytes) -> None:
    """Refuse a palette, a mapping or definition of channels, and colours that a JP2 reader converts."""
    for kind, box in _boxes(content):
        is_ycc = kind == b"colr" and box[:1] == b"\1" and int.from_bytes(box[3:7], "big") == _YCC
        if kind not in _HEADER_BOXES or is_ycc:
            raise HiddenBytesError("a JP2 frame has a header that changes the picture")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each box. Bytes behind the last box are left out."""
    offset = 0
    while offset + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, offset)
        start = offset + 8
        if length == 1:
            length, start = int.from_bytes(content[start : start + 8], "big"), offset + 16
        end = offset + length if length else len(content)
        if end < start:
            return
        yield kind, content[start:end]
        offset = end
