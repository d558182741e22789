"""Text in, verdicts out: from here on no recognised text travels any further."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.errors import Failure
from .core.evidence import TileFindings
from .core.text_line import TileText
from .instance.read_text import judge_tile
from .phi.settings import PhiSettings
from .step import StepFn


class _ClassifyFn(StepFn):
    stage = "classify_text"

    def __init__(self, settings: PhiSettings) -> None:
        self.settings = settings

    def ref_of(self, element: TileText) -> str:
        return element.tile.ref

    def handle(self, element: TileText) -> Iterator[TileFindings]:
        findings = () if element.failure else judge_tile(element, self.settings)
        yield TileFindings(element.tile.ref, element.tile.index, findings, element.failure, element.ocr_msec)

    def fail(self, element: TileText, failure: Failure) -> TileFindings:
        """It travels on to the join as a value, as a tile that could not be read does."""
        return TileFindings(element.tile.ref, element.tile.index, failure=failure, ocr_msec=element.ocr_msec)


@dataclass
class ClassifyText(beam.PTransform):
    """Decides for every line whether it may stay, by the instance's own header, patterns, lexicon and model."""

    settings: PhiSettings

    def expand(self, texts: beam.PCollection[TileText]) -> beam.PCollection[TileFindings]:
        work = beam.ParDo(_ClassifyFn(self.settings)).with_input_types(TileText).with_output_types(TileFindings)
        return texts | "Classify" >> work
