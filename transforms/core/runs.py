"""How constant grey values are along straight runs of pixels: what is drawn is, and anatomy is not."""

from __future__ import annotations

import cv2
import numpy as np


def range_along(grey: np.ndarray, length_px: int) -> np.ndarray:
    """The smallest range of values in any straight run of a length that a pixel belongs to, in four directions.

    Args:
        grey: (rows, columns) of uint8.
        length_px: Odd.

    Returns:
        (rows, columns) of uint8.
    """
    diagonal = np.eye(length_px, dtype=np.uint8)
    runs = (
        np.ones((1, length_px), np.uint8),
        np.ones((length_px, 1), np.uint8),
        diagonal,
        np.ascontiguousarray(diagonal[::-1]),
    )
    smallest: np.ndarray = np.full(grey.shape, 255, np.uint8)
    for run in runs:
        centered = cv2.subtract(cv2.dilate(grey, run), cv2.erode(grey, run))
        smallest = np.minimum(smallest, cv2.erode(centered, run))
    return smallest
