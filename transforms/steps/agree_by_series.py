"""The evidence of a series in, the evidence with what rereading found out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..core.box import Box
from ..core.counters import Counter
from ..core.evidence import Evidence
from ..core.meters import count, measure_batch
from ..instance.models import load_models
from ..instance.reread import reread_place
from ..ocr.base import OcrSettings
from ..phi.reasons import Reason
from ..phi.settings import PhiSettings
from ..pixels.series import places_to_reread
from .step import Step


@dataclass(frozen=True)
class RereadTask:
    """An instance and the places where others of its series show text."""

    evidence: Evidence
    places: tuple[Box, ...] = ()

    @property
    def ref(self) -> str:
        return self.evidence.ref

    @property
    def output_uid(self) -> str:
        return self.evidence.output_uid


def untouched(evidence: Evidence) -> RereadTask:
    """An instance of which nothing is reread."""
    # A function, since Beam's type check at run time takes a class for one of its methods.
    return RereadTask(evidence)


class CompareSeries(Step):
    """Compares where the instances of one series show text."""

    stage = "compare_series"

    def refs_of(self, element: tuple[str, Iterable[Evidence]]) -> Iterable[str]:
        return sorted({one.ref for one in element[1]})

    def handle(self, element: tuple[str, Iterable[Evidence]]) -> Iterator[RereadTask]:
        members = list({one.ref: one for one in element[1]}.values())  # A retried bundle may deliver one twice.
        places = places_to_reread({one.ref: _text_boxes(one) for one in members})
        for one in members:
            yield RereadTask(one, places.get(one.ref, ()))


class RereadPlaces(Step):
    """Rereads places where other instances of the series show text.

    Args:
        ocr: With "auto" resolved.
        phi: The text that may stay.
        is_enabled: Whether instances of a series are compared at all.
    """

    stage = "agree_by_series"

    def __init__(self, ocr: OcrSettings, phi: PhiSettings, is_enabled: bool) -> None:
        self.ocr, self.phi, self.is_enabled = ocr, phi, is_enabled

    def load(self) -> None:
        if self.is_enabled:
            load_models(self.ocr, self.phi.model)

    def handle(self, element: RereadTask) -> Iterator[Evidence]:
        evidence, found = element.evidence, []
        if element.places:
            started_sec = time.perf_counter()
            found = [finding for place in element.places for finding in reread_place(evidence, place, self.ocr, self.phi)]
            count(self.stage, Counter.TILES, len(element.places))
            measure_batch(self.stage, len(element.places), started_sec)
        yield replace(evidence, findings=(*evidence.findings, *found))


def _text_boxes(evidence: Evidence) -> Sequence[Box]:
    return [finding.box for finding in evidence.findings if finding.reason != Reason.NOT_TEXT and not finding.overlay]


def keyed_by_series(evidence: Evidence) -> tuple[str, Evidence]:
    """Only single frames of one size in one series are compared; everything else is a group of its own."""
    instance = evidence.instance
    if instance.pixels is None or instance.pixels.frames > 1 or not instance.series_instance_uid:
        return evidence.ref, evidence
    return f"{instance.series_instance_uid} {instance.pixels.columns} x {instance.pixels.rows}", evidence
