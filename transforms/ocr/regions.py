"""Where text can be cut and joined: tiles of a large image, and the regions that were found on them."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.geometry import Box, bounding_box


def cut_tiles(rows: int, columns: int, size_px: int, overlap_px: int) -> list[Box]:
    """Cover an image with tiles of at most `size_px` a side that overlap by at least `overlap_px`."""
    return [
        Box(left, top, right, bottom)
        for top, bottom in _cuts(rows, size_px, overlap_px)
        for left, right in _cuts(columns, size_px, overlap_px)
    ]


def _cuts(length_px: int, size_px: int, overlap_px: int) -> list[tuple[int, int]]:
    if length_px <= size_px:
        return [(0, length_px)]
    count = -(-(length_px - overlap_px) // (size_px - overlap_px))
    starts = [round(number * (length_px - size_px) / (count - 1)) for number in range(count)]
    return [(start, start + size_px) for start in starts]


def join_regions(boxes: Iterable[Box]) -> list[Box]:
    """Join what two tiles saw of the same line, without joining neighbouring lines.

    Two boxes are one when they overlap and run along the same line: across it they share most of their extent.
    """
    joined: list[Box] = []
    for new in sorted(set(boxes)):
        box = new
        while True:
            same = next((other for other in joined if _are_one(box, other)), None)
            if same is None:
                break
            joined.remove(same)
            box = bounding_box([box[:2], box[2:], same[:2], same[2:]])
        joined.append(box)
    return sorted(joined, key=lambda box: (box.top, box.left, box.bottom, box.right))


def _are_one(one: Box, other: Box) -> bool:
    common = one.intersection(other)
    if not common.area_px:
        return False
    if one.height > one.width and other.height > other.width:
        return 3 * common.width >= 2 * max(one.width, other.width)
    return 3 * common.height >= 2 * max(one.height, other.height)
