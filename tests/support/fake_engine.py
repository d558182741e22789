"""The engine "fake" for tests of the graph: quick, needs no weights, and finds only blocks of pure white. It reads nothing."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from efface.transforms.core.box import Box
from efface.transforms.core.image_ops import brightest
from efface.transforms.core.text_line import TextLine
from efface.transforms.ocr.base import EVERYTHING, OcrSettings, Wanted
from efface.transforms.ocr.registry import register_detector

_WHITE = 255
_MIN_SIDE_PX = 4


class FakeDetector:
    """Takes every connected patch of saturated pixels, at least 4 by 4, for a line of unreadable text."""

    name = "fake"
    version = "fake 1"

    def detect(
        self,
        images: Sequence[np.ndarray],
        *,
        rendering: str,
        prefiltered: Sequence[Box] = (),
        wanted: Wanted = EVERYTHING,
    ) -> list[list[TextLine]]:
        return [self._detect_one(image, rendering) for image in images]

    def _detect_one(self, image: np.ndarray, rendering: str) -> list[TextLine]:
        if not image.size:
            return []
        _, _, stats, _ = cv2.connectedComponentsWithStats((brightest(image) == _WHITE).astype(np.uint8))
        boxes = sorted(
            Box(int(left), int(top), int(left + width), int(top + height))
            for left, top, width, height, _ in stats[1:]
            if min(width, height) >= _MIN_SIDE_PX
        )
        return [TextLine(box, "", 0.0, self.name, rendering) for box in boxes]


def load(settings: OcrSettings) -> FakeDetector:
    """The engine; it has no settings."""
    return FakeDetector()


register_detector("fake", load, lambda: FakeDetector.version)
