"""Text in, verdicts out; and no recognised text in what travels on."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.classify_text import ClassifyText
from efface.transforms.core.box import Box
from efface.transforms.core.counters import Counter
from efface.transforms.core.errors import Failure
from efface.transforms.core.evidence import TileFindings
from efface.transforms.core.instance import Instance, OverlayPlane
from efface.transforms.core.search_plan import Projection, Tile
from efface.transforms.core.text_line import TextLine, TileText
from efface.transforms.phi.settings import PhiSettings
from support.steps import counted, graph, instance_of, leaks, pictured, stored

PLANE = OverlayPlane(0x6002, 40, 80, 1)


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return instance_of(stored(tmp_path, pictured(np.zeros((64, 256), np.uint8))), "R")


def read(instance: Instance, index: int, *texts: str, score: float = 0.99, overlay: OverlayPlane | None = None) -> TileText:
    tile = Tile(instance, index, (index,), Projection.NONE, (index,), Box(0, 0, 256, 64), overlay=overlay)
    lines = [
        TextLine(Box(8, 4 + 20 * row, 8 + 7 * len(text), 18 + 20 * row), text, score, "e", "v")
        for row, text in enumerate(texts)
    ]
    return TileText(tile, tuple(lines), ocr_msec=7)


def verdicts(expected: dict[int, list[tuple[str, str]]]) -> Callable[[Iterable[TileFindings]], None]:
    """For `assert_that`: index of the tile -> (verdict, reason) of each of its lines, and none of them leaks."""

    def check(actual: Iterable[TileFindings]) -> None:
        judged = list(actual)
        assert {one.index: [(str(each.verdict), each.reason) for each in one.findings] for one in judged} == expected
        assert len(judged) == len(expected)
        assert all((one.ref, one.failure, one.ocr_msec) == ("R", None, 7) for one in judged)
        assert not leaks(judged)
        assert not any(text in pickle.dumps(judged) for text in (b"Zebulon", b"ZEBULON", b"SUPINE", b"Xyzzy"))

    return check


def test_each_line_gets_its_verdict_and_no_text_travels_on(instance: Instance) -> None:
    texts = [
        read(instance, 0, "ZEBULON PLANTAGENET", "SUPINE"),
        read(instance, 1, "12.03.1987"),
        read(instance, 2),
        read(instance, 3, "Xyzzy plugh"),
        read(instance, 4, "SUPINE", score=0.1),
    ]
    expected = {
        0: [("redact", "header_name"), ("keep", "lexicon")],
        1: [("redact", "pattern_date")],
        2: [],
        3: [("redact", "unknown_text")],
        4: [("redact", "unreadable_text")],
    }
    with graph() as pipeline:
        findings = pipeline | beam.Create(texts).with_output_types(TileText) | ClassifyText(PhiSettings())
        assert_that(findings, verdicts(expected))


def test_the_policy_decides_what_stays(instance: Instance) -> None:
    texts = [read(instance, 0, "SUPINE"), read(instance, 1, "Xyzzy")]
    with graph() as pipeline:
        given = pipeline | beam.Create(texts).with_output_types(TileText)
        nothing = given | "Nothing" >> ClassifyText(PhiSettings(keep="nothing"))
        assert_that(nothing, verdicts({index: [("redact", "policy_keeps_nothing")] for index in (0, 1)}), label="Keep nothing")
        words = PhiSettings(keep_words=("xyzzy",), redact_words=("supine",))
        assert_that(
            given | "Words" >> ClassifyText(words),
            verdicts({0: [("redact", "policy_word")], 1: [("keep", "lexicon")]}),
            label="Own words",
        )


WITHOUT_PIXELS = Failure("R", "classify_text", "classification", detail="a tile of an instance without pixels")


def test_a_failure_travels_on_and_a_tile_that_cannot_be_judged_becomes_one(instance: Instance) -> None:
    earlier = Failure("R", "recognize_text", "frame_decode")
    failed = replace(read(instance, 0, "SUPINE"), failure=earlier)
    without_pixels = read(replace(instance, pixels=None), 1, "Zebulon")
    with graph() as pipeline:
        findings = pipeline | beam.Create([failed, without_pixels]).with_output_types(TileText) | ClassifyText(PhiSettings())
        expected = [
            TileFindings("R", 0, (), earlier, 7),
            TileFindings("R", 1, (), WITHOUT_PIXELS, 7),
        ]
        assert_that(findings, equal_to(expected))
    assert counted(pipeline, "classify_text") == {Counter.PASSED: 1, Counter.FAILED: 1}


def test_what_an_overlay_shows_is_found_on_the_overlay(instance: Instance) -> None:
    def check(actual: Iterable[TileFindings]) -> None:
        [one] = actual
        assert [finding.overlay for finding in one.findings] == [PLANE.group, PLANE.group]
        assert all(finding.box.right <= PLANE.columns and finding.box.bottom <= PLANE.rows for finding in one.findings)

    text = read(instance, 0, "ZEBULON PLANTAGENET", "SUPINE", overlay=PLANE)
    with graph() as pipeline:
        assert_that(pipeline | beam.Create([text]).with_output_types(TileText) | ClassifyText(PhiSettings()), check)


def test_no_text_is_no_verdict_and_a_retried_tile_gets_the_same(instance: Instance) -> None:
    def same(actual: Iterable[TileFindings]) -> None:
        one, other = actual
        assert one == other
        assert one.findings

    text = read(instance, 0, "ZEBULON PLANTAGENET")
    with graph() as pipeline:
        none = pipeline | "None" >> beam.Create([]).with_output_types(TileText)
        assert_that(none | "Classify none" >> ClassifyText(PhiSettings()), equal_to([]), label="Empty")
        twice = pipeline | "Twice" >> beam.Create([text, text]).with_output_types(TileText)
        assert_that(twice | "Classify twice" >> ClassifyText(PhiSettings()), same, label="Retried")
