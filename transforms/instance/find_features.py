"""The bar codes on a picture."""

from __future__ import annotations

from ..barcodes.decoder import ENGINE
from ..barcodes.finder import find_bar_codes
from ..core.box import covered_share
from ..core.search_plan import Tile
from ..core.visual_features import FeatureKind, VisualFeature
from ..pixels.renderings import Rendering, render_frame
from .pictures import Picture


def find_features(tile: Tile, picture: Picture) -> tuple[VisualFeature, ...]:
    """The bar codes of a tile, in pixels of the Frame.

    They are looked for on every rendering, whatever the header says: a small picture of how dense and how striped each place
    is costs little. Where a part of the tile is searched for text in full, the decoder searches all of it.

    Raises:
        VoiWindowsError: See `render_frame`.
    """
    whole = tile.prefiltered != (tile.box,)
    found: list[VisualFeature] = []
    for view in render_frame(picture.values, picture.facts, picture.transforms):
        for feature in _codes_of(view, whole=whole):
            if covered_share(feature.box, [other.box for other in found]) < 1:
                found.append(feature)
    left, top, *_ = tile.box
    return tuple(
        VisualFeature(one.kind, one.box.shift(left, top), one.rule, one.score, one.engine, one.rendering) for one in found
    )


def _codes_of(view: Rendering, *, whole: bool) -> list[VisualFeature]:
    return [
        VisualFeature(FeatureKind.BAR_CODE, code.box, str(code.proof), code.score, ENGINE, view.name)
        for code in find_bar_codes(view.image, whole=whole)
    ]
