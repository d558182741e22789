"""A rendering that brings out faint text: burned-in strokes have one grey value, anatomy has not.

Text a few grey levels away from ultrasound speckle is drowned in a contrast many times its own, and no smoothing or contrast
stretch changes that. But whoever burns text in writes the same value along each stroke, while speckle and noise change from
pixel to pixel. So this rendering shows how constant a pixel's values are along the best of four directions, not how bright.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..core.image_ops import brightest, range_along

_RUNS = ((3, 4.0), (5, 6.0), (7, 8.0))
"""Lengths of runs in pixels, each with the range of grey values from which on a run does not count as constant."""
_WIDE_RANGE, _END_RANGE = 6, 3
"""Wide areas that stay within this range are background, not strokes; values this close to the smallest are clipped."""
_VALUE_TOLERANCE, _FULL_DENSITY = 10.0, 0.05
"""How far the smoothed edge of a letter may be from the value of its strokes, and from which share of constant pixels around
on such edges count in full.
"""
_WIDE_PX = 9
_ALONG_PX, _ACROSS_PX = 12.0, 3.6
"""Standard deviations of the window in which strokes are taken to be of one line, along it and across."""
_SOFT_EDGE = 0.7


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
        [np.clip(1 - range_along(grey, length).astype(np.float32) / limit, 0, 1) for length, limit in _RUNS], axis=0
    )
    is_clipped = grey <= int(grey.min()) + _END_RANGE
    constancy[is_clipped | _is_wide(grey, _WIDE_RANGE)] = 0
    # Smoothed edges of letters are not constant: they are added where their value is near that of the constant strokes around.
    seeds = constancy**2
    values = grey.astype(np.float32)
    rendered = constancy
    for sigmas in ((_ALONG_PX, _ACROSS_PX), (_ACROSS_PX, _ALONG_PX)):
        density = cv2.GaussianBlur(seeds, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1])
        value = cv2.GaussianBlur(seeds * values, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1]) / (density + 1e-6)
        nearness = np.clip(1.3 - np.abs(values - value) / _VALUE_TOLERANCE, 0, 1)
        near = _SOFT_EDGE * nearness * np.clip(density / _FULL_DENSITY, 0, 1)
        near[is_clipped] = 0
        rendered = np.maximum(rendered, near)
    return np.asarray(255 * rendered, np.uint8)


def _is_wide(grey: np.ndarray, range_limit: int) -> np.ndarray:
    square = np.ones((_WIDE_PX, _WIDE_PX), np.uint8)
    is_even = cv2.subtract(cv2.dilate(grey, square), cv2.erode(grey, square)) <= range_limit
    return np.asarray(cv2.dilate(is_even.astype(np.uint8), square) > 0)
