"""Instances in, one plan each and as many tiles as the plan says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import numpy as np
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.core.counters import Counter
from efface.transforms.core.evidence import Plan
from efface.transforms.core.instance import Instance
from efface.transforms.core.search_plan import Effort, Tile
from efface.transforms.find_text_tiles import FindTextTiles, Planned
from support.corpus import minimal
from support.runs import QUICK
from support.steps import counted, failures, graph, instance_of, leaks, pictured, stored

STAGE = "find_text_tiles"
EVERY_FRAME = replace(QUICK, cine="every_frame", effort="full")


def frames(*values: int) -> np.ndarray:
    """Frames of 12 by 16 pixels, each of one value and a little texture."""
    texture = np.arange(12 * 16, dtype=np.uint8).reshape(12, 16) % 7
    return np.stack([np.uint8(value) + texture for value in values])


def in_another_version(instance: Instance) -> Instance:
    """An instance that cannot be read any more, because its source is not the one that was listed."""
    return replace(instance, source=replace(instance.source, version="another"))


def plan(pipeline: beam.Pipeline, step: FindTextTiles, *instances: Instance, label: str = "") -> Planned:
    given = pipeline | f"Given {label}" >> beam.Create(list(instances)).with_output_types(Instance)
    return given | f"Plan {label}" >> step


def planned(expected: dict[str, int]) -> Callable[[Iterable[Plan]], None]:
    """For `assert_that`: ref -> number of tiles."""

    def check(actual: Iterable[Plan]) -> None:
        plans = list(actual)
        assert {plan.ref: plan.tiles for plan in plans} == expected
        assert len(plans) == len(expected)
        assert not leaks(plans)

    return check


def sent(expected: dict[str, list[tuple[int, ...]]]) -> Callable[[Iterable[Tile]], None]:
    """For `assert_that`: ref -> the frames that each of its tiles is about, in order of their indices, which have no gap."""

    def check(actual: Iterable[Tile]) -> None:
        by_ref: dict[str, dict[int, Tile]] = defaultdict(dict)
        tiles = list(actual)
        for tile in tiles:
            by_ref[tile.ref][tile.index] = tile
            assert set(tile.source_frames) <= set(tile.frames)
        assert {ref: [by_ref[ref][index].frames for index in range(len(by_ref[ref]))] for ref in by_ref} == expected
        assert len(tiles) == sum(map(len, expected.values()))
        assert not leaks(tiles)

    return check


def test_each_different_frame_is_sent_once_and_what_cannot_be_read_is_not_planned(tmp_path: Path) -> None:
    contents = {
        "SINGLE": pictured(frames(9)[0]),
        "CLIP": pictured(frames(9, 60, 9, 9)),
        "NO_PIXELS": minimal(),
        "CHANGED": pictured(frames(9, 60)),
        "CUT": pictured(frames(9, 60)),
    }
    instances = {ref: instance_of(stored(tmp_path, content, ref), ref) for ref, content in contents.items()}
    instances["CHANGED"] = in_another_version(instances["CHANGED"])
    cut = stored(tmp_path, Path(instances["CUT"].source.uri).read_bytes()[:-150], "CUT")
    instances["CUT"] = replace(instances["CUT"], source=cut)
    with graph() as pipeline:
        outputs = plan(pipeline, FindTextTiles(EVERY_FRAME), *instances.values())
        assert_that(outputs.plans, planned({"SINGLE": 1, "CLIP": 2, "NO_PIXELS": 0}), label="Plans")
        assert_that(outputs.tiles, sent({"SINGLE": [(0,)], "CLIP": [(0, 2, 3), (1,)]}), label="Tiles")
        expected = (("CHANGED", STAGE, "source_changed"), ("CUT", STAGE, "structure"))
        assert_that(outputs.failed, failures(*expected), label="Failed")
    assert counted(pipeline, STAGE) == {Counter.PASSED: 3, Counter.FAILED: 2, Counter.TILES: 3}


def test_overlays_are_sent_where_they_stay(tmp_path: Path) -> None:
    dataset = pictured(frames(9)[0])
    for number, value, vr in ((0x10, 12, "US"), (0x11, 16, "US"), (0x40, "G", "CS"), (0x50, [1, 1], "SS")):
        dataset.add_new(0x60000000 | number, vr, value)
    dataset.add_new(0x60000100, "US", 1)
    dataset.add_new(0x60000102, "US", 0)
    dataset.add_new(0x60003000, "OW", bytes(12 * 16 // 8))
    instance = instance_of(stored(tmp_path, dataset), "R")
    with graph() as pipeline:
        read = plan(pipeline, FindTextTiles(EVERY_FRAME, reads_overlays=True), instance, label="read")
        assert_that(read.plans, planned({"R": 2}), label="Plans")
        groups = read.tiles | beam.Map(lambda tile: (tile.index, tile.overlay.group if tile.overlay else 0))
        assert_that(groups, equal_to([(0, 0), (1, 0x6000)]), label="Groups")
        removed = plan(pipeline, FindTextTiles(EVERY_FRAME), instance, label="removed")
        assert_that(removed.plans, planned({"R": 1}), label="Without")


def test_nothing_gives_nothing_and_a_retried_instance_gives_the_same(tmp_path: Path) -> None:
    instance = instance_of(stored(tmp_path, pictured(frames(9, 60))), "R")
    with graph() as pipeline:
        none = plan(pipeline, FindTextTiles(EVERY_FRAME), label="none")
        assert_that(none.plans, equal_to([]), label="No plans")
        assert_that(none.tiles, equal_to([]), label="No tiles")
        assert_that(none.failed, failures(), label="None failed")
        twice = plan(pipeline, FindTextTiles(EVERY_FRAME), instance, instance, label="twice")
        assert_that(twice.plans | "Plans once" >> beam.Distinct(), planned({"R": 2}), label="Plans")
        assert_that(twice.tiles | "Tiles once" >> beam.Distinct(), sent({"R": [(0,), (1,)]}), label="Tiles")


def test_how_an_instance_is_looked_at_travels_with_its_plan(tmp_path: Path) -> None:
    instance = instance_of(stored(tmp_path, pictured(frames(9)[0])), "R")
    with graph() as pipeline:
        outputs = plan(pipeline, FindTextTiles(replace(QUICK, effort="sampled", sampled_share=0.0)), instance)
        assert_that(outputs.plans | beam.Map(lambda plan: plan.search.effort), equal_to([Effort.PREFILTER]), label="Effort")
        prefiltered = outputs.tiles | beam.Map(lambda tile: tile.prefiltered == (tile.box,))
        assert_that(prefiltered, equal_to([True]), label="Glanced")
