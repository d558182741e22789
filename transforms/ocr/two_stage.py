"""The common part of engines that detect and then read: prefilter, tiles, borders, rotation, clipping."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from ..core.box import Box, bounding_box, covered_share
from ..core.errors import TextDetectionError
from ..core.malformed import place_of
from ..core.text_line import SURE_SCORE, TextLine
from .prefilter import TextHeatmap, TextPrefilter
from .regions import are_one_line, busy_areas, cut_tiles, join_regions, pack


@dataclass(frozen=True)
class TwoStageThresholds:
    """Limits of finding and reading, set on drawn text and on the frames of pydicom-data (`tests/bench/bench_text.py`).

    Attributes:
        border_px: Border around an image: text that touches the edge is found only when something lies beyond it.
        vertical_ratio: Height over width from which on a region may hold a vertical line.
        letter_ratio: Height over width up to which it may be one narrow letter, such as the L of a side marker.
        slope_deg: Angle from which on a region is also read along its own sides.
        sloping_score: Score from which on such a reading counts; calipers and rulers read worse.
        giant_px: Thickness from which on a compact region may be anatomy: to a detector, an ultrasound fan or a skull is a
            letter.
        giant_ratio: Length over thickness up to which a region is compact.
        giant_text: Characters that such a region must read as to be text.
        legible_score: Score with which it must read.
        heat_share: Share of a region on the heat map below which it must be read to be text.
        letter_score: Score with which a single letter must then be read.
        sure_heat: Heat from which on the prefilter alone is believed; edges of bones stay below.
        sloping_text: Characters that a line must read as which only a turned copy of the picture showed.
        thickest_px: Thickness from which on what only the prefilter found must be read: it was seen on a small copy.
        around_px: Surroundings with which a place is shown to the prefilter again, as it lies and turned by a quarter.
        close_heat: Heat that it must reach there; edges of bones stay below.
        seen_again: Heat that what does not read well must reach there, as it lies or upside down, whoever found it. Of 92 such
            places with text on annotated images all do, and of 17 others eight, of which some are parts of
            lines. An edge of a body is no text from near.
        long_text: Characters from which on a reading needs no second look: edges read as five at most.
        smaller: Size at which it may be seen as well: the dots of a printer run together there.
        block_px: What cannot be read and is thicker than this is no line but a block of lines, or anatomy ...
        block_ratio: ... if it is shorter than so many times its thickness, ...
        block_share: ... unless the prefilter sees so much of it. The lines of a block are found one by one.
        reading_share: Room around a line for the reader, in heights of the line.
        known_share: Share of a box that others cover from which on it adds nothing.
        narrowest_letter: Least width of a letter, in thicknesses of its line.
        close_px: Size of the cut-outs that are searched closely.
        small_line_px: Thickness below which a cut-out is enlarged twice.
        large_line_px: Thickness above which a cut-out is made smaller.
    """

    border_px: int = 16
    vertical_ratio: float = 1.25
    letter_ratio: float = 3.0
    slope_deg: float = 8.0
    sloping_score: float = 0.7
    giant_px: int = 64
    giant_ratio: float = 2.5
    giant_text: int = 2
    legible_score: float = 0.5
    heat_share: float = 0.3
    letter_score: float = 0.9
    sure_heat: float = 0.98
    sloping_text: int = 3
    thickest_px: int = 100
    around_px: int = 48
    close_heat: float = 0.5
    seen_again: float = 0.4
    long_text: int = 8
    smaller: float = 0.7
    block_px: int = 40
    block_ratio: float = 6.0
    block_share: float = 0.7
    reading_share: float = 0.1
    known_share: float = 0.75
    narrowest_letter: float = 0.3
    close_px: int = 600
    small_line_px: int = 20
    large_line_px: int = 48


THRESHOLDS = TwoStageThresholds()


_FIRST_RENDERINGS = frozenset({"colour", "stored"})
"""On which turned copies are looked at (see `render_frame`): a picture has one of them, which shows the full range."""
Corners = np.ndarray
"""Of a rectangle, turned or not: (4, 2) of float, x before y."""
_Found = Mapping[Box, Corners | None]
"""Boxes, and the corners of the regions in them that slope."""


_CloseHeat = Callable[..., float]
"""How sure the prefilter is of a place from near: of quarter turns, and of a size."""


class Reading(NamedTuple):
    """What a crop reads as.

    Attributes:
        score: 0 to 1.
        letters: Where the middle of each character is, as a share of the width of the crop; () where the engine does not say.
    """

    text: str
    score: float
    letters: tuple[float, ...] = ()


class TwoStageEngine(Protocol):
    """A model that finds regions and a model that reads them.

    Attributes:
        tile_px: Longest side of an image that `find` takes at full scale.
        overlap_px: By how much tiles overlap: more than the height of a line and the width of a short word.
        giant_share: From which share of the image's short side on a region that cannot be read is not text. Low for engines
            that keep lines apart, higher for those that may take a block of lines for one region.
    """

    name: str
    version: str
    tile_px: int
    overlap_px: int
    giant_share: float

    def find(self, images: Sequence[np.ndarray], *, may_enlarge: bool) -> list[list[Corners]]:
        """Text regions on images of one shape, (rows, columns, 3) of uint8 RGB; they may reach beyond it.

        Args:
            may_enlarge: Small images may be enlarged, to make small letters readable; parts of large ones need it not.
        """
        ...

    def read(self, crops: Sequence[np.ndarray]) -> list[Reading]:
        """What each crop reads as: (rows, columns, 3) of uint8 RGB, text running left to right."""
        ...


class _View(NamedTuple):
    """A crop with a line that may run left to right, and the score from which on a reading of it counts.

    Attributes:
        left: The column of the image where it begins, unless it is turned.
    """

    crop: np.ndarray
    is_turned: bool
    least_score: float = 0.0
    left: int = 0


class _Region(NamedTuple):
    """A box that was found, and read in the turn in which it reads best.

    Attributes:
        level: What it shows with its longer sides level, where it slopes.
        letters: Columns of the middles of the characters, in pixels of the image; () where nobody says.
    """

    box: Box
    level: np.ndarray | None = None
    text: str = ""
    score: float = 0.0
    is_turned: bool = False
    letters: tuple[float, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether the reading can be believed, and is of all that the box shows."""
        return self.score >= SURE_SCORE and any(map(str.isalnum, self.text)) and not self.is_too_thick

    @property
    def sides_px(self) -> list[int]:
        """The shorter one and the longer one."""
        return sorted(self.level.shape[:2] if self.level is not None else (self.box.height, self.box.width))

    @property
    def is_too_thick(self) -> bool:
        """Whether letters would be so much higher than wide that the box must hold more lines than the one that was read."""
        thickness_px, length_px = self.sides_px
        return length_px < THRESHOLDS.narrowest_letter * thickness_px * len(self.text)


class TwoStageDetector:
    """A `TextDetector` over a `TwoStageEngine` and the prefilter.

    Where the picture is searched in full, the engine searches all of it, and the prefilter adds what the engine did not find.
    Where the prefilter has to do, what it finds is read, and the engine searches only around what was not read for sure.
    """

    def __init__(self, engine: TwoStageEngine, prefilter: TextPrefilter) -> None:
        self.name = engine.name
        self.version = engine.version
        self._engine = engine
        self._prefilter = prefilter
        self._one_at_a_time = threading.Lock()

    def detect(self, images: Sequence[np.ndarray], *, rendering: str, prefiltered: Sequence[Box] = ()) -> list[list[TextLine]]:
        if not images or not all(images[0].shape[:2]):
            return [[] for _ in images]
        try:
            return self._detect(images, rendering, prefiltered)
        except Exception as error:
            raise TextDetectionError(f"the engine failed ({type(error).__name__} at {place_of(error)})") from None

    def _detect(self, images: Sequence[np.ndarray], rendering: str, prefiltered: Sequence[Box]) -> list[list[TextLine]]:
        rgbs = [np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image for image in images]
        with self._one_at_a_time:
            heatmap = self._prefilter.heatmaps(images)
            regions = self._regions(rgbs, heatmap, prefiltered, rendering)
        return [
            [
                TextLine(
                    region.box,
                    region.text,
                    region.score,
                    self.name,
                    rendering,
                    region.is_turned,
                    one.strongest(region.box),
                    tuple(round((column - region.box.left) / region.box.width, 4) for column in region.letters),
                )
                for region in found
            ]
            for found, one in zip(regions, heatmap, strict=True)
        ]

    def _regions(
        self, rgbs: Sequence[np.ndarray], heatmap: Sequence[TextHeatmap], prefiltered: Sequence[Box], rendering: str
    ) -> list[list[_Region]]:
        rows, columns = rgbs[0].shape[:2]
        in_full = _outside(Box(0, 0, columns, rows), prefiltered)
        if prefiltered:
            in_full = [part.pad(THRESHOLDS.border_px).clip(columns, rows) for part in in_full]
        searched = self._read(rgbs, self._search(rgbs, in_full), heatmap)
        places = [[place.box for place in one.places()] for one in heatmap]
        searched = [_extended(found, known) for found, known in zip(searched, places, strict=True)]
        beyond = [_without_known(known, [one.box for one in found]) for known, found in zip(places, searched, strict=True)]
        read = self._read(rgbs, [dict.fromkeys(boxes) for boxes in beyond], heatmap, only_prefiltered=True)
        regions = [found + more for found, more in zip(searched, read, strict=True)]
        if not prefiltered:
            return regions
        if rendering in _FIRST_RENDERINGS:
            regions = [self._with_sloping(*one) for one in zip(rgbs, heatmap, regions, strict=True)]
        return [self._reread_doubtful(*one) for one in zip(rgbs, heatmap, regions, places, strict=True)]

    def _with_sloping(self, rgb: np.ndarray, heatmap: TextHeatmap, regions: list[_Region]) -> list[_Region]:
        """The regions, with lines that slope too much for the heat map and that can be read."""
        sure = [region.box for region in regions if region.is_sure]
        if not heatmap.may_slope([box.pad(min(box.width, box.height)) for box in sure]):
            return regions
        found = _joined([corners for corners in self._prefilter.sloping_places(rgb) if _slopes(corners)], *rgb.shape[:2])
        sloping = [
            _Region(box, None if corners is None else _levelled(rgb, corners))
            for box, corners in found.items()
            if covered_share(box, sure) < THRESHOLDS.known_share
        ]
        views = [(region, view) for region in sloping for view in _other_views(rgb, region)]
        readings = self._engine.read([view.crop for _, view in views])
        best: dict[Box, _Region] = {}
        for (region, _), (text, score, _) in zip(views, readings, strict=True):
            is_text = score >= THRESHOLDS.sloping_score and sum(map(str.isalnum, text)) >= THRESHOLDS.sloping_text
            if is_text and score > best.get(region.box, region).score:
                best[region.box] = region._replace(text=text, score=score, is_turned=True)
        return [*regions, *best.values()]

    def _reread_doubtful(
        self, rgb: np.ndarray, heatmap: TextHeatmap, regions: Sequence[_Region], places: Sequence[Box]
    ) -> list[_Region]:
        """The regions, with those that could not be read for sure replaced by what the engine makes of their surroundings."""
        sure = [region.box for region in regions if region.is_sure]
        found = self._search_closely(rgb, self._prefilter.doubtful_areas(rgb, heatmap, sure), places)
        [closer] = self._read([rgb], [{box: found[box] for box in _without_known(found, sure)}], [heatmap])
        covering = [region.box for region in closer]
        return [*(one for one in regions if one.is_sure or covered_share(one.box, covering) < THRESHOLDS.known_share), *closer]

    def _read(
        self,
        rgbs: Sequence[np.ndarray],
        found: Sequence[_Found],
        heatmap: Sequence[TextHeatmap],
        *,
        only_prefiltered: bool = False,
    ) -> list[list[_Region]]:
        """Reads the boxes of each image, and drops those that are anatomy (see `_is_anatomy`)."""
        regions = [
            [
                _Region(box, None if corners is None else _levelled(rgb, corners), is_turned=_is_upright(box))
                for box, corners in boxes.items()
            ]
            for rgb, boxes in zip(rgbs, found, strict=True)
        ]
        for views_of in (_likely_views, _other_views):
            asked = [
                (read, number, view)
                for rgb, read in zip(rgbs, regions, strict=True)
                for number, region in enumerate(read)
                if region.score < THRESHOLDS.letter_score
                for view in views_of(rgb, region)
            ]
            readings = self._engine.read([view.crop for _, _, view in asked])
            for (read, number, view), (text, score, letters) in zip(asked, readings, strict=True):
                if score > max(read[number].score, view.least_score):
                    columns = () if view.is_turned else tuple(view.left + share * view.crop.shape[1] for share in letters)
                    read[number] = read[number]._replace(text=text, score=score, is_turned=view.is_turned, letters=columns)
        return [
            [region for region in read if not self._is_anatomy(rgb, region, one, only_prefiltered)]
            for rgb, read, one in zip(rgbs, regions, heatmap, strict=True)
        ]

    def _is_anatomy(self, rgb: np.ndarray, region: _Region, heatmap: TextHeatmap, only_prefiltered: bool) -> bool:
        """Whether a region shows no text.

        Args:
            only_prefiltered: The engine did not find it: what cannot be read is then text only if the prefilter is sure of it.
        """
        is_seen = heatmap.share(region.box) >= THRESHOLDS.heat_share or self._is_seen_level(region)
        is_read = region.score >= (THRESHOLDS.legible_score if len(region.text) > 1 else THRESHOLDS.letter_score)
        is_sure = not only_prefiltered or heatmap.strongest(region.box) >= THRESHOLDS.sure_heat
        close_heat = cache(partial(self._close_heat, rgb, region.box))
        if not is_read and not (is_seen and (is_sure or _is_found_closely(close_heat))):
            return True
        if _is_shapeless(region, heatmap, close_heat, only_prefiltered=only_prefiltered):
            return True
        thickness_px, length_px = region.sides_px
        share = 0.0 if only_prefiltered else self._engine.giant_share
        least_px = max(THRESHOLDS.giant_px, share * min(heatmap.rows, heatmap.columns, self._engine.tile_px))
        is_giant = thickness_px > least_px and length_px <= THRESHOLDS.giant_ratio * thickness_px
        is_legible = region.score >= (THRESHOLDS.legible_score if is_seen else SURE_SCORE)
        return is_giant and not (is_legible and len(region.text) >= THRESHOLDS.giant_text)

    def _close_heat(self, rgb: np.ndarray, box: Box, turns: int, size: float = 1.0) -> float:
        """How sure the prefilter is of a place in a picture of little more than it, turned by so many quarters or smaller."""
        around = box.pad(THRESHOLDS.around_px).clip(rgb.shape[1], rgb.shape[0])
        crop, place, width_px = _cut(rgb, around), box.shift(-around.left, -around.top), around.width
        for _ in range(turns):
            place = Box(place.top, width_px - place.right, place.bottom, width_px - place.left)
            width_px = around.width + around.height - width_px
        view = np.ascontiguousarray(np.rot90(crop, turns))
        if size < 1:
            view = cv2.resize(view, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
            place = Box(*(round(side * size) for side in place)).clip(view.shape[1], view.shape[0])
        return self._prefilter.heatmaps([view])[0].strongest(place)

    def _is_seen_level(self, region: _Region) -> bool:
        """Whether a region that slopes is text to the prefilter, which knows level and upright lines alone."""
        if region.level is None:
            return False
        rows, columns = region.level.shape[:2]
        [heatmap] = self._prefilter.heatmaps([region.level])
        return heatmap.share(Box(0, 0, columns, rows)) >= THRESHOLDS.heat_share

    def _search(self, rgbs: Sequence[np.ndarray], areas: Sequence[Box]) -> list[_Found]:
        """The boxes that the engine finds in some areas of images of one shape."""
        found: list[list[Corners]] = [[] for _ in rgbs]
        for area in areas:
            framed = [_framed(rgb[area.top : area.bottom, area.left : area.right]) for rgb in rgbs]
            is_large = max(area.width, area.height) > self._engine.tile_px
            whole = Box(0, 0, framed[0].shape[1], framed[0].shape[0])
            for tile in self._tiles(framed) if is_large else [whole]:
                parts = [image[tile.top : tile.bottom, tile.left : tile.right] for image in framed]
                offset = (area.left + tile.left - THRESHOLDS.border_px, area.top + tile.top - THRESHOLDS.border_px)
                for regions, more in zip(found, self._engine.find(parts, may_enlarge=not is_large), strict=True):
                    regions += [corners + offset for corners in more]
        return [_joined(regions, *rgb.shape[:2]) for regions, rgb in zip(found, rgbs, strict=True)]

    def _tiles(self, images: Sequence[np.ndarray]) -> list[Box]:
        """The parts of large images that may hold text, for a search at full scale."""
        areas = {area for image in images for area in busy_areas(image)}
        return [
            tile.shift(area.left, area.top)
            for area in sorted(areas)
            for tile in cut_tiles(area.height, area.width, self._engine.tile_px, self._engine.overlap_px)
        ]

    def _search_closely(self, rgb: np.ndarray, areas: Sequence[Box], places: Sequence[Box]) -> _Found:
        """The boxes that the engine finds in small areas, all on one sheet, each at the scale of its lines."""
        corner_of_each, crops, scales = [], [], []
        for area in areas:
            for tile in cut_tiles(area.height, area.width, THRESHOLDS.close_px, self._engine.overlap_px):
                part = tile.shift(area.left, area.top)
                scale = _scale_for([place for place in places if place.intersection(part).area_px])
                border_px = round(THRESHOLDS.border_px / scale)
                crop = _framed(rgb[part.top : part.bottom, part.left : part.right], border_px)
                how = cv2.INTER_LINEAR if scale > 1 else cv2.INTER_AREA
                corner_of_each.append((part.left - border_px, part.top - border_px))
                scales.append(scale)
                crops.append(crop if scale == 1 else cv2.resize(crop, None, fx=scale, fy=scale, interpolation=how))
        found = []
        for sheet, spots in pack(crops, self._engine.tile_px):
            for corners in self._engine.find([sheet], may_enlarge=False)[0]:
                box = bounding_box(corners)
                number = max(spots, key=lambda number: spots[number].intersection(box).area_px)
                spot = spots[number]
                if spot.intersection(box).area_px:
                    on_crop = (np.clip(corners, spot[:2], spot[2:]) - spot[:2]) / scales[number]
                    found.append(on_crop + corner_of_each[number])
        return _joined(found, *rgb.shape[:2])


def _is_shapeless(region: _Region, heatmap: TextHeatmap, close_heat: _CloseHeat, *, only_prefiltered: bool) -> bool:
    """Whether a level region that does not read well has not the shape of a line: it is a block, or is not seen again."""
    if region.level is not None:
        return False
    thickness_px, length_px = region.sides_px
    is_thick = thickness_px > THRESHOLDS.block_px and length_px < THRESHOLDS.block_ratio * thickness_px
    is_block = is_thick and heatmap.share(region.box) < THRESHOLDS.block_share
    is_coarse = only_prefiltered and thickness_px > THRESHOLDS.thickest_px
    if region.score < THRESHOLDS.legible_score and (is_coarse or is_block):
        return True
    is_long = region.score >= THRESHOLDS.legible_score and sum(map(str.isalnum, region.text)) >= THRESHOLDS.long_text
    return region.score < THRESHOLDS.letter_score and not is_long and not _is_seen_again(close_heat)


def _is_found_closely(close_heat: _CloseHeat) -> bool:
    """Whether the prefilter finds a place again in a picture of little more than it: small pictures are enlarged for it."""
    return all(close_heat(turns) >= THRESHOLDS.close_heat for turns in (0, 1))


def _is_seen_again(close_heat: _CloseHeat) -> bool:
    """Whether the prefilter sees something of a line in such a picture, as it lies, upside down or a little smaller."""
    return any(close_heat(*how) >= THRESHOLDS.seen_again for how in ((0,), (2,), (0, THRESHOLDS.smaller)))


def _framed(rgb: np.ndarray, border_px: int = THRESHOLDS.border_px) -> np.ndarray:
    """The image with a border of its edges' usual colour."""
    edge = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    around = [int(value) for value in np.median(edge, axis=0)]
    return cv2.copyMakeBorder(rgb, border_px, border_px, border_px, border_px, cv2.BORDER_CONSTANT, value=around)


def _extended(regions: Sequence[_Region], places: Sequence[Box]) -> list[_Region]:
    """The regions, as far as the prefilter sees the same line going on: engines cut off letters that are faint."""
    extended = []
    for region in regions:
        parts = [place for place in places if are_one_line(place, region.box)]
        corners = [corner for box in (region.box, *parts) for corner in (box[:2], box[2:])]
        extended.append(region._replace(box=bounding_box(corners)))
    return extended


def _joined(regions: Sequence[Corners], rows: int, columns: int) -> _Found:
    """The regions as boxes within the image, those of one line joined."""
    boxes = [bounding_box(corners).clip(columns, rows) for corners in regions]
    sloping = {box: corners for box, corners in zip(boxes, regions, strict=True) if _slopes(corners)}
    return {box: sloping.get(box) for box in join_regions(box for box in boxes if box.area_px)}


def _slopes(corners: Corners) -> bool:
    _, _, turn_deg = cv2.minAreaRect(corners.astype(np.float32))
    return bool(THRESHOLDS.slope_deg < turn_deg % 90 < 90 - THRESHOLDS.slope_deg)


def _without_known(boxes: Iterable[Box], known: Sequence[Box]) -> list[Box]:
    """The boxes that others do not cover already."""
    return [box for box in boxes if covered_share(box, known) < THRESHOLDS.known_share]


def _outside(whole: Box, prefiltered: Sequence[Box]) -> list[Box]:
    """The parts of a picture that no box of `prefiltered` covers."""
    parts = [whole]
    for box in prefiltered:
        parts = [rest for part in parts for rest in part.minus(box)]
    return parts


def _scale_for(places: Sequence[Box]) -> float:
    """How much to enlarge a part so that its thinnest line is easy to find, or the thickest one in sight."""
    thickness_px = min((min(place.width, place.height) for place in places), default=THRESHOLDS.small_line_px)
    if thickness_px <= THRESHOLDS.small_line_px:
        return 2.0
    return 0.5 if thickness_px > 2 * THRESHOLDS.large_line_px else 1.0


def _likely_views(rgb: np.ndarray, region: _Region) -> Iterator[_View]:
    """A line that is level, as nearly all are, or turned a quarter to either side."""
    around = _with_room(rgb, region.box)
    crop = _cut(rgb, around)
    if not _is_upright(region.box):
        yield _View(crop, is_turned=False, left=around.left)
        return
    for turn in (1, 3):
        yield _View(np.rot90(crop, turn), is_turned=True)


def _other_views(rgb: np.ndarray, region: _Region) -> Iterator[_View]:
    """What else a region that does not read well may hold: a short line turned a quarter to either side, or one that slopes."""
    if region.box.height > THRESHOLDS.vertical_ratio * region.box.width and not _is_upright(region.box):
        crop = _cut(rgb, _with_room(rgb, region.box))
        for turn in (1, 3):
            yield _View(np.rot90(crop, turn), is_turned=True)
    if region.level is not None:
        for turn in (0, 2):
            yield _View(np.rot90(region.level, turn), is_turned=True, least_score=THRESHOLDS.sloping_score)


def _is_upright(box: Box) -> bool:
    """Whether a box is too high for a letter, so that a line in it runs up or down."""
    return box.height > THRESHOLDS.letter_ratio * box.width


def _with_room(rgb: np.ndarray, box: Box) -> Box:
    return box.pad(max(1, round(THRESHOLDS.reading_share * min(box.width, box.height)))).clip(rgb.shape[1], rgb.shape[0])


def _cut(rgb: np.ndarray, box: Box) -> np.ndarray:
    return rgb[box.top : box.bottom, box.left : box.right]


def _levelled(rgb: np.ndarray, corners: Corners) -> np.ndarray:
    """The content of a turned rectangle, with its longer sides level."""
    rectangle = cv2.minAreaRect(corners.astype(np.float32))
    points, (width, height) = cv2.boxPoints(rectangle), rectangle[1]
    if height > width:
        points, width, height = np.roll(points, 1, axis=0), height, width
    columns, rows = max(1, round(width)), max(1, round(height))
    level = np.array([[0, rows], [0, 0], [columns, 0], [columns, rows]], np.float32)
    how = cv2.getPerspectiveTransform(points.astype(np.float32), level)
    return cv2.warpPerspective(rgb, how, (columns, rows), borderMode=cv2.BORDER_REPLICATE)
