"""Counts the pixels that boxes cover."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from efface.transforms.core.box import Box


def filled_pixels(boxes: Iterable[tuple[Sequence[int], Box]]) -> int:
    """Pixels of an instance that one box or more cover, over all Frames.

    Args:
        boxes: Frames, and the box that was filled on each of them.
    """
    by_frame: defaultdict[int, set[Box]] = defaultdict(set)
    for frames, box in boxes:
        for frame in frames:
            by_frame[frame].add(box)
    alike = Counter(map(frozenset, by_frame.values()))  # Most Frames of a clip have the same boxes.
    return sum(count * _covered(together) for together, count in alike.items())


def _covered(boxes: frozenset[Box]) -> int:
    """Pixels that the boxes cover together: those of a grid over all of their sides."""
    columns = sorted({side for box in boxes for side in (box.left, box.right)})
    rows = sorted({side for box in boxes for side in (box.top, box.bottom)})
    is_covered = np.zeros((len(rows) - 1, len(columns) - 1), bool)
    for box in boxes:
        is_covered[rows.index(box.top) : rows.index(box.bottom), columns.index(box.left) : columns.index(box.right)] = True
    return int((np.diff(rows)[:, np.newaxis] * np.diff(columns))[is_covered].sum())
