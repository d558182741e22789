"""How the Frames of an Instance are searched for text, and the tiles that are read. Holds references, no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .box import Box
from .instance import OverlayPlane, PixelFacts, Source


class Tier(StrEnum):
    """What the header makes of an instance: whether its pixels are read in full, or samples of its kind are."""

    FULL = "full"
    SAMPLED = "sampled"


class Effort(StrEnum):
    """How a frame is searched: all of it by the text engine, or by the engine only where the prefilter saw that text may be."""

    FULL = "full"
    PREFILTER = "prefilter"


PREFILTER_MIN_SCORE = 0.2
"""From this score of the prefilter on there may be text."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How the frames of an instance are looked at.

    Attributes:
        prefiltered: The parts of its frames where the prefilter decides where the engine looks.
    """

    tier: Tier = Tier.FULL
    effort: Effort = Effort.FULL
    prefiltered: tuple[Box, ...] = ()


class Projection(StrEnum):
    """How the frames of a tile become one picture."""

    NONE = "none"
    MAXIMUM = "maximum"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of one Frame, or of several Frames projected into one, to be read for text: by reference, without identifiers.

    Attributes:
        ref: Of the instance.
        source: Where it is stored.
        pixels: Its pixel facts.
        index: 0, 1, ... within the instance.
        source_frames: The 0-based Frames that are read.
        projection: How several of them become one picture.
        frames: The 0-based Frames that the findings hold for.
        box: The part to read, in pixels of the Frame.
        prefiltered: Parts of the Frame where the prefilter decides where the engine searches.
        overlay: The plane whose Frames are meant instead of the instance's own, or None.
    """

    ref: str
    source: Source
    pixels: PixelFacts
    index: int
    source_frames: tuple[int, ...]
    projection: Projection
    frames: tuple[int, ...]
    box: Box
    prefiltered: tuple[Box, ...] = ()
    overlay: OverlayPlane | None = None
