"""Cuts images into tiles and joins the regions that are found on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ..core.box import Box, bounding_box
from ..core.image_ops import brightest


@dataclass(frozen=True)
class RegionThresholds:
    """Limits of what is cut out for an engine. No line of the benchmark's text was lost by them.

    Attributes:
        block_px: Side of a block.
        smooth_edge: A block without a steeper step of grey levels in it or beside it holds no text.
        full_share: Share of blocks from which on the image is searched as a whole.
        small_blocks: Blocks a side of a part.
        overlap_blocks: Blocks by which parts overlap.
        sheet_step_px: Sides of sheets are multiples of it: each new shape costs the runtime time.
    """

    block_px: int = 32
    smooth_edge: int = 24
    full_share: float = 0.5
    small_blocks: int = 20
    overlap_blocks: int = 2
    sheet_step_px: int = 128


THRESHOLDS = RegionThresholds()


def cut_tiles(rows: int, columns: int, size_px: int, overlap_px: int) -> list[Box]:
    """Cover an image with equal tiles of at most `size_px` a side that overlap by `overlap_px`, or little more."""
    return [
        Box(left, top, right, bottom)
        for top, bottom in _cuts(rows, size_px, overlap_px)
        for left, right in _cuts(columns, size_px, overlap_px)
    ]


def _cuts(length_px: int, size_px: int, overlap_px: int) -> list[tuple[int, int]]:
    if length_px <= size_px:
        return [(0, length_px)]
    count = -(-(length_px - overlap_px) // (size_px - overlap_px))
    size_px = -(-(length_px + (count - 1) * overlap_px) // count)
    starts = [round(number * (length_px - size_px) / (count - 1)) for number in range(count)]
    return [(start, start + size_px) for start in starts]


def busy_areas(image: np.ndarray) -> list[Box]:
    """The parts of an image that hold edges, and so may hold text: everything else is smoother than the faintest line.

    Args:
        image: uint8, (rows, columns) or (rows, columns, 3).

    Returns:
        Boxes that cover every edge with a margin; they may overlap. None at all on an image without edges.
    """
    rows, columns = image.shape[:2]
    edges = brightest(cv2.morphologyEx(image, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)))
    steep = np.pad(edges > THRESHOLDS.smooth_edge, ((0, -rows % THRESHOLDS.block_px), (0, -columns % THRESHOLDS.block_px)))
    down, across = -(-rows // THRESHOLDS.block_px), -(-columns // THRESHOLDS.block_px)
    blocks = np.asarray(steep.reshape(down, THRESHOLDS.block_px, across, THRESHOLDS.block_px).any(axis=(1, 3)), np.uint8)
    is_busy = cv2.dilate(blocks, np.ones((3, 3), np.uint8)) > 0
    areas = _full_parts(is_busy, Box(0, 0, is_busy.shape[1], is_busy.shape[0]))
    return [Box(*(THRESHOLDS.block_px * side for side in area)).clip(columns, rows) for area in areas]


def _full_parts(is_busy: np.ndarray, box: Box) -> list[Box]:
    """Cut a box, in blocks, into parts that are busy for the most part or small; cuts overlap, so that no line is cut twice."""
    down, across = np.nonzero(is_busy[box.top : box.bottom, box.left : box.right])
    if not down.size:
        return []
    left, top = box.left + int(across.min()), box.top + int(down.min())
    part = Box(left, top, box.left + int(across.max()) + 1, box.top + int(down.max()) + 1)
    is_full = down.size >= THRESHOLDS.full_share * part.area_px
    if is_full or max(part.width, part.height) <= THRESHOLDS.small_blocks:
        return [part]
    if part.width >= part.height:
        middle = (part.left + part.right) // 2
        halves = (
            part._replace(right=middle + THRESHOLDS.overlap_blocks),
            part._replace(left=middle - THRESHOLDS.overlap_blocks),
        )
    else:
        middle = (part.top + part.bottom) // 2
        halves = (
            part._replace(bottom=middle + THRESHOLDS.overlap_blocks),
            part._replace(top=middle - THRESHOLDS.overlap_blocks),
        )
    return [found for half in halves for found in _full_parts(is_busy, half)]


def pack(
    shapes: Sequence[tuple[int, int]], draw: Callable[[int], np.ndarray], limit_px: int
) -> Iterator[tuple[np.ndarray, dict[int, Box]]]:
    """Put images onto as few pixels of sheets as shelves allow, so that an engine reads a few pictures instead of many.

    Args:
        shapes: (rows, columns) of each image, no side longer than the limit.
        draw: Makes an image by its number, (rows, columns, 3) of uint8: those of one sheet are in memory at once.
        limit_px: No side of a sheet is longer.

    Yields:
        A sheet, black between the images, and where on it which images are, by their number.
    """
    if not shapes:
        return
    widest_px = max(columns for _, columns in shapes)
    trials = [_on_shelves(shapes, width_px, limit_px) for width_px in range(limit_px, widest_px - 1, -THRESHOLDS.sheet_step_px)]
    for spots in min(trials, key=lambda sheets: sum(rows * columns for rows, columns in map(_sheet_shape, sheets))):
        sheet = np.zeros((*_sheet_shape(spots), 3), np.uint8)
        for number, spot in spots.items():
            sheet[spot.top : spot.bottom, spot.left : spot.right] = draw(number)
        yield sheet, spots


def _on_shelves(shapes: Sequence[tuple[int, int]], width_px: int, limit_px: int) -> list[dict[int, Box]]:
    """The places of images on sheets, high ones first, one shelf below the other."""
    sheets: list[dict[int, Box]] = []
    left = top = shelf = 0
    for number in sorted(range(len(shapes)), key=lambda number: (-shapes[number][0], -shapes[number][1], number)):
        rows, columns = shapes[number]
        if left + columns > width_px:
            left, top, shelf = 0, top + shelf, 0
        if not sheets or top + rows > limit_px:
            sheets.append({})
            left = top = shelf = 0
        sheets[-1][number] = Box(left, top, left + columns, top + rows)
        left, shelf = left + columns, max(shelf, rows)
    return sheets


def _sheet_shape(spots: Mapping[int, Box]) -> tuple[int, int]:
    bottom, right = max(spot.bottom for spot in spots.values()), max(spot.right for spot in spots.values())
    return bottom + -bottom % THRESHOLDS.sheet_step_px, right + -right % THRESHOLDS.sheet_step_px


def join_regions(boxes: Iterable[Box]) -> list[Box]:
    """Join what two tiles saw of the same line, without joining neighbouring lines.

    Two boxes are one when they overlap and run along the same line: across it they share most of their extent.
    """
    joined: list[Box] = []
    for new in sorted(set(boxes)):
        box = new
        while True:
            same = next((other for other in joined if are_one_line(box, other)), None)
            if same is None:
                break
            joined.remove(same)
            box = bounding_box([box[:2], box[2:], same[:2], same[2:]])
        joined.append(box)
    return sorted(joined, key=lambda box: (box.top, box.left, box.bottom, box.right))


def are_one_line(one: Box, other: Box) -> bool:
    """Whether two boxes overlap and run along the same line: across it they share most of their extent."""
    common = one.intersection(other)
    if not common.area_px:
        return False
    if one.height > one.width and other.height > other.width:
        return 3 * common.width >= 2 * max(one.width, other.width)
    return 3 * common.height >= 2 * max(one.height, other.height)
