"""Tiles in, the text on them out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ..core.counters import Counter
from ..core.errors import Failure
from ..core.failures import NOT_FAILURES
from ..core.memory_share import needed_bytes, share_of_memory
from ..core.meters import count, measure_batch
from ..core.search_plan import Tile
from ..core.text_line import TileText
from ..instance.models import load_models
from ..instance.read_text import look_at_tiles
from ..ocr.base import OcrSettings
from .step import Step


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


class RecognizeTiles(Step):
    """Reads the text of tiles, several at once; of a batch that fails, each tile alone.

    Args:
        settings: With "auto" resolved.
    """

    stage = "recognize_text"

    def __init__(self, settings: OcrSettings) -> None:
        self.settings = settings

    def load(self) -> None:
        load_models(self.settings, None)

    def run(self, element: Sequence[Tile]) -> list[TileText]:
        if len(element) > 1:
            try:
                together = self._read(element)
            except NOT_FAILURES:
                raise
            except BaseException:  # Read one by one below, so that only what cannot be read fails, and says why.
                pass
            else:
                count(self.stage, Counter.PASSED, len(element))
                return together
        return [text for tile in element for text in super(RecognizeTiles, self).run(tile)]

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
