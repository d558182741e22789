"""The verdicts on all places with text of a picture, and the boxes that they fill.

What stands around a line counts as well: a number on a scale is no identifier, and what stands beside the label of an
identifying value is its value, whatever it reads as. A line with a label and its value is filled behind the label alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..core.box import Box
from ..core.evidence import Finding, Verdict
from ..core.instance import HeaderIdentifier
from ..core.text_line import TextLine
from .judge import Judgement, NameRecognizer, judge_readings
from .labelled_values import JudgedPlace, find_values
from .labels import LabelKind, find_label
from .rules import Rule
from .scales import ticks_of_scales
from .settings import PhiSettings


@dataclass(frozen=True)
class PlaceThresholds:
    """Limits of places, set on the annotated images of pydicom-data and on drawn text (`tests/bench/bench_text.py`).

    Attributes:
        text_height_share: Text is not higher than this share of the shorter side of its frame ...
        text_height_px: ... unless it is lower than this.
        frame_height_share: Nothing higher than this share of the frame is text, unless it was read with `sure_score`.
        sure_score: From this score on a reading is believed, and its box needs no room at the ends.
        doubtful_score: Below this score a high box is anatomy that was taken for glyphs.
        line_ratio: A box that is longer than this many times its height holds a line, not single letters.
        room_in_front: Room in front of the middle of a value's first letter, in widths of a letter ...
        late_share: ... and in heights of the line: the network places letters late by up to two of its steps.
        value_room: A value takes up at least this part of what letters of one width would.
        letter_width: Width of a letter in heights of its box, where the engine does not say where the letters are.
        room_beside: Widths of a letter from which on there is room for more of them beside a label.
        pitch_tolerance: Share of the distance of two lines of a block by which others may be off.
        widest_letter: Wider than this many heights a letter, a box holds more than what was read.
    """

    text_height_share: float = 0.12
    text_height_px: int = 64
    frame_height_share: float = 0.4
    sure_score: float = 0.9
    doubtful_score: float = 0.5
    line_ratio: float = 2.0
    room_in_front: float = 0.9
    late_share: float = 0.35
    value_room: float = 0.4
    letter_width: float = 0.5
    room_beside: float = 2.5
    pitch_tolerance: float = 0.25
    widest_letter: float = 1.3


THRESHOLDS = PlaceThresholds()
_LETTERS_OF_VALUE = {LabelKind.DATE: 10, LabelKind.ID: 8}
"""The least number of characters of a whole value: what was read of a shorter one is a part of it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The readings of one place, the largest box first, with the verdict on them."""

    lines: tuple[TextLine, ...]
    judgement: Judgement

    @property
    def best(self) -> TextLine:
        return max(self.lines, key=lambda line: line.score)

    @property
    def box(self) -> Box:
        return self.lines[0].box

    @property
    def height_px(self) -> int:
        return min(self.box.width, self.box.height)


def classify_lines(
    groups: Iterable[Sequence[TextLine]],
    identifiers: Sequence[HeaderIdentifier],
    frames: tuple[int, ...],
    columns: int,
    rows: int,
    settings: PhiSettings,
    recognizer: NameRecognizer | None,
) -> tuple[Finding, ...]:
    """Decides for each place with text whether it may stay.

    Args:
        groups: The readings of each place, by different engines and on different renderings.
        identifiers: The identifying values of the instance's header.
        frames: The frames that the findings hold for.
        columns, rows: Of the frame, in pixels.
        settings: What may stay.
        recognizer: Finds names in texts that would stay; None for none.

    Returns:
        The boxes to fill, padded and clipped, and the boxes that stay as they were found.
    """
    places = []
    for group in groups:
        lines = tuple(line for line in group if not _is_no_text(line, min(columns, rows)))
        if lines:
            places.append(_Place(lines, judge_readings(lines, identifiers, settings, recognizer)))
        else:
            places.append(_Place(tuple(group), Judgement(Verdict.KEEP, Rule.SIZE, 1.0)))
    gaps = []
    if settings.keep != "nothing":
        places = _judged_together(places)
        gaps = _unread_lines(places)
    places = [_without_unread_value(place) for place in places]
    kept = [box for place in places for box in _kept_boxes(place, settings)]
    found = [finding for place in places for finding in _findings(place, kept, frames, columns, rows, settings)]
    return (*found, *(_finding(line, box.clip(columns, rows), frames, _UNREAD) for line, box in gaps))


_UNREAD = Judgement(Verdict.REDACT, Rule.LINE_OF_BLOCK, 1.0)


def _unread_lines(places: Sequence[_Place]) -> list[tuple[TextLine, Box]]:
    """The places of lines that are missing between two labelled ones of an evenly spaced block, each with the line above it.

    A line of annotation is not read where it lies on something of its own brightness; half of it may still be legible.
    """
    labelled = sorted(
        (place for place in places if place.judgement.verdict is Verdict.REDACT and find_label(place.best.text) is not None),
        key=lambda place: place.box.top,
    )
    found = []
    pairs = [(upper, lower) for upper, lower in pairwise(labelled) if _is_below(upper, lower)]
    pitch_px = min((lower.box.top - upper.box.top for upper, lower in pairs), default=0)
    for upper, lower in pairs:
        steps = (lower.box.top - upper.box.top) / max(pitch_px, 1)
        if round(steps) == 2 and abs(steps - 2) <= THRESHOLDS.pitch_tolerance:
            top, bottom = upper.box.bottom, lower.box.top
            box = Box(min(upper.box.left, lower.box.left), top, max(upper.box.right, lower.box.right), bottom)
            if not any(place.box.overlap(box) > THRESHOLDS.pitch_tolerance for place in places):
                found.append((upper.best, box))
    return found


def _is_below(upper: _Place, lower: _Place) -> bool:
    """Whether two lines begin at the same column and are of the same height."""
    height_px = upper.height_px
    is_aligned = abs(upper.box.left - lower.box.left) <= height_px
    return is_aligned and lower.box.top > upper.box.top + height_px // 2 and 2 * abs(height_px - lower.height_px) <= height_px


def _judged_together(places: list[_Place]) -> list[_Place]:
    """The places with the verdicts that what stands around them asks for."""
    scales = _ticks(places)
    judged = [
        replace(place, judgement=replace(place.judgement, verdict=Verdict.KEEP, rule=Rule.SCALE)) if number in scales else place
        for number, place in enumerate(places)
    ]
    shown = [_shown(place) for place in judged]
    for label in range(len(judged)):
        for value in find_values(label, shown):
            changed = Judgement(Verdict.REDACT, Rule.LABELLED_VALUE, judged[value].judgement.score)
            judged[value] = replace(judged[value], judgement=changed)
            shown[value] = _shown(judged[value])
    return judged


def _shown(place: _Place) -> JudgedPlace:
    return JudgedPlace(place.box, place.best.text.strip(), place.judgement.rule, place.judgement.verdict is Verdict.REDACT)


_TICK = re.compile(r"[-+]?(?:0|[1-9]\d{0,3})(?:\.\d{1,3})?")
_MAY_BE_TICKS = (Rule.UNKNOWN_NUMBER, Rule.UNREADABLE, Rule.SHORT_NUMBER, Rule.MEASURE, Rule.DATE)  # 2000 is a year as well


def _ticks(places: Sequence[_Place]) -> set[int]:
    """The indices of the places that hold one number of a scale."""
    texts = {index: place.best.text.strip() for index, place in enumerate(places) if place.judgement.rule in _MAY_BE_TICKS}
    numbers = [index for index, text in texts.items() if _TICK.fullmatch(text)]
    return {numbers[found] for found in ticks_of_scales([(places[index].box, float(texts[index])) for index in numbers])}


def _without_unread_value(place: _Place) -> _Place:
    """The place; a label whose box has room for a value that was not read goes."""
    judgement = place.judgement
    if judgement.verdict is not Verdict.KEEP or judgement.rule is not Rule.LABEL:
        return place
    if not any(map(_is_wider_than_read, _outermost(place.lines))):
        return place
    return replace(place, judgement=replace(judgement, verdict=Verdict.REDACT, rule=Rule.LABELLED_VALUE))


def _kept_boxes(place: _Place, settings: PhiSettings) -> list[Box]:
    """The boxes of the lines of a place that stay, and of labels in front of a value, where they were read without doubt."""
    sure = [line.box for line in _outermost(place.lines) if line.score >= THRESHOLDS.sure_score]
    if place.judgement.verdict is Verdict.KEEP:
        return sure if place.judgement.rule is not Rule.SIZE else []
    column = _start_of_value(place, settings)
    return [] if column is None else [box._replace(right=min(column, box.right)) for box in sure if box.left < column]


def _findings(
    place: _Place, kept: Sequence[Box], frames: tuple[int, ...], columns: int, rows: int, settings: PhiSettings
) -> list[Finding]:
    """The boxes of a place: to fill, without a label that stands in front of the value, or to keep.

    Args:
        place: With its verdict.
        kept: The boxes of text that stays, which padding does not enter.
        frames, columns, rows, settings: See `classify_lines`.
    """
    judgement, lines = place.judgement, _outermost(place.lines)
    if judgement.verdict is Verdict.KEEP:
        return [_finding(line, line.box, frames, judgement) for line in lines]
    column = _start_of_value(place, settings)
    found = []
    for line in lines:
        box = _clear_of(_padded(line, settings), line.box, kept)
        if column is not None and line.box.left < column:
            box = box._replace(left=column)
            label_box = line.box._replace(right=column).clip(columns, rows)
            found.append(_finding(line, label_box, frames, Judgement(Verdict.KEEP, Rule.LABEL, line.score)))
        found.append(_finding(line, box.clip(columns, rows), frames, judgement))
    return [finding for finding in found if finding.box.area_px]


def _finding(line: TextLine, box: Box, frames: tuple[int, ...], judgement: Judgement) -> Finding:
    return Finding(
        frames,
        box,
        judgement.verdict,
        judgement.reason,
        judgement.rule,
        judgement.score,
        line.engine,
        line.rendering,
        line.prefilter_score,
    )


def _start_of_value(place: _Place, settings: PhiSettings) -> int | None:
    """The column, in pixels of the frame, in front of the value of a line that begins with a label; None to fill all of it.

    All readings that say anything must begin with the same kind of label, and the best one must be sure.
    """
    if settings.keep == "nothing":
        return None
    line = place.best
    label = find_label(line.text)
    if label is None or label.value_start >= len(line.text) or line.score < THRESHOLDS.sure_score:
        return None
    if line.is_vertical or len(line.letters) != len(line.text):
        return None
    others = [find_label(other.text) for other in place.lines if other.score >= THRESHOLDS.doubtful_score]
    if not all(other is not None and other.kind is label.kind for other in others):
        return None
    first = line.letters[label.value_start]
    value_share = 1 - label.value_start / len(line.text)
    if sorted(line.letters) != list(line.letters) or 1 - first < THRESHOLDS.value_room * value_share:
        return None  # Letters that are no places within the box.
    room_px = THRESHOLDS.room_in_front * _letter_width(line) + THRESHOLDS.late_share * line.box.height
    return max(line.box.left, line.box.left + int(first * line.box.width - room_px))


def _letter_width(line: TextLine) -> float:
    """The width of a letter in pixels: the usual distance of two neighbours."""
    if len(line.letters) > 1:
        return (line.letters[-1] - line.letters[0]) * line.box.width / (len(line.letters) - 1)
    return THRESHOLDS.letter_width * line.box.height


def _is_wider_than_read(line: TextLine) -> bool:
    """Whether a box has room for letters that were not read: at an end, or, where nobody says where the letters are, at all."""
    if len(line.letters) > 1:
        beside = max(line.letters[0], 1 - line.letters[-1]) * line.box.width
        return beside > THRESHOLDS.room_beside * _letter_width(line)
    return line.box.width > THRESHOLDS.widest_letter * line.box.height * max(len(line.text), 1)


def _is_no_text(line: TextLine, side_px: int) -> bool:
    """Whether a box is anatomy that a detector took for glyphs: too high for text, and hardly read."""
    height_px = min(line.box.width, line.box.height)
    is_hardly_read = len(re.findall(r"\w", line.text)) <= 2 or (line.score < THRESHOLDS.doubtful_score and not line.is_vertical)
    is_high = height_px > max(THRESHOLDS.text_height_px, THRESHOLDS.text_height_share * side_px)
    return (is_high and is_hardly_read) or (
        height_px > THRESHOLDS.frame_height_share * side_px and line.score < THRESHOLDS.sure_score
    )


def _outermost(group: Sequence[TextLine]) -> list[TextLine]:
    """The lines whose boxes no other line of the group contains. Together they cover the place."""
    kept: list[TextLine] = []
    for line in sorted(group, key=lambda line: (-line.box.area_px, line.box)):
        if not any(line.box.intersection(other.box) == line.box for other in kept):
            kept.append(line)
    return kept


def _padded(line: TextLine, settings: PhiSettings) -> Box:
    """The line's box, padded; where the line is hard to read, by one more letter at both ends and by what its value lacks."""
    height_px, length_px = sorted((line.box.width, line.box.height))  # A vertical line is as high as it is wide.
    box = line.box.pad(max(settings.padding_px, round(settings.padding_share * height_px)))
    if line.score >= THRESHOLDS.sure_score or length_px < THRESHOLDS.line_ratio * height_px:
        return box
    # The ends of a faint line are often not detected.
    if line.box.width == length_px:
        return box._replace(left=box.left - height_px, right=box.right + max(height_px, _missing_px(line)))
    return box._replace(top=box.top - height_px, bottom=box.bottom + height_px)


def _clear_of(padded: Box, inner: Box, kept: Iterable[Box]) -> Box:
    """A padded box without the padding that lies on text that stays.

    Args:
        padded: The box to fill.
        inner: The same without padding, of which nothing is given up.
        kept: The boxes of text that stays.
    """
    left, top, right, bottom = padded
    for other in kept:
        if not Box(left, top, right, bottom).intersection(other).area_px:
            continue
        if other.top <= top and 2 * other.bottom <= inner.top + inner.bottom:
            top = min(other.bottom, inner.top)
        elif other.bottom >= bottom and 2 * other.top >= inner.top + inner.bottom:
            bottom = max(other.top, inner.bottom)
        elif other.left <= left and 2 * other.right <= inner.left + inner.right:
            left = min(other.right, inner.left)
        elif other.right >= right and 2 * other.left >= inner.left + inner.right:
            right = max(other.left, inner.right)
    return Box(left, top, right, bottom)


def _missing_px(line: TextLine) -> int:
    """The width of the letters that a value is too short by: of a date of which the year alone was read, of a cut number."""
    label = find_label(line.text)
    if label is None:
        return 0
    letters = _LETTERS_OF_VALUE.get(label.kind, 0) - len(line.text[label.value_start :])
    return round(max(letters, 0) * _letter_width(line))
