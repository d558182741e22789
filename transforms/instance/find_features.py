"""The bar codes and faces on a picture."""

from __future__ import annotations

from ..barcodes import decoder
from ..barcodes.finder import find_bar_codes
from ..core.box import covered_share
from ..core.search_plan import Tile
from ..core.visual_features import FeatureKind, VisualFeature
from ..faces.detector import ENGINE, find_faces
from ..pixels.renderings import Rendering, render_frame
from .pictures import Picture


def find_features(tile: Tile, picture: Picture) -> tuple[VisualFeature, ...]:
    """The bar codes of a tile, and the faces on a photograph, in pixels of the Frame.

    They are looked for on every rendering, whatever the header says: a small picture of how dense and how striped each place
    is costs little. Where a part of the tile is searched for text in full, the decoder searches all of it.

    Raises:
        VoiWindowsError: See `render_frame`.
        ModelError: See `find_faces`.
    """
    whole = tile.prefiltered != (tile.box,)
    found: list[VisualFeature] = []
    for view in render_frame(picture.values, picture.facts, picture.transforms):
        faces = _faces_of(view) if tile.may_show_faces else []
        for feature in _codes_of(view, whole=whole) + faces:
            if covered_share(feature.box, [other.box for other in found if other.kind is feature.kind]) < 1:
                found.append(feature)
    left, top, *_ = tile.box
    return tuple(
        VisualFeature(one.kind, one.box.shift(left, top), one.rule, one.score, one.engine, one.rendering) for one in found
    )


def _codes_of(view: Rendering, *, whole: bool) -> list[VisualFeature]:
    return [
        VisualFeature(FeatureKind.BAR_CODE, code.box, str(code.proof), code.score, decoder.ENGINE, view.name)
        for code in find_bar_codes(view.image, whole=whole)
    ]


def _faces_of(view: Rendering) -> list[VisualFeature]:
    rule = str(FeatureKind.FACE)
    return [VisualFeature(FeatureKind.FACE, face.box, rule, face.score, ENGINE, view.name) for face in find_faces(view.image)]
