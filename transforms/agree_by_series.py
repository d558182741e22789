"""Evidence in, evidence out: rereads places where most instances of a series show text and one does not.

This finds one faint line among hundreds of slices that show it at the same place. It only adds findings. They depend on which
instances of a series are processed together: the one exception to the rule that an output depends on its source alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import apache_beam as beam

from .core.evidence import Evidence
from .ocr.base import OcrSettings
from .phi.settings import PhiSettings
from .step import Outcome, apply_step
from .steps.agree_by_series import CompareSeries, RereadPlaces, RereadTask, keyed_by_series, untouched


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
        reread = RereadPlaces(self.ocr, self.phi, is_enabled)
        if not is_enabled:
            tasks = evidence | "Leave alone" >> beam.Map(untouched).with_output_types(RereadTask)
            return apply_step(tasks, reread, RereadTask, Evidence)
        by_series = evidence | "Key by series" >> beam.Map(keyed_by_series).with_output_types(tuple[str, Evidence])
        grouped = by_series | "Group series" >> beam.GroupByKey()
        compared = apply_step(grouped, CompareSeries(), tuple[str, Iterable[Evidence]], RereadTask)
        # Rereading takes seconds an instance. Without a reshuffle, a whole series stays on one worker.
        spread = compared.passed | "Spread instances" >> beam.Reshuffle()
        agreed = apply_step(spread, reread, RereadTask, Evidence)
        failed = (compared.failed, agreed.failed) | "Unite failures" >> beam.Flatten()
        return Outcome(agreed.passed, failed)
