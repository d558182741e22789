"""Finds the bar codes of a picture: those that decode, those that are damaged, and bars that nothing decodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.box import Box, bounding_box, covered_share
from ..core.image_ops import mean_grey
from .captions import with_caption
from .decoder import Decoded, decode, decode_place
from .modules import find_dense_places, may_show_modules
from .stripes import Stripes, bars_around, find_stripes


@dataclass(frozen=True)
class FinderThresholds:
    """How much is looked at. Set as `stripes.StripeThresholds`.

    Attributes:
        most_places: Dense places that are shown to the decoder, those of the clearest two levels first, where the whole
            picture is searched, and elsewhere: pages of text and noise have many.
        most_places_share: Their area together, as a share of the picture's; each is shown up to three times.
        around_share: Surroundings of a place that are shown with it, of its longer side, ...
        around_px: ... and at least so many pixels.
        known_share: Share of a place that is known from which on it is not looked at again.
        same_share: Share of a place that was shown on other renderings, or is text, from which on it is not shown again: the
            decoder is shown it stretched to its own range, so that it looks alike on all of them.
        quiet_share: Room around a code of two dimensions that is filled with it, of its longer side, ...
        quiet_px: ... and at least so many pixels.
    """

    most_places: tuple[int, int] = (24, 10)
    most_places_share: tuple[float, float] = (0.8, 0.4)
    around_share: float = 0.12
    around_px: int = 12
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


def find_bar_codes(image: npt.NDArray[np.uint8], *, whole: bool, shown: list[Box] | None = None) -> list[BarCode]:
    """The bar codes of a picture.

    Args:
        image: (rows, columns) or (rows, columns, 3) RGB.
        whole: Whether the decoder searches all of the picture, and not only the places that may be codes.
        shown: Places that are not shown to the decoder: lines of text, and what it was shown on other renderings of the same
            picture; what it is shown on this one is appended. None for none.
    """
    grey = mean_grey(image)
    if not grey.size:
        return []
    stripes = find_stripes(grey)
    decoded = list(decode(grey)) if whole else []
    known = [_box(bars.corners) for bars in stripes] + [code.box for code in decoded]
    before = list(shown or ())
    for place in _places(grey, known, whole=whole):
        around = _around(place).clip(grey.shape[1], grey.shape[0])
        is_known = covered_share(place, known) >= THRESHOLDS.known_share
        if is_known or covered_share(place, before) >= THRESHOLDS.same_share:
            continue
        if may_show_modules(grey[around.top : around.bottom, around.left : around.right]):
            found = decode_place(grey, around)
            decoded += found
            known += [code.box for code in found]
            if shown is not None:
                shown.append(place)
    codes = [_of_bars(grey, bars) for bars in stripes] + [_of_decoded(grey, code) for code in decoded]
    return _united([code for code in codes if code.box.area_px])


def _places(grey: npt.NDArray[np.uint8], known: Sequence[Box], *, whole: bool) -> list[Box]:
    """The dense places that are shown to the decoder."""
    most, share = ((one if whole else other) for one, other in (THRESHOLDS.most_places, THRESHOLDS.most_places_share))
    places, left_px = list[Box](), share * grey.size
    for place, _ in sorted(find_dense_places(grey), key=lambda one: -one[1]):
        area_px = _around(place).area_px
        if area_px <= left_px and covered_share(place, [*known, *places]) < THRESHOLDS.known_share:
            places.append(place)
            left_px -= area_px
        if len(places) == most:
            break
    return places


def _around(place: Box) -> Box:
    return place.pad(max(THRESHOLDS.around_px, round(THRESHOLDS.around_share * max(place.width, place.height))))


def _of_bars(grey: npt.NDArray[np.uint8], bars: Stripes) -> BarCode:
    return BarCode(with_caption(grey, bars.corners).clip(grey.shape[1], grey.shape[0]), Proof.BARS, bars.score)


def _of_decoded(grey: npt.NDArray[np.uint8], code: Decoded) -> BarCode:
    proof = Proof.DECODED if code.is_valid else Proof.DAMAGED
    if code.is_linear:
        box = with_caption(grey, bars_around(grey, code.corners))
    else:
        quiet = code.box.pad(max(THRESHOLDS.quiet_px, round(THRESHOLDS.quiet_share * max(code.box.width, code.box.height))))
        captioned = with_caption(grey, code.corners)
        box = bounding_box([quiet[:2], quiet[2:], captioned[:2], captioned[2:]])
    return BarCode(box.clip(grey.shape[1], grey.shape[0]), proof, 1.0)


def _box(corners: npt.NDArray[np.float32]) -> Box:
    return bounding_box([(float(x), float(y)) for x, y in corners])


def _united(codes: Sequence[BarCode]) -> list[BarCode]:
    """The codes without those that another one covers."""
    found = list[BarCode]()
    for code in sorted(codes, key=lambda code: (-code.box.area_px, code.box, code.proof)):
        if covered_share(code.box, [other.box for other in found]) < 1:
            found.append(code)
    return sorted(found, key=lambda code: code.box)
