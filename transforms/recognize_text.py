"""Tiles in, the text on them out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import apache_beam as beam

from .core.counters import Counter
from .core.errors import Failure
from .core.search_plan import Tile
from .core.text_line import TileText
from .instance.read_text import read_tiles
from .ocr.base import OcrSettings
from .step import NOT_FAILURES, StepFn, count

_BATCH_TILES, _BATCHED_TILE_PX, _BATCH_WITHIN_SEC = 16, 2_000_000, 10
"""A GPU computes so many tiles of one shape at once, none larger than this. A CPU gains nothing by it."""


class _RecognizeFn(StepFn):
    stage = "recognize_text"

    def __init__(self, settings: OcrSettings) -> None:
        self.settings = settings

    def process(self, element: Sequence[Tile]) -> Iterator[TileText]:
        if len(element) > 1:
            try:
                together = self._read(element)
            except NOT_FAILURES:
                raise
            except BaseException:  # Read one by one below, so that only what cannot be read fails, and tells why.
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
        started_sec = time.perf_counter()
        read = read_tiles(tiles, self.settings)
        ocr_msec = round(1000 * (time.perf_counter() - started_sec) / len(tiles))
        count(self.stage, Counter.OCR, ocr_msec * len(tiles))
        count(self.stage, Counter.FRAMES_READ, sum(len(tile.shown) for tile in tiles))
        count(self.stage, Counter.LINES, sum(map(len, read)))
        return [TileText(tile, lines, ocr_msec=ocr_msec) for tile, lines in zip(tiles, read, strict=True)]


@dataclass
class RecognizeText(beam.PTransform):
    """Reads the text of every tile on every rendering of it. The engine is loaded once per process.

    Args:
        settings: With "auto" resolved. On "cuda" tiles of one shape are read in batches.
    """

    settings: OcrSettings

    def expand(self, tiles: beam.PCollection[Tile]) -> beam.PCollection[TileText]:
        if self.settings.device == "cuda":
            by_shape = tiles | "Key by shape" >> beam.Map(_by_shape).with_output_types(tuple[str, Tile])
            batches = (
                by_shape
                | "Batch" >> beam.GroupIntoBatches(_BATCH_TILES, max_buffering_duration_secs=_BATCH_WITHIN_SEC)
                | "Drop shape" >> beam.Values()
            )
        else:
            batches = tiles | "One by one" >> beam.Map(_alone).with_output_types(Sequence[Tile])
        work = beam.ParDo(_RecognizeFn(self.settings)).with_output_types(TileText)
        return batches | "Recognize" >> work


def _by_shape(tile: Tile) -> tuple[str, Tile]:
    if tile.box.area_px > _BATCHED_TILE_PX:
        return f"{tile.ref} {tile.index}", tile
    return f"{tile.box.width} x {tile.box.height}", tile


def _alone(tile: Tile) -> Sequence[Tile]:
    return [tile]
