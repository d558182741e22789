"""The layers of the prefilter, for training, OpenVINO and CUDA."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np

from ..core.image_ops import brightest, darkest, range_along

STRIDE_PX = 4
"""A value of the answer stands for so many pixels a side of the picture."""
COARSEST_PX = 32
"""Sides of the picture are multiples of this."""
CORE_SHARE = 0.29
"""The core of a line lies inside of it by this share of its height, so that lines close to each other stay apart."""
_RUNS_PX, _RANGE_LIMIT = (3, 5), 32
_VALUES = np.arange(256, dtype=np.float32)
_SHARES_OF_WHITE = _VALUES * np.float32(1 / 255)
_SHARES_OF_LIMIT = np.minimum(_VALUES, _RANGE_LIMIT) * np.float32(1 / _RANGE_LIMIT)


class Layer(NamedTuple):
    """A convolution with its bias, and a rectifier behind all but the last."""

    inputs: int
    outputs: int
    kernel: int = 3
    stride: int = 1


LAYERS = {
    "by_2": Layer(4, 12, stride=2),
    "by_2_more": Layer(12, 12),
    "by_4": Layer(12, 24, stride=2),
    "by_4_more": Layer(24, 24),
    "by_8": Layer(24, 48, stride=2),
    "by_8_more": Layer(48, 48),
    "by_8_most": Layer(48, 48),
    "by_16": Layer(48, 64, stride=2),
    "by_16_more": Layer(64, 64),
    "by_16_most": Layer(64, 64),
    "by_32": Layer(64, 64, stride=2),
    "by_32_more": Layer(64, 64),
    "to_8": Layer(64, 48),
    "to_4": Layer(48, 24),
    "answer": Layer(24, 24),
    "scores": Layer(24, 2, kernel=1),
}


def network(
    picture: Any, convolve: Callable[[str, Any], Any], enlarge: Callable[[Any], Any], add: Callable[[Any, Any], Any]
) -> Any:
    """The network in terms of what a framework can do.

    Args:
        picture: A batch of what `as_input` makes, as the framework's own kind of value.
        convolve: A layer by its name, with its rectifier.
        enlarge: Each value becomes two by two.
        add: Two values of one shape.

    Returns:
        (batch, 2, rows / 4, columns / 4), before the sigmoid: whether a cell belongs to a line of text, and to the core of one.
    """
    by_4 = convolve("by_4_more", convolve("by_4", convolve("by_2_more", convolve("by_2", picture))))
    by_8 = convolve("by_8_most", convolve("by_8_more", convolve("by_8", by_4)))
    by_16 = convolve("by_16_most", convolve("by_16_more", convolve("by_16", by_8)))
    by_32 = convolve("by_32_more", convolve("by_32", by_16))
    by_8 = add(by_8, enlarge(convolve("to_8", add(by_16, enlarge(by_32)))))
    by_4 = add(by_4, enlarge(convolve("to_4", by_8)))
    return convolve("scores", convolve("answer", by_4))


def as_input(image: np.ndarray) -> np.ndarray:
    """(4, rows, columns) of float32 from uint8, (rows, columns) or (rows, columns, 3) RGB.

    The brightest and the darkest of the colours, whatever the hue, and how constant the brightest one is along short runs: in
    burned-in strokes it is, and in speckle it is not.
    """
    bright = brightest(image)
    planes: np.ndarray = np.empty((2 + len(_RUNS_PX), *image.shape[:2]), np.float32)
    cv2.LUT(bright, _SHARES_OF_WHITE, planes[0])
    cv2.LUT(darkest(image), _SHARES_OF_WHITE, planes[1])
    for plane, length in zip(planes[2:], _RUNS_PX, strict=True):
        cv2.LUT(range_along(bright, length), _SHARES_OF_LIMIT, plane)
    return planes
