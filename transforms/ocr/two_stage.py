"""What all engines that first find and then read have in common: tiles, borders, rotation, clipping."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from ..core.geometry import Box
from ..core.records import TextLine
from .regions import cut_tiles, join_regions

_BORDER_PX = 16
"""Text that touches the image's edge is found only when there is something beyond it."""
_VERTICAL_RATIO = 1.5
"""A region this many times higher than wide holds a line that runs up or down."""


class TwoStageEngine(Protocol):
    """A model that finds regions and a model that reads them.

    Attributes:
        tile_px: Longest side of an image that `find` takes at full scale.
        overlap_px: By how much tiles overlap: more than the height of a line and the width of a short word.
    """

    name: str
    version: str
    tile_px: int
    overlap_px: int

    def find(self, image: np.ndarray) -> list[Box]:
        """Boxes of text regions on (rows, columns, 3) of uint8 RGB; they may reach beyond it."""
        ...

    def read(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        """The text and its score, 0 to 1, of each crop: (rows, columns, 3) of uint8 RGB, text running left to right."""
        ...

    def believes(self, box: Box, text: str, score: float, short_side_px: int) -> bool:
        """Whether a region that reads like this, on an image with this short side, is text at all."""
        ...


class TwoStageDetector:
    """A `TextDetector` over a `TwoStageEngine`."""

    def __init__(self, engine: TwoStageEngine) -> None:
        self.name = engine.name
        self.version = engine.version
        self._engine = engine
        self._one_at_a_time = threading.Lock()

    def detect(self, image: np.ndarray, *, view: str) -> list[TextLine]:
        rows, columns = image.shape[:2]
        if not rows or not columns:
            return []
        rgb = np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image
        with self._one_at_a_time:
            boxes = self._find(rgb)
            crops = [_upright(rgb[box.top : box.bottom, box.left : box.right]) for box in boxes]
            readings = iter(self._engine.read([turned for crop in crops for turned in crop]))
        lines = []
        for box, crop in zip(boxes, crops, strict=True):
            text, score = max((next(readings) for _ in crop), key=lambda reading: reading[1])
            if self._engine.believes(box, text, score, min(rows, columns)):
                lines.append(TextLine(box, text, score, self.name, view, is_vertical=len(crop) > 1))
        return lines

    def _find(self, rgb: np.ndarray) -> list[Box]:
        rows, columns = rgb.shape[:2]
        edge = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
        around = [int(value) for value in np.median(edge, axis=0)]
        framed = cv2.copyMakeBorder(rgb, _BORDER_PX, _BORDER_PX, _BORDER_PX, _BORDER_PX, cv2.BORDER_CONSTANT, value=around)
        found = []
        for tile in cut_tiles(framed.shape[0], framed.shape[1], self._engine.tile_px, self._engine.overlap_px):
            for box in self._engine.find(framed[tile.top : tile.bottom, tile.left : tile.right]):
                clipped = box.shift(tile.left - _BORDER_PX, tile.top - _BORDER_PX).clip(columns, rows)
                if clipped.area_px:
                    found.append(clipped)
        return join_regions(found)


def _upright(crop: np.ndarray) -> list[np.ndarray]:
    """The crop as it is, or turned both ways when its text runs up or down."""
    if crop.shape[0] > _VERTICAL_RATIO * crop.shape[1]:
        return [np.ascontiguousarray(np.rot90(crop, turns)) for turns in (1, 3)]
    return [crop]
