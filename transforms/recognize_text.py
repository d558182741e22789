"""Tiles in, the text on them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import apache_beam as beam

from .core.search_plan import Tile
from .core.text_line import TileText
from .ocr.base import OcrSettings
from .step import StepFn
from .steps.recognize_tiles import LIMITS, RecognizeTiles

ACCELERATOR = "type:nvidia-tesla-t4;count:1;install-nvidia-driver"
"""What a worker that reads text has where no other accelerator is asked for."""


_Step = TypeVar("_Step", bound=beam.PTransform[Any, Any])


def with_accelerator(step: _Step, settings: OcrSettings, accelerator: str = "") -> _Step:
    """A step that loads the engine, with the resource hint that gives its workers what the engine computes on.

    Args:
        step: Any transform; what it consists of inherits the hint.
        settings: With "auto" resolved.
        accelerator: See `RecognizeText`.
    """
    if settings.device == "cuda":
        step.with_resource_hints(accelerator=accelerator or ACCELERATOR)
    return step


@dataclass
class RecognizeText(beam.PTransform[beam.PCollection[Tile], beam.PCollection[TileText]]):
    """Reads the text of every tile on every rendering of it.

    Args:
        settings: With "auto" resolved. On "cuda" tiles are read in batches, those of one shape together.
        accelerator: What the workers of this step have, in Beam's words for a resource hint; "" for `ACCELERATOR`.
    """

    settings: OcrSettings
    accelerator: str = ""

    def expand(self, tiles: beam.PCollection[Tile]) -> beam.PCollection[TileText]:
        work = beam.ParDo(StepFn(RecognizeTiles(self.settings), {})).with_output_types(TileText)
        if self.settings.device != "cuda":
            alone = tiles | "One by one" >> beam.Map(_alone).with_output_types(list[Tile])
            texts: beam.PCollection[TileText] = alone | "Recognize" >> work
            return texts
        batch = beam.BatchElements(LIMITS.tiles, LIMITS.tiles, element_size_fn=LIMITS.size_of)
        batches = tiles | "Batch" >> batch.with_output_types(list[Tile])
        texts = batches | "Recognize" >> with_accelerator(work, self.settings, self.accelerator)
        return texts


def _alone(tile: Tile) -> list[Tile]:
    return [tile]
