"""The text of an instance in, its verdicts out, and no recognised text in what travels on."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.core.box import Box
from efface.transforms.core.counters import Counter
from efface.transforms.core.errors import ClassificationError
from efface.transforms.core.evidence import Evidence, InstanceText, Plan
from efface.transforms.core.instance import Instance, OverlayPlane
from efface.transforms.core.search_plan import Projection, Tile
from efface.transforms.core.text_line import TextLine, TileText
from efface.transforms.judge_text import JudgeText
from efface.transforms.phi.settings import ModelSource, PhiSettings
from efface.transforms.steps import judge_instance
from support.steps import counted, failures, graph, instance_of, leaks, pictured, stored

PLANE = OverlayPlane(0x6002, 40, 80, 1)


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return instance_of(stored(tmp_path, pictured(np.zeros((64, 256), np.uint8))), "R")


def read(instance: Instance, index: int, *texts: str, score: float = 0.99, overlay: OverlayPlane | None = None) -> TileText:
    assert instance.pixels is not None
    about = instance.ref, instance.source, instance.pixels
    tile = Tile(*about, index, (index,), Projection.NONE, (index,), Box(0, 0, 256, 64), overlay=overlay)
    lines = [
        TextLine(Box(8, 4 + 20 * row, 8 + 7 * len(text), 18 + 20 * row), text, score, "e", "r")
        for row, text in enumerate(texts)
    ]
    return TileText(tile, tuple(lines))


def whole(instance: Instance, *tiles: TileText) -> InstanceText:
    return InstanceText(Plan(instance, len(tiles)), tiles)


def judge(pipeline: beam.Pipeline, label: str, texts: list[InstanceText], settings: PhiSettings) -> beam.PCollection[Evidence]:
    outcome = pipeline | f"{label} texts" >> beam.Create(texts).with_output_types(InstanceText) | label >> JudgeText(settings)
    assert_that(outcome.failed, equal_to([]), label=f"{label} failed")
    return outcome.passed


def verdicts(expected: list[tuple[int, str, str]]) -> Callable[[Iterable[Evidence]], None]:
    """For `assert_that`: (frame, verdict, reason) of each line of one instance, and nothing of the text."""

    def check(actual: Iterable[Evidence]) -> None:
        [evidence] = actual
        assert [(one.frames[0], str(one.verdict), one.reason) for one in evidence.findings] == expected
        assert evidence.ref == "R"
        assert not leaks(evidence)
        findings = pickle.dumps(evidence.findings)
        assert not any(text in findings for text in (b"Zebulon", b"ZEBULON", b"SUPINE", b"Xyzzy"))

    return check


def test_each_line_gets_its_verdict_and_no_text_travels_on(instance: Instance) -> None:
    text = whole(
        instance,
        read(instance, 0, "ZEBULON PLANTAGENET", "SUPINE"),
        read(instance, 1, "12.03.1987"),
        read(instance, 2),
        read(instance, 3, "Xyzzy plugh"),
        read(instance, 4, "SUPINE", score=0.1),
    )
    expected = [
        (0, "redact", "header_name"),
        (0, "keep", "lexicon"),
        (1, "redact", "pattern_date"),
        (3, "redact", "unknown_text"),
        (4, "redact", "unreadable_text"),
    ]
    with graph() as pipeline:
        assert_that(judge(pipeline, "Judge", [text], PhiSettings()), verdicts(expected))
    assert counted(pipeline, "judge_text") == {Counter.PASSED: 1}


def test_the_policy_decides_what_stays(instance: Instance) -> None:
    texts = [whole(instance, read(instance, 0, "SUPINE"), read(instance, 1, "Xyzzy"))]
    with graph() as pipeline:
        nothing = judge(pipeline, "Nothing", texts, PhiSettings(keep="nothing"))
        kept_nothing = [(index, "redact", "policy_keeps_nothing") for index in (0, 1)]
        assert_that(nothing, verdicts(kept_nothing), label="Keep nothing")
        words = judge(pipeline, "Words", texts, PhiSettings(keep_words=("xyzzy",), redact_words=("supine",)))
        assert_that(words, verdicts([(0, "redact", "policy_word"), (1, "keep", "lexicon")]), label="Own words")


def test_what_an_overlay_shows_is_found_on_the_overlay(instance: Instance) -> None:
    def check(actual: Iterable[Evidence]) -> None:
        [one] = actual
        assert [finding.overlay for finding in one.findings] == [PLANE.group, PLANE.group]
        assert all(finding.box.right <= PLANE.columns and finding.box.bottom <= PLANE.rows for finding in one.findings)

    text = whole(instance, read(instance, 0, "ZEBULON PLANTAGENET", "SUPINE", overlay=PLANE))
    with graph() as pipeline:
        assert_that(judge(pipeline, "Judge", [text], PhiSettings()), check)


def test_no_text_is_no_verdict_and_a_retried_instance_gets_the_same(instance: Instance) -> None:
    def same(actual: Iterable[Evidence]) -> None:
        one, other = actual
        assert one == other
        assert one.findings

    text = whole(instance, read(instance, 0, "ZEBULON PLANTAGENET"))
    with graph() as pipeline:
        assert_that(judge(pipeline, "Empty", [], PhiSettings()), equal_to([]), label="None")
        assert_that(judge(pipeline, "Retried", [text, text], PhiSettings()), same, label="Same")


def test_an_instance_that_cannot_be_judged_fails_once(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ClassificationError("broken on purpose")

    monkeypatch.setattr(judge_instance, "judge_instance", fail)
    with graph() as pipeline:
        given = pipeline | beam.Create([whole(instance, read(instance, 0, "Zebulon"))]).with_output_types(InstanceText)
        outcome = given | JudgeText(PhiSettings())
        assert_that(outcome.failed, failures(("R", "judge_text", "classification")))
    assert counted(pipeline, "judge_text") == {Counter.FAILED: 1}


def test_a_name_model_that_cannot_be_loaded_fails_the_job(instance: Instance, tmp_path: Path) -> None:
    settings = PhiSettings(model=ModelSource(folder=str(tmp_path / "missing"), sha256="0" * 64))
    text = whole(instance, read(instance, 0, "SUPINE"))
    with pytest.raises(Exception, match=r"text\.model of the policy"), graph() as pipeline:
        judge(pipeline, "Judge", [text], settings)
