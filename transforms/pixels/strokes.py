"""A rendering that brings out text too faint for any engine: burned-in strokes have one grey value, anatomy has not.

Text a few grey levels away from ultrasound speckle is drowned in a contrast many times its own, and no smoothing or contrast
stretch changes that. But whoever burns text in writes the same value along each stroke, while speckle and noise change from
pixel to pixel. So this rendering shows how constant a pixel's values are along the best of four directions, not how bright.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np


class _Strokes(NamedTuple):
    """How constant strokes are.

    Attributes:
        runs: Lengths of runs in pixels, each with the range of grey values from which on a run does not count as constant.
        wide_range: Areas of `_WIDE_PX` that stay within this range are background, not strokes.
        end_range: Values this close to the smallest are clipped background.
        value_tolerance: How far the smoothed edge of a letter may be from the value of its strokes.
        full_density: Share of constant pixels around from which on such edges count in full.
    """

    runs: tuple[tuple[int, float], ...]
    wide_range: int
    end_range: int
    value_tolerance: float
    full_density: float


_LOSSLESS = _Strokes(((3, 4.0), (5, 6.0), (7, 8.0)), wide_range=6, end_range=3, value_tolerance=10.0, full_density=0.05)
_LOSSY = _Strokes(((7, 14.0), (9, 18.0), (11, 24.0)), wide_range=18, end_range=8, value_tolerance=20.0, full_density=0.1)
_WIDE_PX = 9
_ALONG_PX, _ACROSS_PX = 12.0, 3.6
"""Standard deviations of the window in which strokes are taken to be of one line, along it and across."""
_SOFT_EDGE = 0.7


def show_strokes(image: np.ndarray, *, is_lossy: bool = False) -> np.ndarray:
    """Render what is drawn with one value in thin strokes, whatever its contrast: white strokes on black.

    Args:
        image: uint8, (rows, columns) or (rows, columns, 3).
        is_lossy: The frame was compressed with loss, which makes strokes less constant: longer and looser runs are looked for.

    Returns:
        (rows, columns) of uint8. It adds to the plain rendering and does not replace it: bold and blurred text is not in
        it, and the more a frame was compressed, the less is.
    """
    strokes = _LOSSY if is_lossy else _LOSSLESS
    grey = image if image.ndim == 2 else image.max(axis=2)
    if not grey.size:
        return grey
    constancy = np.mean([np.clip(1 - _range_along(grey, length) / limit, 0, 1) for length, limit in strokes.runs], axis=0)
    is_clipped = grey <= int(grey.min()) + strokes.end_range
    constancy[is_clipped | _is_wide(grey, strokes.wide_range)] = 0
    # Smoothed edges of letters are not constant: they are added where their value is near that of the constant strokes around.
    seeds = constancy**2
    values = grey.astype(np.float32)
    rendered = constancy
    for sigmas in ((_ALONG_PX, _ACROSS_PX), (_ACROSS_PX, _ALONG_PX)):
        density = cv2.GaussianBlur(seeds, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1])
        value = cv2.GaussianBlur(seeds * values, (0, 0), sigmaX=sigmas[0], sigmaY=sigmas[1]) / (density + 1e-6)
        nearness = np.clip(1.3 - np.abs(values - value) / strokes.value_tolerance, 0, 1)
        near = _SOFT_EDGE * nearness * np.clip(density / strokes.full_density, 0, 1)
        near[is_clipped] = 0
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


def _is_wide(grey: np.ndarray, range_limit: int) -> np.ndarray:
    square = np.ones((_WIDE_PX, _WIDE_PX), np.uint8)
    is_even = cv2.subtract(cv2.dilate(grey, square), cv2.erode(grey, square)) <= range_limit
    return np.asarray(cv2.dilate(is_even.astype(np.uint8), square) > 0)
