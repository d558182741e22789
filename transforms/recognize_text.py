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
from .core.records import STROKES_VIEW, PixelFacts, Projection, TextLine, Tile, TileText
from .ocr.base import OcrSettings, TextDetector
from .ocr.registry import load_detector
from .open_instance import open_instance
from .outcome import count, describe_failure
from .pixels.cine import Show, mosaic_of_changes, project
from .pixels.strokes import show_strokes
from .pixels.views import render_views

_LARGE_PX = 1400
_MAX_TILE_PX = 100_000_000
"""Ten times the largest radiograph: its renderings would take more than a gigabyte."""


class _RecognizeFn(beam.DoFn):
    stage = "recognize_text"

    def __init__(self, settings: OcrSettings) -> None:
        self.settings = settings

    def process(self, element: Tile) -> Iterator[TileText]:
        started_sec = time.perf_counter()
        try:
            lines = read_tile(element, self.settings)
            failure = None
        except Exception as error:
            # It travels on to the join as a value, so that an instance with two bad tiles still fails once.
            lines, failure = (), describe_failure(element.ref, self.stage, error)
        ocr_msec = round(1000 * (time.perf_counter() - started_sec))
        count(self.stage, Counter.OCR, ocr_msec)
        count(self.stage, Counter.LINES, len(lines))
        yield TileText(element, lines, failure, ocr_msec)


def read_tile(tile: Tile, settings: OcrSettings) -> tuple[TextLine, ...]:
    """All readings of a tile, on every rendering of it, in pixels of the frame.

    Raises:
        TextDetectionError: The tile is of an instance without pixels, or too large.
        EngineError: The engine cannot start.
        EffaceError: See `open_instance` and `FrameReader`.
    """
    facts = tile.instance.pixels
    if facts is None:
        raise TextDetectionError("a tile of an instance without pixels")
    if tile.box.area_px > _MAX_TILE_PX:
        raise TextDetectionError("the tile is larger than memory is meant for")
    detector = load_detector(settings)
    reader = open_instance(tile.instance.source)
    count(_RecognizeFn.stage, Counter.FRAMES_READ, len(tile.shown))
    left, top, right, bottom = tile.box
    lines = read_frames(
        tile.shown, tile.projection, lambda frame: reader.display(frame)[top:bottom, left:right], facts, detector
    )
    return tuple(replace(line, box=line.box.shift(left, top)) for line in lines)


def read_frames(
    frames: Sequence[int], projection: Projection, show: Show, facts: PixelFacts, detector: TextDetector
) -> list[TextLine]:
    """All readings of some frames that are looked at as one picture.

    Args:
        frames: One, or several to project.
        projection: How.
        show: Gives a frame: (rows, columns) of stored values or (rows, columns, 3) RGB.
        facts: Of the instance.
        detector: What reads.
    """
    lines = read_picture(project(frames, projection, show), facts, detector)
    if projection is not Projection.MAXIMUM:
        return lines
    mosaic = mosaic_of_changes([line.box for line in lines], frames, show)
    if mosaic is None:
        return lines
    second = [replace(line, box=mosaic.to_frame(line.box)) for line in read_picture(mosaic.picture, facts, detector)]
    return lines + [line for line in second if line.box.area_px]


def read_picture(picture: np.ndarray, facts: PixelFacts, detector: TextDetector) -> list[TextLine]:
    """All readings of one picture, on every rendering of it."""
    views = render_views(picture, facts)
    lines = [line for view in views for line in detector.detect(view.image, view=view.name)]
    # Text on a large image is large. Its strokes stay of one value when every second pixel is left out.
    step = 2 if min(picture.shape[:2]) >= _LARGE_PX else 1
    strokes = show_strokes(views[0].image[::step, ::step], is_lossy=facts.is_lossy)
    return lines + [
        replace(line, box=Box(*(step * side for side in line.box)).clip(picture.shape[1], picture.shape[0]))
        for line in detector.detect(strokes, view=STROKES_VIEW)
    ]


@dataclass
class RecognizeText(beam.PTransform):
    """Reads the text of every tile on every rendering of it. The engine is loaded once per process."""

    settings: OcrSettings

    def expand(self, tiles: beam.PCollection[Tile]) -> beam.PCollection[TileText]:
        work = beam.ParDo(_RecognizeFn(self.settings)).with_input_types(Tile).with_output_types(TileText)
        return tiles | "Recognize" >> work
