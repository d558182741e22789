"""Reads a clip or a stack as fewer pictures than it has Frames, without losing text of single Frames.

Burned-in text stands still while anatomy moves. The maximum of each pixel over a window of Frames shows all their bright text
in one picture, and the median over the clip shows the text that is there most of the time. Both lose text: a white flash
outshines its window, dark text disappears in a maximum, and faint text disappears among bright speckle. Each Frame is
therefore compared with the projections that replace it, and a Frame with strokes or edges that they lack is read alone. The
comparison is made in stored values and under every greyscale transform of the Frames, since a narrow window can show text
that is lost only there.

Frames are projected before their greyscale transforms are applied. A monotone transform maps the maximum of several values to
the brightest or the darkest of them, so the projection stays valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ..core.box import Box
from ..core.image_ops import brightest
from ..core.search_plan import Projection
from ..core.voi import GreyscaleTransform
from .strokes import find_strokes


@dataclass(frozen=True)
class CineThresholds:
    """Limits of projections. In clean ultrasound clips both pixel counts stay below their limits (`tests/bench/bench_cine.py`).

    Attributes:
        window_frames: Frames of a window.
        min_frames: Fewer Frames are read one by one, since projections would save next to nothing.
        sample_bytes: Bytes of the Frames, evenly spread over the clip, of which the median is taken. Held in memory at once.
        tile_px: Side of the tiles in which lost pixels are counted.
        edge: Grey levels above which an edge can be one of text.
        lost_edge: Grey levels below which, in all projections, an edge is lost.
        min_edge_px: Lost edge pixels in a tile from which on text is lost.
        min_contrast: Grey levels by which a stroke differs from its surroundings.
        lost_contrast: Share of its contrast below which, in all projections, a stroke is lost.
        min_stroke_px: Lost stroke pixels in a tile from which on text is lost.
        around_px: Side of the surroundings of a stroke, whose mean its contrast is measured against.
        strip_heights: How far a strip reaches beyond a line at either end, in heights of the line.
        strip_gap_px: Distance of two strips.
        same_range: Two strips show the same if fewer than `min_stroke_px` pixels differ by more than this share of their range.
    """

    window_frames: int = 8
    min_frames: int = 4
    sample_bytes: int = 128 << 20
    tile_px: int = 32
    edge: int = 40
    lost_edge: int = 24
    min_edge_px: int = 24
    min_contrast: float = 12.0
    lost_contrast: float = 0.6
    min_stroke_px: int = 14
    around_px: int = 11
    strip_heights: int = 5
    strip_gap_px: int = 12
    same_range: float = 0.12


THRESHOLDS = CineThresholds()

_GREY_VALUES = 256

Show = Callable[[int], npt.NDArray[Any]]
"""0-based Frame -> its values with colours resolved: (rows, columns) of any dtype or (rows, columns, 3) RGB."""


class Reading(NamedTuple):
    """One picture to read for text.

    Attributes:
        source_frames: The 0-based Frames that it is made of.
        projection: How several Frames become one picture.
        frames: The 0-based Frames for which its text holds.
    """

    source_frames: tuple[int, ...]
    projection: Projection
    frames: tuple[int, ...]

    @classmethod
    def alone(cls, frame: int) -> Reading:
        """A Frame without projection."""
        return cls((frame,), Projection.NONE, (frame,))


def plan_readings(frames: Sequence[int], show: Show, transforms: Sequence[GreyscaleTransform] = ()) -> tuple[Reading, ...]:
    """Choose the pictures that together show all text of some Frames.

    Args:
        frames: The Frames to cover, no two of them equal, in order of time or place.
        show: Called about three times a Frame; no more than `sample_bytes` of Frames are held at once.
        transforms: The greyscale transforms of all of these Frames. Where one is not monotone, each Frame is read alone.

    Returns:
        The maximum of a window holds for its Frames, the median for all Frames. Every Frame is in a window or alone.
    """
    alone = tuple(map(Reading.alone, frames))
    if len(frames) < THRESHOLDS.min_frames or not all(transform.is_monotone for transform in transforms):
        return alone
    sample = _sampled(frames, show(frames[0]).nbytes)
    median = project(sample, Projection.MEDIAN, show)
    detectors = [_LostTextDetector(median), *(_LostTextDetector(median, transform) for transform in transforms)]
    readings = [Reading(sample, Projection.MEDIAN, tuple(frames))]
    singles: list[int] = []
    for start in range(0, len(frames), THRESHOLDS.window_frames):
        window = tuple(frames[start : start + THRESHOLDS.window_frames])
        if len(window) == 1:
            singles += window
            continue
        maximum = project(window, Projection.MAXIMUM, show)
        checks = [detector.compare_with(maximum) for detector in detectors]
        pictures = zip(window, map(show, window), strict=True)
        lost = [frame for frame, picture in pictures if any(is_lost(picture) for is_lost in checks)]
        singles += lost
        if len(lost) < len(window):
            readings.append(Reading(window, Projection.MAXIMUM, window))
    if len(readings) + len(singles) >= len(frames):
        return alone
    return (*readings, *map(Reading.alone, singles))


def project(frames: Sequence[int], projection: Projection, show: Show) -> npt.NDArray[Any]:
    """One picture of several Frames, of their shape and dtype. A single Frame stays as it is."""
    if projection is Projection.MEDIAN:
        # Not the mean of the two middle values: a value that no Frame has would blur text that stands still.
        stack = np.stack([show(frame) for frame in frames])
        return np.asarray(np.partition(stack, len(frames) // 2, axis=0)[len(frames) // 2])
    picture = show(frames[0])
    for frame in frames[1:]:
        picture = np.fmax(picture, show(frame))  # `fmax` ignores NaN.
    return picture


class Mosaic(NamedTuple):
    """Strips of Frames in one picture, one below the other.

    Attributes:
        picture: Of the Frames' dtype, (rows, columns) or (rows, columns, 3).
        strips: For each strip its box in the picture and its box in the Frame.
    """

    picture: npt.NDArray[Any]
    strips: tuple[tuple[Box, Box], ...]

    def to_frame(self, box: Box) -> Box:
        """Map a box from pixels of the picture to pixels of the Frame, by the strip that holds most of it.

        Empty for a box between the strips.
        """
        place, origin = max(self.strips, key=lambda strip: strip[0].intersection(box).area_px)
        common = place.intersection(box)
        return common.shift(origin.left - place.left, origin.top - place.top) if common.area_px else Box(0, 0, 0, 0)


def mosaic_of_changes(boxes: Iterable[Box], frames: Sequence[int], show: Show) -> Mosaic | None:
    """A mosaic of the Frames of a window around the text on its maximum, where they differ.

    On the maximum, brighter values of other Frames can hide a part of a line that only some Frames show.

    Returns:
        The strips that differ from one another, or None when all Frames show the same around every box.
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
        x, y = (along, across) if box.width >= box.height else (across, along)
        strip = Box(box.left - x, box.top - y, box.right + x, box.bottom + y).clip(columns, rows)
        if not any(strip.intersection(place) == strip for place in places):
            places.append(strip)
    crops: list[tuple[Box, npt.NDArray[Any]]] = []
    for place in places:
        distinct: list[npt.NDArray[Any]] = []
        for picture in pictures:
            crop = _cut(picture, place)
            if not any(_shows_the_same(crop, other) for other in distinct):
                distinct.append(crop)
        crops += ((place, crop) for crop in distinct)
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


class _TextFeatures(NamedTuple):
    """Features of text in a picture, (rows, columns) each.

    Attributes:
        grey: Brightest channel, 0 to 255.
        edges: Morphological gradient of it.
        contrast: Difference from the mean of the surroundings.
    """

    grey: npt.NDArray[np.uint8]
    edges: npt.NDArray[np.uint8]
    contrast: npt.NDArray[np.float32]


class _LostTextDetector:
    """Finds Frames with text that neither the maximum of their window nor the median of the clip shows.

    Args:
        median: Of the clip, in stored values. Its range is scaled to 8 bits.
        transform: Applied to every picture before it is compared; None compares stored values.
    """

    def __init__(self, median: npt.NDArray[Any], transform: GreyscaleTransform | None = None) -> None:
        self._transform = transform
        values = median if transform is None else transform.apply(median)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        self._low, self._span = low, (high - low) or 1.0
        self._median = self._features_of(median)

    def compare_with(self, maximum: npt.NDArray[Any]) -> Callable[[npt.NDArray[Any]], bool]:
        """Returns the test whether text of a Frame is lost in its window."""
        projections = (self._features_of(maximum), self._median)
        edges = cv2.dilate(np.maximum(*(features.edges for features in projections)), np.ones((3, 3), np.uint8))

        def is_lost(frame: npt.NDArray[Any]) -> bool:
            grey, frame_edges, contrast = self._features_of(frame)
            is_lost_edge = (frame_edges > THRESHOLDS.edge) & (edges < THRESHOLDS.lost_edge)
            if _max_in_a_tile(is_lost_edge) >= THRESHOLDS.min_edge_px:
                return True
            is_lost_stroke = np.abs(contrast) >= THRESHOLDS.min_contrast
            for projection in projections:
                is_lost_stroke &= contrast * projection.contrast < THRESHOLDS.lost_contrast * contrast**2
            if np.count_nonzero(is_lost_stroke) < THRESHOLDS.min_stroke_px:  # To find strokes costs the most.
                return False
            return _max_of_one_value_in_a_tile(is_lost_stroke & find_strokes(grey), grey) >= THRESHOLDS.min_stroke_px

        return is_lost

    def _features_of(self, picture: npt.NDArray[Any]) -> _TextFeatures:
        values = picture if self._transform is None else self._transform.apply(picture)
        if values.dtype != np.uint8:
            scaled = (values.astype(np.float32) - self._low) * (255 / self._span)
            is_whole = values.dtype.kind in "iu"  # To look for what is no number takes a third of the time.
            values = np.clip(scaled if is_whole else np.nan_to_num(scaled), 0, 255).astype(np.uint8)
        edges = brightest(cv2.morphologyEx(values, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)))
        grey = brightest(values)
        mean = cv2.blur(grey, (THRESHOLDS.around_px, THRESHOLDS.around_px))
        return _TextFeatures(grey, edges, grey.astype(np.float32) - mean)


def _cut(picture: npt.NDArray[Any], box: Box) -> npt.NDArray[Any]:
    return picture[box.top : box.bottom, box.left : box.right]


def _shows_the_same(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    limit = THRESHOLDS.same_range * (float(one.max()) - float(one.min()) + 1)
    return bool(np.count_nonzero(np.abs(one.astype(np.float32) - other) > limit) < THRESHOLDS.min_stroke_px)


def _sampled(frames: Sequence[int], frame_bytes: int) -> tuple[int, ...]:
    count = max(1, min(len(frames), THRESHOLDS.sample_bytes // max(1, frame_bytes)))
    return tuple(frames[index * len(frames) // count] for index in range(count))


def _max_in_a_tile(is_lost: npt.NDArray[np.bool_]) -> float:
    tile = (THRESHOLDS.tile_px, THRESHOLDS.tile_px)
    return float(cv2.boxFilter(is_lost.astype(np.float32), -1, tile, normalize=False).max(initial=0))


def _max_of_one_value_in_a_tile(is_lost: npt.NDArray[np.bool_], grey: npt.NDArray[np.uint8]) -> int:
    """The largest number of lost pixels of two neighbouring grey values in a tile. Letters have one value, anatomy has many."""
    step = THRESHOLDS.tile_px // 2
    down, across = np.nonzero(is_lost)
    tiles = (-(-grey.shape[0] // step) + 1, -(-grey.shape[1] // step) + 1, _GREY_VALUES)
    at = np.ravel_multi_index((down // step, across // step, grey[down, across]), tiles)
    counts = np.bincount(at, minlength=int(np.prod(tiles))).reshape(tiles)
    counts = counts[:, :, :-1] + counts[:, :, 1:]
    return int((counts[:-1, :-1] + counts[1:, :-1] + counts[:-1, 1:] + counts[1:, 1:]).max(initial=0))
