"""Plans and verdicts in, complete evidence out: an instance with a lost tile does not pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from .core.errors import Failure, TileCountError
from .core.evidence import Evidence, Plan, TileFindings
from .step import Outcome, StepFn, apply_step

_Record = Plan | TileFindings


def join_evidence(plan: Plan, tiles: Iterable[TileFindings]) -> Evidence | Failure:
    """The evidence on one instance, or the failure that keeps it from being published.

    A retried bundle may deliver a tile twice; the tiles are counted by their index.

    Raises:
        TileCountError: The tiles are not exactly those that the plan sent out.
    """
    by_index = {tile.index: tile for tile in tiles}
    failures = [tile.failure for tile in by_index.values() if tile.failure]
    if failures:
        return min(failures, key=lambda failure: (failure.stage, failure.code))
    if set(by_index) != set(range(plan.tiles)):
        raise TileCountError("the tiles that came back are not those that were sent")
    ordered = [by_index[index] for index in range(plan.tiles)]
    findings = tuple(finding for tile in ordered for finding in tile.findings)
    return Evidence(plan.instance, plan.tiles, findings, sum(tile.ocr_msec for tile in ordered), plan.search)


class _JoinFn(StepFn):
    stage = "join_by_instance"

    def ref_of(self, element: tuple[str, Iterable[_Record]]) -> str:
        return element[0]

    def handle(self, element: tuple[str, Iterable[_Record]]) -> Iterator[Evidence | Failure]:
        records = list(element[1])
        # Tiles without a plan belong to an instance that failed while it was planned: that failure is already told.
        for plan in [record for record in records if isinstance(record, Plan)][:1]:
            yield join_evidence(plan, (record for record in records if isinstance(record, TileFindings)))


@dataclass
class JoinByInstance(beam.PTransform):
    """Joins {"plans": Plan, "tiles": TileFindings} on the instance's ref and compares the count of tiles."""

    def expand(self, parts: dict[str, beam.PCollection[Any]]) -> Outcome[Evidence]:
        # Not `CoGroupByKey`, whose result has no types.
        by_ref = beam.Map(_by_ref).with_output_types(tuple[str, _Record])
        keyed = [part | f"Key {name}" >> by_ref for name, part in parts.items()]
        grouped = keyed | "Unite" >> beam.Flatten() | "Group" >> beam.GroupByKey()
        return apply_step(grouped, _JoinFn(), tuple[str, Iterable[_Record]], Evidence)


def _by_ref(record: _Record) -> tuple[str, _Record]:
    return record.ref, record
