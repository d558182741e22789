"""Instances in, the tiles that may show text out. Equal Frames are read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import apache_beam as beam

from .core.counters import Counter
from .core.errors import Failure
from .core.evidence import Plan
from .core.instance import Instance
from .core.memory_share import needed_bytes, share_of_memory
from .core.search_plan import Tile
from .instance.read_text import find_tiles
from .ocr.base import OcrSettings
from .step import FAILED, StepFn, apply_tagged, count

_TILES = "tiles"


class Planned(NamedTuple):
    """The plans, one an instance, their tiles, and the instances that failed."""

    plans: beam.PCollection[Plan]
    tiles: beam.PCollection[Tile]
    failed: beam.PCollection[Failure]


class _FindTilesFn(StepFn):
    stage = "find_text_tiles"

    def __init__(self, settings: OcrSettings, reads_overlays: bool) -> None:
        self.settings, self.reads_overlays = settings, reads_overlays

    def handle(self, element: Instance) -> Iterator[Plan | beam.pvalue.TaggedOutput[str, Tile]]:
        with share_of_memory(needed_bytes(element.pixels, element.source)):
            search, tiles = find_tiles(element, self.settings, self.reads_overlays)
        count(self.stage, Counter.TILES, len(tiles))
        yield Plan(element, len(tiles), search)
        for tile in tiles:
            yield beam.pvalue.TaggedOutput(_TILES, tile)


@dataclass
class FindTextTiles(beam.PTransform[beam.PCollection[Instance], Planned]):
    """Plans which parts of which frames are read for text.

    Args:
        settings: How clips are read, and how hard frames are looked at.
        reads_overlays: Whether overlay planes are read as well, because they stay.
    """

    settings: OcrSettings
    reads_overlays: bool = False

    def expand(self, instances: beam.PCollection[Instance]) -> Planned:
        step = _FindTilesFn(self.settings, self.reads_overlays)
        outputs = apply_tagged(instances, step, Instance, Plan, **{_TILES: Tile})
        # Reading text costs seconds an instance: without a reshuffle all of it would stay on the worker that planned it.
        tiles = outputs[_TILES] | "Spread tiles" >> beam.Reshuffle()
        return Planned(outputs.passed, tiles, outputs[FAILED])
