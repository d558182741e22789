"""Operations on whole images by OpenCV, which is many times faster than numpy here."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt


def brightest(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The maximum of the channels: (rows, columns) from (rows, columns) or (rows, columns, channels)."""
    return _reduced(image, cv2.max)


def darkest(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The minimum of the channels, as `brightest`."""
    return _reduced(image, cv2.min)


def mean_grey(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The brightness of RGB colours: (rows, columns) from (rows, columns) or (rows, columns, 3)."""
    return image if image.ndim == 2 or not image.size else np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)


def reductions_of(
    grey: npt.NDArray[np.uint8], factors: Iterable[int], least_px: int
) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
    """A picture at parts of its size, each with its factor, as long as its shorter side is long enough.

    Args:
        grey: (rows, columns).
        factors: 1 for the picture itself, 2 for half its size, ...; rising.
        least_px: The shorter side of the smallest picture, at least.
    """
    for factor in factors:
        if min(grey.shape) < factor * least_px:
            return
        size = grey.shape[1] // factor, grey.shape[0] // factor
        yield factor, grey if factor == 1 else np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def range_along(grey: npt.NDArray[np.uint8], length_px: int) -> npt.NDArray[np.uint8]:
    """The smallest range of values of all straight runs of a length through a pixel, in four directions.

    Args:
        grey: (rows, columns).
        length_px: Odd.

    Returns:
        (rows, columns).
    """
    diagonal = np.eye(length_px, dtype=np.uint8)
    runs = (
        np.ones((1, length_px), np.uint8),
        np.ones((length_px, 1), np.uint8),
        diagonal,
        np.ascontiguousarray(diagonal[::-1]),
    )
    smallest: npt.NDArray[np.uint8] = np.full(grey.shape, 255, np.uint8)
    for run in runs:
        centered = cv2.subtract(cv2.dilate(grey, run), cv2.erode(grey, run))
        smallest = np.minimum(smallest, cv2.erode(centered, run))
    return smallest


def _reduced(image: npt.NDArray[Any], choose: Callable[..., Any]) -> npt.NDArray[Any]:
    if image.ndim == 2:
        return image
    return np.asarray(functools.reduce(choose, cv2.split(image))) if image.size else image[..., 0]
