"""JPEG and JPEG-LS: parses every marker segment of every scan to the end of the image.

A segment that a decoder reads stays, cut to the length of its own structure. The entropy-coded data do not change, but where
blocks of a DCT image are made blank.
Sources: ISO/IEC 10918-1 B (JPEG), ISO/IEC 14495-1 C (JPEG-LS), ISO/IEC 10918-5 10 (JFIF), 10918-6 6.5.3 (Adobe).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...core.box import Box
from ...core.errors import FrameDecodeError, FrameEncodeError, HiddenBytesError, PixelLayoutError
from . import blanked_scan, huffman
from .huffman_walk import Table, single_bits, symbols_and_lengths
from .ignored_bytes import is_encoder_name, joined, padding_of

START = b"\xff\xd8"
_SOF_LS, _DHT, _DAC, _DQT, _DNL, _DRI, _LSE, _COM = 0xF7, 0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xF8, 0xFE
_SOI, _EOI, _SOS, _TEM = 0xD8, 0xD9, 0xDA, 0x01
_FRAMES = frozenset({*range(0xC0, 0xD0), _SOF_LS} - {_DHT, 0xC8, _DAC})
_LOSSLESS = frozenset({0xC3, 0xCB, _SOF_LS})
_SEQUENTIAL_HUFFMAN, _PROGRESSIVE_HUFFMAN = frozenset({0xC0, 0xC1, 0xC3}), 0xC2
_DCT_HUFFMAN = frozenset({0xC0, 0xC1, 0xC2})
_PROGRESSIVE = frozenset({0xC2, 0xCA})
_HIERARCHICAL = frozenset({0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE, 0xDF})
_WITHOUT_CONTENT = frozenset({_TEM, *range(0xD0, 0xD8)})
_RESERVED = range(0x02, 0xC0)
_JFIF, _ADOBE, _HP_COLOURS = b"JFIF\0", b"Adobe", b"mrfx"
_JFIF_BYTES = 14
_JFIF_PLAIN = _JFIF + b"\1\1\0\0\1\0\1\0\0"
_COLOUR_SEGMENTS = {0xE0: (_JFIF, _JFIF_BYTES), 0xE8: (_HP_COLOURS, 5), 0xEE: (_ADOBE, 12)}
"""Application segments of the colour coding -> how they begin, and the number of bytes that a decoder reads.

CharLS writes the colour transform of a JPEG-LS image as `mrfx`. No decoder reads it from SPIFF.
"""
_MARKER = re.compile(rb"\xff+([^\0\xff])")
_END_OF_SCAN = re.compile(rb"\xff[^\0\xd0-\xd7\xff]")
_END_OF_LS_SCAN = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
_BLOCK = 8
_COEFFICIENTS = 64
_DCT_BITS = 8
_DC_STEPS = 8
"""A DC coefficient is eight times the mean of its block."""
_CHROMA_FRINGE_PX = 1
"""How far decoders that interpolate subsampled colours look into the next MCU."""

_Key = tuple[int, ...]


@dataclass(frozen=True)
class _FrameHeader:
    marker: int
    precision: int
    lines: int
    samples: int
    components: dict[int, tuple[int, int, int]]
    """Component -> horizontal sampling, vertical sampling, quantization table."""

    @property
    def is_lossless(self) -> bool:
        return self.marker in _LOSSLESS

    @property
    def most_sampling(self) -> tuple[int, int]:
        """The most samples of a component in an MCU, horizontal and vertical."""
        across, down, _ = zip(*self.components.values(), strict=True)
        return max(across), max(down)


@dataclass(frozen=True)
class _Blanking:
    boxes: tuple[Box, ...]
    value: tuple[int, ...]


@dataclass
class _TableSegment:
    """A segment of tables or values. A table that no scan uses is removed."""

    marker: int
    fill: bytes
    entries: list[tuple[_Key, bytes]]
    used: set[int] = field(default_factory=set)

    def __bytes__(self) -> bytes:
        content = b"".join(entry for index, (_, entry) in enumerate(self.entries) if index in self.used)
        return self.fill + _segment(self.marker, content) if content else b""


def strip(frame: bytes) -> bytes:
    """The Frame without bytes that no decoder reads; the same object where there are none.

    Raises:
        FrameDecodeError: There is no complete header, so no decoder shows a picture, or no end marker.
        HiddenBytesError: The structure cannot be followed, or a scan overwrites another.
        PixelLayoutError: There is more than one picture.
    """
    return joined(frame, _Parser(frame).parts())


class BlankUnits(NamedTuple):
    """What of a Frame can be made blank: whole MCUs.

    Where colours are subsampled, decoders interpolate them over the edges of an MCU. Around a blank MCU values change within a
    fringe, and so far into it they hold something of its neighbours.

    Attributes:
        columns, rows: Of an MCU, in pixels.
        fringe_columns, fringe_rows: Of the fringe, in pixels.
    """

    columns: int
    rows: int
    fringe_columns: int
    fringe_rows: int

    def grown(self, box: Box, width: int, height: int) -> Box:
        """The pixels that change where all pixels of a box have to be blank.

        Args:
            box: Within the Frame.
            width, height: Of the Frame, in pixels.
        """
        left, top, right, bottom = self._moved(box, 1).clip(width, height)
        whole = Box(
            left // self.columns * self.columns,
            top // self.rows * self.rows,
            _ceil(right, self.columns) * self.columns,
            _ceil(bottom, self.rows) * self.rows,
        )
        return self._moved(whole, 1).clip(width, height)

    def blank_pixels(self, box: Box, width: int, height: int) -> Box:
        """The pixels of a box of `grown` that hold one value: all but those within the fringe on both sides of its edges."""
        inner = self._moved(box, -2)
        return Box(
            inner.left if box.left > 0 else 0,
            inner.top if box.top > 0 else 0,
            inner.right if box.right < width else width,
            inner.bottom if box.bottom < height else height,
        )

    def _moved(self, box: Box, fringes: int) -> Box:
        """The box with its edges moved outwards."""
        across, down = fringes * self.fringe_columns, fringes * self.fringe_rows
        return Box(box.left - across, box.top - down, box.right + across, box.bottom + down)


def blank_units(frame: bytes) -> BlankUnits | None:
    """The MCUs of a Frame whose blocks `blank` can make blank: 8 bit, Huffman-coded by a DCT process; None for others."""
    marker, content = _first_frame_header(frame)
    header = _frame_header(marker, content)
    if header is None or not (marker in _DCT_HUFFMAN and header.precision == _DCT_BITS and header.lines and header.samples):
        return None
    across, down = header.most_sampling
    if len(header.components) == 1:
        return BlankUnits(_BLOCK, _BLOCK, 0, 0)
    sampling = header.components.values()
    fringe_columns, fringe_rows = (any(one[side] < most for one in sampling) for side, most in ((0, across), (1, down)))
    return BlankUnits(_BLOCK * across, _BLOCK * down, _CHROMA_FRINGE_PX * fringe_columns, _CHROMA_FRINGE_PX * fringe_rows)


def blank(frame: bytes, boxes: Sequence[Box], value: Sequence[int]) -> bytes:
    """The Frame as `strip` gives it, with the MCUs within boxes blank. Every other coefficient stays as it is.

    Args:
        frame: One that has `blank_units`.
        boxes: Of `BlankUnits.grown`.
        value: The sample of each component that blank pixels show, up to the quantization of its DC coefficient.

    Raises:
        FrameDecodeError, HiddenBytesError, PixelLayoutError: See `strip`.
        FrameEncodeError: A scan cannot be followed, scans of a progressive image are missing, or a Huffman table has no room.
    """
    return joined(frame, _Parser(frame, _Blanking(tuple(boxes), tuple(value))).parts())


def precision(frame: bytes) -> int | None:
    """Bits a sample by the frame header; None where there is none."""
    _, header = _first_frame_header(frame)
    return header[0] if header else None


def size(frame: bytes) -> tuple[int, int] | None:
    """Lines and samples a line by the frame header; None where there is none, or where a DNL segment gives the lines."""
    _, header = _first_frame_header(frame)
    lines, samples = (int.from_bytes(header[start : start + 2], "big") for start in (1, 3))
    return (lines, samples) if lines and samples else None


def is_jpeg_ls(frame: bytes) -> bool:
    """Whether the frame header is that of JPEG-LS."""
    marker, _ = _first_frame_header(frame)
    return marker == _SOF_LS


def _first_frame_header(frame: bytes) -> tuple[int, bytes]:
    """Marker and content of the first frame header; 0 and no content without one."""
    offset = len(START)
    while (match := _MARKER.search(frame, offset)) and (marker := match[1][0]) not in (_EOI, _SOS, _SOI):
        end = match.end() + int.from_bytes(frame[match.end() : match.end() + 2], "big")
        if marker in _FRAMES:
            return marker, frame[match.end() + 2 : end]
        offset = match.end() if marker in _WITHOUT_CONTENT else max(end, match.end())
    return 0, b""


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


class _Parser:
    """Parses one Frame once.

    Args:
        frame: Of the data set.
        blanking: What becomes blank; None where nothing does.
    """

    def __init__(self, frame: bytes, blanking: _Blanking | None = None) -> None:
        self._frame, self._blanking = frame, blanking
        self._fills: dict[int, int] = {}
        """Component -> its DC coefficient in blank blocks."""
        self._parts: list[bytes | memoryview | _TableSegment] = [START]
        self._header: _FrameHeader | None = None
        self._set_by: dict[_Key, tuple[_TableSegment, int]] = {}
        self._coded: dict[tuple[int, int], int] = {}
        """Component and coefficient -> the lowest bit that the scans so far coded."""
        self._nonzero: dict[int, npt.NDArray[np.uint64]] = {}
        """Component of a progressive image -> its coefficients that are not zero, for `huffman.ProgressiveAcScan`."""
        self._is_unknown = False
        """Whether a scan could not be followed, so that it is unknown which coefficients are not zero."""
        self._has_scan = False

    def parts(self) -> Iterator[bytes | memoryview]:
        """The parts of the Frame that decoders read.

        Raises:
            FrameDecodeError, HiddenBytesError, PixelLayoutError: See `strip`.
        """
        offset = len(START)
        while match := _MARKER.search(self._frame, offset):
            marker, offset = match[1][0], match.end()
            if marker == _EOI:
                break
            if marker == _SOI:
                raise PixelLayoutError("a second picture begins within a JPEG frame")
            if marker in _RESERVED or marker in _HIERARCHICAL:
                raise HiddenBytesError("a JPEG frame has a structure that cannot be followed")
            if marker in _WITHOUT_CONTENT:
                continue
            end = offset + int.from_bytes(self._frame[offset : offset + 2], "big")
            content = self._frame[offset + 2 : end]
            fill = match[0][:-2]
            if end > len(self._frame) or end < offset + 2:
                self._refuse_cut_segment(marker)
                offset = len(self._frame)
            elif marker == _SOS:
                offset = self._scan(fill, content, end)
            else:
                self._keep(marker, fill, content)
                offset = end
        if not self._has_scan:
            raise FrameDecodeError("a JPEG frame ends before its first scan")
        if not match:  # Decoders show what there is of a frame that was cut off.
            raise FrameDecodeError("a JPEG frame has no end marker")
        if self._blanking and self._is_smoothed():
            raise FrameEncodeError("decoders fill the missing bits of a JPEG frame from the blocks around them")
        self._parts += [match[0], padding_of(self._frame[offset:])]
        return (bytes(part) if isinstance(part, _TableSegment) else part for part in self._parts)

    def _is_smoothed(self) -> bool:
        """Whether scans of a progressive image are missing: libjpeg estimates coefficients of a block from its neighbours."""
        if not self._header or self._header.marker not in _PROGRESSIVE:
            return False
        every = product(self._header.components, range(_COEFFICIENTS))
        return any(self._coded.get(one) != 0 for one in every)

    def _refuse_cut_segment(self, marker: int) -> None:
        if not self._has_scan:
            raise FrameDecodeError("a JPEG frame ends before its first scan")
        if marker in _FRAMES or marker == _SOS:
            raise HiddenBytesError("a JPEG frame ends within a scan header")

    def _keep(self, marker: int, fill: bytes, content: bytes) -> None:
        if marker in _FRAMES:
            self._parts.append(fill + _segment(marker, self._read_header(marker, content)))
        elif marker == _COM:
            if is_encoder_name(content):
                self._parts.append(fill + _segment(marker, content))
        elif entries := list(_entries(marker, content)):
            settings = _TableSegment(marker, fill, entries)
            self._parts.append(settings)
            self._set_by |= {key: (settings, index) for index, (key, _) in enumerate(entries)}

    def _read_header(self, marker: int, content: bytes) -> bytes:
        if self._header:
            raise PixelLayoutError("a JPEG frame has two frame headers")
        self._header = _frame_header(marker, content)
        if self._header is None:
            raise FrameDecodeError("the frame header of a JPEG frame is incomplete")
        return content[: 6 + 3 * len(self._header.components)]

    def _scan(self, fill: bytes, content: bytes, start: int) -> int:
        """Keep the header and the data of one scan; returns the offset of their end."""
        if not self._header:
            raise FrameDecodeError("a JPEG frame has a scan before its frame header")
        size = 4 + 2 * content[0] if content else 0
        chosen = dict(zip(content[1 : size - 3 : 2], content[2 : size - 3 : 2], strict=False))
        if (
            not chosen
            or len(content) < size
            or len(chosen) != content[0]
            or not chosen.keys() <= self._header.components.keys()
        ):
            raise FrameDecodeError("a scan header of a JPEG frame is incomplete")
        self._refuse_overwriting(chosen, *content[size - 3 : size])
        self._mark_used(chosen, content[size - 3])
        end_of_scan = _END_OF_LS_SCAN if self._header.marker == _SOF_LS else _END_OF_SCAN
        match = end_of_scan.search(self._frame, start)
        end = match.start() if match else len(self._frame)
        self._parts.append(fill + _segment(_SOS, content[:size]))
        self._parts += self._read_data(chosen, content[size - 3 : size], start, end)
        if not self._has_scan and self._frame[end : end + 4] == b"\xff\xdc\0\4" and not self._header.lines:
            self._parts.append(self._frame[end : end + 6])  # DNL: the number of lines, after the first scan.
            end += 6
        self._has_scan = True
        return end

    def _refuse_overwriting(self, chosen: dict[int, int], first: int, last: int, bits: int) -> None:
        """Refuse a scan that codes bits of another scan again: decoders differ in which of the two they show."""
        assert self._header
        if self._header.marker not in _PROGRESSIVE:
            first, last, bits = 0, 0, 0
        high, low = bits >> 4, bits & 15
        for component in chosen:
            for coefficient in range(first, min(last + 1, _COEFFICIENTS)):
                before = self._coded.get((component, coefficient))
                if (before is not None or high) and (before != high or high != low + 1):
                    raise HiddenBytesError("a scan of a JPEG frame codes the data of another scan again")
                self._coded[component, coefficient] = low

    def _mark_used(self, chosen: dict[int, int], first: int) -> None:
        assert self._header
        keys: list[_Key] = [(_DRI,)]
        if not self._has_scan:
            keys += [(0xE0,), (0xEE,)]
        if self._header.marker == _SOF_LS:
            if any(chosen.values()):
                raise HiddenBytesError("a JPEG-LS frame has a mapping table")
            keys += [(0xE8,), (_LSE, 1), (_LSE, 4)]
        for component, tables in chosen.items() if self._header.marker != _SOF_LS else ():
            is_dc, is_ac = not first, bool(first)
            if self._header.marker not in _PROGRESSIVE:
                is_dc, is_ac = True, not self._header.is_lossless
            kind = _DAC if self._header.marker & 8 else _DHT
            keys += [(kind, 0, tables >> 4)] * is_dc + [(kind, 1, tables & 15)] * is_ac
            if not self._header.is_lossless:
                keys.append((_DQT, self._header.components[component][2]))
        for key in keys:
            if key in self._set_by:
                settings, index = self._set_by[key]
                settings.used.add(index)

    def _read_data(self, chosen: dict[int, int], selection: bytes, start: int, end: int) -> list[memoryview]:
        """The data of a scan that a decoder reads."""
        assert self._header
        setting = self._set_by.get((_DRI,))
        interval = int.from_bytes(setting[0].entries[0][1], "big") if setting else 0
        if interval and self._header.marker == _SOF_LS:
            return [memoryview(self._frame)[start:end]]  # Encoders of JPEG-LS count the interval in lines or in samples.
        lines = self._header.lines
        if not lines and self._frame[end : end + 2] == b"\xff\xdc":
            lines = int.from_bytes(self._frame[end + 4 : end + 6], "big")
        units = _units(self._header, lines, list(chosen))
        # No decoder reads more restart intervals than the picture has.
        last = max(_ceil(units, interval) - 1, 0) if interval else 0
        surplus = next(islice(_RESTART.finditer(self._frame, start, end), last, None), None)
        data = memoryview(self._frame)[start : surplus.start() if surplus else end]
        scan = self._scan_of(chosen, units, *selection)
        has_marks = self._blanking is not None
        intervals = huffman.restart_intervals(bytes(data), scan, units, interval, has_marks) if scan and units else None
        if intervals is None:
            self._nonzero.clear()
            self._is_unknown = True
        if has_marks:
            return self._blanked_data(chosen, selection, lines, data, intervals)
        unread = [(one.end, one.stop) for one in intervals or () if one.has_unread]
        edges = [0, *chain.from_iterable(unread), len(data)]
        return [data[begin:stop] for begin, stop in zip(edges[::2], edges[1::2], strict=True)]

    def _blanked_data(
        self,
        chosen: dict[int, int],
        selection: bytes,
        lines: int,
        data: memoryview,
        intervals: list[huffman.RestartInterval] | None,
    ) -> list[memoryview]:
        """The same with blank blocks.

        Raises:
            FrameEncodeError: The codes cannot be followed, or there is no code for a blank block.
        """
        assert self._header
        if intervals is None:
            raise FrameEncodeError("a scan of a JPEG frame cannot be followed, so that no block of it can be made blank")
        is_progressive = self._header.marker == _PROGRESSIVE_HUFFMAN
        first, low, is_refinement = selection[0], selection[2] & 15, bool(selection[2] >> 4)
        fills = {component: self._fill(component) >> low * is_progressive for component in chosen}
        components, is_blank = self._blocks(list(chosen), lines)
        per_unit = len(components) // sum(one.units for one in intervals)
        parts, kept_from = [], 0
        for one in intervals:
            blocks = slice(one.first * per_unit, (one.first + one.units) * per_unit)
            end = one.end if one.has_unread else one.stop
            if is_blank[blocks].any():
                about = one, components[blocks], is_blank[blocks]
                if is_progressive and first:
                    blanked = blanked_scan.blanked_ac(one, next(iter(chosen)), is_blank[blocks], self._table_with(1, chosen))
                elif is_progressive and is_refinement:
                    blanked = blanked_scan.blanked_dc_bits(*about, {component: fill & 1 for component, fill in fills.items()})
                else:
                    ac = None if is_progressive else self._table_with(1, chosen)
                    blanked = blanked_scan.blanked_sequential(*about, fills, self._table_with(0, chosen), ac)
                parts += [data[kept_from : one.begin], memoryview(blanked)]
            else:
                parts.append(data[kept_from:end])
            kept_from = one.stop
        return parts

    def _blocks(self, chosen: list[int], lines: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """The component of each block of a scan, in the order of their codes, and whether it becomes blank."""
        assert self._header and self._blanking
        samples, (most_across, most_down) = self._header.samples, self._header.most_sampling
        is_alone = len(self._header.components) == 1
        columns, rows = (_BLOCK, _BLOCK) if is_alone else (_BLOCK * most_across, _BLOCK * most_down)
        units = np.zeros((_ceil(lines, rows), _ceil(samples, columns)), np.bool_)
        for left, top, right, bottom in self._blanking.boxes:
            last_row = len(units) if bottom >= lines else bottom // rows
            last_column = units.shape[1] if right >= samples else right // columns
            units[_ceil(top, rows) : last_row, _ceil(left, columns) : last_column] = True
        if len(chosen) > 1:
            sampling = [self._header.components[component][:2] for component in chosen]
            pattern = np.repeat(np.array(chosen, np.int64), [across * down for across, down in sampling])
            return np.tile(pattern, units.size), np.repeat(units.ravel(), len(pattern))
        across, down, _ = self._header.components[chosen[0]]
        width = _ceil(_ceil(samples * across, most_across), _BLOCK)
        height = _ceil(_ceil(lines * down, most_down), _BLOCK)
        across, down = (1, 1) if is_alone else (across, down)
        is_blank = units[np.arange(height)[:, None] // down, np.arange(width) // across].ravel()
        return np.full(is_blank.shape, chosen[0], np.int64), is_blank

    def _fill(self, component: int) -> int:
        """The DC coefficient of a component in blank blocks. A decoder takes the table that is set before its first scan.

        Raises:
            FrameEncodeError: None is set.
        """
        assert self._header and self._blanking
        if component not in self._fills:
            settings, index = self._set_by.get((_DQT, self._header.components[component][2]), (None, 0))
            if settings is None:
                raise FrameEncodeError("a component of a JPEG frame has no quantization table")
            table = settings.entries[index][1]
            step = int.from_bytes(table[1:3], "big") if table[0] >> 4 else table[1]
            level = self._blanking.value[list(self._header.components).index(component)] - (1 << _DCT_BITS - 1)
            self._fills[component] = round(level * _DC_STEPS / max(step, 1))
        return self._fills[component]

    def _table_with(self, kind: int, chosen: dict[int, int]) -> blanked_scan.TableOf:
        """Gives the Huffman table of a component, with codes added where one is missing."""

        def table(component: int, symbols: Iterable[int]) -> bytes:
            settings, index = self._set_by[_DHT, kind, chosen[component] & 15 if kind else chosen[component] >> 4]
            key, entry = settings.entries[index]
            settings.entries[index] = key, entry[:1] + blanked_scan.with_codes(entry[1:], symbols)
            return settings.entries[index][1][1:]

        return table

    def _scan_of(
        self, chosen: dict[int, int], units: int, first: int, last: int, bits: int
    ) -> huffman.SequentialScan | huffman.ProgressiveAcScan | None:
        """The scan, to walk over its codes; None where its coding cannot be followed."""
        assert self._header
        is_progressive = self._header.marker == _PROGRESSIVE_HUFFMAN
        if self._header.marker not in _SEQUENTIAL_HUFFMAN and not is_progressive:
            return None
        if is_progressive and first:
            (component, tables), *others = chosen.items()
            table = self._table(1, tables & 15)
            if others or table is None or self._is_unknown:
                return None
            nonzero = self._nonzero.setdefault(component, np.zeros(units, np.uint64))
            return huffman.ProgressiveAcScan(symbols_and_lengths(table), (first, last), nonzero, bool(bits >> 4))
        blocks: list[tuple[Table, Table | None]] = []
        for component, tables in chosen.items():
            across, down, _ = self._header.components[component]
            table, second = self._table(0, tables >> 4), self._table(1, tables & 15)
            is_alone = is_progressive or self._header.is_lossless
            pair: tuple[Table, Table | None]
            if is_progressive and bits >> 4:
                pair = single_bits(), None
            elif table and is_alone:
                pair = symbols_and_lengths(table), None
            elif table and second:
                pair = symbols_and_lengths(table), symbols_and_lengths(second)
            else:
                return None
            blocks += [pair] * (across * down if len(chosen) > 1 else 1)
        return huffman.SequentialScan(blocks)

    def _table(self, kind: int, number: int) -> bytes | None:
        """The current Huffman table, without its class and number; None without one."""
        settings, index = self._set_by.get((_DHT, kind, number), (None, 0))
        return settings.entries[index][1][1:] if settings else None


def _frame_header(marker: int, content: bytes) -> _FrameHeader | None:
    """The frame header that a segment holds; None where it is incomplete."""
    size = 6 + 3 * content[5] if len(content) > 5 else 0
    triples = [content[start : start + 3] for start in range(6, size, 3)]
    components = {one[0]: (one[1] >> 4, one[1] & 15, one[2]) for one in triples if len(one) == 3}
    if not components or len(components) != content[5] or any(not (h and v) for h, v, _ in components.values()):
        return None
    lines, samples = int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big")
    return _FrameHeader(marker, content[0], lines, samples, components)


def _units(header: _FrameHeader, lines: int, chosen: list[int]) -> int:
    """The number of MCUs of a scan (ISO/IEC 10918-1 A.2)."""
    across, down = header.most_sampling
    unit = 1 if header.is_lossless else _BLOCK
    if len(chosen) > 1:
        return _ceil(header.samples, unit * across) * _ceil(lines, unit * down)
    horizontal, vertical, _ = header.components[chosen[0]]
    width, height = _ceil(header.samples * horizontal, across), _ceil(lines * vertical, down)
    return _ceil(width, unit) * _ceil(height, unit)


def _ceil(value: int, divisor: int) -> int:
    return -(-value // divisor)


def _entries(marker: int, content: bytes) -> Iterator[tuple[_Key, bytes]]:
    """The tables and values that a segment sets; none for a segment that no decoder reads."""
    if marker in _COLOUR_SEGMENTS:
        begins, size = _COLOUR_SEGMENTS[marker]
        if content.startswith(begins):
            yield (marker,), _plain_jfif(content) if marker == 0xE0 else content[:size]
    elif marker == _DRI:
        yield (_DRI,), content[: len(content) if 2 <= len(content) <= 4 else 2]
    elif marker == _LSE and content:
        size = {1: 11, 4: 2 + 2 * min(content[1], 4) if len(content) > 1 else 0}.get(content[0], 0)
        if size:  # Scans that use mapping tables (2, 3) are refused.
            yield (_LSE, content[0]), content[:size]
    elif marker == _DAC:
        for start in range(0, len(content) - 1, 2):
            yield (_DAC, content[start] >> 4, content[start] & 15), content[start : start + 2]
    elif marker == _DQT:
        yield from _tables(_DQT, content, lambda table: 65 if table[0] < 16 else 129)
    elif marker == _DHT:
        yield from _tables(_DHT, content, lambda table: 17 + sum(table[1:17]))


def _tables(marker: int, content: bytes, size_of: Callable[[bytes], int]) -> Iterator[tuple[_Key, bytes]]:
    while content:
        table, content = content[: size_of(content)], content[size_of(content) :]
        if len(table) < size_of(table):
            return
        yield (marker, table[0] >> 4, table[0] & 15) if marker == _DHT else (marker, table[0] & 15), table


def _plain_jfif(content: bytes) -> bytes:
    """The header without a thumbnail, and without densities that are not plausible."""
    is_plausible = len(content) >= _JFIF_BYTES and content[5] == 1 and content[7] <= 2 and content[8:10] == content[10:12]
    return content[:12] + b"\0\0" if is_plausible else _JFIF_PLAIN
