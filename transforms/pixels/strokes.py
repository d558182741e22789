"""Finds thin strokes of one value, whatever their contrast: burned-in strokes have one grey value, anatomy does not.

Text a few grey levels above ultrasound speckle has a fraction of the contrast of the speckle, and neither smoothing nor a
contrast stretch changes that. But burned-in text has the same value along each stroke, while speckle and noise change from
pixel to pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ..core.image_ops import brightest, range_along


@dataclass(frozen=True)
class StrokeThresholds:
    """What is a stroke of one grey value. Set on drawn text of low contrast over frames of pydicom-data.

    Attributes:
        runs: Lengths of runs in pixels, each with the range of grey levels from which on it is not constant.
        most_change: Sum of the ranges of the runs through a pixel, as shares of these limits, up to which it is a stroke.
        wide_px: Side of a wide area.
        wide_range: Range of grey levels within which a wide area is background.
        end_range: Grey levels above the smallest value within which values are clipped.
    """

    runs: tuple[tuple[int, int], ...] = ((3, 4), (5, 6), (7, 8))
    most_change: float = 0.4
    wide_px: int = 9
    wide_range: int = 6
    end_range: int = 3


THRESHOLDS = StrokeThresholds()


def find_strokes(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Where the values along a pixel are constant in the best of four directions.

    Args:
        image: uint8, (rows, columns) or (rows, columns, 3).

    Returns:
        (rows, columns). Bold and blurred text is missing, and so are smoothed edges of letters.
    """
    grey = brightest(image)
    if not grey.size:
        return np.zeros(grey.shape, bool)
    change = np.zeros(grey.shape, np.float32)
    for length, limit in THRESHOLDS.runs:
        cv2.accumulate(cv2.LUT(range_along(grey, length), _shares_of(limit)), change)
    is_clipped = grey <= int(grey.min()) + THRESHOLDS.end_range
    return np.asarray((change <= THRESHOLDS.most_change) & ~is_clipped & ~_is_background(grey))


def _shares_of(limit: int) -> npt.NDArray[np.float32]:
    """The share of a limit that each range of grey levels is, 1 at most."""
    return np.minimum(np.arange(256, dtype=np.float32) / limit, 1)


def _is_background(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Whether a pixel lies in a wide area of nearly one value."""
    square = np.ones((THRESHOLDS.wide_px, THRESHOLDS.wide_px), np.uint8)
    is_even = cv2.subtract(cv2.dilate(grey, square), cv2.erode(grey, square)) <= THRESHOLDS.wide_range
    return np.asarray(cv2.dilate(is_even.astype(np.uint8), square) > 0)
