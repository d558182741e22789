"""Finds the blocks and the end of the Huffman-coded data of a JPEG scan. A decoder stops after the last MCU and skips the rest.

No value is decoded: for each bit position a table gives the length of the code that begins there, and the walk goes from code
to code. Sources: ISO/IEC 10918-1 C.2 (codes), F.1.2 (sequential), G.1.2 (progressive), H.1.2 (lossless).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import accumulate, islice, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .ignored_bytes import FILL_BYTES

_CODE_BITS = 16
_STEP_BITS = 24
_STEP = (1 << _STEP_BITS) - 1
"""The step of an invalid code, which ends the walk."""
_COEFFICIENTS = 64
_LONGEST_RUN = 15
_CHUNK_BYTES = 1 << 16
_MARGIN_BYTES = 10 * _COEFFICIENTS * 4
"""The most bytes of an MCU: ten blocks, and 32 bits for a code with its value."""
_PLACE_BITS = 21
_PLACE = (1 << _PLACE_BITS) - 1
"""Of a state within a block: the bit position in a chunk. The bits above hold the number of coefficients so far."""
_IS_FULL = _COEFFICIENTS << _PLACE_BITS
_HAS_ENDED = 1 << 28
"""Set by a code that ends a block early."""
_CODES_AT_ONCE = 4
NO_END = -1
_STUFFED = re.compile(rb"\xff+\0")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")


@lru_cache(maxsize=16)
def difference_steps(table: bytes) -> npt.NDArray[np.int32]:
    """Bit pattern of 16 bits -> bits of the code of a difference (DC, or lossless), with the value that follows it.

    Args:
        table: From a DHT segment: the number of codes of each length, then their symbols.
    """
    return _steps(table, lambda symbol: symbol % _CODE_BITS)


@lru_cache(maxsize=16)
def coefficient_steps(table: bytes) -> npt.NDArray[np.int32]:
    """The same for AC coefficients. The bits above `_STEP` hold the number of coefficients of the code."""

    def step(symbol: int) -> int:
        run, size = symbol >> 4, symbol & 15
        coefficients = run + 1 if size or run == _LONGEST_RUN else _COEFFICIENTS
        return coefficients << _STEP_BITS | size

    return _steps(table, step)


@lru_cache(maxsize=16)
def _runs_of_codes(table: bytes) -> npt.NDArray[np.int32]:
    """Bit pattern of 16 bits -> what its first codes, up to one that ends a block, add to a state. `_IS_FULL` if invalid."""
    single, symbols = coefficient_steps(table), symbols_and_lengths(table)
    bits, coefficients = single & _STEP, single >> _STEP_BITS
    is_valid, ends = bits != _STEP, coefficients == _COEFFICIENTS
    lengths = np.where(is_valid, symbols & 0xFF, _CODE_BITS + 1)
    patterns = np.arange(1 << _CODE_BITS)
    all_bits, all_coefficients, has_ended = bits.copy(), np.where(ends, 0, coefficients), ends.copy()
    for _ in range(_CODES_AT_ONCE - 1):
        known = _CODE_BITS - np.minimum(all_bits, _CODE_BITS)
        behind = patterns << (_CODE_BITS - known) & 0xFFFF
        total = all_coefficients + np.where(ends[behind], 0, coefficients[behind])
        is_next = ~has_ended & (lengths[behind] <= known) & (total < _COEFFICIENTS)
        all_bits = np.where(is_next, all_bits + bits[behind], all_bits)
        all_coefficients = np.where(is_next, total, all_coefficients)
        has_ended |= is_next & ends[behind]
    runs = all_bits + (all_coefficients << _PLACE_BITS) + has_ended * _HAS_ENDED
    return np.where(is_valid, runs, _IS_FULL).astype(np.int32)


@lru_cache(maxsize=16)
def symbols_and_lengths(table: bytes) -> npt.NDArray[np.int32]:
    """Bit pattern of 16 bits -> the symbol of the code, and its length in the lowest eight bits."""
    return _steps(table, lambda symbol: symbol << 8)


@cache
def one_bit_steps() -> npt.NDArray[np.int32]:
    """The steps of a scan with one bit a DC coefficient (refinement)."""
    return np.ones(1 << _CODE_BITS, np.int32)


def _steps(table: bytes, step: Callable[[int], int]) -> npt.NDArray[np.int32]:
    steps = np.full(1 << _CODE_BITS, _COEFFICIENTS << _STEP_BITS | _STEP, np.int32)
    start, symbols = 0, iter(table[_CODE_BITS:])
    for length, count in enumerate(table[:_CODE_BITS], 1):
        for symbol in islice(symbols, count):
            end = start + (1 << _CODE_BITS - length)
            steps[start:end] = step(symbol) + length
            start = end
    return steps


class _Unstuffed:
    """The data without the zero byte behind each byte FF, and the original offset of each byte."""

    def __init__(self, data: bytes) -> None:
        matches = list(_STUFFED.finditer(data))
        self._starts = [match.start() for match in matches]
        self._removed = [0, *accumulate(len(match[0]) - 1 for match in matches)]
        self._places = [start - removed for start, removed in zip(self._starts, self._removed, strict=False)]
        self.data = _STUFFED.sub(b"\xff", data)

    def place(self, original: int) -> int:
        """The offset in the unstuffed data."""
        return original - self._removed[bisect_left(self._starts, original)]

    def original(self, place: int) -> int:
        """The offset in the original data."""
        return place + self._removed[bisect_left(self._places, place)]


class _StepsByPosition:
    """Bit position -> the step of the code that begins there, by each table. Computed for one chunk of the data at a time."""

    def __init__(self, data: bytes, tables: Sequence[npt.NDArray[np.int32]]) -> None:
        self._data, self._tables = data, tables
        self._base = self.limit = -1
        self._patterns: npt.NDArray[Any] = np.empty(0, np.uint32)
        self._steps: list[memoryview] = []

    def at(self, position: int) -> tuple[list[memoryview], int, int]:
        """The steps of a chunk, its first bit position, and the position at which the next chunk begins.

        Raises:
            IndexError: The position is behind the data.
        """
        if position >= 8 * len(self._data):
            raise IndexError
        if not self._base <= position < self.limit:
            first = position // 8
            chunk = np.frombuffer(self._data[first : first + _CHUNK_BYTES] + bytes(3), np.uint8).astype(np.uint32)
            words = chunk[:-2] << 16 | chunk[1:-1] << 8 | chunk[2:]
            self._patterns = (words[:, None] >> np.arange(8, 0, -1, dtype=np.uint32) & 0xFFFF).ravel()
            self._steps = [self.of(table) for table in self._tables]
            is_last = first + _CHUNK_BYTES >= len(self._data)
            self._base = first * 8
            self.limit = self._base + len(self._patterns) - (0 if is_last else 8 * _MARGIN_BYTES)
        return self._steps, self._base, self.limit

    def of(self, table: npt.NDArray[np.int32]) -> memoryview:
        """The steps of a chunk by one more table."""
        steps: Any = table.take(self._patterns, mode="wrap")  # No pattern is outside of the table: spares the check.
        return memoryview(steps)


class SequentialScan:
    """A scan whose MCUs are all coded alike: sequential, lossless, or of DC coefficients.

    Args:
        blocks: The steps of the difference of each block of an MCU, and the table of its coefficients (None without them).
    """

    def __init__(self, blocks: Sequence[tuple[npt.NDArray[np.int32], bytes | None]]) -> None:
        pairs = [(first, None if second is None else _runs_of_codes(second)) for first, second in blocks]
        tables = {id(table): table for pair in pairs for table in pair if table is not None}
        numbers = {key: number for number, key in enumerate(tables)}
        self._blocks = [
            (numbers[id(first)], None if runs is None else numbers[id(runs)], second or b"")
            for (first, runs), (_, second) in zip(pairs, blocks, strict=True)
        ]
        self._tables = list(tables.values())
        self._steps: _StepsByPosition | None = None

    def end(self, data: bytes, position: int, first: int, count: int, marks: list[int] | None = None) -> int:
        """The bit position behind `count` MCUs, of which number `first` begins at `position`.

        Args:
            marks: The bit position of each block is added.

        Raises:
            IndexError: The data end early, or hold an invalid code.
        """
        self._steps = self._steps or _StepsByPosition(data, self._tables)
        while count:
            steps, base, limit = self._steps.at(position)
            blocks = [(steps[first], None if runs is None else steps[runs], table) for first, runs, table in self._blocks]
            singles: dict[bytes, memoryview] = {}
            local, limit = position - base, limit - base
            while count and local < limit:
                for first_step, runs, table in blocks:
                    if marks is not None:
                        marks.append(base + local)
                    local += first_step[local]
                    if runs is None:
                        continue
                    if local > _PLACE:
                        raise IndexError
                    state = local | 1 << _PLACE_BITS
                    while state < _IS_FULL:
                        state += runs[state & _PLACE]
                    if _HAS_ENDED <= state < _HAS_ENDED | _IS_FULL:
                        local = state & _PLACE
                    else:  # The block ended before the last of these codes, or one of them is invalid.
                        if table not in singles:
                            singles[table] = self._steps.of(coefficient_steps(table))
                        local = _behind_block(local, singles[table])
                count -= 1
            position = base + local
        return position


def _behind_block(position: int, steps: memoryview) -> int:
    """The bit position behind the coefficients of a block, of which the first code is at a position."""
    coefficients = 1
    while coefficients < _COEFFICIENTS:
        code = steps[position]
        position += code & _STEP
        coefficients += code >> _STEP_BITS
    return position


class ProgressiveAcScan:
    """A scan of AC coefficients of one component of a progressive image.

    Args:
        table: From a DHT segment.
        first: The first coefficient of the scan.
        last: The last coefficient of the scan.
        nonzero: Block -> a bit for each coefficient that is not zero after the scans so far. Updated in place.
        is_refinement: The scan adds one bit to coefficients of earlier scans.
    """

    def __init__(self, table: bytes, first: int, last: int, nonzero: dict[int, int], is_refinement: bool) -> None:
        self._codes = symbols_and_lengths(table)
        self._range = first, last
        self._nonzero = nonzero
        self._is_refinement = is_refinement
        self._end_code = NO_END, NO_END

    def end(self, data: bytes, position: int, first: int, count: int, marks: list[int] | None = None) -> int:
        """See `SequentialScan.end`.

        Args:
            marks: Three bit positions of each block are added: its own, and those of the code that ends it, with the number of
                blocks without a new coefficient. Of a block within such a run all are equal; of one without that code, the
                latter are `NO_END`.
        """
        bits, empty_blocks = _Bits(data, position), 0
        for block in range(first, first + count):
            begin, self._end_code = bits.position, (bits.position,) * 2 if empty_blocks else (NO_END, NO_END)
            if self._is_refinement:
                empty_blocks = self._refine(bits, block, empty_blocks)
            elif empty_blocks:
                empty_blocks -= 1
            else:
                empty_blocks = self._begin(bits, block)
            if marks is not None:
                marks += begin, *self._end_code
        return bits.position

    def _begin(self, bits: _Bits, block: int) -> int:
        """Walk over one block of a first scan; returns the number of empty blocks after it."""
        coefficient, last = self._range
        while coefficient <= last:
            begin = bits.position
            run, size = divmod(bits.symbol(self._codes), 16)
            if size:
                coefficient += run
                bits.position += size
                self._nonzero[block] = self._nonzero.get(block, 0) | 1 << coefficient
                coefficient += 1
            elif run < _LONGEST_RUN:
                empty_blocks = (1 << run) + bits.number(run) - 1
                self._end_code = begin, bits.position
                return empty_blocks
            else:
                coefficient += _LONGEST_RUN + 1
        return 0

    def _refine(self, bits: _Bits, block: int, empty_blocks: int) -> int:
        """Walk over one block of a refinement scan; returns the number of blocks after it without a new coefficient.

        Args:
            empty_blocks: The same number from this block on.
        """
        before = now = self._nonzero.get(block, 0)
        coefficient, last = self._range
        while coefficient <= last and not empty_blocks:
            begin = bits.position
            run, size = divmod(bits.symbol(self._codes), 16)
            if not size and run < _LONGEST_RUN:
                empty_blocks = (1 << run) + bits.number(run)
                self._end_code = begin, bits.position
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
        if not empty_blocks:
            return 0
        bits.position += (before >> coefficient & (1 << max(last + 1 - coefficient, 0)) - 1).bit_count()
        return empty_blocks - 1


class _Bits:
    """The bits of unstuffed data, from a bit position on."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data, self.position = data, position

    def number(self, count: int) -> int:
        first = self.position // 8
        word = int.from_bytes(self._data[first : first + 5].ljust(5, b"\0"), "big")
        self.position += count
        return word >> 40 - count - (self.position - count) % 8 & (1 << count) - 1

    def symbol(self, codes: npt.NDArray[np.int32]) -> int:
        """The symbol of the next code.

        Raises:
            IndexError: The data end, or the code is invalid.
        """
        if self.position >= 8 * len(self._data):
            raise IndexError
        code = int(codes[self.number(_CODE_BITS)])
        if code > 0xFFFF:
            raise IndexError
        self.position += (code & 0xFF) - _CODE_BITS
        return code >> 8


class RestartInterval(NamedTuple):
    """The data of a scan from one restart marker to the next; offsets are those in the data of the scan.

    Attributes:
        begin: Offset behind the restart marker.
        end: Offset behind the last code.
        stop: Offset of the next restart marker, or of the end.
        has_unread: Whether there is more than fill between `end` and `stop`, which no decoder reads.
        first: Number of its first MCU in the scan.
        units: How many MCUs it has.
        coded: The data up to `end`, without stuffed bytes.
        marks: Bit positions in `coded`, see `SequentialScan.end` and `ProgressiveAcScan.end`; the last one is that of the end.
    """

    begin: int
    end: int
    stop: int
    has_unread: bool
    first: int
    units: int
    coded: bytes
    marks: npt.NDArray[np.int64]


def restart_intervals(
    data: bytes, scan: SequentialScan | ProgressiveAcScan, units: int, interval: int, with_marks: bool = False
) -> list[RestartInterval] | None:
    """Walk over the data of a scan.

    Args:
        data: From the end of the scan header to the next marker other than a restart marker.
        scan: Walks over its MCUs.
        units: MCUs of the scan.
        interval: MCUs of a restart interval; 0 without restart intervals.
        with_marks: Whether the blocks are marked. A lossless scan has one a sample.

    Returns:
        None where the data hold an invalid code or end early. Decoders differ in what they show then.
    """
    restarts = [match.start() for match in _RESTART.finditer(data)]
    counts = [interval] * len(restarts)
    counts.append(units - sum(counts))
    if min(counts) < 1 or (interval and counts[-1] > interval):
        return None
    unstuffed = _Unstuffed(data)
    intervals = []
    for number, (begin, stop) in enumerate(pairwise([-2, *restarts, len(data)])):
        start, last = unstuffed.place(begin + 2), unstuffed.place(stop)
        marks: list[int] = []
        try:
            position = scan.end(unstuffed.data, 8 * start, number * interval, counts[number], marks if with_marks else None)
        except IndexError:
            return None
        end = (position + 7) // 8
        if end > last:
            return None
        has_unread = bool(unstuffed.data[end:last].strip(FILL_BYTES))
        coded = unstuffed.data[start:end] if with_marks else b""
        places = np.array([*marks, position] if with_marks else [], np.int64)
        relative = np.where(places == NO_END, NO_END, places - 8 * start)
        place = begin + 2, unstuffed.original(end), stop
        intervals.append(RestartInterval(*place, has_unread, number * interval, counts[number], coded, relative))
    return intervals
