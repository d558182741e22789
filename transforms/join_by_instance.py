"""Plans and verdicts in, complete evidence out: an instance with a lost tile does not pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from .core.errors import TileCountError
from .core.records import Evidence, Failure, Plan, TileFindings
from .step import FAILED, Outcome, describe_failure

_STAGE = "join_by_instance"


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
    return Evidence(plan.instance, plan.tiles, findings, sum(tile.ocr_msec for tile in ordered), plan.look)


class _JoinFn(beam.DoFn):
    def process(self, element: tuple[str, Mapping[str, Iterable[Any]]]) -> Iterator[Any]:
        ref, groups = element
        plans = list(groups["plans"])
        try:
            # Tiles without a plan belong to an instance that failed while it was planned: that failure is already told.
            results = [join_evidence(plan, groups["tiles"]) for plan in plans[:1]]
        except Exception as error:
            results = [describe_failure(ref, _STAGE, error)]
        for result in results:
            yield beam.pvalue.TaggedOutput(FAILED, result) if isinstance(result, Failure) else result


@dataclass
class JoinByInstance(beam.PTransform):
    """Joins {"plans": Plan, "tiles": TileFindings} on the instance's ref and compares the count of tiles."""

    def expand(self, parts: dict[str, beam.PCollection]) -> Outcome:
        by_ref = beam.Map(_by_ref).with_output_types(tuple[str, Any])
        keyed = {name: part | f"Key {name}" >> by_ref for name, part in parts.items()}
        outputs = (
            keyed
            | "Join" >> beam.CoGroupByKey()
            | "Compare counts" >> beam.ParDo(_JoinFn()).with_output_types(Evidence).with_outputs(FAILED, main="passed")
        )
        return Outcome(outputs.passed, outputs[FAILED])


def _by_ref(record: Plan | TileFindings) -> tuple[str, Any]:
    return record.ref, record
