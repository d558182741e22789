"""Instances in, the parts of their frames that may show text out: by reference, equal frames once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np

from .core.counters import Counter
from .core.records import Instance, Look, Plan, Tile
from .ocr.base import OcrSettings
from .open_instance import open_instance
from .pixels.effort import choose_look
from .pixels.tiles import plan_overlay_tiles, plan_tiles
from .step import FAILED, StepFn, count

_TILES = "tiles"


class Planned(NamedTuple):
    """What was planned: one plan an instance, its tiles, and the instances that could not be planned."""

    plans: beam.PCollection
    tiles: beam.PCollection
    failed: beam.PCollection


class _FindTilesFn(StepFn):
    stage = "find_text_tiles"

    def __init__(self, settings: OcrSettings, reads_overlays: bool) -> None:
        self.settings, self.reads_overlays = settings, reads_overlays

    def handle(self, element: Instance) -> Iterator[Any]:
        look, tiles = find_tiles(element, self.settings, self.reads_overlays)
        count(self.stage, Counter.TILES, len(tiles))
        yield Plan(element, len(tiles), look)
        for tile in tiles:
            yield beam.pvalue.TaggedOutput(_TILES, tile)


def find_tiles(instance: Instance, settings: OcrSettings, reads_overlays: bool) -> tuple[Look, tuple[Tile, ...]]:
    """`choose_look` and `plan_tiles` for a stored instance. The pixels are read only where frames have to be compared.

    Raises:
        EffaceError: See `open_instance` and `FrameReader`.
    """
    look = choose_look(instance, settings.effort, settings.sampled_share, settings.inside_regions)
    if instance.pixels is None or instance.pixels.frames == 1:
        tiles = plan_tiles(instance, [b""], _show_nothing, settings.cine, look.glanced)
    else:
        reader = open_instance(instance.source)
        digests = [reader.digest(index) for index in range(len(reader))]
        tiles = plan_tiles(instance, digests, reader.display, settings.cine, look.glanced, reader.shown)
    return look, tiles + (plan_overlay_tiles(instance, len(tiles)) if reads_overlays else ())


@dataclass
class FindTextTiles(beam.PTransform):
    """Plans which parts of which frames are read for text.

    Args:
        settings: How clips are read, and how hard frames are looked at.
        is_enabled: False for a policy that leaves the pixels alone: every plan is then empty.
        reads_overlays: Whether overlay planes are read as well, because they stay.
    """

    settings: OcrSettings
    is_enabled: bool = True
    reads_overlays: bool = False

    def expand(self, instances: beam.PCollection[Instance]) -> Planned:
        step = _FindTilesFn(self.settings, self.reads_overlays) if self.is_enabled else _NoTilesFn()
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


def _show_nothing(frame: int) -> np.ndarray:
    raise IndexError(frame)


def _as_tile(tile: Any) -> Tile:
    return tile
