"""Instances in, the parts of their frames that may show text out: by reference, equal frames once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam

from .core.counters import Counter
from .core.records import Instance, Plan, Tile
from .open_instance import open_instance
from .outcome import FAILED, StepFn, count
from .pixels.tiles import plan_tiles

_TILES = "tiles"


class Planned(NamedTuple):
    """What was planned: one plan an instance, its tiles, and the instances that could not be planned."""

    plans: beam.PCollection
    tiles: beam.PCollection
    failed: beam.PCollection


class _FindTilesFn(StepFn):
    stage = "find_text_tiles"

    def handle(self, element: Instance) -> Iterator[Any]:
        tiles = plan_tiles(element, self._digests(element))
        count(self.stage, Counter.TILES, len(tiles))
        yield Plan(element, len(tiles))
        for tile in tiles:
            yield beam.pvalue.TaggedOutput(_TILES, tile)

    def _digests(self, instance: Instance) -> list[bytes]:
        if instance.pixels is None:
            return []
        if instance.pixels.frames == 1:
            return [b""]  # Nothing to compare it with, so the pixels need not be read here.
        reader = open_instance(instance.source)
        return [reader.digest(index) for index in range(len(reader))]


@dataclass
class FindTextTiles(beam.PTransform):
    """Plans which parts of which frames are read for text.

    Args:
        is_enabled: False for a policy that leaves the pixels alone: every plan is then empty.
    """

    is_enabled: bool = True

    def expand(self, instances: beam.PCollection[Instance]) -> Planned:
        step = _FindTilesFn() if self.is_enabled else _NoTilesFn()
        outputs = instances | "Plan tiles" >> beam.ParDo(step).with_input_types(Instance).with_output_types(Plan).with_outputs(
            FAILED, _TILES, main="plans"
        )
        # Reading text costs seconds an instance: without a reshuffle all of it would stay on the worker that planned it.
        tiles = outputs[_TILES] | "Type tiles" >> beam.Map(_as_tile) | "Spread tiles" >> beam.Reshuffle()
        return Planned(outputs.plans, tiles, outputs[FAILED])


class _NoTilesFn(StepFn):
    stage = _FindTilesFn.stage

    def handle(self, element: Instance) -> Iterator[Plan]:
        yield Plan(element, 0)


def _as_tile(tile: Any) -> Tile:
    return tile
