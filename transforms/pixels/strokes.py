"""A rendering that brings out faint text: burned-in strokes have one grey value, anatomy does not.

Text a few grey levels away from ultrasound speckle is drowned in a contrast many times its own, and no smoothing or contrast
stretch changes that. But whoever burns text in writes the same value along each stroke, while speckle and noise change from
pixel to pixel. So this rendering shows how constant a pixel's values are along the best of four directions, not how bright.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ..core.image_ops import brightest, range_along


@dataclass(frozen=True)
class StrokeThresholds:
    """What is a stroke of one grey value. Set on drawn text of low contrast over frames of pydicom-data.

    Attributes:
        runs: Lengths of runs in pixels, each with the range of grey levels from which on it is not constant.
        wide_range: Range of grey levels within which a wide area is background.
        end_range: Grey levels from the smallest within which values are clipped.
        value_tolerance: Distance of the smoothed edge of a letter from the value of its strokes.
        full_density: Share of constant pixels around from which on such edges count in full.
        wide_px: Side of a wide area.
        along_px: Standard deviation of the window of one line, along it.
        across_px: The same across it.
        soft_edge: Level from which on an edge counts.
    """

    runs: tuple[tuple[int, float], ...] = ((3, 4.0), (5, 6.0), (7, 8.0))
    wide_range: int = 6
    end_range: int = 3
    value_tolerance: float = 10.0
    full_density: float = 0.05
    wide_px: int = 9
    along_px: float = 12.0
    across_px: float = 3.6
    soft_edge: float = 0.7


THRESHOLDS = StrokeThresholds()


def show_strokes(image: np.ndarray) -> np.ndarray:
    """Render what is drawn with one value in thin strokes, whatever its contrast: white strokes on black.

    Args:
        image: uint8, (rows, columns) or (rows, columns, 3).

    Returns:
        (rows, columns) of uint8. Bold and blurred text is not in it, and the more a frame was compressed, the less is.
    """
    grey = brightest(image)
    if not grey.size:
        return grey
    constancy = np.mean(
        [np.clip(1 - range_along(grey, length).astype(np.float32) / limit, 0, 1) for length, limit in THRESHOLDS.runs], axis=0
    )
    is_clipped = grey <= int(grey.min()) + THRESHOLDS.end_range
    constancy[is_clipped | _is_wide(grey, THRESHOLDS.wide_range)] = 0
    # Smoothed edges of letters are not constant: they are added where their value is near that of the constant strokes around.
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


def _is_wide(grey: np.ndarray, range_limit: int) -> np.ndarray:
    square = np.ones((THRESHOLDS.wide_px, THRESHOLDS.wide_px), np.uint8)
    is_even = cv2.subtract(cv2.dilate(grey, square), cv2.erode(grey, square)) <= range_limit
    return np.asarray(cv2.dilate(is_even.astype(np.uint8), square) > 0)
