"""Plans and tile texts in, texts of whole instances out. An instance with a lost tile fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from .core.errors import Failure, TileCountError
from .core.evidence import InstanceText, Plan
from .core.text_line import TileText
from .step import Outcome, StepFn, apply_step

_Record = Plan | TileText


def join_text(plan: Plan, tiles: Iterable[TileText]) -> InstanceText | Failure:
    """The text of an instance, or the failure that keeps it from being published.

    A retried bundle may deliver a tile twice; the tiles are counted by their index.

    Raises:
        TileCountError: The tiles are not exactly those that the plan sent out.
    """
    by_index = {text.tile.index: text for text in tiles}
    failures = [text.failure for text in by_index.values() if text.failure]
    if failures:
        first = min(failures, key=lambda failure: (failure.stage, failure.code))
        return replace(first, sop_instance_uid=plan.output_uid)
    if set(by_index) != set(range(plan.tiles)):
        raise TileCountError("the tiles that came back are not those that were sent")
    return InstanceText(plan, tuple(by_index[index] for index in range(plan.tiles)))


class _JoinFn(StepFn):
    stage = "join_by_instance"

    def ref_of(self, element: tuple[str, Iterable[_Record]]) -> str:
        return element[0]

    def handle(self, element: tuple[str, Iterable[_Record]]) -> Iterator[InstanceText | Failure]:
        records = list(element[1])
        # Tiles without a plan belong to an instance that failed while it was planned: that failure is reported already.
        for plan in [record for record in records if isinstance(record, Plan)][:1]:
            yield join_text(plan, (record for record in records if isinstance(record, TileText)))


@dataclass
class JoinByInstance(beam.PTransform[dict[str, beam.PCollection[Any]], Outcome[InstanceText]]):
    """Joins {"plans": Plan, "tiles": TileText} on the instance's ref and compares the count of tiles."""

    def expand(self, parts: dict[str, beam.PCollection[Any]]) -> Outcome[InstanceText]:
        # Not `CoGroupByKey`, whose result has no types.
        by_ref = beam.Map(_by_ref).with_output_types(tuple[str, _Record])
        keyed = [part | f"Key {name}" >> by_ref for name, part in parts.items()]
        grouped = keyed | "Unite" >> beam.Flatten() | "Group" >> beam.GroupByKey()
        return apply_step(grouped, _JoinFn(), tuple[str, Iterable[_Record]], InstanceText)


def _by_ref(record: _Record) -> tuple[str, _Record]:
    return record.ref, record
