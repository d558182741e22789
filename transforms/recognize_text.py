"""Tiles in, the text on them out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import apache_beam as beam
import numpy as np

from .core.counters import Counter
from .core.errors import TextDetectionError
from .core.geometry import Box
from .core.records import PixelFacts, Projection, TextLine, Tile, TileText
from .core.voi import Shown
from .ocr.base import OcrSettings, TextDetector
from .ocr.registry import load_detector
from .open_instance import open_instance
from .pixels.cine import Show, mosaic_of_changes, project
from .pixels.views import render_views
from .step import count, describe_failure

_BATCH_TILES, _BATCHED_TILE_PX, _BATCH_WITHIN_SEC = 16, 2_000_000, 10
"""A GPU computes so many tiles of one shape at once, none larger than this. A CPU gains nothing by it."""


class _RecognizeFn(beam.DoFn):
    stage = "recognize_text"

    def __init__(self, settings: OcrSettings) -> None:
        self.settings = settings

    def process(self, element: Sequence[Tile]) -> Iterator[TileText]:
        try:
            yield from self._read(element)
        except Exception as error:
            if len(element) > 1:  # One by one, so that only what cannot be read fails.
                for tile in element:
                    yield from self.process([tile])
                return
            # It travels on to the join as a value, so that an instance with two bad tiles still fails once.
            [tile] = element
            yield TileText(tile, failure=describe_failure(tile.ref, self.stage, error))

    def _read(self, tiles: Sequence[Tile]) -> list[TileText]:
        started_sec = time.perf_counter()
        read = read_tiles(tiles, self.settings)
        ocr_msec = round(1000 * (time.perf_counter() - started_sec) / len(tiles))
        count(self.stage, Counter.OCR, ocr_msec * len(tiles))
        count(self.stage, Counter.LINES, sum(map(len, read)))
        return [TileText(tile, lines, ocr_msec=ocr_msec) for tile, lines in zip(tiles, read, strict=True)]


def read_tiles(tiles: Sequence[Tile], settings: OcrSettings) -> list[tuple[TextLine, ...]]:
    """All readings of each tile, on every rendering of it, in pixels of the frame.

    Raises:
        TextDetectionError: A tile is of an instance without pixels.
        VoiWindowsError: See `FrameReader.shown` and `render_views`.
        EngineError: The engine cannot start.
        EffaceError: See `open_instance` and `FrameReader`.
    """
    detector = load_detector(settings)
    pictures = []
    for tile in tiles:
        facts, show = _facts_of(tile), _show(tile)
        count(_RecognizeFn.stage, Counter.FRAMES_READ, len(tile.shown))
        glanced = tuple(box.shift(-tile.box.left, -tile.box.top).clip(tile.box.width, tile.box.height) for box in tile.glanced)
        pictures.append(
            Picture(
                project(tile.shown, tile.projection, show),
                facts,
                _ways_of(tile),
                glanced=tuple(box for box in glanced if box.area_px),
            )
        )
    read = read_pictures(pictures, detector)
    return [
        tuple(replace(line, box=line.box.shift(*tile.box[:2])) for line in [*lines, *_look_again(tile, lines, detector)])
        for tile, lines in zip(tiles, read, strict=True)
    ]


@dataclass(frozen=True)
class Picture:
    """What is read at once.

    Attributes:
        values: (rows, columns) of stored values or (rows, columns, 3) RGB.
        facts: Of the instance.
        shown: What the headers of its frames say of how they are shown.
        glanced: Parts where a glance decides where the engine looks.
    """

    values: np.ndarray
    facts: PixelFacts
    shown: Sequence[Shown] = ()
    glanced: tuple[Box, ...] = ()


def read_pictures(pictures: Sequence[Picture], detector: TextDetector) -> list[list[TextLine]]:
    """All readings of each picture, on every rendering of it. What is of one shape is read together.

    Raises:
        VoiWindowsError: See `render_views`.
    """
    alike: dict[tuple, list[tuple[int, np.ndarray]]] = {}
    for number, picture in enumerate(pictures):
        for view in render_views(picture.values, picture.facts, picture.shown):
            alike.setdefault((view.name, view.image.shape, picture.glanced), []).append((number, view.image))
    read: list[list[TextLine]] = [[] for _ in pictures]
    for (view_name, _, glanced), views in alike.items():
        found = detector.detect([image for _, image in views], view=view_name, glanced=glanced)
        for (number, _), lines in zip(views, found, strict=True):
            read[number] += lines
    return read


def read_frames(
    frames: Sequence[int],
    projection: Projection,
    show: Show,
    facts: PixelFacts,
    detector: TextDetector,
    shown: Sequence[Shown] = (),
) -> list[TextLine]:
    """All readings of some frames that are looked at as one picture.

    Args:
        frames: One, or several to project.
        projection: How.
        show: Gives a frame: (rows, columns) of stored values or (rows, columns, 3) RGB.
        facts: Of the instance.
        detector: What reads.
        shown: What the headers of the frames say of how they are shown.
    """
    [lines] = read_pictures([Picture(project(frames, projection, show), facts, shown)], detector)
    return lines + read_changes(lines, frames, projection, show, facts, detector, shown)


def read_changes(
    lines: Sequence[TextLine],
    frames: Sequence[int],
    projection: Projection,
    show: Show,
    facts: PixelFacts,
    detector: TextDetector,
    shown: Sequence[Shown] = (),
) -> list[TextLine]:
    """What the frames of a window show around the text that was found on its maximum, where they do not all show the same."""
    if projection is not Projection.MAXIMUM:
        return []
    mosaic = mosaic_of_changes([line.box for line in lines], frames, show)
    if mosaic is None:
        return []
    [second] = read_pictures([Picture(mosaic.picture, facts, shown)], detector)
    moved = [replace(line, box=mosaic.to_frame(line.box)) for line in second]
    return [line for line in moved if line.box.area_px]


def _look_again(tile: Tile, lines: Sequence[TextLine], detector: TextDetector) -> list[TextLine]:
    return read_changes(lines, tile.shown, tile.projection, _show(tile), _facts_of(tile), detector, _ways_of(tile))


def _facts_of(tile: Tile) -> PixelFacts:
    if tile.instance.pixels is None:
        raise TextDetectionError("a tile of an instance without pixels")
    if tile.overlay is not None:
        return replace(tile.instance.pixels, photometric_interpretation="MONOCHROME2", padding_value=None)
    return tile.instance.pixels


def _ways_of(tile: Tile) -> tuple[Shown, ...]:
    """How the frames of a tile are shown, which is alike where it projects several (see `plan_tiles`); a plane only draws."""
    if tile.overlay is not None:
        return ()
    reader = open_instance(tile.instance.source)
    return tuple(dict.fromkeys(way for frame in tile.shown for way in reader.shown(frame)))


def _show(tile: Tile) -> Show:
    left, top, right, bottom = tile.box

    def show(frame: int) -> np.ndarray:
        reader = open_instance(tile.instance.source)
        shown = reader.display(frame) if tile.overlay is None else reader.overlay(tile.overlay, frame)
        return shown[top:bottom, left:right]

    return show


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
            batches = tiles | "One by one" >> beam.Map(_alone)
        work = beam.ParDo(_RecognizeFn(self.settings)).with_output_types(TileText)
        return batches | "Recognize" >> work


def _by_shape(tile: Tile) -> tuple[str, Tile]:
    if tile.box.area_px > _BATCHED_TILE_PX:
        return f"{tile.ref} {tile.index}", tile
    return f"{tile.box.width} x {tile.box.height}", tile


def _alone(tile: Tile) -> Sequence[Tile]:
    return [tile]
