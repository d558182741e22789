"""Where the numbers of boxes and the legend of a picture stand, so that none lies on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from efface.transforms.core.box import Box

_REACH_HEIGHTS = 4
"""How far from its box a number may stand, in heights of the number."""
_GAP_PX, _COLUMN_GAP_PX = 4, 16
_TIE = 100_000
"""Larger than any side of a picture in pixels: what is divided by it decides only between equals."""

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True)
class LabelLayout:
    """The places of all labels on a canvas: the picture, and below it the legend.

    Attributes:
        numbers: For each box the place of its number in the picture; None where there is no room near it.
        entries: For each box the place of its entry in the legend.
        columns: Width of the canvas in pixels.
        rows: Height of the canvas in pixels.
    """

    numbers: list[Box | None]
    entries: list[Box]
    columns: int
    rows: int


def lay_out_labels(
    boxes: Sequence[Box], number_sizes: Sequence[Size], entry_sizes: Sequence[Size], columns: int, rows: int
) -> LabelLayout:
    """Find places for a number and an entry of the legend for each box.

    No label overlaps another one. A number stands beside the boxes where there is room, else on a box, and near its own.

    Args:
        boxes: Inside of the picture.
        number_sizes: Of the number of each box.
        entry_sizes: Of the entry of each box.
        columns: Width of the picture in pixels.
        rows: Height of the picture in pixels.
    """
    numbers = _place_numbers(boxes, number_sizes, columns, rows)
    if not boxes:
        return LabelLayout([], [], columns, rows)
    width, height = (max(sides) for sides in zip(*entry_sizes, strict=True))
    columns, step = max(columns, width + 2 * _GAP_PX), width + _COLUMN_GAP_PX
    in_column = ceil(len(boxes) / ((columns - 2 * _GAP_PX + _COLUMN_GAP_PX) // step))
    entries = []
    for number, size in enumerate(entry_sizes):
        left, top = _GAP_PX + number // in_column * step, rows + _GAP_PX + number % in_column * height
        entries.append(Box(left, top, left + size[0], top + size[1]))
    return LabelLayout(numbers, entries, columns, rows + in_column * height + 2 * _GAP_PX)


def _place_numbers(boxes: Sequence[Box], sizes: Sequence[Size], columns: int, rows: int) -> list[Box | None]:
    by_numbers = np.zeros((rows, columns), bool)
    by_boxes = np.zeros((rows, columns), bool)
    for box in boxes:
        by_boxes[box.top : box.bottom, box.left : box.right] = True
    places = []
    for box, size in zip(boxes, sizes, strict=True):
        place = _nearest_free(by_numbers | by_boxes, box, size) or _nearest_free(by_numbers, box, size)
        if place is not None:
            by_numbers[place.top : place.bottom, place.left : place.right] = True
        places.append(place)
    return places


def _nearest_free(is_taken: npt.NDArray[np.bool_], box: Box, size: Size) -> Box | None:
    """The free place of a size that is nearest to a box; of several, one at the height of its middle and on its left."""
    width, height = size
    reach = _REACH_HEIGHTS * height
    near = Box(box.left - reach - width, box.top - reach - height, box.right + reach + width, box.bottom + reach + height)
    near = near.clip(is_taken.shape[1], is_taken.shape[0])
    if near.width < width or near.height < height:
        return None
    taken_px = _sums(is_taken[near.top : near.bottom, near.left : near.right], width, height)
    tops = near.top + np.arange(taken_px.shape[0])[:, np.newaxis]
    lefts = near.left + np.arange(taken_px.shape[1])
    distance_px = _distance(tops, height, box.top, box.bottom) + _distance(lefts, width, box.left, box.right)
    off_middle_px = abs(2 * tops + height - box.top - box.bottom) / 2
    off_left_px = np.where(lefts < box.left, 0, lefts - box.left + 1)
    cost = distance_px + off_middle_px / _TIE + off_left_px / _TIE**2
    row, column = np.unravel_index(np.argmin(np.where(taken_px == 0, cost, np.inf)), cost.shape)
    if taken_px[row, column]:
        return None
    left, top = near.left + int(column), near.top + int(row)
    return Box(left, top, left + width, top + height)


def _sums(is_taken: npt.NDArray[np.bool_], width: int, height: int) -> npt.NDArray[np.int_]:
    """How many pixels are taken in each rectangle of a size: [top, left]."""
    sums: npt.NDArray[np.int_] = np.pad(is_taken.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    return sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]


def _distance(start: npt.NDArray[np.int_], length: int, first: int, last: int) -> npt.NDArray[np.int_]:
    """Pixels between the interval [first, last) and those that begin at `start`; 0 where they meet."""
    return np.maximum(0, np.maximum(first - start - length, start - last))
