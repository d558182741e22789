"""The text that an engine found on a tile."""

from __future__ import annotations

from dataclasses import dataclass, field

from .box import Box
from .errors import Failure
from .search_plan import Tile
from .visual_features import VisualFeature

SURE_SCORE = 0.8
"""From this confidence on a reading can be believed."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text that an engine found.

    Attributes:
        box: In pixels of the frame, not padded, clipped to the frame.
        text: What was read, "" when it was only detected: identifying.
        score: The engine's confidence in the text, 0 to 1.
        engine: Name of the engine in the registry.
        rendering: Which rendering of the frame it was read on ("stored", "window", "colour", ...).
        is_vertical: The line runs top to bottom or bottom to top, where recognition cannot be relied on.
        prefilter_score: How sure the prefilter is that there is text, 0 to 1; 1 where none looked.
        letters: Where the middle of each character of `text` is, as a share of the width of `box`; () where the engine does not
            say, and for lines that are not level.
    """

    box: Box
    text: str = field(repr=False)
    score: float
    engine: str
    rendering: str
    is_vertical: bool = False
    prefilter_score: float = 1.0
    letters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TileText:
    """The text that the engine found on one tile, or the failure that keeps its instance from being published.

    Attributes:
        features: The bar codes and faces on it.
    """

    tile: Tile
    lines: tuple[TextLine, ...] = ()
    failure: Failure | None = None
    features: tuple[VisualFeature, ...] = ()

    @property
    def ref(self) -> str:
        return self.tile.ref
