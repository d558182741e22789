"""Evidence in, evidence out: rereads places where most instances of a series show text and one does not.

This finds one faint line among hundreds of slices that show it at the same place. It only adds findings. They depend on which
instances of a series are processed together: the one exception to the rule that an output depends on its source alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import apache_beam as beam

from .core.box import Box
from .core.counters import Counter
from .core.evidence import Evidence
from .instance.models import load_models
from .instance.reread import reread_place
from .ocr.base import OcrSettings
from .phi.reasons import Reason
from .phi.settings import PhiSettings
from .pixels.series import places_to_reread
from .step import Outcome, StepFn, apply_step, count, measure_batch


@dataclass(frozen=True)
class _RereadTask:
    """An instance and the places where others of its series show text."""

    evidence: Evidence
    places: tuple[Box, ...] = ()

    @property
    def ref(self) -> str:
        return self.evidence.ref

    @property
    def output_uid(self) -> str:
        return self.evidence.output_uid


def _untouched(evidence: Evidence) -> _RereadTask:
    # A function, since Beam's type check at run time takes a class for one of its methods.
    return _RereadTask(evidence)


class _CompareFn(StepFn):
    stage = "compare_series"

    def refs_of(self, element: tuple[str, Iterable[Evidence]]) -> Iterable[str]:
        return sorted({one.ref for one in element[1]})

    def handle(self, element: tuple[str, Iterable[Evidence]]) -> Iterator[_RereadTask]:
        members = list({one.ref: one for one in element[1]}.values())  # A retried bundle may deliver one twice.
        places = places_to_reread({one.ref: _text_boxes(one) for one in members})
        for one in members:
            yield _RereadTask(one, places.get(one.ref, ()))


class _RereadFn(StepFn):
    stage = "agree_by_series"

    def __init__(self, ocr: OcrSettings, phi: PhiSettings, is_enabled: bool) -> None:
        self.ocr, self.phi, self.is_enabled = ocr, phi, is_enabled

    def load(self) -> None:
        if self.is_enabled:
            load_models(self.ocr, self.phi.model)

    def handle(self, element: _RereadTask) -> Iterator[Evidence]:
        evidence, found = element.evidence, []
        if element.places:
            started_sec = time.perf_counter()
            found = [finding for place in element.places for finding in reread_place(evidence, place, self.ocr, self.phi)]
            count(self.stage, Counter.TILES, len(element.places))
            measure_batch(self.stage, len(element.places), started_sec)
        yield replace(evidence, findings=(*evidence.findings, *found))


def _text_boxes(evidence: Evidence) -> Sequence[Box]:
    return [finding.box for finding in evidence.findings if finding.reason != Reason.NOT_TEXT and not finding.overlay]


@dataclass
class AgreeBySeries(beam.PTransform[beam.PCollection[Evidence], Outcome[Evidence]]):
    """Rereads places where most instances of a series show text and one does not. Stacks and clips have windows instead.

    Args:
        ocr: With "auto" resolved. Does nothing unless `series` is "agree".
        phi: The text that may stay.
    """

    ocr: OcrSettings
    phi: PhiSettings

    def expand(self, evidence: beam.PCollection[Evidence]) -> Outcome[Evidence]:
        is_enabled = self.ocr.series == "agree"
        reread = _RereadFn(self.ocr, self.phi, is_enabled)
        if not is_enabled:
            tasks = evidence | "Leave alone" >> beam.Map(_untouched).with_output_types(_RereadTask)
            return apply_step(tasks, reread, _RereadTask, Evidence)
        by_series = evidence | "Key by series" >> beam.Map(_by_series).with_output_types(tuple[str, Evidence])
        grouped = by_series | "Group series" >> beam.GroupByKey()
        compared = apply_step(grouped, _CompareFn(), tuple[str, Iterable[Evidence]], _RereadTask)
        # Rereading takes seconds an instance. Without a reshuffle, a whole series stays on one worker.
        spread = compared.passed | "Spread instances" >> beam.Reshuffle()
        agreed = apply_step(spread, reread, _RereadTask, Evidence)
        failed = (compared.failed, agreed.failed) | "Unite failures" >> beam.Flatten()
        return Outcome(agreed.passed, failed)


def _by_series(evidence: Evidence) -> tuple[str, Evidence]:
    """Only single frames of one size in one series are compared; everything else is a group of its own."""
    instance = evidence.instance
    if instance.pixels is None or instance.pixels.frames > 1 or not instance.series_instance_uid:
        return evidence.ref, evidence
    return f"{instance.series_instance_uid} {instance.pixels.columns} x {instance.pixels.rows}", evidence
