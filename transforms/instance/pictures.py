"""The pictures of tiles, as they are read from storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..core.box import Box
from ..core.instance import PixelFacts
from ..core.search_plan import Tile
from ..core.voi import GreyscaleTransform
from ..pixels.cine import Show, project
from .open import open_instance


@dataclass(frozen=True)
class Picture:
    """A picture that is read at once.

    Attributes:
        values: (rows, columns) of stored values or (rows, columns, 3) RGB.
        facts: Of the instance.
        transforms: The greyscale transforms of its Frames.
        prefiltered: Parts where the prefilter decides where the engine looks.
    """

    values: np.ndarray
    facts: PixelFacts
    transforms: Sequence[GreyscaleTransform] = ()
    prefiltered: tuple[Box, ...] = ()


def picture_of(tile: Tile) -> Picture:
    """The picture of a tile.

    Raises:
        EffaceError: See `open_instance` and `FrameReader`.
    """
    prefiltered = tuple(
        box.shift(-tile.box.left, -tile.box.top).clip(tile.box.width, tile.box.height) for box in tile.prefiltered
    )
    return Picture(
        project(tile.source_frames, tile.projection, show_of(tile)),
        facts_of(tile),
        transforms_of(tile),
        prefiltered=tuple(box for box in prefiltered if box.area_px),
    )


def facts_of(tile: Tile) -> PixelFacts:
    """The pixel facts of a tile; overlay planes have their own."""
    if tile.overlay is not None:
        return replace(tile.pixels, photometric_interpretation="MONOCHROME2", padding_value=None)
    return tile.pixels


def transforms_of(tile: Tile) -> tuple[GreyscaleTransform, ...]:
    """The greyscale transforms of a tile's Frames, which are alike where it projects several; overlay planes have none."""
    if tile.overlay is not None:
        return ()
    reader = open_instance(tile.source)
    return tuple(dict.fromkeys(way for frame in tile.source_frames for way in reader.greyscale_transforms(frame)))


def show_of(tile: Tile) -> Show:
    """What gives the tile's part of a Frame."""
    left, top, right, bottom = tile.box

    def show(frame: int) -> np.ndarray:
        reader = open_instance(tile.source)
        image = reader.display(frame) if tile.overlay is None else reader.overlay(tile.overlay, frame)
        return image[top:bottom, left:right]

    return show
