"""What all engines that first find and then read have in common: tiles, borders, rotation, clipping."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from ..core.geometry import Box
from ..core.records import TextLine
from .regions import busy_areas, cut_tiles, join_regions

_BORDER_PX = 16
"""Text that touches the image's edge is found only when there is something beyond it."""
_VERTICAL_RATIO = 1.5
"""A region this many times higher than wide may hold a line that runs up or down."""
_LETTER_RATIO = 3.0
"""Up to this it may as well be a single narrow letter, such as the L that marks a side."""
_GIANT_PX = 64
_GIANT_RATIO = 2.5
_GIANT_TEXT = 2
_GIANT_SCORE = 0.5
"""An ultrasound fan or a skull looks to a detector like one letter as large as the image. A region thicker than these pixels,
with sides of no more than this ratio, is text only when it reads as text, as large letters do.
"""


class TwoStageEngine(Protocol):
    """A model that finds regions and a model that reads them.

    Attributes:
        tile_px: Longest side of an image that `find` takes at full scale.
        overlap_px: By how much tiles overlap: more than the height of a line and the width of a short word.
        giant_share: From which share of the image's short side on a region that cannot be read is not text. Low for engines
            that keep lines apart, higher for those that may take a block of lines for one region.
    """

    name: str
    version: str
    tile_px: int
    overlap_px: int
    giant_share: float

    def find(self, image: np.ndarray, *, may_enlarge: bool) -> list[Box]:
        """Boxes of text regions on (rows, columns, 3) of uint8 RGB; they may reach beyond it.

        Args:
            may_enlarge: Small images may be enlarged, to make small letters readable; parts of large ones need it not.
        """
        ...

    def read(self, crops: Sequence[np.ndarray]) -> list[tuple[str, float]]:
        """The text and its score, 0 to 1, of each crop: (rows, columns, 3) of uint8 RGB, text running left to right."""
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
            turns = [_turns(box) for box in boxes]
            crops = [
                np.rot90(rgb[box.top : box.bottom, box.left : box.right], turn)
                for box, ways in zip(boxes, turns, strict=True)
                for turn in ways
            ]
            readings = iter(self._engine.read(crops))
        lines = []
        for box, ways in zip(boxes, turns, strict=True):
            (text, score), turn = max(((next(readings), turn) for turn in ways), key=lambda read: read[0][1])
            if not self._is_giant(box, min(rows, columns)) or (len(text) >= _GIANT_TEXT and score >= _GIANT_SCORE):
                lines.append(TextLine(box, text, score, self.name, view, is_vertical=turn != 0))
        return lines

    def _is_giant(self, box: Box, short_side_px: int) -> bool:
        thickness_px, length_px = sorted((box.width, box.height))
        least_px = max(_GIANT_PX, self._engine.giant_share * min(short_side_px, self._engine.tile_px))
        return thickness_px > least_px and length_px <= _GIANT_RATIO * thickness_px

    def _find(self, rgb: np.ndarray) -> list[Box]:
        rows, columns = rgb.shape[:2]
        edge = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
        around = [int(value) for value in np.median(edge, axis=0)]
        framed = cv2.copyMakeBorder(rgb, _BORDER_PX, _BORDER_PX, _BORDER_PX, _BORDER_PX, cv2.BORDER_CONSTANT, value=around)
        found = []
        is_large = max(rows, columns) > self._engine.tile_px
        for tile in self._tiles(framed) if is_large else [Box(0, 0, framed.shape[1], framed.shape[0])]:
            part = framed[tile.top : tile.bottom, tile.left : tile.right]
            for box in self._engine.find(part, may_enlarge=not is_large):
                clipped = box.shift(tile.left - _BORDER_PX, tile.top - _BORDER_PX).clip(columns, rows)
                if clipped.area_px:
                    found.append(clipped)
        return join_regions(found)

    def _tiles(self, image: np.ndarray) -> list[Box]:
        """The parts of a large image that may hold text, for a look at full scale."""
        return [
            tile.shift(area.left, area.top)
            for area in busy_areas(image)
            for tile in cut_tiles(area.height, area.width, self._engine.tile_px, self._engine.overlap_px)
        ]


def _turns(box: Box) -> tuple[int, ...]:
    """The quarter turns after which a region may be readable; the one with the best score is taken."""
    if box.height > _VERTICAL_RATIO * box.width:
        return (1, 3) if box.height > _LETTER_RATIO * box.width else (0, 1, 3)
    return (0,)
