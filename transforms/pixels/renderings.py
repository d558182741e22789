"""Renders a Frame in 8 bits for the text engine, in more than one way where one could hide text.

The engine must see everything that a viewer shows of a Frame by its header. The full range alone fades text when a few outliers
stretch it, a window hides values outside of it, and a lookup table can do either. A Frame is therefore read in its full range,
in the range of most of its values, and in each of its windows and VOI LUTs, where these show something else. Each rendering is
stretched over its Frame, so a window wider than the values of the Frame adds no rendering.

Two renderings show the same when the contrast of any two pixels differs by less than 8 of 255 grey levels. Text of less
contrast is not readable. A picture and its negative show the same.

Not covered: a window that a person chooses by hand, if it shows more than all renderings; the windows of other Frames where
there are many (see `dicom.voi`), and those of presentation states; the colours of a supplemental palette; pictures that a
viewer computes from several Frames (subtraction, fusion); text of exactly the padding value on values of its brightness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..core.errors import VoiWindowsError
from ..core.instance import PixelFacts
from ..core.voi import CellBits, GreyscaleTransform, LookupTable


@dataclass(frozen=True)
class RenderingThresholds:
    """Limits for the renderings of one Frame. Text of fewer grey levels than `same_levels` is not readable.

    Attributes:
        outer_percentiles: Range of most values.
        sample_px: Pixels, evenly spread, from which these percentiles are estimated, in a Frame of more.
        max_stretch: How many times wider the full range must be for a rendering of the range of most values.
        same_levels: Grey levels of 255. Two renderings whose contrasts differ by less show the same.
        max_transforms: Windows and tables that show something else. More are refused: no equipment needs them, and each costs
            as much as a Frame.
        max_levels: Values of a Frame that are rendered once each. A Frame with a wider range is rendered pixel by pixel.
    """

    outer_percentiles: tuple[float, float] = (0.5, 99.5)
    sample_px: int = 250_000
    max_stretch: float = 1.5
    same_levels: int = 8
    max_transforms: int = 8
    max_levels: int = 1 << 16


THRESHOLDS = RenderingThresholds()


class Rendering(NamedTuple):
    """One rendering: its name, and (rows, columns) or (rows, columns, 3) of uint8, RGB."""

    name: str
    image: npt.NDArray[np.uint8]


def render_frame(frame: npt.NDArray[Any], facts: PixelFacts, transforms: Sequence[GreyscaleTransform]) -> tuple[Rendering, ...]:
    """Render a Frame, or a part of one, for the text engine.

    Args:
        frame: With colours resolved: (rows, columns) stored values of any dtype, or (rows, columns, 3) RGB.
        facts: Of the instance: padding, photometric interpretation.
        transforms: From the header (`FrameReader.greyscale_transforms`). Ignored for RGB.

    Returns:
        "colour" for RGB. For grey values "stored" (the full range without padding) and, where they show something else,
        "middle" (the range between the outer percentiles), "window" for each window, "lookup" for each lookup table, and
        "bits" for each part of the cells that a viewer can take for the pixel where the header does not explain all bits. The
        second and later ones of a kind have a number.

    Raises:
        VoiWindowsError: More than eight windows and lookup tables show something else.
    """
    if frame.ndim == 3:
        return (Rendering("colour", _as_bytes(frame)),)
    values = _without_padding(frame, facts.padding_value)
    if not values.size:
        return (Rendering("stored", np.zeros(frame.shape, np.uint8)),)
    low, high = values.min(), values.max()
    levels, places, is_present = _levels(frame, low, high)
    pictures = {"stored": _scaled(levels, float(low), float(high))}
    # A sample of a large Frame gives its percentiles.
    sample = values[:: max(1, values.size // THRESHOLDS.sample_px)]
    inner_low, inner_high = (float(value) for value in np.percentile(sample, THRESHOLDS.outer_percentiles))
    if float(high) - float(low) > THRESHOLDS.max_stretch * (inner_high - inner_low) and inner_high > inner_low:
        pictures["middle"] = _scaled(levels, inner_low, inner_high)
    most = len(pictures) + THRESHOLDS.max_transforms
    for transform in transforms:
        picture = transform.apply(levels)
        darkest, brightest = float(picture[is_present].min()), float(picture[is_present].max())
        picture = _scaled(picture, darkest, brightest)
        if brightest > darkest and all(_differ(picture[is_present], other[is_present]) for other in pictures.values()):
            kind = _kind_of(transform)
            number = 1 + sum(name.startswith(kind) for name in pictures)
            pictures[kind if number == 1 else f"{kind} {number}"] = picture
        if len(pictures) > most:
            raise VoiWindowsError("more than eight windows and lookup tables show the frame differently")
    if facts.photometric_interpretation == "MONOCHROME1":
        pictures = {name: 255 - picture for name, picture in pictures.items()}
    return tuple(Rendering(name, picture if places is None else picture[places]) for name, picture in pictures.items())


def display_frame(
    frame: npt.NDArray[Any], facts: PixelFacts, transforms: Sequence[GreyscaleTransform]
) -> npt.NDArray[np.uint8]:
    """A Frame as a viewer shows it first: in the first window or VOI LUT of the header, else in its full range.

    Equal stored values get equal grey levels in all Frames with the same window, which `render_frame` does not promise.

    Args:
        frame, facts, transforms: See `render_frame`.

    Returns:
        (rows, columns), or (rows, columns, 3) RGB.
    """
    transform = next((one for one in transforms if one.voi is not None), None)
    if frame.ndim == 3 or transform is None:
        return render_frame(frame, facts, ())[0].image
    white = transform.voi.white if isinstance(transform.voi, LookupTable) else 1.0
    picture = _scaled(np.nan_to_num(transform.apply(frame)), 0.0, white)
    return 255 - picture if facts.photometric_interpretation == "MONOCHROME1" else picture


def _without_padding(frame: npt.NDArray[Any], padding_value: int | None) -> npt.NDArray[Any]:
    """The finite values of a Frame that are no padding, row by row."""
    if frame.dtype.kind in "iu":  # Every one is finite. To pick values takes as long as to render them.
        return frame.ravel() if padding_value is None else frame[frame != padding_value]
    is_value = np.isfinite(frame)
    if padding_value is not None:
        is_value &= frame != padding_value
    return np.asarray(frame[is_value])


def _kind_of(transform: GreyscaleTransform) -> str:
    if isinstance(transform.modality, CellBits):
        return "bits"
    return "lookup" if LookupTable in map(type, (transform.modality, transform.voi)) else "window"


def _levels(
    frame: npt.NDArray[Any], low: np.number[Any], high: np.number[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp] | None, npt.NDArray[np.bool_]]:
    """The values to render, clipped to a range: each distinct value once where they are few, else every pixel.

    Returns:
        The values as floats; the index of each pixel into them, or None for every pixel; whether each occurs in the Frame.
    """
    if frame.dtype.kind in "iu" and int(high) - int(low) < THRESHOLDS.max_levels:
        places = np.clip(frame, low, high).astype(np.intp)
        places -= int(low)
        is_present = np.zeros(int(high) - int(low) + 1, bool)
        is_present[places] = True
        return np.arange(int(low), int(high) + 1).astype(np.float32), places, is_present
    values = frame.astype(np.float32 if frame.dtype == np.float32 else np.float64)
    values = np.clip(np.nan_to_num(values, nan=float(low), posinf=float(high), neginf=float(low)), low, high)
    return values, None, np.ones(frame.shape, bool)


def _differ(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> bool:
    """Whether two renderings show different pictures, by the contrast of any two of their pixels."""
    difference, total = one.astype(np.int16) - other, one.astype(np.int16) + other
    return bool(min(np.ptp(difference), np.ptp(total)) >= THRESHOLDS.same_levels)


def _scaled(values: npt.NDArray[Any], low: float, high: float) -> npt.NDArray[np.uint8]:
    scaled = np.clip((values - low) * (255.0 / (high - low or 1.0)), 0, 255)
    image: npt.NDArray[np.uint8] = scaled.round().astype(np.uint8)
    return image


def _as_bytes(frame: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if frame.dtype == np.uint8:
        return frame
    return _scaled(frame.astype(np.float32), float(frame.min()), float(frame.max()))
