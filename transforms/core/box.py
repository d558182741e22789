"""Pixel rectangles: half-open `(left, top, right, bottom)`, origin top left, columns before rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np


class Box(NamedTuple):
    """A half-open rectangle of pixels; empty when `right <= left` or `bottom <= top`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels; 0 when empty."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """In pixels; 0 when empty."""
        return max(0, self.bottom - self.top)

    @property
    def area_px(self) -> int:
        """Width times height."""
        return self.width * self.height

    def clip(self, columns: int, rows: int) -> Box:
        """The part of the box inside an image of `columns` x `rows` pixels; can be empty."""
        return Box(max(0, self.left), max(0, self.top), min(columns, self.right), min(rows, self.bottom))

    def pad(self, by_px: int) -> Box:
        """The box grown by `by_px` pixels on every side, not clipped."""
        return Box(self.left - by_px, self.top - by_px, self.right + by_px, self.bottom + by_px)

    def shift(self, columns: int, rows: int) -> Box:
        """The box moved by `columns` and `rows` pixels."""
        return Box(self.left + columns, self.top + rows, self.right + columns, self.bottom + rows)

    def reduced(self, factor: int) -> Box:
        """The box on a picture that is `factor` times smaller, grown to whole pixels."""
        return Box(self.left // factor, self.top // factor, -(-self.right // factor), -(-self.bottom // factor))

    def intersection(self, other: Box) -> Box:
        """The common part; can be empty."""
        return Box(
            max(self.left, other.left), max(self.top, other.top), min(self.right, other.right), min(self.bottom, other.bottom)
        )

    def minus(self, other: Box) -> tuple[Box, ...]:
        """The part of the box outside of another: up to four boxes that do not overlap."""
        common = self.intersection(other)
        if not common.area_px:
            return (self,)
        left, top, right, bottom = common
        rest = (
            Box(self.left, self.top, self.right, top),
            Box(self.left, bottom, self.right, self.bottom),
            Box(self.left, top, left, bottom),
            Box(right, top, self.right, bottom),
        )
        return tuple(box for box in rest if box.area_px)

    def overlap(self, other: Box) -> float:
        """Common area over the smaller box's area, 0 to 1; 0 when either is empty."""
        smaller_px = min(self.area_px, other.area_px)
        return self.intersection(other).area_px / smaller_px if smaller_px else 0.0


def covered_share(box: Box, others: Iterable[Box]) -> float:
    """The share of a box that others cover together, 0 to 1; 0 for an empty box."""
    is_covered = np.zeros((box.height, box.width), bool)
    for other in others:
        common = other.intersection(box)
        if common.area_px:
            left, top, right, bottom = common.shift(-box.left, -box.top)
            is_covered[top:bottom, left:right] = True
    return float(is_covered.mean()) if is_covered.size else 0.0


def bounding_box(points: Iterable[tuple[float, float]]) -> Box:
    """The smallest box around all `(x, y)` points. Two opposite corners do not suffice for a rotated quadrilateral."""
    points = list(points)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(int(min(xs) // 1), int(min(ys) // 1), int(-(-max(xs) // 1)), int(-(-max(ys) // 1)))
