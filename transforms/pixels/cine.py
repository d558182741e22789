"""Reads a clip or a stack as fewer pictures than it has Frames, without losing text of single Frames.

Burned-in text stands still while anatomy moves. So the brightest value of each pixel over a window of frames shows all their
bright text in one picture, and the median over the whole clip shows what is there most of the time. Neither shows everything:
a white flash outshines its window, dark text disappears in a maximum, and faint text drowns among the brightest speckle. A
guard therefore compares each frame with the pictures that stand for it, and a frame with strokes that they do not show is read
alone. It does so in stored values and in every window of the frames: what only a narrow window shows is lost there alone.

Frames are projected before their windows and lookup tables are applied. The brightest of several values is also the brightest,
or the darkest, that is shown of them, as long as what is shown only rises or only falls with the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from ..core.box import Box
from ..core.image_ops import brightest
from ..core.search_plan import Projection
from ..core.voi import GreyscaleTransform
from .strokes import show_strokes


@dataclass(frozen=True)
class CineThresholds:
    """Limits of projections. In clean ultrasound clips both pixel counts stay below their limits (`tests/bench/bench_cine.py`).

    Attributes:
        window_frames: Frames of a window.
        min_frames: Fewer Frames are read one by one, since projections would save next to nothing.
        sample_bytes: Part of a clip, evenly spread, of which the median is taken; held in memory at once.
        tile_px: Side of the tiles in which lost pixels are counted.
        edge: Grey levels of an edge of text.
        lost_edge: Below this in all projections an edge is lost.
        min_edge_px: Lost edge pixels in a tile from which on text is lost.
        stroke: Level of `show_strokes` that is a stroke.
        min_contrast: Grey levels by which a stroke differs from its surroundings.
        lost_contrast: Share of its contrast below which, in all projections, a stroke is lost.
        min_stroke_px: Lost stroke pixels in a tile from which on text is lost.
        around_px: Side of the surroundings of a stroke.
        strip_heights: How far a strip reaches beyond a line at either end, in heights of the line.
        strip_gap_px: Distance of two strips.
        same_range: Strips show the same if hardly a pixel differs by more than this share of their range.
    """

    window_frames: int = 8
    min_frames: int = 4
    sample_bytes: int = 128 << 20
    tile_px: int = 32
    edge: int = 40
    lost_edge: int = 24
    min_edge_px: int = 24
    stroke: int = 220
    min_contrast: float = 12.0
    lost_contrast: float = 0.6
    min_stroke_px: int = 14
    around_px: int = 11
    strip_heights: int = 5
    strip_gap_px: int = 12
    same_range: float = 0.12


THRESHOLDS = CineThresholds()

_GREY_VALUES = 256

Show = Callable[[int], np.ndarray]
"""0-based frame to its values with colours resolved: (rows, columns) of any dtype or (rows, columns, 3) RGB."""


class Reading(NamedTuple):
    """One picture to read for text.

    Attributes:
        source_frames: The frames it is made of.
        projection: How several frames become one picture.
        frames: The frames that what is found on it holds for.
    """

    source_frames: tuple[int, ...]
    projection: Projection
    frames: tuple[int, ...]

    @classmethod
    def alone(cls, frame: int) -> Reading:
        """A frame as it is."""
        return cls((frame,), Projection.NONE, (frame,))


def plan_readings(frames: Sequence[int], show: Show, transforms: Sequence[GreyscaleTransform] = ()) -> tuple[Reading, ...]:
    """Choose the pictures that together show all text of some frames.

    Args:
        frames: Those to cover, no two of them equal, in order of time or place.
        show: Called about three times a frame; no more than `sample_bytes` of frames are held at once.
        transforms: How all of these frames are shown. Where a lookup table goes up and down, each is read alone.

    Returns:
        A window's maximum holds for the window's frames, and the clip's median for all. Every frame is in a window or alone.
    """
    alone = tuple(map(Reading.alone, frames))
    if len(frames) < THRESHOLDS.min_frames or not all(way.is_monotone for way in transforms):
        return alone
    sample = _sampled(frames, show(frames[0]).nbytes)
    median = project(sample, Projection.MEDIAN, show)
    guards = [_Guard(median), *(_Guard(median, way) for way in transforms)]
    readings = [Reading(sample, Projection.MEDIAN, tuple(frames))]
    singles: list[int] = []
    for start in range(0, len(frames), THRESHOLDS.window_frames):
        window = tuple(frames[start : start + THRESHOLDS.window_frames])
        if len(window) == 1:
            singles += window
            continue
        maximum = project(window, Projection.MAXIMUM, show)
        checks = [guard.against(maximum) for guard in guards]
        pictures = zip(window, map(show, window), strict=True)
        lost = [frame for frame, picture in pictures if any(is_lost(picture) for is_lost in checks)]
        singles += lost
        if len(lost) < len(window):
            readings.append(Reading(window, Projection.MAXIMUM, window))
    if len(readings) + len(singles) >= len(frames):
        return alone
    return (*readings, *map(Reading.alone, singles))


def project(frames: Sequence[int], projection: Projection, show: Show) -> np.ndarray:
    """One picture of several frames, of their shape and dtype; a single frame as it is."""
    if projection is Projection.MEDIAN:
        # Not the mean of the two in the middle: a value that no frame has would blur what stands still.
        stack = np.stack([show(frame) for frame in frames])
        return np.asarray(np.partition(stack, len(frames) // 2, axis=0)[len(frames) // 2])
    picture = show(frames[0])
    for frame in frames[1:]:
        picture = np.fmax(picture, show(frame))  # Of float values, those that are none are passed over.
    return picture


class Mosaic(NamedTuple):
    """Strips of frames in one picture, one below the other.

    Attributes:
        picture: Of the frames' dtype, (rows, columns) or (rows, columns, 3).
        strips: For each strip its place in the picture and its place in the frame.
    """

    picture: np.ndarray
    strips: tuple[tuple[Box, Box], ...]

    def to_frame(self, box: Box) -> Box:
        """From pixels of the picture to pixels of the frame: the strip that holds most of the box says where it is.

        Empty for a box between the strips.
        """
        place, origin = max(self.strips, key=lambda strip: strip[0].intersection(box).area_px)
        common = place.intersection(box)
        return common.shift(origin.left - place.left, origin.top - place.top) if common.area_px else Box(0, 0, 0, 0)


def mosaic_of_changes(boxes: Iterable[Box], frames: Sequence[int], show: Show) -> Mosaic | None:
    """A mosaic of the Frames of a window around the text on its maximum, where they differ.

    On the maximum, the rest of a line that stands there for some frames may be outshone by what the others show there.

    Returns:
        The strips that differ from one another, or None when all frames show the same around every box.
    """
    pictures = [show(frame) for frame in frames]
    first = pictures[0]
    rows, columns = first.shape[:2]
    places: list[Box] = []
    for box in sorted(set(boxes), key=lambda box: (-box.area_px, box)):
        if all(_shows_the_same(_cut(first, box), _cut(picture, box)) for picture in pictures[1:]):
            continue
        thickness = min(box.width, box.height)
        along, across = THRESHOLDS.strip_heights * thickness, thickness // 2
        by = (along, across) if box.width >= box.height else (across, along)
        strip = Box(box.left - by[0], box.top - by[1], box.right + by[0], box.bottom + by[1]).clip(columns, rows)
        if not any(strip.intersection(place) == strip for place in places):
            places.append(strip)
    crops: list[tuple[Box, np.ndarray]] = []
    for place in places:
        unlike: list[np.ndarray] = []
        for picture in pictures:
            crop = _cut(picture, place)
            if not any(_shows_the_same(crop, other) for other in unlike):
                unlike.append(crop)
        crops += ((place, crop) for crop in unlike)
    if not crops:
        return None
    width = max(place.width for place, _ in crops)
    height = sum(place.height + THRESHOLDS.strip_gap_px for place, _ in crops)
    mosaic = np.full((height, width, *first.shape[2:]), np.median(crops[0][1]), first.dtype)
    strips, top = [], 0
    for place, crop in crops:
        mosaic[top : top + place.height, : place.width] = crop
        strips.append((Box(0, top, place.width, top + place.height), place))
        top += place.height + THRESHOLDS.strip_gap_px
    return Mosaic(mosaic, tuple(strips))


class _Signs(NamedTuple):
    """Signs of text in a picture, (rows, columns) each: grey values, edges, contrast with the surroundings."""

    grey: np.ndarray
    edges: np.ndarray
    contrast: np.ndarray


class _Guard:
    """Finds frames with text that neither their window's maximum nor the clip's median shows, in one of the ways of showing."""

    def __init__(self, median: np.ndarray, way: GreyscaleTransform | None = None) -> None:
        self._way = way
        seen = median if way is None else way.apply(median)
        low, high = float(np.nanmin(seen)), float(np.nanmax(seen))
        self._low, self._span = low, (high - low) or 1.0
        self._median = self._signs_of(median)

    def against(self, maximum: np.ndarray) -> Callable[[np.ndarray], bool]:
        """Tests whether the text of a frame is lost in its window."""
        projections = (self._signs_of(maximum), self._median)
        edges = cv2.dilate(np.maximum(*(signs.edges for signs in projections)), np.ones((3, 3), np.uint8))

        def is_lost(frame: np.ndarray) -> bool:
            signs = self._signs_of(frame)
            is_lost_edge = (signs.edges > THRESHOLDS.edge) & (edges < THRESHOLDS.lost_edge)
            is_lost_stroke = (show_strokes(signs.grey) >= THRESHOLDS.stroke) & (
                np.abs(signs.contrast) >= THRESHOLDS.min_contrast
            )
            for one in projections:
                is_lost_stroke &= signs.contrast * one.contrast < THRESHOLDS.lost_contrast * signs.contrast**2
            has_edges = _most_in_a_tile(is_lost_edge) >= THRESHOLDS.min_edge_px
            return has_edges or _most_of_a_value(is_lost_stroke, signs.grey) >= THRESHOLDS.min_stroke_px

        return is_lost

    def _signs_of(self, picture: np.ndarray) -> _Signs:
        values = picture if self._way is None else self._way.apply(picture)
        if values.dtype != np.uint8:
            scaled = (values.astype(np.float32) - self._low) * (255 / self._span)
            values = np.clip(np.nan_to_num(scaled), 0, 255).astype(np.uint8)
        edges = cv2.morphologyEx(values, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8))
        values, edges = brightest(values), brightest(edges)
        return _Signs(values, edges, values.astype(np.float32) - cv2.blur(values, (THRESHOLDS.around_px, THRESHOLDS.around_px)))


def _cut(picture: np.ndarray, box: Box) -> np.ndarray:
    return picture[box.top : box.bottom, box.left : box.right]


def _shows_the_same(one: np.ndarray, other: np.ndarray) -> bool:
    difference = np.abs(one.astype(np.float32) - other)
    return bool(
        np.count_nonzero(difference > THRESHOLDS.same_range * (float(one.max()) - float(one.min()) + 1))
        < THRESHOLDS.min_stroke_px
    )


def _sampled(frames: Sequence[int], frame_bytes: int) -> tuple[int, ...]:
    count = max(1, min(len(frames), THRESHOLDS.sample_bytes // max(1, frame_bytes)))
    return tuple(frames[index * len(frames) // count] for index in range(count))


def _most_in_a_tile(is_lost: np.ndarray) -> float:
    return float(
        cv2.boxFilter(is_lost.astype(np.float32), -1, (THRESHOLDS.tile_px, THRESHOLDS.tile_px), normalize=False).max(initial=0)
    )


def _most_of_a_value(is_lost: np.ndarray, grey: np.ndarray) -> int:
    """The most lost pixels of two neighbouring grey values in a tile: letters are of one value, what looks like them is not."""
    step = THRESHOLDS.tile_px // 2
    down, across = np.nonzero(is_lost)
    tiles = (-(-grey.shape[0] // step) + 1, -(-grey.shape[1] // step) + 1, _GREY_VALUES)
    at = np.ravel_multi_index((down // step, across // step, grey[down, across]), tiles)
    counts = np.bincount(at, minlength=int(np.prod(tiles))).reshape(tiles)
    counts = counts[:, :, :-1] + counts[:, :, 1:]
    return int((counts[:-1, :-1] + counts[1:, :-1] + counts[:-1, 1:] + counts[1:, 1:]).max(initial=0))
