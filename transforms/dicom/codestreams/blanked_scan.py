"""Blanks blocks in the Huffman-coded data of a JPEG scan. The codes of all other blocks stay as they are.

A blanked block has a DC coefficient and no others. One more code changes: the difference of the DC coefficient behind a blanked
block. Sources: ISO/IEC 10918-1 C.2 (codes), F.1.2.1 (DC differences), G.1.2 (progressive).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...core.errors import FrameEncodeError
from .huffman import NO_END, RestartInterval
from .huffman_walk import symbols_and_lengths

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint8]
TableOf = Callable[[int, Iterable[int]], bytes]
"""Component, symbols -> its Huffman table, which has a code for each of these symbols."""
_CODE_BITS = 16
_WORD_BITS = 40
_MOST_DC_BITS = 11
"""Of a difference in an image of 8 bits (F.1.2.1.1)."""
_PIECE_BITS = 1 << 23
"""Bits that are in memory at once, each in a byte."""
END_OF_BLOCK = 0


def with_codes(table: bytes, symbols: Iterable[int]) -> bytes:
    """A Huffman table that has a code for each symbol. The codes that it has already do not change.

    Args:
        table: From a DHT segment: the number of codes of each length, then their symbols.
        symbols: Those that are needed.

    Raises:
        FrameEncodeError: There is no room behind the last code.
    """
    counts, listed = bytearray(table[:_CODE_BITS]), bytearray(table[_CODE_BITS:])
    for symbol in sorted(set(symbols) - set(listed)):
        length = max((length for length, count in enumerate(counts, 1) if count), default=1)
        next_code = sum(count << length - shorter for shorter, count in enumerate(counts[:length], 1))
        if next_code == (1 << length) - 1:  # A code of ones alone is not allowed (C.2).
            length += 1
        elif next_code >= 1 << length:
            length = _CODE_BITS + 1
        if length > _CODE_BITS:
            raise FrameEncodeError("a Huffman table has no room for a code of a blank block")
        counts[length - 1] += 1
        listed.append(symbol)
    return bytes(counts + listed)


def blanked_sequential(
    one: RestartInterval, components: Ints, is_blank: Bools, fills: Mapping[int, int], dc: TableOf, ac: TableOf | None
) -> bytes:
    """The data of a restart interval of a sequential scan, or of a first scan of DC coefficients, with blank blocks.

    Args:
        one: With marks.
        components: The component of each block, (blocks,).
        is_blank: Which blocks become blank, (blocks,).
        fills: Component -> its DC coefficient in blank blocks, as this scan codes it.
        dc: Tables of differences.
        ac: Tables of coefficients; None for a scan that has none.

    Returns:
        The data with stuffed bytes.

    Raises:
        FrameEncodeError: See `with_codes`; or a coefficient is out of range.
    """
    starts, changes = one.marks, []
    for component in set(components.tolist()):
        index = np.flatnonzero(components == component)
        differences, bits = _differences(one.coded, starts[index], dc(component, ()))
        values = np.where(is_blank[index], fills[component], np.cumsum(differences))
        wanted = np.diff(values, prepend=0)
        is_changed = is_blank[index] | (wanted != differences)
        index, wanted, bits = index[is_changed], wanted[is_changed], bits[is_changed]
        sizes = np.frexp(np.abs(wanted))[1].astype(np.int64)
        if (sizes > _MOST_DC_BITS).any():
            raise FrameEncodeError("a DC coefficient of a JPEG frame is out of range")
        codes, lengths = _codes(dc(component, sizes.tolist()))
        words = codes[sizes] << sizes | np.where(wanted < 0, wanted + (1 << sizes) - 1, wanted)
        lengths, ends = lengths[sizes] + sizes, starts[index] + bits
        if ac is None:
            changes.append(np.stack([starts[index], ends, words, lengths]))
            continue
        codes, end_lengths = _codes(ac(component, [END_OF_BLOCK]))
        whole, end_length = is_blank[index], end_lengths[END_OF_BLOCK]
        words = np.where(whole, words << end_length | codes[END_OF_BLOCK], words)
        lengths, ends = lengths + whole * end_length, np.where(whole, starts[index + 1], ends)
        changes.append(np.stack([starts[index], ends, words, lengths]))
    return _spliced(one.coded, int(one.marks[-1]), np.concatenate(changes, axis=1))


def blanked_dc_bits(one: RestartInterval, components: Ints, is_blank: Bools, fills: Mapping[int, int]) -> bytes:
    """The same for a scan that adds one bit to DC coefficients.

    Args:
        one, components, is_blank: See `blanked_sequential`.
        fills: Component -> its bit in blank blocks.
    """
    starts = one.marks[:-1][is_blank]
    words = np.array([fills[component] for component in components[is_blank].tolist()], np.int64)
    return _spliced(one.coded, int(one.marks[-1]), np.stack([starts, starts + 1, words, np.ones_like(starts)]))


def blanked_ac(one: RestartInterval, component: int, is_blank: Bools, ac: TableOf) -> bytes:
    """The same for a progressive scan of AC coefficients, whose codes can end several blocks at once.

    Args:
        one, is_blank: See `blanked_sequential`.
        component: Of the scan.
        ac: Its table.

    Raises:
        FrameEncodeError: See `with_codes`.
    """
    marks = one.marks[:-1].reshape(-1, 3)
    begins, ends = marks[:, 0], np.append(marks[1:, 0], int(one.marks[-1]))
    (begins, first, second), ends = marks[is_blank].T, ends[is_blank]
    has_no_end = first == NO_END
    codes, lengths = _codes(ac(component, [END_OF_BLOCK] if has_no_end.any() else []))
    zeros = np.zeros_like(begins)
    # What is before the code that ends a block goes, and so do the bits behind it, which are of coefficients of earlier scans.
    front = np.stack(
        [
            begins,
            np.where(has_no_end, ends, first),
            np.where(has_no_end, codes[END_OF_BLOCK], 0),
            np.where(has_no_end, lengths[END_OF_BLOCK], 0),
        ]
    )
    rear = np.stack([np.where(has_no_end, ends, second), ends, zeros, zeros])
    return _spliced(one.coded, int(one.marks[-1]), np.concatenate([front, rear], axis=1))


@lru_cache(maxsize=16)
def _codes(table: bytes) -> tuple[Ints, Ints]:
    """Symbol -> its code, and the length of the code in bits; 0 where the table has none."""
    codes, lengths = np.zeros(256, np.int64), np.zeros(256, np.int64)
    code, symbols = 0, iter(table[_CODE_BITS:])
    for length, count in enumerate(table[:_CODE_BITS], 1):
        for _ in range(count):
            symbol = next(symbols)
            codes[symbol], lengths[symbol] = code, length
            code += 1
        code <<= 1
    return codes, lengths


def _differences(coded: bytes, positions: Ints, table: bytes) -> tuple[Ints, Ints]:
    """The differences of DC coefficients that are coded at bit positions, and the bits of code and value together."""
    padded = np.frombuffer(coded + bytes(_WORD_BITS // 8), np.uint8)
    first, offset = positions // 8, positions % 8
    words = np.zeros_like(positions)
    for byte in range(_WORD_BITS // 8):
        words = words << 8 | padded[first + byte]
    symbols = symbols_and_lengths(table)[words >> (_WORD_BITS - _CODE_BITS - offset) & 0xFFFF].astype(np.int64)
    sizes, lengths = symbols >> 8, symbols & 0xFF
    values = words >> (_WORD_BITS - offset - lengths - sizes) & (1 << sizes) - 1
    is_negative = (sizes > 0) & (values < 1 << np.maximum(sizes - 1, 0))
    return np.where(is_negative, values - (1 << sizes) + 1, values), lengths + sizes


def _spliced(coded: bytes, end: int, changes: Ints) -> bytes:
    """The bits up to `end` with ranges of them replaced, filled up with ones and with stuffed bytes.

    Args:
        changes: First bit, bit behind the last one, new value and its number of bits, (4, changes).
    """
    changes = changes[:, (changes[1] > changes[0]) | (changes[3] > 0)]
    begins, ends, words, lengths = changes[:, np.argsort(changes[0], kind="stable")]
    stops = np.cumsum(lengths)
    bit = np.repeat(stops, lengths) - 1 - np.arange(lengths.sum())
    new = (np.repeat(words, lengths) >> bit & 1).astype(np.uint8)
    kept = np.frombuffer(coded, np.uint8)

    def pieces() -> Iterator[Bits]:
        kept_from, new_from, new_to = 0, 0, 0
        for begin, stop, new_stop in zip(begins.tolist(), ends.tolist(), stops.tolist(), strict=True):
            if begin > kept_from:  # Changes that follow each other are written at once.
                yield new[new_from:new_to]
                yield from _bits(kept, kept_from, begin)
                new_from = new_to
            kept_from, new_to = stop, new_stop
        yield new[new_from:]
        yield from _bits(kept, kept_from, end)

    return _packed(pieces()).replace(b"\xff", b"\xff\0")


def _bits(data: npt.NDArray[np.uint8], begin: int, end: int) -> Iterator[Bits]:
    """A range of the bits of bytes, in pieces, since each takes a byte."""
    for first in range(begin, end, _PIECE_BITS):
        last = min(first + _PIECE_BITS, end)
        yield np.unpackbits(data[first // 8 : -(-last // 8)], count=last - first // 8 * 8)[first % 8 :]


def _packed(pieces: Iterable[Bits]) -> bytes:
    """Bits as bytes, filled up with ones."""
    packed, waiting, count = bytearray(), list[Bits](), 0
    for piece in pieces:
        waiting.append(piece)
        count += len(piece)
        if count >= _PIECE_BITS:
            bits, whole = np.concatenate(waiting), count // 8 * 8
            packed += np.packbits(bits[:whole]).data
            waiting, count = [bits[whole:]], count - whole
    return bytes(packed + np.packbits(np.concatenate([*waiting, np.ones(-count % 8, np.uint8)])).data)
