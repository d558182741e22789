"""Finds the bar codes of a picture: those that decode, those that are damaged, and bars that nothing decodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    Rectangle,
    Stripes,
    bars_around,
    bars_in,
    bars_rectangle,
    levelled,
    moved,
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
        scales: By the reduction at which a candidate was found: its enlargements for the decoder, one after the other.
        most_share: Area of all that is shown, as a share of the picture's: pages of text and noise have many candidates.
        least_cells: Cells of the shorter side of what may have modules.
        modules_changes: Changes of what may have modules, as of `screen.Candidate`: 29 drawn codes have 0.31 and more.
        clear_two_level: As of `screen.Candidate`, from which on a place is shown at all of these scales, and else at the first.
        bars_window_px: As wide as some bars of one to three pixels a module.
        decoded_room_px: Room at both ends of bars for what the screen did not see of them, where they are decoded.
        known_share: Share of a place that is known from which on it is not looked at again.
        same_share: Share of a place that was shown on other renderings, or is text, from which on it is not shown again: the
            decoder is shown it stretched to its own range, so that it looks alike on all of them.
        quiet_share: Room around a code of two dimensions that is filled with it, of its longer side, ...
        quiet_px: ... and at least so many pixels.
    """

    reductions: tuple[int, ...] = (1, 2, 4)
    least_px: int = 20
    around_share: float = 0.12
    around_px: int = 10
    scales: Mapping[int, tuple[float, ...]] = field(default_factory=lambda: {1: (2, 1, 3), 2: (1, 2), 4: (0.5, 1, 2)})
    most_share: float = 1.0
    least_cells: int = 2
    modules_changes: float = 0.28
    clear_two_level: float = 0.55
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


def find_bar_codes(image: npt.NDArray[np.uint8], *, shown: list[Box] | None = None) -> list[BarCode]:
    """The bar codes of a picture.

    Args:
        image: (rows, columns) or (rows, columns, 3) RGB.
        shown: Places that are not shown to the decoder: lines of text, and what it was shown on other renderings of the same
            picture; what it is shown on this one is appended. None for none.
    """
    grey = mean_grey(image)
    if not grey.size:
        return []
    before, found = tuple(shown or ()), list[BarCode]()
    left_px = THRESHOLDS.most_share * grey.size
    for factor, picture in reductions_of(grey, THRESHOLDS.reductions, THRESHOLDS.least_px):
        for candidate in sorted(find_candidates(picture), key=lambda one: -one.two_level):
            place = _scaled(candidate.box, factor)
            around = _around(place).clip(grey.shape[1], grey.shape[0])
            if covered_share(place, [code.box for code in found]) >= THRESHOLDS.known_share or around.area_px > left_px:
                continue
            left_px -= around.area_px
            codes = _bars_at(grey, picture, candidate, factor)
            if not codes and _may_have_modules(candidate) and covered_share(place, before) < THRESHOLDS.same_share:
                scales = THRESHOLDS.scales[factor]
                is_clear = candidate.two_level >= THRESHOLDS.clear_two_level
                codes = [_of_decoded(grey, code) for code in decode_place(grey, around, scales if is_clear else scales[:1])]
                if shown is not None:
                    shown.append(place)
            found += [code for code in codes if code.box.area_px]
    return _united(found)


def candidate_places(grey: Grey) -> list[Box]:
    """The places of a picture at which codes are looked for."""
    return [
        _scaled(candidate.box, factor)
        for factor, picture in reductions_of(grey, THRESHOLDS.reductions, THRESHOLDS.least_px)
        for candidate in find_candidates(picture)
    ]


def _bars_at(grey: Grey, picture: Grey, candidate: Candidate, factor: int) -> list[BarCode]:
    """The bars of a candidate that decode, or have the shape of a code."""
    left, top, right, bottom = candidate.box
    rectangle = bars_rectangle(picture[top:bottom, left:right], candidate.cells, CELL_PX)
    if rectangle is None:
        return []
    rectangle = moved(rectangle, (left, top), 1)
    if factor == 1:  # Reduced pictures have no bars of one pixel.
        rectangle = with_best_angle(picture, rectangle)
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


def _may_have_modules(candidate: Candidate) -> bool:
    return min(candidate.cells.shape) >= THRESHOLDS.least_cells and candidate.changes >= THRESHOLDS.modules_changes


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
