"""How the Frames of an Instance are searched for text, and the tiles that are read. Holds references, no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .box import Box
from .instance import OverlayPlane, PixelFacts, Source


class Tier(StrEnum):
    """The tier of an instance by its header: read in full, or sampled."""

    FULL = "full"
    SAMPLED = "sampled"


class Effort(StrEnum):
    """How a Frame is searched: by the engine everywhere, or by the engine where the prefilter found something."""

    FULL = "full"
    PREFILTER = "prefilter"


PREFILTER_MIN_SCORE = 0.2
"""The score of the prefilter from which on there may be text."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How the Frames of an instance are searched.

    Attributes:
        prefiltered: The parts of its Frames where the prefilter decides where the engine searches.
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
        may_show_faces: It is a part of a photograph.
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
    may_show_faces: bool = False
