"""Text that is left on the output is seen; what was judged to stay, and what nobody can read, changes nothing."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pydicom
import pytest

from efface.transforms.core.box import Box
from efface.transforms.core.decisions import NOTHING_DECIDED, Action, Decided, Decision, Scope
from efface.transforms.core.errors import TextLeftError
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.core.text_line import TextLine
from efface.transforms.instance import second_look
from efface.transforms.instance.open import read_source
from efface.transforms.instance.rewrite import RewriteSettings, Rewritten, rewrite_instance
from efface.transforms.instance.second_look import TextReaders, is_looked_at_again, verify_text
from efface.transforms.metadata.profile import Profile
from efface.transforms.ocr.base import EVERYTHING, OcrSettings, Wanted
from efface.transforms.phi.reasons import Reason
from efface.transforms.phi.rules import Rule
from efface.transforms.phi.settings import PhiSettings
from support.corpus import pseudonyms
from support.steps import instance_of, leaks, pictured, stored

SETTINGS = RewriteSettings(Profile())
FILLED = Finding((0,), Box(10, 10, 60, 24), Verdict.REDACT, "header_name", "name", 1.0)
KEPT = Finding((0,), Box(10, 40, 60, 52), Verdict.KEEP, "lexicon", "term", 0.9)
FAR = Box(100, 80, 160, 92)
IDENTIFIERS = (HeaderIdentifier(IdentifierKind.NAME, "Plantagenet^Zebulon"),)


class Scripted:
    """Finds the same lines on whatever it is shown that is no box of zeros."""

    name = version = "scripted"

    def __init__(self, *lines: TextLine) -> None:
        self.lines, self.looks = list(lines), 0

    def detect(
        self,
        images: Sequence[np.ndarray],
        *,
        rendering: str,
        prefiltered: Sequence[Box] = (),
        wanted: Wanted = EVERYTHING,
    ) -> list[list[TextLine]]:
        self.looks += len(images)
        return [[line for line in self.lines if _shown(image, line.box).any()] for image in images]


def _shown(image: np.ndarray, box: Box) -> np.ndarray:
    return image[box.top : box.bottom, box.left : box.right] > 0


def line(box: Box, text: str = "Zebulon", score: float = 0.95, heat: float = 0.99) -> TextLine:
    return TextLine(box, text, score, "scripted", "stored", prefilter_score=heat)


@dataclasses.dataclass
class Desk:
    """Writes an instance and looks at it again."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    decided: Decided = NOTHING_DECIDED

    def look(self, detector: Scripted, *findings: Finding, frames: int = 1, share: float = 0.0) -> tuple[Evidence, Rewritten]:
        self.monkeypatch.setattr(second_look, "load_text_detector", lambda settings: detector)
        pixels = np.random.default_rng(1).integers(100, 200, (112, 200), dtype=np.uint8)
        pixels[100:] = 0
        stack = pixels if frames == 1 else np.repeat(pixels[None], frames, axis=0)
        source = stored(self.folder, pictured(stack))
        instance = dataclasses.replace(instance_of(source, "R"), identifiers=IDENTIFIERS, draw=0.5, decided=self.decided)
        evidence, data = Evidence(instance, 1, findings), read_source(source)
        rewritten = rewrite_instance(data, evidence, SETTINGS, pseudonyms())
        readers = TextReaders(OcrSettings(engine="fake", second_look=share), PhiSettings(model=None))
        return verify_text(data, rewritten, evidence, SETTINGS, pseudonyms(), readers)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


LEFT = {
    "away": line(FAR),
    "a name where a term was kept": line(KEPT.box),
    "more than the kept words": line(KEPT.box._replace(right=150), "LIVER Zebulon"),
    "inside of a box": line(Box(12, 11, 58, 23)),
}


@pytest.mark.parametrize("seen", LEFT.values(), ids=LEFT)
def test_text_that_must_not_stay_is_an_error_that_tells_nothing(desk: Desk, seen: TextLine) -> None:
    detector = Scripted(seen)
    detector.detect = lambda images, **about: [[seen] for _ in images]  # type: ignore[method-assign]
    with pytest.raises(TextLeftError) as caught:
        desk.look(detector, FILLED, KEPT)
    assert not leaks(str(caught.value))


HARMLESS = {
    "a term": line(FAR, "LIVER"),
    "noise that reads as something": line(FAR, "Zebulon", score=0.6),
    "too little to say anything": line(FAR, "X7"),
    "edges without text": line(FAR, "Zebulon", heat=0.5),
    "a kept term that reads otherwise": line(KEPT.box, "UVER xq"),
    "the edge of a box": line(Box(52, 10, 62, 24), "", 0.0),
}


@pytest.mark.parametrize("seen", HARMLESS.values(), ids=HARMLESS)
def test_everything_else_changes_nothing(desk: Desk, seen: TextLine) -> None:
    evidence, rewritten = desk.look(Scripted(seen), FILLED, KEPT)
    assert evidence.findings == (FILLED, KEPT)
    assert (pydicom.dcmread(io.BytesIO(rewritten.data)).pixel_array[10:24, 10:60] == 0).all()


def test_the_rest_of_a_line_beside_a_box_is_filled_as_well(desk: Desk) -> None:
    evidence, rewritten = desk.look(Scripted(line(Box(58, 10, 90, 24), "", 0.1)), FILLED)
    [added] = evidence.findings[1:]
    assert (added.rendering, added.verdict) == (second_look.VIEW, Verdict.REDACT)
    assert not _shown(pydicom.dcmread(io.BytesIO(rewritten.data)).pixel_array, Box(10, 10, 90, 24)).any()


@pytest.mark.parametrize(("after", "is_refused"), [(line(Box(82, 10, 130, 24)), True), (line(Box(82, 10, 99, 24), ""), False)])
def test_a_box_is_widened_once(desk: Desk, after: TextLine, is_refused: bool) -> None:
    detector, looks = Scripted(), iter([line(Box(58, 10, 80, 24), "", 0.1), after])
    detector.detect = lambda images, **about: [[next(looks)]]  # type: ignore[method-assign]
    if is_refused:
        with pytest.raises(TextLeftError, match="widened"):
            desk.look(detector, FILLED)
    else:
        assert len(desk.look(detector, FILLED)[0].findings) == 2


@pytest.mark.parametrize(
    ("text", "first", "last", "is_refused"),
    [("Quillop", 0.05, 0.4, False), ("Quillop", 0.05, 0.9, True), ("Quillop", 0.0, 0.0, True), ("Zebulon", 0.05, 0.4, True)],
    ids=["on kept text", "beyond it", "nobody knows where", "a name"],
)
def test_of_a_line_that_goes_on_beside_a_widened_box_the_letters_count(
    desk: Desk, text: str, first: float, last: float, is_refused: bool
) -> None:
    letters = tuple(np.linspace(first, last, len(text)).tolist()) if last else ()
    longer = dataclasses.replace(line(KEPT.box._replace(right=110), text), letters=letters)
    detector, looks = Scripted(), iter([line(Box(58, 10, 80, 24), "", 0.1), longer])
    detector.detect = lambda images, **about: [[next(looks)]]  # type: ignore[method-assign]
    if is_refused:
        with pytest.raises(TextLeftError, match="widened"):
            desk.look(detector, FILLED, KEPT)
    else:
        assert len(desk.look(detector, FILLED, KEPT)[0].findings) == 3


@pytest.mark.parametrize(("findings", "share", "looks"), [((), 0.0, 0), ((KEPT,), 0.0, 0), ((FILLED,), 0.0, 1), ((), 0.6, 1)])
def test_what_is_looked_at(desk: Desk, findings: tuple[Finding, ...], share: float, looks: int) -> None:
    detector = Scripted()
    desk.look(detector, *findings, share=share)
    assert detector.looks == looks


def test_equal_frames_are_looked_at_once(desk: Desk) -> None:
    detector = Scripted()
    desk.look(detector, dataclasses.replace(FILLED, frames=(0, 1, 2)), frames=40)
    assert detector.looks == 2


@pytest.mark.parametrize(
    ("draw", "share", "is_drawn"), [(0.995, 0.01, True), (0.5, 0.01, False), (1.0, 1.0, False), (0, 1, True)]
)
def test_the_sample_is_drawn_by_key(tmp_path: Path, draw: float, share: float, is_drawn: bool) -> None:
    source = stored(tmp_path, pictured(np.zeros((4, 4), np.uint8)))
    instance = dataclasses.replace(instance_of(source, "R"), draw=draw)
    assert is_looked_at_again(Evidence(instance, 1, ()), share) == is_drawn
    label = dataclasses.replace(instance, is_slide_label=True)
    assert not is_looked_at_again(Evidence(label, 1, (FILLED,)), share)


RELEASED = Decided((Decision(Scope.INSTANCE, "1.2", Action.RELEASE, code="text_left"),), "D")


def test_a_person_can_release_what_the_judge_would_redact(desk: Desk) -> None:
    desk.decided = RELEASED
    evidence, _ = desk.look(Scripted(line(FAR, "Wexford Quill")), FILLED)
    assert evidence.findings == (FILLED,)


@pytest.mark.parametrize("seen", [line(FAR), line(Box(12, 11, 58, 23), "Wexford")], ids=["of the header", "within a box"])
def test_nobody_can_release_an_identifier_of_the_header_or_what_was_not_filled(desk: Desk, seen: TextLine) -> None:
    desk.decided = RELEASED
    detector = Scripted(seen)
    detector.detect = lambda images, **about: [[seen] for _ in images]  # type: ignore[method-assign]
    with pytest.raises(TextLeftError):
        desk.look(detector, FILLED)


def test_text_in_a_box_that_a_person_keeps_is_not_left_unless_the_header_names_it(desk: Desk) -> None:
    kept = Finding((0,), FAR.pad(4), Verdict.KEEP, "decision", "decided_keep", 1.0)
    evidence, _ = desk.look(Scripted(line(FAR, "Wexford Quill")), FILLED, kept)
    assert evidence.findings == (FILLED, kept)
    with pytest.raises(TextLeftError):
        desk.look(Scripted(line(FAR)), FILLED, kept)
    with pytest.raises(TextLeftError):
        desk.look(Scripted(line(FAR, "Wexford Quill")), FILLED)


def test_what_was_decided_is_always_looked_at_again(desk: Desk) -> None:
    desk.decided = RELEASED
    detector = Scripted()
    desk.look(detector, share=0.0)
    assert detector.looks


LABEL = dataclasses.replace(KEPT, rule=Rule.LABEL, box=Box(60, 10, 90, 24))
READ_AGAIN = {
    "a label whose value is filled": (LABEL, False),
    "the same, not read for sure": (dataclasses.replace(LABEL, score=0.7), True),
    "a label of which no value was found": (dataclasses.replace(LABEL, box=KEPT.box), True),
    "a term beside what is filled": (dataclasses.replace(LABEL, rule=KEPT.rule), True),
    "what a person kept": (dataclasses.replace(LABEL, rule=Rule.DECIDED_KEEP), True),
    "no text": (dataclasses.replace(LABEL, reason=Reason.NOT_TEXT), True),
}


@pytest.mark.parametrize(("kept", "is_read"), READ_AGAIN.values(), ids=READ_AGAIN)
def test_only_the_label_of_a_filled_value_is_not_read_again(desk: Desk, kept: Finding, is_read: bool) -> None:
    asked: list[Wanted] = []
    detector = Scripted()
    detector.detect = lambda images, wanted, **about: asked.append(wanted) or [[]]  # type: ignore[method-assign, func-returns-value]
    desk.look(detector, FILLED, kept)
    [wanted] = asked
    assert wanted.is_known(kept.box) != is_read
    assert not any(map(wanted.is_known, (FILLED.box, FAR, kept.box._replace(right=kept.box.right + 40))))
