"""A rendering that brings out text too faint for any engine: burned-in strokes have one grey value, anatomy has not.

Text a few grey levels away from ultrasound speckle is drowned in a contrast many times its own, and no smoothing or contrast
stretch changes that. But whoever burns text in writes the same value along each stroke, while speckle and noise change from
pixel to pixel. So this rendering shows how constant a pixel's values are along the best of four directions, not how bright.
"""

from __future__ import annotations

import cv2
import numpy as np

_RUNS = ((3, 4.0), (5, 6.0), (7, 8.0))
"""Lengths of runs in pixels, each with the range of grey values from which on a run does not count as constant."""
_WIDE_PX = 9
_WIDE_RANGE = 6
"""Areas this wide that stay within this range are background, not strokes."""
_END_RANGE = 3
"""Values this close to the smallest are clipped background."""
_ALONG_PX, _ACROSS_PX = 12.0, 3.6
"""Standard deviations of the window in which strokes are taken to be of one line, along it and across."""
_VALUE_TOLERANCE = 10.0
_FULL_DENSITY = 0.05
_SOFT_EDGE = 0.7


def show_strokes(image: np.ndarray) -> np.ndarray:
    """Render what is drawn with one value in thin strokes, whatever its contrast: white strokes on black.

    Args:
        image: uint8, (rows, columns) or (rows, columns, 3).

    Returns:
        (rows, columns) of uint8. JPEG compression takes away what this looks for: on lossy frames it shows less, not more.
    """
    grey = image if image.ndim == 2 else image.max(axis=2)
    if not grey.size:
        return grey
    constancy = np.mean([np.clip(1 - _range_along(grey, length) / limit, 0, 1) for length, limit in _RUNS], axis=0)
    is_background = (grey <= int(grey.min()) + _END_RANGE) | _is_wide(grey)
    constancy[is_background] = 0
    # Smoothed edges of letters are not constant: they are added where their value is near that of the constant strokes around.
    seeds = constancy**2
    values = grey.astype(np.float32)
    rendered = constancy
    for sigmas in ((_ALONG_PX, _ACROSS_PX), (_ACROSS_PX, _ALONG_PX)):
        density = cv2.GaussianBlur(seeds, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1])
        value = cv2.GaussianBlur(seeds * values, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1]) / (density + 1e-6)
        nearness = np.clip(1.3 - np.abs(values - value) / _VALUE_TOLERANCE, 0, 1)
        near = _SOFT_EDGE * nearness * np.clip(density / _FULL_DENSITY, 0, 1)
        near[grey <= int(grey.min()) + _END_RANGE] = 0
        rendered = np.maximum(rendered, near)
    return np.asarray(255 * rendered, np.uint8)


def _range_along(grey: np.ndarray, length: int) -> np.ndarray:
    """The smallest range of values in any straight run of `length` pixels through each pixel, as float32."""
    diagonal = np.eye(length, dtype=np.uint8)
    runs = (np.ones((1, length), np.uint8), np.ones((length, 1), np.uint8), diagonal, np.ascontiguousarray(diagonal[::-1]))
    smallest: np.ndarray = np.full(grey.shape, 255, np.uint8)
    for run in runs:
        centered = cv2.subtract(cv2.dilate(grey, run), cv2.erode(grey, run))
        smallest = np.minimum(smallest, cv2.erode(centered, run))
    return smallest.astype(np.float32)


def _is_wide(grey: np.ndarray) -> np.ndarray:
    square = np.ones((_WIDE_PX, _WIDE_PX), np.uint8)
    is_even = cv2.subtract(cv2.dilate(grey, square), cv2.erode(grey, square)) <= _WIDE_RANGE
    return np.asarray(cv2.dilate(is_even.astype(np.uint8), square) > 0)
