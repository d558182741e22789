"""Finds the end of the Huffman-coded data of a JPEG scan. A decoder stops after the last MCU and skips the rest.

No value is decoded: for each bit position a table says how long the code is that would begin there, and the codes are
followed from one to the next. Sources: ISO/IEC 10918-1 C.2 (codes), F.1.2 (sequential), G.1.2 (progressive), H.1.2 (lossless).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import accumulate, islice, pairwise

import numpy as np

from .leftovers import MEANS_NOTHING

_CODE_BITS = 16
_STEP_BITS = 24
_STEP = (1 << _STEP_BITS) - 1
"""A code that is none reaches so far that the walk ends."""
_COEFFICIENTS = 64
_LONGEST_RUN = 15
_CHUNK_BYTES = 1 << 16
_MARGIN_BYTES = 10 * _COEFFICIENTS * 4
"""An MCU has at most ten blocks, and a code with its value at most 32 bits."""
_STUFFED = re.compile(rb"\xff+\0")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")


@lru_cache(maxsize=16)
def difference_steps(table: bytes) -> np.ndarray:
    """For all 65536 bit patterns: bits of a code for a difference (DC, or lossless), with the value that follows it.

    Args:
        table: As in a DHT segment: the number of codes of each length, then their symbols.
    """
    return _steps(table, lambda symbol: symbol % _CODE_BITS)


@lru_cache(maxsize=16)
def coefficient_steps(table: bytes) -> np.ndarray:
    """The same for an AC coefficient; above `_STEP` stands how many coefficients the code gives."""

    def step(symbol: int) -> int:
        run, size = symbol >> 4, symbol & 15
        given = run + 1 if size or run == 15 else _COEFFICIENTS
        return given << _STEP_BITS | size

    return _steps(table, step)


@lru_cache(maxsize=16)
def _codes(table: bytes) -> np.ndarray:
    """For all 65536 bit patterns: the symbol of the code above the lowest eight bits, its length in those."""
    return _steps(table, lambda symbol: symbol << 8)


@cache
def one_bit_steps() -> np.ndarray:
    """The steps where one bit refines a DC coefficient."""
    return np.ones(1 << _CODE_BITS, np.int32)


def _steps(table: bytes, step: Callable[[int], int]) -> np.ndarray:
    steps = np.full(1 << _CODE_BITS, _COEFFICIENTS << _STEP_BITS | _STEP, np.int32)
    start, symbols = 0, iter(table[_CODE_BITS:])
    for length, count in enumerate(table[:_CODE_BITS], 1):
        for symbol in islice(symbols, count):
            end = start + (1 << _CODE_BITS - length)
            steps[start:end] = step(symbol) + length
            start = end
    return steps


class _Unstuffed:
    """The data without the zero bytes that stand behind each byte FF, and where each byte stood before."""

    def __init__(self, data: bytes) -> None:
        matches = list(_STUFFED.finditer(data))
        self._starts = [match.start() for match in matches]
        self._removed = [0, *accumulate(len(match[0]) - 1 for match in matches)]
        self._places = [start - removed for start, removed in zip(self._starts, self._removed, strict=False)]
        self.data = _STUFFED.sub(b"\xff", data)

    def place(self, original: int) -> int:
        return original - self._removed[bisect_left(self._starts, original)]

    def original(self, place: int) -> int:
        return place + self._removed[bisect_left(self._places, place)]


class _Codes:
    """For each bit position of a chunk of the data, the step of the code that would begin there, by each table."""

    def __init__(self, data: bytes, tables: Sequence[np.ndarray]) -> None:
        self._data, self._tables = data, tables
        self._base = self.limit = -1
        self._steps: list[memoryview] = []

    def at(self, position: int) -> tuple[list[memoryview], int, int]:
        """The steps, the bit position of the first of them, and the one from which on the next chunk is needed.

        Raises:
            IndexError: The data end before the position.
        """
        if position >= 8 * len(self._data):
            raise IndexError
        if not self._base <= position < self.limit:
            first = position // 8
            chunk = np.frombuffer(self._data[first : first + _CHUNK_BYTES] + bytes(3), np.uint8).astype(np.uint32)
            words = chunk[:-2] << 16 | chunk[1:-1] << 8 | chunk[2:]
            patterns = (words[:, None] >> np.arange(8, 0, -1, dtype=np.uint32) & 0xFFFF).ravel()
            self._steps = [memoryview(table[patterns]) for table in self._tables]
            is_last = first + _CHUNK_BYTES >= len(self._data)
            self._base = first * 8
            self.limit = self._base + (len(patterns) if is_last else len(patterns) - 8 * _MARGIN_BYTES)
        return self._steps, self._base, self.limit


class Sequential:
    """Scans whose MCUs are all coded alike: sequential and lossless ones, and those of DC coefficients.

    Args:
        blocks: The steps of each block of an MCU, for its difference and for its coefficients (or none).
    """

    def __init__(self, blocks: Sequence[tuple[np.ndarray, np.ndarray | None]]) -> None:
        tables = {id(table): table for pair in blocks for table in pair if table is not None}
        numbers = {key: number for number, key in enumerate(tables)}
        self._blocks = [(numbers[id(first)], None if second is None else numbers[id(second)]) for first, second in blocks]
        self._tables = list(tables.values())
        self._codes: _Codes | None = None

    def end(self, data: bytes, position: int, first: int, count: int) -> int:
        """The bit position behind `count` MCUs that begin with number `first` at `position`.

        Raises:
            IndexError: The data end before, or hold a code that is none.
        """
        self._codes = self._codes or _Codes(data, self._tables)
        while count:
            steps, base, limit = self._codes.at(position)
            blocks = [(steps[first], None if second is None else steps[second]) for first, second in self._blocks]
            local, limit = position - base, limit - base
            while count and local < limit:
                for first_step, second_step in blocks:
                    local += first_step[local]
                    given = 1
                    while second_step is not None and given < _COEFFICIENTS:
                        code = second_step[local]
                        local += code & _STEP
                        given += code >> _STEP_BITS
                count -= 1
            position = base + local
        return position


class Coefficients:
    """Scans of the AC coefficients of one component in a progressive image.

    Args:
        table: As in a DHT segment.
        first: Of the coefficients, as `last`.
        nonzero: Block -> a bit for each coefficient that scans so far made other than zero; brought up to date.
        is_refinement: Whether the scan gives one more bit of what is there.
    """

    def __init__(self, table: bytes, first: int, last: int, nonzero: dict[int, int], is_refinement: bool) -> None:
        self._codes = _codes(table)
        self._range = first, last
        self._nonzero = nonzero
        self._is_refinement = is_refinement

    def end(self, data: bytes, position: int, first: int, count: int) -> int:
        """See `Sequential.end`."""
        bits, left = _Bits(data, position), 0
        for block in range(first, first + count):
            if self._is_refinement:
                left = self._refine(bits, block, left)
            elif left:
                left -= 1
            else:
                left = self._begin(bits, block)
        return bits.position

    def _begin(self, bits: _Bits, block: int) -> int:
        """Follow one block; returns how many blocks after it are empty."""
        coefficient, last = self._range
        while coefficient <= last:
            run, size = divmod(bits.symbol(self._codes), 16)
            if size:
                coefficient += run
                bits.position += size
                self._nonzero[block] = self._nonzero.get(block, 0) | 1 << coefficient
                coefficient += 1
            elif run < _LONGEST_RUN:
                return (1 << run) + bits.number(run) - 1
            else:
                coefficient += _LONGEST_RUN + 1
        return 0

    def _refine(self, bits: _Bits, block: int, left: int) -> int:
        """Follow one block; `left` and what is returned: how many blocks from it on have no new coefficient."""
        before = now = self._nonzero.get(block, 0)
        coefficient, last = self._range
        while coefficient <= last and not left:
            run, size = divmod(bits.symbol(self._codes), 16)
            if not size and run < _LONGEST_RUN:
                left = (1 << run) + bits.number(run)
                break
            bits.position += bool(size)
            while coefficient <= last:
                if before >> coefficient & 1:
                    bits.position += 1
                elif run:
                    run -= 1
                else:
                    now |= bool(size) << coefficient
                    coefficient += 1
                    break
                coefficient += 1
        self._nonzero[block] = now
        if not left:
            return 0
        bits.position += (before >> coefficient & (1 << max(last + 1 - coefficient, 0)) - 1).bit_count()
        return left - 1


class _Bits:
    def __init__(self, data: bytes, position: int) -> None:
        self._data, self.position = data, position

    def number(self, count: int) -> int:
        first = self.position // 8
        word = int.from_bytes(self._data[first : first + 5].ljust(5, b"\0"), "big")
        self.position += count
        return word >> 40 - count - (self.position - count) % 8 & (1 << count) - 1

    def symbol(self, codes: np.ndarray) -> int:
        """The symbol of the next code.

        Raises:
            IndexError: The data end, or the code is none.
        """
        if self.position >= 8 * len(self._data):
            raise IndexError
        code = int(codes[self.number(_CODE_BITS)])
        if code > 0xFFFF:
            raise IndexError
        self.position += (code & 0xFF) - _CODE_BITS
        return code >> 8


def unread(data: bytes, scan: Sequential | Coefficients, units: int, interval: int) -> list[tuple[int, int]] | None:
    """Ranges of the data of a scan that no decoder reads: behind the last MCU of each restart interval.

    Args:
        data: From behind the scan header to the next marker that is no restart marker.
        scan: What follows its MCUs.
        units: MCUs of the scan.
        interval: MCUs of a restart interval; 0 for no such intervals.

    Returns:
        None where the data hold a code that is none, or end early: what decoders make of it nobody can say.
    """
    restarts = [match.start() for match in _RESTART.finditer(data)]
    counts = [interval] * len(restarts)
    counts.append(units - sum(counts))
    if min(counts) < 1 or (interval and counts[-1] > interval):
        return None
    unstuffed = _Unstuffed(data)
    ranges = []
    for number, (begin, stop) in enumerate(pairwise([-2, *restarts, len(data)])):
        last = unstuffed.place(stop)
        try:
            position = scan.end(unstuffed.data, 8 * unstuffed.place(begin + 2), number * interval, counts[number])
        except IndexError:
            return None
        end = (position + 7) // 8
        if end > last:
            return None
        if unstuffed.data[end:last].strip(MEANS_NOTHING):
            ranges.append((unstuffed.original(end), stop))
    return ranges
