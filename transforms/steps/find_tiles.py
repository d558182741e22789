"""An instance in, its plan and the tiles that may show text out. Equal Frames are read once."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.counters import Counter
from ..core.evidence import Plan
from ..core.instance import Instance
from ..core.memory_share import needed_bytes, share_of_memory
from ..core.meters import count
from ..core.search_plan import Tile
from ..instance.read_text import find_tiles
from ..ocr.base import OcrSettings
from .step import Step


class FindTiles(Step):
    """Plans which parts of which Frames of an instance are read for text.

    Args:
        settings: How clips are read, and how hard frames are looked at.
        reads_overlays: Whether overlay planes are read as well, because they stay.
    """

    stage = "find_text_tiles"

    def __init__(self, settings: OcrSettings, reads_overlays: bool) -> None:
        self.settings, self.reads_overlays = settings, reads_overlays

    def handle(self, element: Instance) -> Iterator[Plan | Tile]:
        with share_of_memory(needed_bytes(element.pixels, element.source)):
            search, tiles = find_tiles(element, self.settings, self.reads_overlays)
        count(self.stage, Counter.TILES, len(tiles))
        yield Plan(element, len(tiles), search)
        yield from tiles
