"""Finds places that may be two-dimensional codes: dense, of two levels, half dark and half bright.

Text has little ink in its box, and speckle, noise and tissue have all levels between their darkest and their brightest. A place
is only a candidate: what it shows decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ..core.box import Box
from ..core.image_ops import reductions_of

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ModuleThresholds:
    """What may be the modules of a code. Set as `stripes.StripeThresholds`.

    Attributes:
        reductions: The picture is searched at these parts of its size: modules are then a few pixels wide.
        window_px: Side of the window in which the darkest and the brightest module are looked for.
        around_px: Side of the window over which shares are averaged.
        cell_px: A value of the maps stands for so many pixels a side.
        min_range: Grey levels between the darkest and the brightest pixel of a window.
        min_two_level: How near pixels are to one of them, on average, 0 to 1; by the higher value a code is cut out of speckle.
        balance: Share of brightness of a place, lowest and highest.
        min_side_px: Shorter side of a place.
        local_px: Side of the window whose mean tells dark modules from bright ones, ...
        local_levels: ... by so many grey levels.
        min_bars: Changes in one direction alone that are enough: those of bars.
        min_changes: Changes from dark to bright and back in a row and in a column, on average, from which on a place is shown
            to the decoder: 158 drawn codes that it finds have 3.3, half of the dense places of bodies and bones fewer.
    """

    reductions: tuple[int, ...] = (1, 2, 4)
    window_px: int = 13
    around_px: int = 16
    cell_px: int = 4
    min_range: int = 24
    min_two_level: tuple[float, ...] = (0.5, 0.65)
    balance: tuple[float, float] = (0.28, 0.72)
    min_side_px: int = 12
    local_px: int = 15
    local_levels: int = 8
    min_changes: float = 3.0
    min_bars: float = 10.0


THRESHOLDS = ModuleThresholds()


def find_dense_places(grey: Grey) -> list[tuple[Box, float]]:
    """Places that may be codes, each with how much it is of two levels, 0 to 1; at several sizes, so a code may come twice.

    Args:
        grey: (rows, columns).
    """
    rows, columns = grey.shape
    return [
        (Box(*(side * factor for side in box)).clip(columns, rows), score)
        for factor, picture in reductions_of(grey, THRESHOLDS.reductions, 2 * THRESHOLDS.window_px)
        for box, score in _places(picture)
    ]


def may_show_modules(part: Grey) -> bool:
    """Whether a place changes between dark and bright often enough for a code.

    Args:
        part: The place with some room, (rows, columns).
    """
    local_px = THRESHOLDS.local_px
    is_bright = cv2.subtract(part, cv2.blur(part, (local_px, local_px))) > THRESHOLDS.local_levels
    across = np.count_nonzero(is_bright[:, 1:] != is_bright[:, :-1]) / part.shape[0]
    down = np.count_nonzero(is_bright[1:] != is_bright[:-1]) / part.shape[1]
    return bool(min(across, down) >= THRESHOLDS.min_changes or max(across, down) >= THRESHOLDS.min_bars)


def _places(grey: Grey) -> list[tuple[Box, float]]:
    cell = THRESHOLDS.cell_px
    rows, columns = (side - side % cell for side in grey.shape)
    grey = grey[:rows, :columns]
    window = np.ones((THRESHOLDS.window_px, THRESHOLDS.window_px), np.uint8)
    low, high = cv2.erode(grey, window), cv2.dilate(grey, window)
    reach = cv2.subtract(high, low)
    if int(reach.max()) < THRESHOLDS.min_range:
        return []
    above, below = cv2.subtract(grey, low), cv2.subtract(high, grey)
    # Sums of ranges instead of shares of each pixel: where the range is small, a pixel hardly counts.
    small = columns // cell, rows // cell
    around = (max(1, THRESHOLDS.around_px // cell),) * 2
    ranges, aboves, nears = (
        cv2.blur(cv2.resize(plane, small, interpolation=cv2.INTER_AREA).astype(np.float32), around)
        for plane in (reach, above, cv2.absdiff(above, below))
    )
    ranges = np.maximum(ranges, 1.0)
    two_level, balance = np.asarray(nears / ranges, np.float32), aboves / ranges
    low_balance, high_balance = THRESHOLDS.balance
    is_dense = (ranges >= THRESHOLDS.min_range) & (balance >= low_balance) & (balance <= high_balance)
    found = list[tuple[Box, float]]()
    for least in THRESHOLDS.min_two_level:
        found += [place for place in _connected(is_dense & (two_level >= least), two_level) if place not in found]
    return found


def _connected(is_dense: npt.NDArray[np.bool_], two_level: npt.NDArray[np.float32]) -> list[tuple[Box, float]]:
    """The connected places of a map, each with how much it is of two levels."""
    cell = THRESHOLDS.cell_px
    count, labels, stats, _ = cv2.connectedComponentsWithStats(is_dense.astype(np.uint8), connectivity=4)
    found = []
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if cell * min(width, height) < THRESHOLDS.min_side_px or 2 * area < width * height:
            continue
        part = labels[top : top + height, left : left + width] == label
        score = float(two_level[top : top + height, left : left + width][part].mean())
        found.append((Box(cell * left, cell * top, cell * (left + width), cell * (top + height)), score))
    return found
