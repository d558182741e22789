"""Finds small dark letters on the dark noise of air, which neither the prefilter nor an engine sees.

Letters of five pixels whose strokes are darker than noise of a few grey levels take up a few grey levels themselves. A window
as large as a part of a line shows them all the same: it holds far more of the darkest values than the noise around it, in
strokes that change from column to column. Such a line is found and not read, so it identifies.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ..core.box import Box
from ..core.image_ops import brightest


@dataclass(frozen=True)
class DarkTextThresholds:
    """What is a line of dark letters: set on drawn lines and on real images (`bench_text.py --hard`, seeds 1 to 10).

    Of the lines drawn there 34 of 46 were found, and 0.01 % of the pictures without text were taken for some.

    Attributes:
        largest_px: Only pictures with a shorter side up to this hold letters as small as these.
        cell_px: Side of the cells whose means are the level of the ground.
        levels: Grey levels of a ground that is dark and holds noise.
        evenness: Ratio of the levels around a place from which on it is an edge and no ground ...
        evenness_levels: ... beyond so many grey levels.
        dark_share: A value up to this share of the level is dark.
        line_px: Width and height of the window in which dark values are counted.
        around_px: Width and height of the window that gives their usual share.
        least_share: Least usual share of dark values; where there are none, a few are no line.
        deviations: Standard deviations by which the count must be higher than usual.
        shares: Shares of dark values within a line: more is a dark area.
        changes: Least share of pixels of a line at which dark and bright change from one column to the next.
        gap_px: Gap between words that is closed.
        least_width_px: Least width of a line.
        most_height_px: Largest height of the middle of a line.
        margins_px: What lies beyond the middle of a line, across and down.
        most_lines: Where more are found, the ground has a texture.
    """

    largest_px: int = 640
    cell_px: int = 4
    levels: tuple[int, int] = (8, 100)
    evenness: float = 1.6
    evenness_levels: float = 3.0
    dark_share: float = 0.4
    line_px: tuple[int, int] = (25, 5)
    around_px: tuple[int, int] = (81, 41)
    least_share: float = 0.01
    deviations: float = 3.5
    shares: tuple[float, float] = (0.08, 0.5)
    changes: float = 0.25
    gap_px: int = 21
    least_width_px: int = 18
    most_height_px: int = 12
    margins_px: tuple[int, int] = (8, 2)
    most_lines: int = 8


THRESHOLDS = DarkTextThresholds()


def find_dark_lines(image: npt.NDArray[np.uint8]) -> list[Box]:
    """The places of lines of small dark letters on dark noise.

    Args:
        image: A rendering, (rows, columns) or (rows, columns, 3) of uint8.
    """
    if not 0 < min(image.shape[:2]) <= THRESHOLDS.largest_px:
        return []
    grey = brightest(image)
    level, is_ground, is_even = _ground(grey)
    down, across = np.nonzero(is_even)
    if not down.size:
        return []
    # The rest of the picture costs time.
    room_px, cell_px = max(THRESHOLDS.around_px), THRESHOLDS.cell_px
    part = Box(int(across.min()), int(down.min()), int(across.max()) + 1, int(down.max()) + 1)
    part = Box(*(cell_px * side for side in part)).pad(room_px // cell_px * cell_px).clip(grey.shape[1], grey.shape[0])
    cells = slice(part.top // cell_px, -(-part.bottom // cell_px)), slice(part.left // cell_px, -(-part.right // cell_px))
    lines = _lines(grey[part.top : part.bottom, part.left : part.right], level[cells], is_ground[cells], is_even[cells])
    return [box.shift(part.left, part.top) for box in lines]


def _lines(
    grey: npt.NDArray[np.uint8],
    level_of_cells: npt.NDArray[np.uint8],
    cells_of_ground: npt.NDArray[np.bool_],
    even_cells: npt.NDArray[np.bool_],
) -> list[Box]:
    """The lines of a part of a picture, of whose cells the level is known, and whether they are ground and even."""
    rows, columns = grey.shape
    level = cv2.resize(
        np.where(cells_of_ground, THRESHOLDS.dark_share * level_of_cells, -1.0),
        (columns, rows),
        interpolation=cv2.INTER_NEAREST,
    )
    is_dark = np.asarray(grey <= level, np.uint8)
    if not is_dark.any():
        return []
    cells = level_of_cells.shape[1], level_of_cells.shape[0]
    dark_of_cells = np.asarray(cv2.resize(is_dark.astype(np.float32), cells, interpolation=cv2.INTER_AREA), np.float32)
    least = np.where(even_cells, _least_share(dark_of_cells, cells_of_ground), 1.0).astype(np.float32)
    share = cv2.boxFilter(is_dark, cv2.CV_32F, THRESHOLDS.line_px)
    is_line = (share > cv2.resize(least, (columns, rows), interpolation=cv2.INTER_NEAREST)) & (share < THRESHOLDS.shares[1])
    if not is_line.any():
        return []
    changes = cv2.boxFilter(cv2.absdiff(is_dark[:, 1:], is_dark[:, :-1]), cv2.CV_32F, THRESHOLDS.line_px)
    found = [
        box for box in _runs(is_line) if float(changes[box.top : box.bottom, box.left : box.right].mean()) > THRESHOLDS.changes
    ]
    if len(found) > THRESHOLDS.most_lines:
        return []
    across, down = THRESHOLDS.margins_px
    grown = (Box(box.left - across, box.top - down, box.right + across, box.bottom + down) for box in found)
    return [box.clip(columns, rows) for box in grown]


def _least_share(dark_of_cells: npt.NDArray[np.float32], cells_of_ground: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """The share of dark values from which on there may be a line, for each cell, from their usual share around it."""
    around = tuple(side // THRESHOLDS.cell_px | 1 for side in THRESHOLDS.around_px)
    usual = cv2.blur(dark_of_cells, around) / (cv2.blur(cells_of_ground.astype(np.float32), around) + 1e-3)
    usual = np.clip(usual, THRESHOLDS.least_share, THRESHOLDS.shares[1])
    deviation = np.sqrt(usual * (1 - usual) / np.prod(THRESHOLDS.line_px))
    return np.asarray(np.maximum(usual + THRESHOLDS.deviations * deviation, THRESHOLDS.shares[0]), np.float32)


def _ground(grey: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """For each cell the grey level around it, whether that is dark but not black, and whether no edge is near as well."""
    rows, columns = grey.shape
    cells = (-(-columns // THRESHOLDS.cell_px), -(-rows // THRESHOLDS.cell_px))
    means = cv2.resize(grey, cells, interpolation=cv2.INTER_AREA)
    level, near = cv2.medianBlur(means, 5), cv2.medianBlur(means, 3).astype(np.float32)
    is_ground = (level >= THRESHOLDS.levels[0]) & (level <= THRESHOLDS.levels[1])
    window = np.ones((3, 7), np.uint8)
    least, most = cv2.erode(near, window), cv2.dilate(near, window)
    is_even = is_ground & (most <= THRESHOLDS.evenness * np.maximum(least, 1) + THRESHOLDS.evenness_levels)
    return np.asarray(level, np.uint8), is_ground, is_even


def _runs(is_line: npt.NDArray[np.bool_]) -> list[Box]:
    """The middles of lines, each longer than it is high."""
    closed = cv2.morphologyEx(is_line.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, THRESHOLDS.gap_px), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    return [
        Box(left, top, left + width, top + height)
        for left, top, width, height, _ in stats[1:].tolist()
        if width >= max(THRESHOLDS.least_width_px, 2 * height) and height <= THRESHOLDS.most_height_px
    ]
