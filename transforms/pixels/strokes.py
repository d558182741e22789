"""A rendering that brings out faint text: burned-in strokes have one grey value, anatomy does not.

Text a few grey levels above ultrasound speckle has a fraction of the contrast of the speckle, and neither smoothing nor a
contrast stretch changes that. But burned-in text has the same value along each stroke, while speckle and noise change from
pixel to pixel. This rendering shows how constant the values along a pixel are, in the best of four directions.
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
        wide_px: Side of a wide area.
        wide_range: Range of grey levels within which a wide area is background.
        end_range: Grey levels above the smallest value within which values are clipped.
        along_px: Standard deviation of the window that takes strokes as one line, along the line.
        across_px: The same across the line.
        value_tolerance: Grey levels that a smoothed edge of a letter can differ from the value of its strokes.
        full_density: Share of constant pixels in the window from which on smoothed edges have full weight.
        soft_edge: Weight of a smoothed edge, 0 to 1, where a constant stroke has 1.
    """

    runs: tuple[tuple[int, float], ...] = ((3, 4.0), (5, 6.0), (7, 8.0))
    wide_px: int = 9
    wide_range: int = 6
    end_range: int = 3
    along_px: float = 12.0
    across_px: float = 3.6
    value_tolerance: float = 10.0
    full_density: float = 0.05
    soft_edge: float = 0.7


THRESHOLDS = StrokeThresholds()


def show_strokes(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Render thin strokes of one value, whatever their contrast, as white strokes on black.

    Args:
        image: uint8, (rows, columns) or (rows, columns, 3).

    Returns:
        (rows, columns) of uint8. Bold and blurred text is missing, and text of strongly compressed Frames is weaker.
    """
    grey = brightest(image)
    if not grey.size:
        return grey
    constancy = np.mean(
        [np.clip(1 - range_along(grey, length).astype(np.float32) / limit, 0, 1) for length, limit in THRESHOLDS.runs], axis=0
    )
    is_clipped = grey <= int(grey.min()) + THRESHOLDS.end_range
    constancy[is_clipped | _is_background(grey)] = 0
    # Smoothed edges of letters are not constant. They are added where their value is near that of constant strokes around them.
    seeds = constancy**2
    values = grey.astype(np.float32)
    rendered = constancy
    for sigmas in ((THRESHOLDS.along_px, THRESHOLDS.across_px), (THRESHOLDS.across_px, THRESHOLDS.along_px)):
        density = cv2.GaussianBlur(seeds, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1])
        value = cv2.GaussianBlur(seeds * values, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1]) / (density + 1e-6)
        nearness = np.clip(1.3 - np.abs(values - value) / THRESHOLDS.value_tolerance, 0, 1)
        near = THRESHOLDS.soft_edge * nearness * np.clip(density / THRESHOLDS.full_density, 0, 1)
        near[is_clipped] = 0
        rendered = np.maximum(rendered, near)
    return np.asarray(255 * rendered, np.uint8)


def _is_background(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Whether a pixel lies in a wide area of nearly one value."""
    square = np.ones((THRESHOLDS.wide_px, THRESHOLDS.wide_px), np.uint8)
    is_even = cv2.subtract(cv2.dilate(grey, square), cv2.erode(grey, square)) <= THRESHOLDS.wide_range
    return np.asarray(cv2.dilate(is_even.astype(np.uint8), square) > 0)
