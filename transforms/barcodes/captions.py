"""Where a linear code ends, with the letters that stand at the ends of its bars."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ..core.box import Box, bounding_box


@dataclass(frozen=True)
class CaptionThresholds:
    """Where the caption of a code is looked for. Set on drawn codes with captions of 9 to 16 pixels.

    Attributes:
        gap_px: Rows between the bars and their caption, at most, ...
        gap_share: ... and as a share of the length of the code.
        height_px: Height of a caption, at most, ...
        height_share: ... and as a share of the length of the code.
        ink_share: Range of a row, of the range of the bars, from which on there is ink.
        margin_px: Room around code and caption that is filled.
        quiet_share: Share of the length of a code that is filled beside it.
    """

    gap_px: int = 10
    gap_share: float = 0.08
    height_px: int = 28
    height_share: float = 0.16
    ink_share: float = 0.3
    margin_px: int = 3
    quiet_share: float = 0.02


THRESHOLDS = CaptionThresholds()


def with_caption(grey: npt.NDArray[np.uint8], corners: npt.NDArray[np.float32]) -> Box:
    """The box around the bars of a code and the captions above and below it, not clipped.

    Args:
        grey: (rows, columns).
        corners: (4, 2): left and right corner of one end of the bars, right and left corner of the other end.
    """
    across, along = corners[1] - corners[0], corners[3] - corners[0]
    length, height = float(np.linalg.norm(across)), float(np.linalg.norm(along))
    if length < 1 or height < 1:
        return bounding_box([(float(x), float(y)) for x, y in corners])
    across, along = across / length, along / height
    gap = max(THRESHOLDS.gap_px, round(THRESHOLDS.gap_share * length))
    reach = gap + max(THRESHOLDS.height_px, round(THRESHOLDS.height_share * length)) + 2
    level = _levelled(grey, corners[0] - reach * along, across, along, (round(length), round(height) + 2 * reach))
    bars = level[reach : reach + round(height)]
    ink = THRESHOLDS.ink_share * float(np.ptp(bars.mean(axis=0))) if bars.size else 255.0
    has_ink = np.ptp(level, axis=1) > ink
    above = _caption_end(has_ink[:reach][::-1], gap)
    below = _caption_end(has_ink[reach + round(height) :], gap)
    beside = max(THRESHOLDS.margin_px, THRESHOLDS.quiet_share * length)
    first = corners[0] - (above + THRESHOLDS.margin_px) * along - beside * across
    last = corners[2] + (below + THRESHOLDS.margin_px) * along + beside * across
    sides = [first, last, first + (length + 2 * beside) * across, last - (length + 2 * beside) * across]
    return bounding_box([(float(x), float(y)) for x, y in sides])


def _caption_end(has_ink: npt.NDArray[np.bool_], gap: int) -> int:
    """How many rows beyond the bars their caption ends; 0 where there is none. Ink without an end is no caption."""
    # The last rows of the bars themselves are blurred.
    quiet = int(np.argmax(~has_ink)) if (~has_ink).any() else len(has_ink)
    if quiet > gap // 2:
        return quiet if quiet < len(has_ink) else 0
    inked = np.flatnonzero(has_ink[quiet:])
    if not inked.size or inked[0] > gap:
        return 0
    start = quiet + int(inked[0])
    ends = np.flatnonzero(~has_ink[start:])
    return start + int(ends[0]) if ends.size else 0


def _levelled(
    grey: npt.NDArray[np.uint8],
    origin: npt.NDArray[np.float32],
    across: npt.NDArray[np.float32],
    along: npt.NDArray[np.float32],
    size: tuple[int, int],
) -> npt.NDArray[np.float32]:
    to_picture = np.array([[across[0], along[0], origin[0]], [across[1], along[1], origin[1]]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(grey, to_picture, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
