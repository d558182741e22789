"""Where the Huffman-coded data of a JPEG scan end: a decoder stops after the last MCU and skips what follows.

No value is decoded: for each bit position a table tells how far the code reaches that would begin there, and the codes are
followed from one to the next. Sources: ISO/IEC 10918-1 F.1.2 (sequential), H.1.2 (lossless), C.2 (codes).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, islice, pairwise

import numpy as np

from .leftovers import MEANS_NOTHING

_CODE_BITS = 16
_STEP_BITS = 24
_STEP = (1 << _STEP_BITS) - 1
"""A code that is none reaches so far that the walk ends."""
_COEFFICIENTS = 64
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
        """The steps, the bit position of the first of them, and the one from which on the next chunk is needed."""
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


def unread(
    data: bytes, blocks: Sequence[tuple[np.ndarray, np.ndarray | None]], units: int, interval: int
) -> list[tuple[int, int]]:
    """Ranges of the data of a scan that no decoder reads: behind the last MCU of each restart interval.

    Args:
        data: From behind the scan header to the next marker that is no restart marker.
        blocks: The tables of each block of an MCU, for its difference and for its coefficients (lossless: none).
        units: MCUs of the scan.
        interval: MCUs of a restart interval; 0 for no such intervals.

    Returns:
        Nothing for an interval that holds a code that is none, or ends early: what decoders make of it nobody can say.
    """
    restarts = [match.start() for match in _RESTART.finditer(data)]
    counts = [interval] * len(restarts)
    counts.append(units - sum(counts))
    if min(counts) < 1 or (interval and counts[-1] > interval):
        return []
    unstuffed = _Unstuffed(data)
    tables = list({id(table): table for pair in blocks for table in pair if table is not None}.values())
    index = {id(table): number for number, table in enumerate(tables)}
    numbers = [(index[id(first)], None if second is None else index[id(second)]) for first, second in blocks]
    codes = _Codes(unstuffed.data, tables)
    ranges = []
    for (begin, stop), count in zip(pairwise([-2, *restarts, len(data)]), counts, strict=True):
        last = unstuffed.place(stop)
        try:
            position = _end_of_units(codes, numbers, 8 * unstuffed.place(begin + 2), count)
        except IndexError:
            continue
        end = (position + 7) // 8
        if end < last and unstuffed.data[end:last].strip(MEANS_NOTHING):
            ranges.append((unstuffed.original(end), stop))
    return ranges


def _end_of_units(codes: _Codes, numbers: Sequence[tuple[int, int | None]], position: int, count: int) -> int:
    """The bit position behind `count` MCUs.

    Raises:
        IndexError: The data end before.
    """
    while count:
        steps, base, limit = codes.at(position)
        blocks = [(steps[first], None if second is None else steps[second]) for first, second in numbers]
        local, limit = position - base, limit - base
        while count and local < limit:
            for first, second in blocks:
                local += first[local]
                given = 1
                while second is not None and given < _COEFFICIENTS:
                    code = second[local]
                    local += code & _STEP
                    given += code >> _STEP_BITS
            count -= 1
        position = base + local
    return position
