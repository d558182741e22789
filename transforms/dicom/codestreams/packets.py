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


@dataclass(frozen=True)
class BlockLimits:
    """The most code-blocks and precincts of a tile whose packets are followed.

    Attributes:
        max_blocks: 20000 x 20000 samples have 130000 code-blocks of the usual size.
        blocks_without_data: Allowed in a tile of no bytes.
        blocks_a_byte: Allowed in addition for each byte of the tile.
    """

    max_blocks: int = 200_000
    blocks_without_data: int = 2000
    blocks_a_byte: int = 8


LIMITS = BlockLimits()


@dataclass(frozen=True)
class Coding:
    """The coding style of one component of a tile (COD or COC)."""

    levels: int
    block_width_exponent: int
    block_height_exponent: int
    style: int
    precincts: bytes
    """One byte a resolution level: exponent of the height, then of the width. Empty for the largest precincts."""

    def precinct_exponents(self, resolution: int) -> tuple[int, int]:
        """Exponents of width and height."""
        size = self.precincts[resolution] if self.precincts else 0xFF
        return size & 15, size >> 4


@dataclass(frozen=True)
class Component:
    """Sampling of a component, and its coding style in this tile."""

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


class _TooManyBlocksError(Exception):
    """A precinct has more code-blocks than are followed."""


@dataclass(slots=True)
class _Block:
    is_included: bool = False
    length_bits: int = 3
    passes: int = 0


class _Tree:
    """A tag tree (B.10.2): the values of a grid. Each value of a level is the least of four in the level below."""

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
        """Whether the value at (x, y) is below the threshold. Reads the bits that decide it."""
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
    """The bits of a packet header. Behind a byte FF, the first bit of the next byte is stuffed."""

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
    room = min(LIMITS.max_blocks, LIMITS.blocks_without_data + LIMITS.blocks_a_byte * len(data))
    try:
        for precinct in (one for index, component in enumerate(components) for one in _precincts(index, component, area)):
            room -= 1 + sum(len(band.blocks) for band in precinct.bands)
            if room < 0:
                return None
            precincts.append(precinct)
        if len(precincts) * layers > len(data):
            return None  # A packet has at least one byte: the tile is cut.
        for precinct, layer in _packets(precincts, progressions, layers):
            offset = _end_of_packet(data, offset, precinct, layer)
    except (IndexError, _TooManyBlocksError):
        return None
    return offset if offset <= len(data) else None


def _ceil(value: int, divisor: int) -> int:
    return -(-value // divisor)


def _precincts(index: int, component: Component, area: tuple[int, int, int, int]) -> Iterator[_Precinct]:
    """The precincts of all resolution levels (B.6, B.7)."""
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
    """The code-blocks of each subband in the precinct (column, row) of a resolution level (B.5, B.7)."""
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
            if columns * rows > LIMITS.max_blocks:
                raise _TooManyBlocksError
            yield _Band(columns, rows)


def _packets(
    precincts: Sequence[_Precinct], progressions: Sequence[Progression], layers: int
) -> Iterator[tuple[_Precinct, int]]:
    """The packets in their order (B.12)."""
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
    """The bytes of one code-block in a packet (B.10)."""
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
    """The number of coding passes (Table B.4)."""
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
