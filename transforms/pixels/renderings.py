"""Renders a Frame in 8 bits for the text engine, in more than one way where one could hide text.

Nothing may be invisible to the engine that a viewer shows of a frame by what its header says. The full range alone fades text
when a few outliers stretch it, a window hides whatever lies outside of it, and a lookup table may do anything. So a frame is
read as its full range, as the range of most of its values, and in each of its windows and VOI LUTs, where these show something
else. Each rendering is stretched over its frame, so that a window wider than the frame's values is no rendering of its own.

Two renderings show the same when the contrast of any two pixels differs by less than 8 of 255 grey levels: nobody reads text of
so little. That also holds between a picture and its negative.

Not covered: a window that a person chooses by hand, as far as it shows what none of these does; the windows of other frames
where these are many (see `dicom.voi`), and those of presentation states; the colours of a supplemental palette; what a viewer
computes of several frames (subtraction, fusion); text of exactly the padding value on values as dark as it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..core.errors import VoiWindowsError
from ..core.instance import PixelFacts
from ..core.voi import GreyscaleTransform, LookupTable


@dataclass(frozen=True)
class RenderingThresholds:
    """When a rendering shows something that others do not. Nobody reads text of fewer grey levels.

    Attributes:
        outer_percentiles: Range of most values.
        max_stretch: A full range this many times wider also gets a rendering of that range.
        same_levels: Of 255: two renderings whose contrasts differ by less show the same.
        max_transforms: More windows and tables on one Frame are refused: no equipment needs them, and each costs as much as
            a Frame.
        max_levels: Values that are compared at most.
    """

    outer_percentiles: tuple[float, float] = (0.5, 99.5)
    max_stretch: float = 1.5
    same_levels: int = 8
    max_transforms: int = 8
    max_levels: int = 1 << 16


THRESHOLDS = RenderingThresholds()


class Rendering(NamedTuple):
    """One rendering: its name, and (rows, columns) or (rows, columns, 3) of uint8, RGB."""

    name: str
    image: np.ndarray


def render_frame(frame: np.ndarray, facts: PixelFacts, transforms: Sequence[GreyscaleTransform]) -> tuple[Rendering, ...]:
    """Render a frame, or a part of one, for the text engine.

    Args:
        frame: With colours resolved: (rows, columns) stored values of any dtype, or (rows, columns, 3) RGB.
        facts: Of the instance: padding, photometric interpretation.
        transforms: What the header says of how it is shown (`FrameReader.greyscale_transforms`); nothing of it holds for RGB.

    Returns:
        "colour" for RGB. For grey values "stored" (their full range without the padding), and where they show something else
        "middle" (the range between the outer percentiles), "window" for each window and "lookup" for each lookup table, with a
        number from the second of a kind on.

    Raises:
        VoiWindowsError: More than eight windows and lookup tables show something else.
    """
    if frame.ndim == 3:
        return (Rendering("colour", _as_bytes(frame)),)
    is_value = np.isfinite(frame)
    if facts.padding_value is not None:
        is_value &= frame != facts.padding_value
    values = frame[is_value]
    if not values.size:
        return (Rendering("stored", np.zeros(frame.shape, np.uint8)),)
    low, high = values.min(), values.max()
    levels, places, is_there = _levels(frame, low, high)
    pictures = {"stored": _scaled(levels, float(low), float(high))}
    # Every pixel of a large frame is not needed to know where most of them lie.
    inner_low, inner_high = (
        float(value) for value in np.percentile(values[:: max(1, values.size // 250_000)], THRESHOLDS.outer_percentiles)
    )
    if float(high) - float(low) > THRESHOLDS.max_stretch * (inner_high - inner_low) and inner_high > inner_low:
        pictures["middle"] = _scaled(levels, inner_low, inner_high)
    most = len(pictures) + THRESHOLDS.max_transforms
    for way in transforms:
        picture = way.apply(levels)
        darkest, brightest = float(picture[is_there].min()), float(picture[is_there].max())
        picture = _scaled(picture, darkest, brightest)
        if brightest > darkest and all(_differ(picture[is_there], other[is_there]) for other in pictures.values()):
            kind = "lookup" if LookupTable in map(type, (way.modality, way.voi)) else "window"
            number = 1 + sum(name.startswith(kind) for name in pictures)
            pictures[kind if number == 1 else f"{kind} {number}"] = picture
        if len(pictures) > most:
            raise VoiWindowsError("the frame is shown in more than eight ways that differ")
    if facts.photometric_interpretation == "MONOCHROME1":
        pictures = {name: 255 - picture for name, picture in pictures.items()}
    return tuple(Rendering(name, picture if places is None else picture[places]) for name, picture in pictures.items())


def _levels(frame: np.ndarray, low: np.number, high: np.number) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """The values to render, clipped to a range: each different one once where they are few, else all of them.

    Returns:
        Values as floats; the place of each pixel among them, or None where they are the pixels; whether each is in the frame.
    """
    if frame.dtype.kind in "iu" and int(high) - int(low) < THRESHOLDS.max_levels:
        places = np.clip(frame, low, high).astype(np.intp)
        places -= int(low)
        is_there = np.zeros(int(high) - int(low) + 1, bool)
        is_there[places] = True
        return np.arange(int(low), int(high) + 1).astype(np.float32), places, is_there
    values = frame.astype(np.float32 if frame.dtype == np.float32 else np.float64)
    values = np.clip(np.nan_to_num(values, nan=float(low), posinf=float(high), neginf=float(low)), low, high)
    return values, None, np.ones(frame.shape, bool)


def _differ(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two renderings show different pictures, by the contrast of any two of their pixels."""
    difference, total = one.astype(np.int16) - other, one.astype(np.int16) + other
    return bool(min(np.ptp(difference), np.ptp(total)) >= THRESHOLDS.same_levels)


def _scaled(values: np.ndarray, low: float, high: float) -> np.ndarray:
    scaled = np.clip((values - low) * (255.0 / (high - low or 1.0)), 0, 255)
    image: np.ndarray = scaled.round().astype(np.uint8)
    return image


def _as_bytes(frame: np.ndarray) -> np.ndarray:
    if frame.dtype == np.uint8:
        return frame
    return _scaled(frame.astype(np.float32), float(frame.min()), float(frame.max()))
