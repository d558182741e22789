"""Text in, verdicts out: from here on no recognised text travels any further."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import apache_beam as beam

from .core.errors import ClassificationError
from .core.records import Finding, TileFindings, TileText
from .ocr.lines import merge_lines
from .phi.classify import classify_lines
from .phi.settings import PhiSettings
from .recognizer import load_name_recognizer
from .step import describe_failure


class _ClassifyFn(beam.DoFn):
    stage = "classify_text"

    def __init__(self, settings: PhiSettings) -> None:
        self.settings = settings

    def process(self, element: TileText) -> Iterator[TileFindings]:
        findings: tuple[Finding, ...] = ()
        failure = element.failure
        if failure is None:
            try:
                findings = judge_tile(element, self.settings)
            except Exception as error:
                failure = describe_failure(element.tile.ref, self.stage, error)
        yield TileFindings(element.tile.ref, element.tile.index, findings, failure, element.ocr_msec)


def judge_tile(text: TileText, settings: PhiSettings) -> tuple[Finding, ...]:
    """The verdicts on all text of a tile.

    Raises:
        ClassificationError: The tile is of an instance without pixels.
        OSError, ValueError: The name model cannot be had or loaded.
    """
    tile = text.tile
    facts = tile.instance.pixels
    if facts is None:
        raise ClassificationError("a tile of an instance without pixels")
    shown = tile.overlay or facts
    places, recognizer = merge_lines(text.lines), load_name_recognizer(settings.model)
    findings = classify_lines(places, tile.instance.terms, tile.frames, shown.columns, shown.rows, settings, recognizer)
    if tile.overlay is None:
        return findings
    return tuple(replace(finding, overlay=tile.overlay.group) for finding in findings)


@dataclass
class ClassifyText(beam.PTransform):
    """Decides for every line whether it may stay, by the instance's own header, patterns, lexicon and model."""

    settings: PhiSettings

    def expand(self, texts: beam.PCollection[TileText]) -> beam.PCollection[TileFindings]:
        work = beam.ParDo(_ClassifyFn(self.settings)).with_input_types(TileText).with_output_types(TileFindings)
        return texts | "Classify" >> work
