"""Finds the blocks and the end of the Huffman-coded data of a JPEG scan. A decoder stops after the last MCU and skips the rest.

No value is decoded. Sources: ISO/IEC 10918-1 C.2 (codes), F.1.2 (sequential), G.1.2 (progressive), H.1.2 (lossless).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .huffman_walk import Positions, Table, Walked, walk_progressive, walk_sequential
from .ignored_bytes import FILL_BYTES

NO_END = -1
_STUFFED = re.compile(rb"\xff+\0")
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")


class _Unstuffed:
    """The data without the zero byte behind each byte FF, and the original offset of each byte."""

    def __init__(self, data: bytes) -> None:
        if b"\xff\xff" in data:
            matches = list(_STUFFED.finditer(data))
            self._starts = np.array([match.start() for match in matches], np.int64)
            removed = np.array([len(match[0]) - 1 for match in matches], np.int64)
            self.data = _STUFFED.sub(b"\xff", data)
        else:
            values = np.frombuffer(data, np.uint8)
            self._starts = np.flatnonzero((values[:-1] == 0xFF) & (values[1:] == 0))
            removed = np.ones_like(self._starts)
            self.data = data.replace(b"\xff\0", b"\xff")
        self._removed = np.cumsum(np.append(0, removed))
        self._places = self._starts - self._removed[:-1]

    def places(self, original: Positions) -> Positions:
        """The offsets in the unstuffed data."""
        return np.asarray(original - self._removed[np.searchsorted(self._starts, original)])

    def originals(self, places: Positions) -> Positions:
        """The offsets in the original data."""
        return np.asarray(places + self._removed[np.searchsorted(self._places, places)])


@dataclass(frozen=True)
class SequentialScan:
    """A scan whose MCUs are all coded alike: sequential, lossless, or of DC coefficients.

    Attributes:
        mcu: The tables of each block of an MCU: of its difference, and of its coefficients (None without them).
    """

    mcu: Sequence[tuple[Table, Table | None]]

    @property
    def marks_of_unit(self) -> int:
        """The number of marks of an MCU: the bit position of each block."""
        return len(self.mcu)

    def walk(self, data: bytes, starts: Positions, counts: Positions, with_marks: bool) -> Walked | None:
        """See `walk_sequential`."""
        return walk_sequential(data, self.mcu, starts, counts, with_marks)


@dataclass(frozen=True)
class ProgressiveAcScan:
    """A scan of AC coefficients of one component of a progressive image.

    Attributes:
        table: Of the scan.
        band: The first and the last coefficient of the scan.
        nonzero: A bit for each coefficient of a block that is not zero after the scans so far, (blocks,). Updated by a walk.
        is_refinement: The scan adds one bit to coefficients of earlier scans.
    """

    table: Table
    band: tuple[int, int]
    nonzero: npt.NDArray[np.uint64]
    is_refinement: bool

    @property
    def marks_of_unit(self) -> int:
        """The number of marks of a block: its bit position, and those before and behind the code that ends it, or `NO_END`."""
        return 3

    def walk(self, data: bytes, starts: Positions, counts: Positions, with_marks: bool) -> Walked | None:
        """See `walk_progressive`."""
        about = self.table, self.band, self.is_refinement, self.nonzero
        return walk_progressive(data, *about, starts, counts, with_marks)


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
        marks: Bit positions in `coded`, see `marks_of_unit` of the scans; the last one is that of the end.
    """

    begin: int
    end: int
    stop: int
    has_unread: bool
    first: int
    units: int
    coded: bytes
    marks: Positions


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

    Raises:
        HiddenBytesError: The data are too large to be followed.
    """
    restarts = [match.start() for match in _RESTART.finditer(data)]
    counts = [interval] * len(restarts)
    counts.append(units - sum(counts))
    if min(counts) < 1 or (interval and counts[-1] > interval):
        return None
    unstuffed = _Unstuffed(data)
    edges = np.array([-2, *restarts, len(data)], np.int64)
    starts, lasts = unstuffed.places(edges[:-1] + 2), unstuffed.places(edges[1:])
    walked = scan.walk(unstuffed.data, 8 * starts, np.array(counts, np.int64), with_marks)
    if walked is None:
        return None
    ends = (walked.ends + 7) // 8
    if (ends > lasts).any():
        return None
    originals, firsts = unstuffed.originals(ends), np.cumsum([0, *counts])
    intervals = []
    for number, (begin, stop) in enumerate(pairwise(edges.tolist())):
        start, end, first, units = int(starts[number]), int(ends[number]), int(firsts[number]), counts[number]
        has_unread = bool(unstuffed.data[end : int(lasts[number])].strip(FILL_BYTES))
        coded, marks = b"", np.empty(0, np.int64)
        if with_marks:
            coded = unstuffed.data[start:end]
            of_units = walked.marks[first * scan.marks_of_unit : (first + units) * scan.marks_of_unit]
            marks = np.append(of_units, walked.ends[number])
            marks = np.where(marks == NO_END, NO_END, marks - 8 * start)
        place = begin + 2, int(originals[number]), stop
        intervals.append(RestartInterval(*place, has_unread, first, units, coded, marks))
    return intervals
