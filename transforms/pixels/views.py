"""Renderings of a frame for the text engine: 8 bit, and more than one where a single one could hide text.

Nothing may be invisible to the engine that a viewer could show. The header's window alone hides whatever lies outside of it,
and the full range alone fades text when a few outliers stretch it; so each is read where it differs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.records import PixelFacts

_OUTER_PERCENTILES = (0.5, 99.5)
_MAX_STRETCH = 1.5
"""A full range this many times wider than the percentile range gets a rendering of the latter as well."""


class View(NamedTuple):
    """One rendering: its name, and (rows, columns) or (rows, columns, 3) of uint8, RGB."""

    name: str
    image: np.ndarray


def render_views(frame: np.ndarray, facts: PixelFacts) -> tuple[View, ...]:
    """Render a frame, or a part of one, for the text engine.

    Args:
        frame: With colours resolved: (rows, columns) stored values of any dtype, or (rows, columns, 3) RGB.
        facts: Of the instance: window (in stored values), padding, photometric interpretation.

    Returns:
        "colour" for RGB. For grey values "stored" (their full range without the padding), and where they show something else
        "middle" (the range between the outer percentiles) and "window" (the header's).
    """
    if frame.ndim == 3:
        return (View("colour", _as_bytes(frame)),)
    values = frame.astype(np.float32)
    is_shown = np.isfinite(values)
    if facts.padding_value is not None:
        is_shown &= frame != facts.padding_value
    shown = values[is_shown]
    if not shown.size:
        return (View("stored", np.zeros(frame.shape, np.uint8)),)
    low, high = float(shown.min()), float(shown.max())
    ranges = {"stored": (low, high)}
    # Every pixel of a large frame is not needed to know where most of them lie.
    inner_low, inner_high = (
        float(value) for value in np.percentile(shown[:: max(1, shown.size // 250_000)], _OUTER_PERCENTILES)
    )
    if high - low > _MAX_STRETCH * (inner_high - inner_low) and inner_high > inner_low:
        ranges["middle"] = (inner_low, inner_high)
    if facts.window is not None:
        center, width = facts.window
        window = (max(low, center - width / 2), min(high, center + width / 2))
        if window[1] > window[0] and all(_differ(window, other) for other in ranges.values()):
            ranges["window"] = window
    is_inverted = facts.photometric_interpretation == "MONOCHROME1"
    return tuple(View(name, _scaled(values, *bounds, is_inverted)) for name, bounds in ranges.items())


def _differ(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two ranges show different pictures: an eighth of the wider one apart at either end."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) > max(one[1] - one[0], other[1] - other[0]) / 8


def _scaled(values: np.ndarray, low: float, high: float, is_inverted: bool) -> np.ndarray:
    span = high - low or 1.0
    scaled = np.clip((np.nan_to_num(values, nan=low, posinf=high, neginf=low) - low) * (255.0 / span), 0, 255)
    image: np.ndarray = scaled.round().astype(np.uint8)
    return 255 - image if is_inverted else image


def _as_bytes(frame: np.ndarray) -> np.ndarray:
    if frame.dtype == np.uint8:
        return frame
    return _scaled(frame.astype(np.float32), float(frame.min()), float(frame.max()), is_inverted=False)
