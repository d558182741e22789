"""Tiles in, the text on them out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import apache_beam as beam

from .core.counters import Counter
from .core.errors import Failure
from .core.failures import NOT_FAILURES
from .core.memory_share import needed_bytes, share_of_memory
from .core.search_plan import Tile
from .core.text_line import TileText
from .instance.models import load_models
from .instance.read_text import look_at_tiles
from .ocr.base import OcrSettings
from .step import StepFn, count, measure_batch


@dataclass(frozen=True)
class BatchLimits:
    """Limits of a batch on a GPU. A CPU gains nothing from batches.

    Attributes:
        tiles: Tiles a batch: with 16 the memory of a T4 holds the renderings of the largest.
        tile_px: A larger tile is a batch of its own.
    """

    tiles: int = 16
    tile_px: int = 2_000_000

    def size_of(self, tile: Tile) -> int:
        """The size of a tile in a batch, in tiles."""
        return self.tiles if tile.box.area_px > self.tile_px else 1


LIMITS = BatchLimits()
ACCELERATOR = "type:nvidia-tesla-t4;count:1;install-nvidia-driver"
"""What a worker that reads text has where no other accelerator is asked for."""


_Step = TypeVar("_Step", bound=beam.PTransform[Any, Any])


class _RecognizeFn(StepFn):
    stage = "recognize_text"

    def __init__(self, settings: OcrSettings) -> None:
        self.settings = settings

    def load(self) -> None:
        load_models(self.settings, None)

    def process(self, element: Sequence[Tile]) -> Iterator[TileText]:
        if len(element) > 1:
            try:
                together = self._read(element)
            except NOT_FAILURES:
                raise
            except BaseException:  # Read one by one below, so that only what cannot be read fails, and says why.
                pass
            else:
                count(self.stage, Counter.PASSED, len(element))
                yield from together
                return
        for tile in element:
            yield from super().process(tile)

    def handle(self, element: Tile) -> list[TileText]:
        return self._read([element])

    def fail(self, element: Tile, failure: Failure) -> TileText:
        """It travels on to the join as a value, so that an instance with two bad tiles still fails once."""
        return TileText(element, failure=failure)

    def _read(self, tiles: Sequence[Tile]) -> list[TileText]:
        with share_of_memory(max(needed_bytes(tile.pixels, tile.source) for tile in tiles)):
            started_sec = time.perf_counter()
            read = look_at_tiles(tiles, self.settings)
        count(self.stage, Counter.OCR, measure_batch(self.stage, len(tiles), started_sec))
        count(self.stage, Counter.FRAMES_READ, sum(len(tile.source_frames) for tile in tiles))
        count(self.stage, Counter.LINES, sum(len(text.lines) for text in read))
        return read


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
        work = beam.ParDo(_RecognizeFn(self.settings)).with_output_types(TileText)
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
