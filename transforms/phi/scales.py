"""Finds scales on pictures: numbers at equal distances, in value and on the picture, in a row or a column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..core.box import Box


@dataclass(frozen=True)
class ScaleThresholds:
    """When numbers are on a scale.

    Attributes:
        tolerance: Share of the distance of two ticks by which the next one may be off its place.
        aside: Heights of a number by which a tick may stand aside.
        long_numbers: From this value on numbers are years and record numbers too ...
        round_step: ... unless they go on by a multiple of this, as depths and densities do ...
        years: ... and not all of them are years of this range.
        most_numbers: More numbers than these are a table, and looking for scales among them would take too long.
    """

    tolerance: float = 0.15
    aside: float = 1.0
    long_numbers: float = 1000.0
    round_step: float = 50.0
    years: tuple[float, float] = (1900.0, 2099.0)
    most_numbers: int = 200


THRESHOLDS = ScaleThresholds()


class _Tick(NamedTuple):
    """A number on a picture: its middle along a scale and across it, in pixels, and its value."""

    along_px: float
    across_px: float
    height_px: int
    value: float
    number: int


def ticks_of_scales(numbers: Sequence[tuple[Box, float]]) -> set[int]:
    """The indices of numbers that are one of at least three at equal distances.

    Args:
        numbers: The place of each number on the picture, and its value.
    """
    found: set[int] = set()
    for is_column in (False, True):
        ticks = sorted(_tick(index, *number, is_column) for index, number in enumerate(numbers[: THRESHOLDS.most_numbers]))
        for at, first in enumerate(ticks):
            for other, second in enumerate(ticks[at + 1 :], at + 2):
                found |= _scale_from(first, second, ticks[other:])
    return found


def _tick(index: int, box: Box, value: float, is_column: bool) -> _Tick:
    middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    along_px, across_px = reversed(middle) if is_column else middle
    return _Tick(along_px, across_px, box.height, value, index)


def _scale_from(first: _Tick, second: _Tick, later: Sequence[_Tick]) -> set[int]:
    """The indices of two ticks and of those that they go on to; empty where no third one follows."""
    step_px, step = second.along_px - first.along_px, second.value - first.value
    if not step or step_px <= first.height_px or not _is_beside(first, second):
        return set()
    scale = [first, second]
    for tick in later:
        off_px = abs(tick.along_px - scale[-1].along_px - step_px)
        is_next = off_px <= THRESHOLDS.tolerance * step_px and math.isclose(tick.value - scale[-1].value, step)
        if is_next and _is_beside(first, tick):
            scale.append(tick)
    is_scale = len(scale) > 2 and not _may_be_records([tick.value for tick in scale], step)
    return {tick.number for tick in scale} if is_scale else set()


def _may_be_records(values: Sequence[float], step: float) -> bool:
    """Whether numbers at equal distances may be years, or records numbered in a row."""
    first, last = THRESHOLDS.years
    are_years = all(first <= value <= last and value.is_integer() for value in values)
    return are_years or (min(values) >= THRESHOLDS.long_numbers and step % THRESHOLDS.round_step != 0)


def _is_beside(one: _Tick, other: _Tick) -> bool:
    return abs(one.across_px - other.across_px) <= THRESHOLDS.aside * one.height_px
