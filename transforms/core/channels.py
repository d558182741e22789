"""The brightest and the darkest channel of each pixel: numpy takes thirty times as long over so short an axis."""

from __future__ import annotations

import functools
from collections.abc import Callable

import cv2
import numpy as np


def brightest(image: np.ndarray) -> np.ndarray:
    """(rows, columns) of the image's dtype, from (rows, columns) or (rows, columns, channels)."""
    return _reduced(image, cv2.max)


def darkest(image: np.ndarray) -> np.ndarray:
    """As `brightest`."""
    return _reduced(image, cv2.min)


def _reduced(image: np.ndarray, choose: Callable[..., np.ndarray]) -> np.ndarray:
    if image.ndim == 2:
        return image
    return np.asarray(functools.reduce(choose, cv2.split(image))) if image.size else image[..., 0]
