"""Groups the readings of one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..core.text_line import TextLine


@dataclass(frozen=True)
class LineThresholds:
    """When two readings are of one place; set on the readings of both engines.

    Attributes:
        min_overlap: Common area, of the smaller box.
        max_height_ratio: Height of the larger box over that of the smaller one.
    """

    min_overlap: float = 0.5
    max_height_ratio: float = 2.5


THRESHOLDS = LineThresholds()


def merge_lines(lines: Iterable[TextLine]) -> tuple[tuple[TextLine, ...], ...]:
    """Group readings of the same place by several engines and on several renderings of a frame.

    Every line is compared with the largest one of a group only, so a group never grows beyond its largest box, and no chain of
    neighbours can swallow the image. A box as high as several lines does not take them in: each stays a place of its own.

    Returns:
        Places from top to bottom, each with all of its readings, the largest box first.
    """
    groups: list[list[TextLine]] = []
    for line in sorted(
        lines, key=lambda line: (-line.box.area_px, line.box, line.engine, line.rendering, line.text, line.score)
    ):
        same = next((group for group in groups if _is_same_place(group[0], line)), None)
        if same is None:
            groups.append([line])
        else:
            same.append(line)
    groups.sort(key=lambda group: (group[0].box.top, group[0].box.left, group[0].box))
    return tuple(tuple(group) for group in groups)


def _is_same_place(largest: TextLine, line: TextLine) -> bool:
    return largest.box.overlap(line.box) >= THRESHOLDS.min_overlap and _thickness(
        largest
    ) <= THRESHOLDS.max_height_ratio * _thickness(line)


def _thickness(line: TextLine) -> int:
    return min(line.box.width, line.box.height)
