"""Evidence in, evidence out: a box that most instances of a series show is looked for again on those that do not.

One faint line among hundreds of slices that all carry it at the same place is found this way. It only ever adds findings. What
it adds depends on which instances of a series are worked on together: the one exception to the rule that an output depends on
its source alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import apache_beam as beam

from .core.box import Box
from .core.counters import Counter
from .core.evidence import Evidence
from .instance.look_again import look_again
from .ocr.base import OcrSettings
from .phi.reasons import Reason
from .phi.settings import PhiSettings
from .pixels.series import places_to_look_again
from .step import Outcome, StepFn, apply_step, count


@dataclass(frozen=True)
class _Doubt:
    """An instance and the places where others of its series show text."""

    evidence: Evidence
    places: tuple[Box, ...] = ()

    @property
    def ref(self) -> str:
        return self.evidence.ref


class _CompareFn(beam.DoFn):
    def process(self, element: tuple[str, Iterable[Evidence]]) -> Iterator[_Doubt]:
        members = list(element[1])
        places = places_to_look_again({one.ref: _shown(one) for one in members})
        for one in members:
            yield _Doubt(one, places.get(one.ref, ()))


class _LookAgainFn(StepFn):
    stage = "agree_by_series"

    def __init__(self, ocr: OcrSettings, phi: PhiSettings) -> None:
        self.ocr, self.phi = ocr, phi

    def handle(self, element: _Doubt) -> Iterator[Evidence]:
        evidence, found = element.evidence, []
        if element.places:
            count(self.stage, Counter.TILES, len(element.places))
            found = [finding for place in element.places for finding in look_again(evidence, place, self.ocr, self.phi)]
        yield replace(evidence, findings=(*evidence.findings, *found))


def _shown(evidence: Evidence) -> Sequence[Box]:
    return [finding.box for finding in evidence.findings if finding.reason != Reason.NOT_TEXT and not finding.overlay]


@dataclass
class AgreeBySeries(beam.PTransform):
    """Looks again where most instances of a series show text and one does not. Stacks and clips have windows instead.

    Args:
        ocr: With "auto" resolved; its `series` says whether it is done at all.
        phi: What may stay.
    """

    ocr: OcrSettings
    phi: PhiSettings

    def expand(self, evidence: beam.PCollection[Evidence]) -> Outcome[Evidence]:
        if self.ocr.series == "independent":
            doubts = evidence | "Leave alone" >> beam.Map(_Doubt).with_output_types(_Doubt)
            return apply_step(doubts, _LookAgainFn(self.ocr, self.phi), _Doubt, Evidence)
        doubts = (
            evidence
            | "Key by series" >> beam.Map(_by_series).with_output_types(tuple[str, Evidence])
            | "Group series" >> beam.GroupByKey()
            | "Compare" >> beam.ParDo(_CompareFn()).with_output_types(_Doubt)
            # What follows takes seconds an instance: a series must not stay on one worker.
            | "Spread instances" >> beam.Reshuffle()
        )
        return apply_step(doubts, _LookAgainFn(self.ocr, self.phi), _Doubt, Evidence)


def _by_series(evidence: Evidence) -> tuple[str, Evidence]:
    """Only single frames of one size in one series are compared; everything else is a group of its own."""
    instance = evidence.instance
    if instance.pixels is None or instance.pixels.frames > 1 or not instance.series_instance_uid:
        return evidence.ref, evidence
    return f"{instance.series_instance_uid} {instance.pixels.columns} x {instance.pixels.rows}", evidence
