"""Plans and tile texts in, texts of whole instances out. An instance with a lost tile fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from .core.evidence import InstanceText
from .step import Outcome, apply_step
from .steps.join_texts import JoinTexts, PlanOrText


@dataclass
class JoinByInstance(beam.PTransform[dict[str, beam.PCollection[Any]], Outcome[InstanceText]]):
    """Joins {"plans": Plan, "tiles": TileText} on the instance's ref and compares the count of tiles."""

    def expand(self, parts: dict[str, beam.PCollection[Any]]) -> Outcome[InstanceText]:
        # Not `CoGroupByKey`, whose result has no types.
        by_ref = beam.Map(_by_ref).with_output_types(tuple[str, PlanOrText])
        keyed = [part | f"Key {name}" >> by_ref for name, part in parts.items()]
        grouped = keyed | "Unite" >> beam.Flatten() | "Group" >> beam.GroupByKey()
        return apply_step(grouped, JoinTexts(), tuple[str, Iterable[PlanOrText]], InstanceText)


def _by_ref(record: PlanOrText) -> tuple[str, PlanOrText]:
    return record.ref, record
