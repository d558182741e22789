"""Which readings are of one and the same place."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.text_line import TextLine

_MIN_OVERLAP = 0.5
_MAX_HEIGHT_RATIO = 2.5


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
    return largest.box.overlap(line.box) >= _MIN_OVERLAP and _thickness(largest) <= _MAX_HEIGHT_RATIO * _thickness(line)


def _thickness(line: TextLine) -> int:
    return min(line.box.width, line.box.height)
