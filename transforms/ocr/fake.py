"""A detector for tests of the graph: quick, needs no weights, and finds only blocks of pure white. It reads nothing."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ..core.channels import brightest
from ..core.geometry import Box
from ..core.records import TextLine
from .base import OcrSettings

_WHITE = 255
_MIN_SIDE_PX = 4


def version() -> str:
    return "fake 1"


def load(settings: OcrSettings) -> FakeDetector:
    return FakeDetector()


class FakeDetector:
    """Takes every connected patch of saturated pixels, at least 4 by 4, for a line of unreadable text."""

    name = "fake"
    version = version()

    def detect(self, images: Sequence[np.ndarray], *, view: str, glanced: Sequence[Box] = ()) -> list[list[TextLine]]:
        return [self._detect_one(image, view) for image in images]

    def _detect_one(self, image: np.ndarray, view: str) -> list[TextLine]:
        if not image.size:
            return []
        _, _, stats, _ = cv2.connectedComponentsWithStats((brightest(image) == _WHITE).astype(np.uint8))
        boxes = sorted(
            Box(int(left), int(top), int(left + width), int(top + height))
            for left, top, width, height, _ in stats[1:]
            if min(width, height) >= _MIN_SIDE_PX
        )
        return [TextLine(box, "", 0.0, self.name, view) for box in boxes]
