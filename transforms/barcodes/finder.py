"""Finds the bar codes of a picture: those that decode, those that are damaged, and bars that nothing decodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.box import Box, bounding_box, covered_share
from ..core.image_ops import mean_grey, reductions_of
from .captions import with_caption
from .decoder import Decoded, decode_bars, decode_place, decode_stacked_bars
from .screen import CELL_PX, Candidate, Grey, find_candidates
from .stripes import (
    Directions,
    Rectangle,
    Stripes,
    bars_around,
    bars_in,
    bars_rectangle,
    directions_of,
    levelled,
    moved,
    shows_part_of_code,
    to_picture,
    with_best_angle,
    with_room,
)


@dataclass(frozen=True)
class FinderThresholds:
    """How much is looked at. Set as `screen.ScreenThresholds`.

    Attributes:
        reductions: The picture is searched at these parts of its size: modules are then one to three pixels wide.
        least_px: Shorter side of the smallest picture that is searched.
        around_share: Surroundings of a candidate that are shown with it, of its longer side, ...
        around_px: ... and at least so many pixels.
        scales: Enlargements of a picture that is not reduced for the decoder, one after the other, of clear places: of 73 drawn
            codes of two dimensions the first one shows 67, ...
        level_scales: ... and those of the levelled place.
        views: How many of either are tried where a place is not clear.
        clear_two_level: By how much it has to be beyond `least_two_level` to be clear, ...
        clear_levels: ... if it also has so many `screen.Candidate.range_levels`, or is as large as `large_cells` says: noise of
            a few grey levels, as in the air of CT images, has two as well.
        most_share: Area of all that is shown, as a share of the picture's: pages of text and noise have many candidates.
        least_cells: Cells of the shorter side of what may have modules.
        least_two_level: As of `screen.Candidate`, of the largest places that may have modules ...
        large_cells: ... of so many cells on their shorter side, ...
        small_step: ... and by how much more it has to be for each cell that a place has less: of 152 drawn codes of two
            dimensions 151 have as much, and of 1,217 places on CT, MR and CR images half.
        modules_changes: Changes of what may have modules, as of `screen.Candidate`.
        modules_coherence: Of their edges, at most, as of `stripes.Directions`: they run two ways.
        modules_filled: Share of the box of a candidate that it fills.
        alike_levels: As of `screen.Candidate.range_levels`: of what is fainter another rendering may show more.
        fine_changes: Changes, as of `screen.Candidate`, from which on bars may be too narrow for the usual slopes.
        bars_window_px: As wide as some bars of one to three pixels a module.
        decoded_room_px: Room at both ends of bars for what the screen did not see of them, where they are decoded.
        known_share: Share of a place that is known from which on it is not looked at again.
        same_share: Share of a place from which on it is one of those that need no further look.
        quiet_share: Room around a code of two dimensions that is filled with it, of its longer side, ...
        quiet_px: ... and at least so many pixels.
    """

    reductions: tuple[int, ...] = (1, 2, 4)
    least_px: int = 20
    around_share: float = 0.12
    around_px: int = 10
    scales: tuple[float, ...] = (4, 3, 2, 1.5, 1, 6)
    level_scales: tuple[float, ...] = (4, 3, 2)
    views: tuple[int, int] = (2, 1)
    clear_two_level: float = 0.09
    clear_levels: float = 32.0
    most_share: float = 1.0
    least_cells: int = 3
    least_two_level: float = 0.5
    large_cells: int = 10
    small_step: float = 0.02
    modules_changes: float = 0.26
    modules_coherence: float = 0.95
    modules_filled: float = 0.4
    alike_levels: float = 64.0
    fine_changes: float = 0.35
    bars_window_px: int = 16
    decoded_room_px: int = 240
    known_share: float = 0.5
    same_share: float = 0.8
    quiet_share: float = 0.06
    quiet_px: int = 4


THRESHOLDS = FinderThresholds()


class Proof(StrEnum):
    """What says that there is a bar code, by the names of rules."""

    DECODED = "code_decoded"
    DAMAGED = "code_damaged"
    BARS = "code_bars"


class BarCode(NamedTuple):
    """A bar code of a picture, with its caption; of what it says nothing is kept.

    Attributes:
        box: In pixels of the picture, clipped to it.
    """

    box: Box
    proof: Proof
    score: float


@dataclass(frozen=True)
class Seen:
    """Places that need no further look: the decoder is shown a place stretched to its own range, so on all renderings alike.

    Attributes:
        modules: Where no modules are looked for: lines of text, and where some were looked for on another rendering.
        bars: Where bars were looked for on another rendering.
    """

    modules: list[Box] = field(default_factory=list)
    bars: list[Box] = field(default_factory=list)


def find_bar_codes(image: npt.NDArray[np.uint8], *, seen: Seen | None = None) -> list[BarCode]:
    """The bar codes of a picture.

    Args:
        image: (rows, columns) or (rows, columns, 3) RGB.
        seen: Of the same picture; what is looked at is added. None for none.
    """
    grey = mean_grey(image)
    if not grey.size:
        return []
    seen, found = Seen() if seen is None else seen, list[BarCode]()
    before = Seen(seen.modules.copy(), seen.bars.copy())
    left_px = THRESHOLDS.most_share * grey.size
    for factor, picture in reductions_of(grey, THRESHOLDS.reductions, THRESHOLDS.least_px):
        for candidate in sorted(find_candidates(picture), key=lambda one: -one.two_level):
            place = _scaled(candidate.box, factor)
            if covered_share(place, [code.box for code in found]) >= THRESHOLDS.known_share or place.area_px > left_px:
                continue
            left_px -= place.area_px
            found += [code for code in _codes_at(grey, picture, candidate, factor, before, seen) if code.box.area_px]
    return _united(found)


def candidate_places(grey: Grey) -> list[Box]:
    """The places of a picture at which codes are looked for."""
    return [
        _scaled(candidate.box, factor)
        for factor, picture in reductions_of(grey, THRESHOLDS.reductions, THRESHOLDS.least_px)
        for candidate in find_candidates(picture)
    ]


def _codes_at(grey: Grey, picture: Grey, candidate: Candidate, factor: int, before: Seen, seen: Seen) -> list[BarCode]:
    """The codes at a candidate of the reduced picture; nothing is looked at that was `before`, what is goes into `seen`."""
    left, top, right, bottom = candidate.box
    part, place = picture[top:bottom, left:right], _scaled(candidate.box, factor)
    edges, is_alike = directions_of(part, candidate.cells), candidate.range_levels >= THRESHOLDS.alike_levels
    rectangle = bars_rectangle(edges, candidate.cells, CELL_PX)
    if rectangle is None and candidate.changes >= THRESHOLDS.fine_changes:
        rectangle = bars_rectangle(directions_of(part, candidate.cells, is_fine=True), candidate.cells, CELL_PX)
    if rectangle is not None and covered_share(place, before.bars) < THRESHOLDS.same_share:
        codes = _bars_in(grey, picture, moved(rectangle, (left, top), 1), factor)
        if codes:
            return codes
        if is_alike:
            seen.bars.append(place)
    if not _may_have_modules(candidate, edges) or covered_share(place, before.modules) >= THRESHOLDS.same_share:
        return []
    if is_alike:
        seen.modules.append(place)
    return _modules_at(grey, place, factor, is_clear=_is_clear(candidate))


def _modules_at(grey: Grey, place: Box, factor: int, *, is_clear: bool) -> list[BarCode]:
    """What decodes at a place that may have modules."""
    around = _around(place).clip(grey.shape[1], grey.shape[0])
    views, level_views = (None, None) if is_clear else THRESHOLDS.views
    scales = [scale / factor for scale in THRESHOLDS.scales[:views]]
    level_scales = [scale / factor for scale in THRESHOLDS.level_scales[:level_views]]
    return [_of_decoded(grey, code) for code in decode_place(grey, around, scales, level_scales, with_bars=is_clear)]


def _bars_in(grey: Grey, picture: Grey, rectangle: Rectangle, factor: int) -> list[BarCode]:
    """The bars in a rectangle of the reduced picture that decode, or have the shape of a code."""
    if factor == 1:  # Reduced pictures have no bars of one pixel.
        rectangle = with_best_angle(picture, rectangle)
    if not shows_part_of_code(picture, rectangle):
        return []
    decoded = _decoded_bars(grey, rectangle, factor)
    if decoded:
        return [_of_decoded(grey, code) for code in decoded]
    bars = bars_in(picture, rectangle)
    return [] if bars is None else [_of_bars(grey, bars._replace(corners=bars.corners * np.float32(factor)))]


def _decoded_bars(grey: Grey, rectangle: Rectangle, factor: int) -> list[Decoded]:
    """What the bars in a rectangle of the reduced picture decode as, with corners on the picture."""
    roomy = moved(with_room(rectangle, THRESHOLDS.decoded_room_px), (0, 0), factor)
    level = levelled(grey, roomy)
    codes = decode_bars(level, THRESHOLDS.bars_window_px * factor) or decode_stacked_bars(
        level, (1, 2) if factor == 1 else (1,)
    )
    return [code._replace(corners=to_picture(code.corners.astype(float), roomy)) for code in codes]


def _may_have_modules(candidate: Candidate, edges: Directions) -> bool:
    return (
        min(candidate.cells.shape) >= THRESHOLDS.least_cells
        and _two_level_beyond_least(candidate) >= 0
        and candidate.changes >= THRESHOLDS.modules_changes
        and edges.coherence <= THRESHOLDS.modules_coherence
        and float(candidate.cells.mean()) >= THRESHOLDS.modules_filled
    )


def _is_clear(candidate: Candidate) -> bool:
    is_large = min(candidate.cells.shape) >= THRESHOLDS.large_cells
    has_levels = is_large or candidate.range_levels >= THRESHOLDS.clear_levels
    return has_levels and _two_level_beyond_least(candidate) >= THRESHOLDS.clear_two_level


def _two_level_beyond_least(candidate: Candidate) -> float:
    missing = max(0, THRESHOLDS.large_cells - int(min(candidate.cells.shape)))
    return candidate.two_level - THRESHOLDS.least_two_level - THRESHOLDS.small_step * missing


def _scaled(box: Box, factor: int) -> Box:
    return Box(*(side * factor for side in box))


def _around(box: Box) -> Box:
    return box.pad(max(THRESHOLDS.around_px, round(THRESHOLDS.around_share * max(box.width, box.height))))


def _of_bars(grey: Grey, bars: Stripes) -> BarCode:
    return BarCode(with_caption(grey, bars.corners).clip(grey.shape[1], grey.shape[0]), Proof.BARS, bars.score)


def _of_decoded(grey: Grey, code: Decoded) -> BarCode:
    proof = Proof.DECODED if code.is_valid else Proof.DAMAGED
    if code.is_linear:
        box = with_caption(grey, bars_around(grey, code.corners))
    else:
        quiet = code.box.pad(max(THRESHOLDS.quiet_px, round(THRESHOLDS.quiet_share * max(code.box.width, code.box.height))))
        captioned = with_caption(grey, code.corners)
        box = bounding_box([quiet[:2], quiet[2:], captioned[:2], captioned[2:]])
    return BarCode(box.clip(grey.shape[1], grey.shape[0]), proof, 1.0)


def _united(codes: Sequence[BarCode]) -> list[BarCode]:
    """The codes without those that another one covers."""
    found = list[BarCode]()
    for code in sorted(codes, key=lambda code: (-code.box.area_px, code.box, code.proof)):
        if covered_share(code.box, [other.box for other in found]) < 1:
            found.append(code)
    return sorted(found, key=lambda code: code.box)
