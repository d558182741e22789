"""An instance passes with all of its tiles and each once, and fails once when a tile is lost or failed."""

from __future__ import annotations

import apache_beam as beam
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.core.box import Box
from efface.transforms.core.counters import Counter
from efface.transforms.core.errors import Failure
from efface.transforms.core.evidence import InstanceText, Plan
from efface.transforms.core.instance import Instance, PixelFacts, Source
from efface.transforms.core.meters import ENDED
from efface.transforms.core.search_plan import Effort, Projection, SearchPlan, Tier, Tile
from efface.transforms.core.text_line import TextLine, TileText
from efface.transforms.join_by_instance import JoinByInstance
from support.steps import counted, failures, graph

SEARCH = SearchPlan(Tier.SAMPLED, Effort.PREFILTER)
PIXELS = PixelFacts("PixelData", 9, 9, 9, 1, "MONOCHROME2", 8, 8, False)


def plan(ref: str, tiles: int) -> Plan:
    source = Source(f"/in/Plantagenet^Zebulon/{ref}.dcm", 1, "1")
    instance = Instance(ref, source, "1.2.840.10008.5.1.4.1.1.2", f"1.2.826.0.1.3680043.9999.{ref}", "1.2", "CT", None)
    return Plan(instance, tiles, SEARCH)


def tile(ref: str, index: int, failed: str = "") -> TileText:
    source = Source(f"/in/Plantagenet^Zebulon/{ref}.dcm", 1, "1")
    part = Tile(ref, source, PIXELS, index, (index,), Projection.NONE, (index,), Box(0, 0, 9, 9))
    if failed:
        return TileText(part, failure=Failure(ref, "recognize_text", failed))
    return TileText(part, (TextLine(Box(index, 0, index + 9, 9), "ZEBULON", 0.9, "e", "r"),))


def text(whole: Plan) -> InstanceText:
    return InstanceText(whole, tuple(tile(whole.ref, index) for index in range(whole.tiles)))


def join(pipeline: beam.Pipeline, plans: list[Plan], tiles: list[TileText]) -> tuple[beam.PCollection, beam.PCollection]:
    outcome = {
        "plans": pipeline | "Plans" >> beam.Create(plans).with_output_types(Plan),
        "tiles": pipeline | "Tiles" >> beam.Create(tiles).with_output_types(TileText),
    } | JoinByInstance()
    return outcome.passed, outcome.failed


def test_what_is_complete_passes_and_what_is_not_fails_once() -> None:
    whole, doubled, planned_twice, empty = plan("WHOLE", 3), plan("DOUBLED", 2), plan("PLANNED_TWICE", 1), plan("EMPTY", 0)
    plans = [whole, doubled, planned_twice, planned_twice, empty]
    plans += [plan("LOST", 2), plan("ALL_LOST", 1), plan("SURPLUS", 1), plan("UNPLANNED_TILE", 0)]
    plans += [plan("FAILED", 2), plan("FAILED_TWICE", 3), plan("FAILED_AND_LOST", 3)]
    tiles = [tile("WHOLE", 2), tile("WHOLE", 0), tile("WHOLE", 1)]
    tiles += [tile("DOUBLED", 0), tile("DOUBLED", 1), tile("DOUBLED", 0), tile("PLANNED_TWICE", 0)]
    tiles += [tile("LOST", 1), tile("SURPLUS", 0), tile("SURPLUS", 1), tile("UNPLANNED_TILE", 0)]
    tiles += [tile("FAILED", 0), tile("FAILED", 1, "frame_decode")]
    tiles += [tile("FAILED_TWICE", 0, "text_detection"), tile("FAILED_TWICE", 1), tile("FAILED_TWICE", 2, "frame_decode")]
    tiles += [tile("FAILED_AND_LOST", 1, "source_changed"), tile("NO_PLAN", 0), tile("NO_PLAN", 1, "frame_decode")]
    before = ENDED.copy()
    with graph() as pipeline:
        passed, failed = join(pipeline, plans, tiles)
        expected = [*map(text, (whole, doubled, planned_twice, empty))]
        assert_that(passed, equal_to(expected), label="Passed")
        lost = [(ref, "join_by_instance", "tile_count") for ref in ("LOST", "ALL_LOST", "SURPLUS", "UNPLANNED_TILE")]
        broken = {"FAILED": "frame_decode", "FAILED_TWICE": "frame_decode", "FAILED_AND_LOST": "source_changed"}
        refused = [(ref, "recognize_text", code) for ref, code in broken.items()]
        assert_that(failed, failures(*lost, *refused), label="Failed")
    assert counted(pipeline, "join_by_instance")[Counter.FAILED] == len(lost) + len(refused)
    assert ENDED - before == {"join_by_instance": len(lost), "recognize_text": len(refused)}


def test_nothing_joined_with_nothing_is_nothing() -> None:
    with graph() as pipeline:
        passed, failed = join(pipeline, [], [])
        assert_that(passed, equal_to([]), label="Passed")
        assert_that(failed, failures(), label="Failed")


def test_an_instance_whose_tiles_are_all_that_is_left_is_not_told_again() -> None:
    with graph() as pipeline:
        passed, failed = join(pipeline, [], [tile("PLANNING_FAILED", 0)])
        assert_that(passed, equal_to([]), label="Passed")
        assert_that(failed, failures(), label="Failed")
