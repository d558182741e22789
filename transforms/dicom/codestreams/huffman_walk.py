"""Walks from code to code in Huffman-coded data, at the speed of a compiled program.

A JPEG of 80 kB holds 100,000 codes, and where one begins is known when the one before it was read: no array operation finds
them. So the walk itself is WebAssembly, in `huffman_walk.wat`. It reaches the memory that it is given here and nothing else.
"""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...core.errors import HiddenBytesError

if TYPE_CHECKING:
    from wasmtime import Engine, Module

Table = npt.NDArray[np.uint16]
"""Bit pattern of 16 bits -> the symbol of the code with which it begins, and its length in the lowest eight bits; 0 if none."""
Positions = npt.NDArray[np.int64]
"""Bits from the begin of data without stuffed bytes."""
_CODE_BITS = 16
_PAGE_BYTES, _MOST_PAGES = 1 << 16, 1 << 16
_WORD_BYTES = 8
"""Of which each array begins at a multiple. The first one is left out: the address 0 stands for no array."""
_MARGIN_BYTES = 16
"""Before the data backwards, since a word is read at once."""
_MARKS_OF_BLOCK = 3
"""In a scan of AC coefficients."""


@lru_cache(maxsize=32)
def symbols_and_lengths(table: bytes) -> Table:
    """A Huffman table by bit patterns.

    Args:
        table: From a DHT segment: the number of codes of each length, then their symbols.
    """
    entries = np.zeros(1 << _CODE_BITS, np.uint16)
    start, symbols = 0, iter(table[_CODE_BITS:])
    for length, count in enumerate(table[:_CODE_BITS], 1):
        for symbol in islice(symbols, count):
            end = start + (1 << _CODE_BITS - length)
            entries[start:end] = symbol << 8 | length
            start = end
    return entries


@cache
def single_bits() -> Table:
    """The table of a scan with one bit a DC coefficient (refinement)."""
    return np.ones(1 << _CODE_BITS, np.uint16)


class Walked(NamedTuple):
    """What a walk found.

    Attributes:
        ends: The position behind the last code of each restart interval, (intervals,).
        marks: Positions within blocks, one after the other; none where they were not asked for.
    """

    ends: Positions
    marks: Positions


def walk_sequential(
    data: bytes, mcu: Sequence[tuple[Table, Table | None]], starts: Positions, counts: Positions, with_marks: bool
) -> Walked | None:
    """Walk over MCUs that are all coded alike: sequential, lossless, or of DC coefficients.

    Args:
        data: Without stuffed bytes.
        mcu: The tables of each of its blocks: of the difference, and of the coefficients (None without them).
        starts: Position of each restart interval, (intervals,).
        counts: The number of its MCUs, (intervals,).
        with_marks: Whether the position of each block is marked.

    Returns:
        None where the data end early, or hold an invalid code.

    Raises:
        HiddenBytesError: The data are too large to be followed.
    """
    tables: dict[int, npt.NDArray[Any]] = {id(table): table for pair in mcu for table in pair if table is not None}
    addresses = dict(zip(tables, _addresses(list(tables.values())), strict=False))
    blocks = np.array([[0 if table is None else addresses[id(table)] for table in pair] for pair in mcu], np.uint32)
    arrays: list[npt.NDArray[Any]] = [*tables.values(), blocks]
    at = _addresses(arrays)[-2]
    codes = len(mcu) * int(counts.sum())
    if codes > 8 * len(data):  # A code has a bit at least. A header can say that there are millions.
        return None
    marks = codes if with_marks else 0
    return _run("sequential", data, starts, counts, marks, arrays, (at, at + blocks.nbytes))


def walk_progressive(
    data: bytes,
    table: Table,
    band: tuple[int, int],
    is_refinement: bool,
    nonzero: npt.NDArray[np.uint64],
    starts: Positions,
    counts: Positions,
    with_marks: bool,
) -> Walked | None:
    """Walk over the blocks of a scan of AC coefficients of one component of a progressive image.

    Args:
        data, starts, counts: See `walk_sequential`. Each MCU is a block.
        table: Of the scan.
        band: The first and the last coefficient of the scan.
        is_refinement: The scan adds one bit to coefficients of earlier scans.
        nonzero: A bit for each coefficient of a block that is not zero after the scans so far, (blocks,). Updated in place.
        with_marks: Whether three positions of each block are marked: its own, and those of the code that ends it, with the
            number of blocks without a new coefficient. Of a block within such a run all are equal; of one without that code,
            the latter are -1.

    Returns:
        See `walk_sequential`.

    Raises:
        HiddenBytesError: See `walk_sequential`.
    """
    arrays: list[npt.NDArray[Any]] = [table, nonzero]
    at, state, _ = _addresses(arrays)
    marks = _MARKS_OF_BLOCK * len(nonzero) if with_marks else 0
    return _run("progressive", data, starts, counts, marks, arrays, (state, at, *band, int(is_refinement)), changed=nonzero)


def _addresses(arrays: Sequence[npt.NDArray[Any]]) -> list[int]:
    """Where arrays begin that stand one behind the other, and where the last one ends."""
    return list(accumulate((-(-array.nbytes // _WORD_BYTES) * _WORD_BYTES for array in arrays), initial=_WORD_BYTES))


def _run(
    function: str,
    data: bytes,
    starts: Positions,
    counts: Positions,
    marks: int,
    arrays: Sequence[npt.NDArray[Any]],
    numbers: Sequence[int],
    changed: npt.NDArray[Any] | None = None,
) -> Walked | None:
    """Call one function of the module, in a memory of its own.

    Args:
        marks: How many there will be.
        arrays: What it reads beside the data and the intervals, from the first address on.
        numbers: Its last arguments.
        changed: The last one of `arrays`, where the function changes it. It is changed in place.
    """
    from wasmtime import Instance, Store

    intervals = np.stack([starts, counts], axis=1)
    *begins, at, to, end = _addresses([*arrays, intervals, marked := np.empty(marks, np.int64)])
    end_of_data = end + _MARGIN_BYTES + len(data)
    pages = -(-(end_of_data + _MARGIN_BYTES) // _PAGE_BYTES)
    if pages > _MOST_PAGES:
        raise HiddenBytesError("a scan of a JPEG frame is too large to be followed")
    engine, module = _engine_and_module()
    with Store(engine) as store:
        exports: Any = Instance(store, module, []).exports(store)
        exports["memory"].grow(store, pages)
        memory = np.frombuffer(exports["memory"].get_buffer_ptr(store), np.uint8)
        for begin, array in zip([*begins, at], [*arrays, intervals], strict=True):
            memory[begin : begin + array.nbytes] = _bytes_of(array)
        memory[end_of_data - len(data) : end_of_data] = np.frombuffer(data, np.uint8)[::-1]
        if not exports[function](store, end_of_data, 8 * len(data), at, at + intervals.nbytes, to if marks else 0, *numbers):
            return None
        for begin, array in (at, intervals), (to, marked), *(() if changed is None else ((begins[-1], changed),)):
            _bytes_of(array)[:] = memory[begin : begin + array.nbytes]
    return Walked(intervals[:, 0], marked)


def _bytes_of(array: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    return array.reshape(-1).view(np.uint8)


@cache
def _engine_and_module() -> tuple[Engine, Module]:
    """The compiled module. It starts no threads, which a forked process would miss, and handles no signals of the process."""
    atexit.register(_engine_and_module.cache_clear)  # Freed later, wasmtime misses parts of itself.
    from wasmtime import Config, Engine, Module

    config = Config()
    config.parallel_compilation = False
    config.signals_based_traps = False
    config.memory_reservation = 0
    config.memory_guard_size = 0
    engine = Engine(config)
    return engine, Module(engine, resources.files(__package__).joinpath("huffman_walk.wat").read_bytes())
