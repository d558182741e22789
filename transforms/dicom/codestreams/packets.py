"""Finds the end of the packets of a JPEG 2000 tile. A decoder stops after the last one and skips the rest.

Only packet headers are read, so no value is decoded. Source: ISO/IEC 15444-1 B (order of packets, headers); names as there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_TERMINATED, _BYPASS = 0x04, 0x01
_HT, _MIXED = 0x40, 0x80
_START_OF_PACKET, _END_OF_HEADER = b"\xff\x91", b"\xff\x92"
_ALL_PASSES, _PASSES_BEFORE_BYPASS = 109, 10
_MOST_BLOCKS, _BLOCKS_OF_NO_DATA, _BLOCKS_A_BYTE = 200_000, 2000, 8
"""Code-blocks and precincts of a tile, beyond which it is not read. 20000 x 20000 samples have 130000 of the usual size."""


@dataclass(frozen=True)
class Coding:
    """How one component of a tile is coded (COD or COC)."""

    levels: int
    block_width_exponent: int
    block_height_exponent: int
    style: int
    precincts: bytes
    """One byte a resolution level, exponent of the height above that of the width; none for the largest there are."""

    def precinct_exponents(self, resolution: int) -> tuple[int, int]:
        size = self.precincts[resolution] if self.precincts else 0xFF
        return size & 15, size >> 4


@dataclass(frozen=True)
class Component:
    """Sampling of a component, and how it is coded in this tile."""

    across: int
    down: int
    coding: Coding


@dataclass(frozen=True)
class Progression:
    """One volume of packets in one order (COD or POC)."""

    order: int
    resolutions: range
    components: range
    layers: int


class _TooMany(Exception):
    """The tile has more code-blocks than are read."""


@dataclass(slots=True)
class _Block:
    is_included: bool = False
    length_bits: int = 3
    passes: int = 0


class _Tree:
    """A tag tree (B.10.2): the values of a grid, each level above holding the least of four below."""

    def __init__(self, width: int, height: int) -> None:
        self._widths = [width]
        sizes = [width * height]
        while sizes[-1] > 1:
            width, height = (width + 1) // 2, (height + 1) // 2
            self._widths.append(width)
            sizes.append(width * height)
        self._low = [[0] * size for size in sizes]
        self._is_known = [[False] * size for size in sizes]

    def is_below(self, bits: _Bits, x: int, y: int, threshold: int) -> bool:
        """Whether the value at (x, y) is below the threshold, reading what it takes to know."""
        low = 0
        for level in reversed(range(len(self._low))):
            index = (y >> level) * self._widths[level] + (x >> level)
            low = max(low, self._low[level][index])
            while low < threshold and not self._is_known[level][index]:
                if bits.read():
                    self._is_known[level][index] = True
                else:
                    low += 1
            self._low[level][index] = low
        return self._is_known[0][y * self._widths[0] + x] and low < threshold


@dataclass
class _Band:
    """The code-blocks of one subband in one precinct."""

    width: int
    height: int
    blocks: list[_Block] = field(init=False)
    inclusion: _Tree = field(init=False)
    missing_planes: _Tree = field(init=False)

    def __post_init__(self) -> None:
        self.blocks = [_Block() for _ in range(self.width * self.height)]
        self.inclusion = _Tree(self.width, self.height)
        self.missing_planes = _Tree(self.width, self.height)


@dataclass(frozen=True)
class _Precinct:
    component: int
    resolution: int
    index: int
    position: tuple[int, int]
    """Row and column on the reference grid."""
    style: int
    bands: tuple[_Band, ...]


class _Bits:
    """The bits of a packet header: behind a byte FF the first bit of the next one is none."""

    def __init__(self, data: bytes, offset: int) -> None:
        self._data, self.offset = data, offset
        self._left = self._byte = 0

    def read(self) -> int:
        if not self._left:
            self._left = 7 if self._byte == 0xFF else 8
            self._byte = self._data[self.offset]
            self.offset += 1
        self._left -= 1
        return self._byte >> self._left & 1

    def number(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self.read()
        return value

    def end(self) -> int:
        """The end of the header. A last byte FF is followed by a stuffed byte."""
        return self.offset + (self._byte == 0xFF)


def end_of_packets(
    data: bytes,
    area: tuple[int, int, int, int],
    components: Sequence[Component],
    progressions: Sequence[Progression],
    layers: int,
) -> int | None:
    """The end of the last packet of a tile; None where that is unknown.

    Args:
        data: The bodies of all tile-parts of the tile.
        area: Left, top, right and bottom of the tile on the reference grid.
        components: In order.
        progressions: In order; a packet belongs to the first of them that has it.
        layers: Of the tile.
    """
    styles = [component.coding.style for component in components]
    if any(style & _MIXED or (style & _HT and layers > 1) for style in styles):
        return None
    offset, precincts = 0, []
    room = min(_MOST_BLOCKS, _BLOCKS_OF_NO_DATA + _BLOCKS_A_BYTE * len(data))
    try:
        for precinct in (one for index, component in enumerate(components) for one in _precincts(index, component, area)):
            room -= 1 + sum(len(band.blocks) for band in precinct.bands)
            if room < 0:
                return None
            precincts.append(precinct)
        if len(precincts) * layers > len(data):
            return None  # No packet is shorter than a byte: the tile is cut.
        for precinct, layer in _packets(precincts, progressions, layers):
            offset = _end_of_packet(data, offset, precinct, layer)
    except (IndexError, _TooMany):
        return None
    return offset if offset <= len(data) else None


def _ceil(value: int, divisor: int) -> int:
    return -(-value // divisor)


def _precincts(index: int, component: Component, area: tuple[int, int, int, int]) -> Iterator[_Precinct]:
    """B.6 and B.7: the precincts of all resolution levels."""
    coding = component.coding
    left, right = (_ceil(value, component.across) for value in area[::2])
    top, bottom = (_ceil(value, component.down) for value in area[1::2])
    for resolution in range(coding.levels + 1):
        scale = 1 << coding.levels - resolution
        across, down = (1 << exponent for exponent in coding.precinct_exponents(resolution))
        columns = range(_ceil(left, scale) // across, _ceil(_ceil(right, scale), across))
        rows = range(_ceil(top, scale) // down, _ceil(_ceil(bottom, scale), down))
        if _ceil(left, scale) >= _ceil(right, scale) or _ceil(top, scale) >= _ceil(bottom, scale):
            continue
        for row in rows:
            for column in columns:
                place = (
                    max(area[1], row * down * scale * component.down),
                    max(area[0], column * across * scale * component.across),
                )
                bands = tuple(_bands(coding, resolution, (left, top, right, bottom), column, row))
                number = (row - rows[0]) * len(columns) + column - columns[0]
                yield _Precinct(index, resolution, number, place, coding.style, bands)


def _bands(coding: Coding, resolution: int, area: tuple[int, int, int, int], column: int, row: int) -> Iterator[_Band]:
    """B.5 and B.7: the code-blocks of each subband in the precinct (column, row) of a resolution level."""
    is_lowest = resolution == 0
    level = coding.levels - resolution + (not is_lowest)
    across, down = (exponent - (not is_lowest) for exponent in coding.precinct_exponents(resolution))
    width, height = min(coding.block_width_exponent, across), min(coding.block_height_exponent, down)
    for right_half, lower_half in [(0, 0)] if is_lowest else [(1, 0), (0, 1), (1, 1)]:
        shift_x, shift_y = (half << level - 1 if half else 0 for half in (right_half, lower_half))
        left, right = (_ceil(value - shift_x, 1 << level) for value in area[::2])
        top, bottom = (_ceil(value - shift_y, 1 << level) for value in area[1::2])
        left, right = max(left, column << across), min(right, column + 1 << across)
        top, bottom = max(top, row << down), min(bottom, row + 1 << down)
        if left < right and top < bottom:
            columns, rows = _ceil(right, 1 << width) - (left >> width), _ceil(bottom, 1 << height) - (top >> height)
            if columns * rows > _MOST_BLOCKS:
                raise _TooMany
            yield _Band(columns, rows)


def _packets(
    precincts: Sequence[_Precinct], progressions: Sequence[Progression], layers: int
) -> Iterator[tuple[_Precinct, int]]:
    """B.12: the packets in their order."""
    given: set[tuple[int, int]] = set()
    for progression in progressions:
        chosen = [
            (precinct, layer)
            for precinct in precincts
            if precinct.resolution in progression.resolutions and precinct.component in progression.components
            for layer in range(min(progression.layers, layers))
            if (id(precinct), layer) not in given
        ]
        given |= {(id(precinct), layer) for precinct, layer in chosen}
        yield from sorted(chosen, key=lambda packet: _rank(progression.order, *packet))


def _rank(order: int, precinct: _Precinct, layer: int) -> tuple[object, ...]:
    component, resolution, index, position = precinct.component, precinct.resolution, precinct.index, precinct.position
    return (
        (layer, resolution, component, index),
        (resolution, layer, component, index),
        (resolution, position, component, index, layer),
        (position, component, resolution, index, layer),
        (component, position, resolution, index, layer),
    )[order]


def _end_of_packet(data: bytes, offset: int, precinct: _Precinct, layer: int) -> int:
    if data.startswith(_START_OF_PACKET, offset):
        offset += 6
    bits = _Bits(data, offset)
    length = 0
    if bits.read():
        for band in precinct.bands:
            for index, block in enumerate(band.blocks):
                length += _block_length(bits, band, index, block, layer, precinct.style)
    offset = bits.end()
    if data.startswith(_END_OF_HEADER, offset):
        offset += 2
    return offset + length


def _block_length(bits: _Bits, band: _Band, index: int, block: _Block, layer: int, style: int) -> int:
    """B.10: the bytes that a packet holds of one code-block."""
    row, column = divmod(index, band.width)
    if block.is_included:
        if not bits.read():
            return 0
    elif band.inclusion.is_below(bits, column, row, layer + 1):
        block.is_included = True
        threshold = 1
        while not band.missing_planes.is_below(bits, column, row, threshold):
            threshold += 1
    else:
        return 0
    passes = _pass_count(bits)
    while bits.read():
        block.length_bits += 1
    length = 0
    while passes:
        segment = min(passes, _passes_of_segment(block.passes, passes, style))
        length += bits.number(block.length_bits + segment.bit_length() - 1)
        block.passes += segment
        passes -= segment
    return length


def _pass_count(bits: _Bits) -> int:
    """Table B.4."""
    if not bits.read():
        return 1
    if not bits.read():
        return 2
    if (value := bits.number(2)) < 3:
        return 3 + value
    if (value := bits.number(5)) < 31:
        return 6 + value
    return 37 + bits.number(7)


def _passes_of_segment(done: int, passes: int, style: int) -> int:
    """The number of further passes of the codeword segment with pass `done` (B.10.7, D.4 and D.6).

    Of HTJ2K (ISO/IEC 15444-15 B), all but the last one to three passes are empty and belong to the segment of the cleanup pass.
    """
    if style & _HT:
        return passes if done else (passes - 1) // 3 * 3 + 1
    if style & _TERMINATED:
        return 1
    if not style & _BYPASS:
        return _ALL_PASSES - done
    if done < _PASSES_BEFORE_BYPASS:
        return _PASSES_BEFORE_BYPASS - done
    return (2, 1, 1)[(done - _PASSES_BEFORE_BYPASS) % 3]
