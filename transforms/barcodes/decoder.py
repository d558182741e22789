"""Finds codes by decoding them, with zxing-cpp. What they say is never kept, not even in memory for longer than a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from ..core.box import Box, bounding_box

Grey = npt.NDArray[np.uint8]
Corners = npt.NDArray[np.float32]


@dataclass(frozen=True)
class DecoderThresholds:
    """How a place is shown to the decoder.

    Attributes:
        percentiles: The range of values that is stretched to black and white.
        enlarged_px: Places with a shorter side are also shown enlarged twice.
        trusted_length_px: A code that cannot be decoded in full, for a wrong check sum or too much damage, counts from this
            longer side on. Noise gives smaller ones.
        min_two_level: Share of the variance of such a code that two levels explain: 0.64 for noise, 0.75 for even shades.
        least_balance: Share of such a code that is dark, and that is bright.
    """

    percentiles: tuple[float, float] = (2.0, 98.0)
    enlarged_px: int = 400
    trusted_length_px: int = 24
    min_two_level: float = 0.86
    least_balance: float = 0.25


THRESHOLDS = DecoderThresholds()
ENGINE = "zxing-cpp"

_MATRIX = frozenset(
    {
        zxingcpp.BarcodeFormat.Aztec,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.MaxiCode,
        zxingcpp.BarcodeFormat.PDF417,
        zxingcpp.BarcodeFormat.QRCode,
    }
)
"""Found by a pattern of their own, so that a damaged one is one all the same."""


class Decoded(NamedTuple):
    """A code that the decoder found.

    Attributes:
        corners: (4, 2): column and row of each corner.
        is_linear: Bars alone; its corners are then those of the row or rows that were read, not of all of it.
        is_valid: It was decoded in full.
    """

    corners: Corners
    is_linear: bool
    is_valid: bool

    @property
    def box(self) -> Box:
        return bounding_box([(float(x), float(y)) for x, y in self.corners])


def decode(grey: Grey, *, with_errors: bool = False) -> list[Decoded]:
    """The codes on a picture as it is.

    Args:
        grey: (rows, columns).
        with_errors: Also those whose pattern was found and whose content is damaged.
    """
    found = []
    for code in zxingcpp.read_barcodes(np.ascontiguousarray(grey), return_errors=with_errors):
        place = code.position
        corners = np.array(
            [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)], np.float32
        )
        is_linear = code.format not in _MATRIX
        decoded = Decoded(corners, is_linear, code.valid)
        if code.valid or (_is_trusted(code) and _is_code_like(grey, decoded)):
            found.append(decoded)
    return found


def _is_trusted(code: zxingcpp.Barcode) -> bool:
    """Whether a code that was not decoded has more than an outline: words of which some are wrong, or three finder patterns."""
    is_qr_code = code.format == zxingcpp.BarcodeFormat.QRCode
    return code.format in _MATRIX and (
        is_qr_code or (code.error is not None and code.error.type == zxingcpp.ErrorType.Checksum)
    )


def _is_code_like(grey: Grey, code: Decoded) -> bool:
    return max(code.box.width, code.box.height) >= THRESHOLDS.trusted_length_px and _is_two_level(grey, code.box)


def _is_two_level(grey: Grey, box: Box) -> bool:
    """Whether a place has a dark and a bright level and little between: the share of its variance that two levels explain."""
    left, top, right, bottom = box.clip(grey.shape[1], grey.shape[0])
    part = grey[top:bottom, left:right]
    if part.size == 0:
        return False
    level, _ = cv2.threshold(np.ascontiguousarray(part), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    is_bright = part > level
    share, total = float(is_bright.mean()), float(part.var())
    if not THRESHOLDS.least_balance <= share <= 1 - THRESHOLDS.least_balance:
        return False
    between = share * (1 - share) * (float(part[is_bright].mean()) - float(part[~is_bright].mean())) ** 2
    return between >= THRESHOLDS.min_two_level * total


def decode_place(grey: Grey, place: Box) -> list[Decoded]:
    """The codes at a place, which is stretched to the full range, and enlarged where it is small; corners on the picture."""
    left, top, right, bottom = place
    part = grey[top:bottom, left:right]
    if min(part.shape) < THRESHOLDS.trusted_length_px // 2:
        return []
    low, high = (float(value) for value in np.percentile(part, THRESHOLDS.percentiles))
    stretched = np.clip((part.astype(np.float32) - low) * (255 / max(high - low, 1.0)), 0, 255).astype(np.uint8)
    for scale in (2, 1, 3) if min(part.shape) < THRESHOLDS.enlarged_px else (1,):
        shown = cv2.resize(stretched, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) if scale > 1 else stretched
        found = decode(np.asarray(shown), with_errors=True)
        if found:
            origin = np.array([left, top], np.float32)
            return [code._replace(corners=code.corners / np.float32(scale) + origin) for code in found]
    return []
