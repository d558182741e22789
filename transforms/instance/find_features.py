"""The bar codes and faces on a picture."""

from __future__ import annotations

from collections.abc import Sequence

from ..barcodes import decoder
from ..barcodes.finder import Seen, find_bar_codes
from ..core.box import covered_share
from ..core.search_plan import Tile
from ..core.text_line import SURE_SCORE, TextLine
from ..core.visual_features import FeatureKind, VisualFeature
from ..faces.detector import ENGINE, find_faces
from ..pixels.renderings import Rendering, render_frame
from .pictures import Picture

_LEAST_TEXT = 3
"""Characters of a line from which on it is text: modules can read as one letter."""


def find_features(tile: Tile, picture: Picture, lines: Sequence[TextLine] = ()) -> tuple[VisualFeature, ...]:
    """The bar codes of a tile, and the faces on a photograph, in pixels of the Frame.

    They are looked for on every rendering, whatever the header says: the screen that says where one may be costs little.

    Args:
        tile: In the plan.
        picture: Its pixels.
        lines: The text of the tile, in pixels of the Frame: what is read for sure is no code.

    Raises:
        VoiWindowsError: See `render_frame`.
        ModelError: See `find_faces`.
    """
    found: list[VisualFeature] = []
    left, top, *_ = tile.box
    text = [line.box.shift(-left, -top) for line in lines if line.score >= SURE_SCORE and len(line.text) >= _LEAST_TEXT]
    seen = Seen(modules=text)
    for view in render_frame(picture.values, picture.facts, picture.transforms):
        faces = _faces_of(view) if tile.may_show_faces else []
        for feature in _codes_of(view, seen) + faces:
            if covered_share(feature.box, [other.box for other in found if other.kind is feature.kind]) < 1:
                found.append(feature)
    return tuple(
        VisualFeature(one.kind, one.box.shift(left, top), one.rule, one.score, one.engine, one.rendering) for one in found
    )


def _codes_of(view: Rendering, seen: Seen) -> list[VisualFeature]:
    return [
        VisualFeature(FeatureKind.BAR_CODE, code.box, str(code.proof), code.score, decoder.ENGINE, view.name)
        for code in find_bar_codes(view.image, seen=seen)
    ]


def _faces_of(view: Rendering) -> list[VisualFeature]:
    rule = str(FeatureKind.FACE)
    return [VisualFeature(FeatureKind.FACE, face.box, rule, face.score, ENGINE, view.name) for face in find_faces(view.image)]
