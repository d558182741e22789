"""The plan of an instance and the texts of its tiles in, its whole text out. An instance with a lost tile fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..core.errors import Failure, TileCountError
from ..core.evidence import InstanceText, Plan
from ..core.text_line import TileText
from .step import Step

PlanOrText = Plan | TileText


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


class JoinTexts(Step):
    """Joins the plan and the tile texts of one instance, and compares the count of tiles."""

    stage = "join_by_instance"

    def ref_of(self, element: tuple[str, Iterable[PlanOrText]]) -> str:
        return element[0]

    def handle(self, element: tuple[str, Iterable[PlanOrText]]) -> Iterator[InstanceText | Failure]:
        records = list(element[1])
        # Tiles without a plan belong to an instance that failed while it was planned: that failure is reported already.
        for plan in [record for record in records if isinstance(record, Plan)][:1]:
            yield join_text(plan, (record for record in records if isinstance(record, TileText)))
