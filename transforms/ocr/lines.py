"""Which readings are of one and the same place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..core.geometry import covered_share
from ..core.records import STROKES_VIEW, TextLine

_MIN_OVERLAP = 0.5
_MAX_HEIGHT_RATIO = 2.5
_MIN_KNOWN_SHARE = 0.75
"""Strokes of which so much lies under sure readings of other renderings are those same lines once more."""


def merge_lines(lines: Iterable[TextLine]) -> tuple[tuple[TextLine, ...], ...]:
    """Group readings of the same place by several engines and on several renderings of a frame.

    Every line is compared with the largest one of a group only, so a group never grows beyond its largest box, and no chain of
    neighbours can swallow the image. A box as high as several lines does not take them in: each stays a place of its own.
    Strokes that other renderings show as well join those places, whatever their own box; all others are places of their own.

    Returns:
        Places from top to bottom, each with all of its readings: the largest box first, known strokes last.
    """
    lines = sorted(lines, key=lambda line: (-line.box.area_px, line.box, line.engine, line.view, line.text, line.score))
    sure = [line.box for line in lines if line.is_sure]
    known = [line for line in lines if line.view == STROKES_VIEW and covered_share(line.box, sure) >= _MIN_KNOWN_SHARE]
    groups: list[list[TextLine]] = []
    for line in lines:
        if line in known:
            continue
        same = next(
            (group for group in groups if _is_same_place(group[0], line) and not _is_sure_over_strokes(group, line)), None
        )
        if same is None:
            groups.append([line])
        else:
            same.append(line)
    for line in known:
        max(groups, key=lambda group: max(_common_px(one, line) * one.is_sure for one in group)).append(line)
    groups.sort(key=lambda group: (group[0].box.top, group[0].box.left, group[0].box))
    return tuple(tuple(group) for group in groups)


def _is_same_place(largest: TextLine, line: TextLine) -> bool:
    return largest.box.overlap(line.box) >= _MIN_OVERLAP and _thickness(largest) <= _MAX_HEIGHT_RATIO * _thickness(line)


def _is_sure_over_strokes(group: Sequence[TextLine], line: TextLine) -> bool:
    """Whether a sure reading and strokes that it does not explain would come together: those may show something else."""
    together = (*group, line)
    return any(one.is_sure for one in together) and any(one.view == STROKES_VIEW for one in together)


def _common_px(one: TextLine, other: TextLine) -> int:
    return one.box.intersection(other.box).area_px


def _thickness(line: TextLine) -> int:
    return min(line.box.width, line.box.height)
