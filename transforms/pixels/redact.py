"""Fills boxes in stored values. No bit outside a box changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.box import Box
from ..core.evidence import Finding, Verdict
from ..core.instance import PixelFacts


def boxes_by_frame(findings: Iterable[Finding], overlay: int = 0) -> dict[int, tuple[Box, ...]]:
    """0-based Frame -> its boxes to fill, in a fixed order. Frames without boxes are left out.

    Args:
        overlay: The group of an overlay plane; 0 for the instance's own Frames.
    """
    boxes: dict[int, set[Box]] = {}
    for finding in findings:
        if finding.verdict is Verdict.REDACT and finding.overlay == overlay:
            for frame in finding.frames:
                boxes.setdefault(frame, set()).add(finding.box)
    return {frame: tuple(sorted(boxes[frame])) for frame in sorted(boxes)}


def fill_value(facts: PixelFacts, stored: npt.NDArray[Any], display: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The stored value of the darkest pixel of the Frame. It suits every colour coding and moves no viewer's automatic window.

    Args:
        facts: Of the instance. Large values are dark in MONOCHROME1.
        stored: Stored values of the Frame, (rows, columns) or (rows, columns, 3).
        display: The same Frame with colours resolved, which gives the brightness of palette indices.

    Returns:
        One value of the dtype of `stored`, shape () or (3,).
    """
    brightness = display.astype(np.float64) if display.ndim == 2 else display.sum(axis=2, dtype=np.float64)
    if facts.photometric_interpretation == "MONOCHROME1":
        brightness = -brightness
    darkest = np.argmin(np.where(np.isfinite(brightness), brightness, np.inf))
    value: npt.NDArray[Any] = stored.reshape(-1, *stored.shape[2:])[darkest]
    return value


def redact_frame(frame: npt.NDArray[Any], boxes: Sequence[Box], value: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A copy of the Frame with each box filled.

    Args:
        frame: Stored values, (rows, columns) or (rows, columns, 3).
        boxes: In pixels of the Frame, clipped to it.
        value: From `fill_value`.
    """
    redacted = frame.copy()
    for left, top, right, bottom in boxes:
        redacted[top:bottom, left:right] = value
    return redacted
