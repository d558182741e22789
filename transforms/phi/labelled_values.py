"""Finds the values of labels that stand apart from them on a picture: beside, below, and further boxes of the same value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..core.box import Box
from .labels import Label, LabelKind, find_label
from .rules import Rule
from .term_or_name import may_be_name


@dataclass(frozen=True)
class ValueThresholds:
    """How far a value stands from its label, in heights of the label, set on the annotated images of pydicom-data.

    Attributes:
        beside: A value begins within so many heights to the right ...
        near: ... and within so many it is the value even if it would stay by itself for good reasons, or stands to the left.
        below: Heights between a label and a value below it.
        next_part: Heights between two boxes of one value: a space of a wide font.
        most_parts: Boxes of one value.
    """

    beside: float = 15.0
    near: float = 4.0
    below: float = 1.0
    next_part: float = 1.5
    most_parts: int = 4


THRESHOLDS = ValueThresholds()
_EXPLAINED = (Rule.TERM, Rule.AMBIGUOUS_TERM, Rule.MEASURE, Rule.MARKER)
_OF_SEVERAL_WORDS = (LabelKind.NAME, LabelKind.PLACE)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Hebrew, Arabic and their neighbours: the value stands to the left of its label."""


class JudgedPlace(NamedTuple):
    """A place with text: its box, what was read best, and the verdict on it."""

    box: Box
    text: str
    rule: Rule
    is_redacted: bool


def find_values(label: int, places: Sequence[JudgedPlace]) -> list[int]:
    """The places that hold the value of a label and would stay.

    Args:
        label: The index of a place. It has values if it holds a label alone, or a label and the beginning of a value.
        places: All places of the picture.
    """
    found = find_label(places[label].text)
    if found is None or not (places[label].rule is Rule.LABEL or (found.is_ended and places[label].is_redacted)):
        return []
    values = _values(label, found, places)
    return [index for index in values if not places[index].is_redacted]


def _values(number: int, label: Label, places: Sequence[JudgedPlace]) -> list[int]:
    if places[number].rule is not Rule.LABEL:
        return list(_further_parts(number, number, label, places, _next_right))
    is_turned = _RIGHT_TO_LEFT.search(places[number].text) is not None
    ways = (_value_left, _value_right, _value_below) if is_turned else (_value_right, _value_below, _value_left)
    for way in ways:
        value = way(number, label, places)
        if value is not None:
            onward = _next_left if way is _value_left else _next_right
            return [value, *_further_parts(value, number, label, places, onward)]
    return []


def _value_right(number: int, label: Label, places: Sequence[JudgedPlace]) -> int | None:
    found = _next_right(number, places)
    if found is None:
        return None
    gap = (places[found].box.left - places[number].box.right) / _height_px(places[number].box)
    is_far = gap > (THRESHOLDS.near if _is_explained(places[found]) else THRESHOLDS.beside)
    return found if not is_far and _may_be_value(places[found], label, is_near=gap <= THRESHOLDS.near) else None


def _is_explained(place: JudgedPlace) -> bool:
    """Whether a place is there for good reasons of its own: a measurement, or terms that nobody is called like."""
    return place.rule in (Rule.TERM, Rule.MEASURE) and not any(map(may_be_name, place.text.split()))


def _value_left(number: int, label: Label, places: Sequence[JudgedPlace]) -> int | None:
    """The place to the left of a label, if it is not the value of another one."""
    found = _next_left(number, places)
    if found is None or not _may_be_value(places[found], label, is_near=False):
        return None
    gap = (places[number].box.left - places[found].box.right) / _height_px(places[number].box)
    is_turned = _RIGHT_TO_LEFT.search(places[number].text) is not None
    before = _next_left(found, places)
    is_of_another = before is not None and places[before].rule is Rule.LABEL
    return found if gap <= (THRESHOLDS.beside if is_turned else THRESHOLDS.near) and not is_of_another else None


def _value_below(number: int, label: Label, places: Sequence[JudgedPlace]) -> int | None:
    box, height_px = places[number].box, _height_px(places[number].box)
    below = [
        index
        for index, place in enumerate(places)
        if -0.3 * height_px <= place.box.top - box.bottom <= THRESHOLDS.below * height_px
        and abs(place.box.left - box.left) <= 2 * height_px
    ]
    found = min(below, key=lambda index: places[index].box.top, default=None)
    return found if found is not None and _may_be_value(places[found], label, is_near=False) else None


def _further_parts(
    value: int,
    number: int,
    label: Label,
    places: Sequence[JudgedPlace],
    onward: Callable[[int, Sequence[JudgedPlace]], int | None],
) -> Iterator[int]:
    """The boxes that go on a value: a given name that was boxed apart from the surname."""
    for _ in range(THRESHOLDS.most_parts - 1):
        following = onward(value, places)
        if following is None or following == number or not _may_be_value(places[following], label, is_near=False):
            return
        one, other = sorted((places[value].box, places[following].box))
        if other.left - one.right > THRESHOLDS.next_part * _height_px(places[value].box):
            return
        if label.kind not in _OF_SEVERAL_WORDS and places[following].rule in _EXPLAINED:
            return
        yield following
        value = following


def _may_be_value(place: JudgedPlace, label: Label, *, is_near: bool) -> bool:
    """Whether a place is no anatomy and no label itself. Right beside the label of a name, "Case" may be a surname."""
    if place.rule is Rule.SIZE:
        return False
    other = find_label(place.text)
    if other is None:
        return True
    is_word = place.text.isalpha() and other.value_start == len(place.text)
    return is_near and is_word and label.kind is LabelKind.NAME and may_be_name(place.text)


def _next_right(number: int, places: Sequence[JudgedPlace]) -> int | None:
    box = places[number].box
    return min(
        (index for index in _in_row(number, places) if -0.5 * _height_px(box) <= places[index].box.left - box.right),
        key=lambda index: places[index].box.left,
        default=None,
    )


def _next_left(number: int, places: Sequence[JudgedPlace]) -> int | None:
    box = places[number].box
    return max(
        (index for index in _in_row(number, places) if -0.5 * _height_px(box) <= box.left - places[index].box.right),
        key=lambda index: places[index].box.right,
        default=None,
    )


def _in_row(number: int, places: Sequence[JudgedPlace]) -> Iterator[int]:
    """The other places that share at least half of the height of the lower of two boxes."""
    box = places[number].box
    for index, (other, *_) in enumerate(places):
        common_px = min(box.bottom, other.bottom) - max(box.top, other.top)
        if index != number and 2 * common_px >= min(box.height, other.height):
            yield index


def _height_px(box: Box) -> int:
    return max(1, min(box.width, box.height))
