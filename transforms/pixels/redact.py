"""Fills boxes in stored values. No bit outside a box changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.box import Box
from ..core.evidence import Finding, Verdict


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


def fill_value(stored: npt.NDArray[Any], brightness: Iterable[npt.NDArray[np.float64]]) -> npt.NDArray[Any]:
    """The stored value of the darkest pixel of the Frame. It suits every colour coding and moves no viewer's automatic window.

    Args:
        stored: Stored values of the Frame, (rows, columns) or (rows, columns, 3).
        brightness: How bright each pixel is displayed, in bands of rows or in rows; NaN for padding, which viewers can show as
            anything, and for a pixel that is surely not the darkest.

    Returns:
        One value of the dtype of `stored`, shape () or (3,).
    """
    least, darkest, start = np.inf, 0, 0
    for band in brightness:
        place = int(np.argmin(np.fmin(band, np.inf)))
        if band.flat[place] < least:
            least, darkest = band.flat[place], start + place
        start += band.size
    value: npt.NDArray[Any] = stored[divmod(darkest, stored.shape[1])].copy()
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
