"""Fills boxes in stored values. No bit outside a box changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..core.box import Box
from ..core.evidence import Finding, Verdict
from ..core.instance import PixelFacts


def boxes_by_frame(findings: Iterable[Finding], overlay: int = 0) -> dict[int, tuple[Box, ...]]:
    """0-based frame -> the boxes to fill on it, in a fixed order; frames without any are left out.

    Args:
        overlay: The group of an overlay plane; 0 for the instance's own frames.
    """
    boxes: dict[int, set[Box]] = {}
    for finding in findings:
        if finding.verdict is Verdict.REDACT and finding.overlay == overlay:
            for frame in finding.frames:
                boxes.setdefault(frame, set()).add(finding.box)
    return {frame: tuple(sorted(boxes[frame])) for frame in sorted(boxes)}


def fill_value(facts: PixelFacts, stored: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """The stored value of the darkest pixel of the frame: it suits every colour coding, and no viewer's automatic window moves.

    Args:
        facts: Of the instance. Great values are dark in MONOCHROME1.
        stored: The frame's stored values, (rows, columns) or (rows, columns, 3).
        shown: The same frame with colours resolved, for the brightness of a palette's indices.

    Returns:
        One value of the dtype of `stored`, shape () or (3,).
    """
    brightness = shown.astype(np.float64) if shown.ndim == 2 else shown.sum(axis=2, dtype=np.float64)
    if facts.photometric_interpretation == "MONOCHROME1":
        brightness = -brightness
    darkest = np.argmin(np.where(np.isfinite(brightness), brightness, np.inf))
    value: np.ndarray = stored.reshape(-1, *stored.shape[2:])[darkest]
    return value


def redact_frame(frame: np.ndarray, boxes: Sequence[Box], value: np.ndarray) -> np.ndarray:
    """A copy of the frame with each box filled.

    Args:
        frame: Stored values, (rows, columns) or (rows, columns, 3).
        boxes: In pixels of the frame, clipped to it.
        value: From `fill_value`.
    """
    redacted = frame.copy()
    for left, top, right, bottom in boxes:
        redacted[top:bottom, left:right] = value
    return redacted
