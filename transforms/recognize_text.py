"""Tiles in, the text on them out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import apache_beam as beam

from .core.counters import Counter
from .core.errors import TextDetectionError
from .core.records import STROKES_VIEW, TextLine, Tile, TileText
from .ocr.base import OcrSettings
from .ocr.enhance import show_strokes
from .ocr.registry import load_detector
from .open_instance import open_instance
from .outcome import count, describe_failure
from .pixels.views import View, render_views


class _RecognizeFn(beam.DoFn):
    stage = "recognize_text"

    def __init__(self, settings: OcrSettings) -> None:
        self.settings = settings

    def process(self, element: Tile) -> Iterator[TileText]:
        started_sec = time.perf_counter()
        try:
            lines = self._read(element)
            failure = None
        except Exception as error:
            # It travels on to the join as a value, so that an instance with two bad tiles still fails once.
            lines, failure = (), describe_failure(element.ref, self.stage, error)
        ocr_msec = round(1000 * (time.perf_counter() - started_sec))
        count(self.stage, Counter.OCR, ocr_msec)
        count(self.stage, Counter.LINES, len(lines))
        yield TileText(element, lines, failure, ocr_msec)

    def _read(self, tile: Tile) -> tuple[TextLine, ...]:
        facts = tile.instance.pixels
        if facts is None:
            raise TextDetectionError("a tile of an instance without pixels")
        detector = load_detector(self.settings)
        frame = open_instance(tile.instance.source).display(tile.frames[0])
        left, top, right, bottom = tile.box
        count(self.stage, Counter.FRAMES_READ)
        views = render_views(frame[top:bottom, left:right], facts)
        strokes = View(STROKES_VIEW, show_strokes(views[0].image, is_lossy=facts.is_lossy))
        return tuple(
            replace(line, box=line.box.shift(left, top))
            for view in (*views, strokes)
            for line in detector.detect(view.image, view=view.name)
        )


@dataclass
class RecognizeText(beam.PTransform):
    """Reads the text of every tile on every rendering of it. The engine is loaded once per process."""

    settings: OcrSettings

    def expand(self, tiles: beam.PCollection[Tile]) -> beam.PCollection[TileText]:
        work = beam.ParDo(_RecognizeFn(self.settings)).with_input_types(Tile).with_output_types(TileText)
        return tiles | "Recognize" >> work
