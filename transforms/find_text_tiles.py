"""Instances in, the tiles that may show text out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import apache_beam as beam

from .core.errors import Failure
from .core.evidence import Plan
from .core.instance import Instance
from .core.search_plan import Tile
from .ocr.base import OcrSettings
from .step import FAILED, apply_tagged
from .steps.find_tiles import FindTiles

_TILES = "tiles"


class Planned(NamedTuple):
    """The plans, one an instance, their tiles, and the instances that failed."""

    plans: beam.PCollection[Plan]
    tiles: beam.PCollection[Tile]
    failed: beam.PCollection[Failure]


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
        step = FindTiles(self.settings, self.reads_overlays)
        outputs = apply_tagged(instances, step, Instance, Plan, **{_TILES: Tile})
        # Reading text costs seconds an instance: without a reshuffle all of it would stay on the worker that planned it.
        tiles = outputs[_TILES] | "Spread tiles" >> beam.Reshuffle()
        return Planned(outputs.passed, tiles, outputs[FAILED])
