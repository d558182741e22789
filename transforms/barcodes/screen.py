"""Says where on a picture there may be a bar code, at a few milliseconds a megapixel: what all dearer looks depend on.

Whatever its symbology, a code has two levels, changes between them every few modules, and is dark and bright by about halves.
An edge of a bone or of a frame changes once, noise and tissue have all levels between their darkest and their brightest, and a
shadow changes nowhere. Text has all three in part, so what passes is only a candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ..core.box import Box

Grey = npt.NDArray[np.uint8]
CELL_PX = 4
"""Side of a cell: a value of the maps stands for so many pixels a side."""
_BAND_PX = 1 << 20
"""Pixels that are looked at at once."""


@dataclass(frozen=True)
class ScreenThresholds:
    """What may be a part of a code. Set on drawn codes over black, speckle and frames of pydicom-data (`bench_codes.py`).

    Attributes:
        around_cells: Side of the window over which shares are averaged; as wide as two characters of small bars.
        min_range: Grey levels between the darkest and the brightest pixel of a cell and its neighbours.
        min_changes: Changes from dark to bright or back, of a pixel to the next in its row and in its column, on average.
        min_two_level: How near pixels are to the darkest or the brightest one, on average, 0 to 1: 0.3 for noise.
        one_way_share: From this share of changes on that are of one direction alone, a place may be bars, ...
        bars_changes, bars_two_level: ... for which less is enough.
        balance: Share of bright pixels, lowest and highest.
        min_cells: Cells of the smallest candidate, and those of its longer side: 304 of 305 drawn codes have more at one of the
            reductions, a third of the places of CT and MR images have not.
        min_mean_two_level: As `min_two_level`, for all of a candidate.
        clear_two_level: From here on a code stands out of the speckle or the text around it.
        gap_cells: Between two parts of bars, at most: a wide bar.
        known_share: Likeness of two candidates from which on the second one is left out.
        min_filled: Share of the smallest rectangle around a candidate, turned or not, that it fills: a code is a rectangle,
            and the borders of bodies and bones are not.
    """

    around_cells: int = 4
    min_range: int = 10
    min_changes: float = 0.18
    min_two_level: float = 0.45
    one_way_share: float = 0.6
    bars_changes: float = 0.1
    bars_two_level: float = 0.4
    balance: tuple[float, float] = (0.25, 0.75)
    min_cells: tuple[int, int] = (14, 4)
    min_mean_two_level: float = 0.5
    min_filled: float = 0.5
    clear_two_level: float = 0.62
    gap_cells: int = 4
    known_share: float = 0.8


THRESHOLDS = ScreenThresholds()


_GAP = np.ones((THRESHOLDS.gap_cells + 1,) * 2, np.uint8)


class Candidate(NamedTuple):
    """A place that may be a code.

    Attributes:
        box: In pixels of the picture.
        cells: Which cells of the box belong to it, (rows, columns).
        changes: As of `ScreenThresholds.min_changes`, on average.
        two_level: As of `ScreenThresholds.min_two_level`, on average.
        range_levels: As of `ScreenThresholds.min_range`, on average.
    """

    box: Box
    cells: npt.NDArray[np.bool_]
    changes: float
    two_level: float
    range_levels: float


def find_candidates(grey: Grey) -> list[Candidate]:
    """The places of a picture that may be codes with modules of one to three pixels; reduced, it shows wider ones.

    Args:
        grey: (rows, columns).
    """
    rows, columns = (side - side % CELL_PX for side in grey.shape)
    if not rows or not columns:
        return []
    grey = grey[:rows, :columns]
    low, high = _cell_range(grey)
    reach = cv2.subtract(high, low)
    has_range = reach >= THRESHOLDS.min_range
    if not has_range.any():
        return []
    across, down, bright, far = _shares(grey, np.asarray(cv2.addWeighted(low, 0.5, high, 0.5, 0), np.uint8))
    weights, ranges = has_range.astype(np.float32), np.where(has_range, reach, 0).astype(np.float32)
    known = np.maximum(_around(weights), 0.001)
    often = _around((across + down) * weights) / 255
    one_way = np.abs(_around((across - down) * weights)) / 255
    bright = _around(bright * weights) / (255 * known)
    two_level = 2 * _around(far * weights) / np.maximum(_around(ranges), 1)
    low_balance, high_balance = THRESHOLDS.balance
    is_balanced = (bright >= low_balance) & (bright <= high_balance)
    may_be = is_balanced & (often >= THRESHOLDS.min_changes) & (two_level >= THRESHOLDS.min_two_level)
    is_bars = is_balanced & (often >= THRESHOLDS.bars_changes) & (two_level >= THRESHOLDS.bars_two_level)
    is_bars &= one_way >= THRESHOLDS.one_way_share * often
    is_bars = cv2.morphologyEx(is_bars.astype(np.uint8), cv2.MORPH_CLOSE, _GAP) > 0
    found = list[Candidate]()
    for cells in (may_be, may_be & (two_level >= THRESHOLDS.clear_two_level), is_bars):
        boxes = [candidate.box for candidate in found]
        more = _connected(cells, (often, two_level, ranges))
        found += [other for other in more if not any(_are_alike(other.box, box) for box in boxes)]
    return found


def _are_alike(one: Box, other: Box) -> bool:
    return one.intersection(other).area_px >= THRESHOLDS.known_share * max(one.area_px, other.area_px)


def _bands(cell_rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """The cells of a picture in bands of rows, (first, end): planes of a large picture take several times its memory."""
    height = max(1, _BAND_PX // (CELL_PX * columns))
    for first in range(0, cell_rows, height):
        yield first, min(first + height, cell_rows)


def _cell_range(grey: Grey) -> tuple[Grey, Grey]:
    """The darkest and the brightest pixel of each cell and its neighbours, (rows, columns) of cells each."""
    cell, window = np.ones((CELL_PX,) * 2, np.uint8), np.ones((3, 3), np.uint8)
    low, high = np.empty((2, grey.shape[0] // CELL_PX, grey.shape[1] // CELL_PX), np.uint8)
    for first, end in _bands(*low.shape):
        band = grey[CELL_PX * first : CELL_PX * end]
        low[first:end] = cv2.erode(band, cell, anchor=(0, 0))[::CELL_PX, ::CELL_PX]
        high[first:end] = cv2.dilate(band, cell, anchor=(0, 0))[::CELL_PX, ::CELL_PX]
    return np.asarray(cv2.erode(low, window), np.uint8), np.asarray(cv2.dilate(high, window), np.uint8)


def _shares(grey: Grey, middles: Grey) -> npt.NDArray[np.float32]:
    """What the pixels of each cell are on average, (4, rows, columns) of cells, 0 to 255.

    Changes from dark to bright or back from column to column and from row to row, bright pixels, and distances from the middle.

    Args:
        grey: (rows, columns), multiples of `CELL_PX`.
        middles: Grey level of each cell that parts dark from bright.
    """
    shares = np.empty((4, *middles.shape), np.float32)
    above: npt.NDArray[np.uint8] | None = None
    for first, end in _bands(*middles.shape):
        band = grey[CELL_PX * first : CELL_PX * end]
        middle = _enlarged(middles, first, end)
        is_bright = cv2.compare(band, middle, cv2.CMP_GT)
        changes = np.zeros_like(is_bright)
        cv2.bitwise_xor(is_bright[:, 1:], is_bright[:, :-1], changes[:, 1:])
        shares[0, first:end] = _by_cell(changes)
        changes[0] = 0 if above is None else is_bright[0] ^ above
        cv2.bitwise_xor(is_bright[1:], is_bright[:-1], changes[1:])
        shares[1, first:end] = _by_cell(changes)
        shares[2, first:end] = _by_cell(is_bright)
        shares[3, first:end] = _by_cell(cv2.absdiff(band, middle))
        above = is_bright[-1].copy()
    return shares


def _enlarged(middles: Grey, first: int, end: int) -> Grey:
    """Some rows of cells as pixels, interpolated between cells: what enlarging all cells gives there."""
    top, bottom = max(0, first - 1), min(len(middles), end + 1)
    size = CELL_PX * middles.shape[1], CELL_PX * (bottom - top)
    around = cv2.resize(middles[top:bottom], size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(around[CELL_PX * (first - top) : CELL_PX * (end - top)], np.uint8)


def _by_cell(plane: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    size = plane.shape[1] // CELL_PX, plane.shape[0] // CELL_PX
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)


def _around(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.blur(plane, (THRESHOLDS.around_cells,) * 2), np.float32)


def _connected(may_be: npt.NDArray[np.bool_], planes: Sequence[npt.NDArray[np.floating[Any]]]) -> list[Candidate]:
    """The candidates that are made of some cells, with their means of `changes` and what follows it."""
    least, least_side = THRESHOLDS.min_cells
    _, labels, stats, _ = cv2.connectedComponentsWithStats(may_be.astype(np.uint8), connectivity=4)
    is_large = (stats[:, 4] >= least) & (stats[:, 2:4].max(axis=1) >= least_side)
    found = []
    for label in (np.flatnonzero(is_large[1:]) + 1).tolist():
        left, top, width, height, count = stats[label].tolist()
        place = np.s_[top : top + height, left : left + width]
        cells = labels[place] == label
        changes, two_level, range_levels = (float(plane[place][cells].sum()) / count for plane in planes)
        if two_level < THRESHOLDS.min_mean_two_level:
            continue
        if count >= THRESHOLDS.min_filled * cells.size or _filled_share(cells) >= THRESHOLDS.min_filled:
            box = Box(*(CELL_PX * side for side in (left, top, left + width, top + height)))
            found.append(Candidate(box, cells, changes, two_level, range_levels))
    return found


def _filled_share(cells: npt.NDArray[np.bool_]) -> float:
    """The share of the smallest rectangle around some cells, turned or not, that they fill."""
    down, across = np.nonzero(cells)
    _, (width, height), _ = cv2.minAreaRect(np.stack([across, down], axis=1).astype(np.float32))
    return len(down) / ((width + 1) * (height + 1))
