"""Finds codes by decoding them, with zxing-cpp. What they say is never kept, not even in memory for longer than a call."""

from __future__ import annotations

from collections.abc import Sequence
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
        least_range: Grey levels of that range, at least.
        least_px: Shorter side of a place, at least.
        range_share: Share of the range of bars below which there are none: their quiet zones.
        least_turn_deg: From this turn on a place is levelled.
        bars_scale: By how much bars are enlarged across.
        band_px: Rows of a band of bars ...
        most_bands: ... and the number of such bands.
        trusted_length_px: A code that cannot be decoded in full, for a wrong check sum or too much damage, counts from this
            longer side on. Noise gives smaller ones.
        min_two_level: Share of the variance of such a code that two levels explain: 0.64 for noise, 0.75 for even shades.
        least_balance: Share of such a code that is dark, and that is bright.
    """

    percentiles: tuple[float, float] = (2.0, 98.0)
    least_range: float = 6.0
    least_px: int = 6
    range_share: float = 0.3
    least_turn_deg: float = 2.0
    bars_scale: int = 4
    band_px: int = 6
    most_bands: int = 5
    trusted_length_px: int = 24
    min_two_level: float = 0.86
    least_balance: float = 0.25


THRESHOLDS = DecoderThresholds()
ENGINE = "zxing-cpp"

_MATRIX = (
    zxingcpp.BarcodeFormat.Aztec,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.MaxiCode,
    zxingcpp.BarcodeFormat.MicroQRCode,
    zxingcpp.BarcodeFormat.PDF417,
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.RMQRCode,
)
"""Found by a pattern of their own, so that a damaged one is one all the same."""
_LINEAR = (
    zxingcpp.BarcodeFormat.Codabar,
    zxingcpp.BarcodeFormat.Code39,
    zxingcpp.BarcodeFormat.Code93,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.DataBar,
    zxingcpp.BarcodeFormat.DataBarExpanded,
    zxingcpp.BarcodeFormat.EAN8,
    zxingcpp.BarcodeFormat.EAN13,
    zxingcpp.BarcodeFormat.ITF,
    zxingcpp.BarcodeFormat.UPCA,
    zxingcpp.BarcodeFormat.UPCE,
)
_MATRIX_FORMATS, _LINEAR_FORMATS = zxingcpp.BarcodeFormats(_MATRIX), zxingcpp.BarcodeFormats(_LINEAR)
_FORMATS = zxingcpp.BarcodeFormats(_MATRIX + _LINEAR)
_ALL_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.AllReadable)
_STACKED_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.PDF417)


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
    """The codes of any kind on a picture as it is, upright or turned.

    Args:
        grey: (rows, columns).
        with_errors: Also those whose pattern was found and whose content is damaged.
    """
    return _read(grey, _ALL_FORMATS, with_errors=with_errors, may_turn=True)


def _read(grey: Grey, formats: zxingcpp.BarcodeFormats, *, with_errors: bool, may_turn: bool) -> list[Decoded]:
    found = []
    codes = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey), formats, try_rotate=may_turn, try_downscale=may_turn, return_errors=with_errors
    )
    for code in codes:
        place = code.position
        corners = np.array(
            [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)], np.float32
        )
        decoded = Decoded(corners, code.format not in _MATRIX, code.valid)
        is_certain = code.valid and (code.format in _MATRIX or formats != _FORMATS)
        if is_certain or ((code.valid or _is_trusted(code)) and _is_code_like(grey, decoded)):
            found.append(decoded)
    return found


def _is_trusted(code: zxingcpp.Barcode) -> bool:
    """Whether a code that was not decoded has more than an outline: words of which some are wrong, or three finder patterns.

    The threads of screws have the outline of a Data Matrix code.
    """
    is_wrong = code.error is not None and code.error.type == zxingcpp.ErrorType.Checksum
    return code.format == zxingcpp.BarcodeFormat.QRCode or (
        is_wrong and code.format in _MATRIX and code.format != zxingcpp.BarcodeFormat.DataMatrix
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


def decode_place(
    grey: Grey, place: Box, scales: Sequence[float], level_scales: Sequence[float], *, with_bars: bool
) -> list[Decoded]:
    """The codes of two dimensions at a place, stretched to the full range, in the first view that shows any.

    Args:
        grey: (rows, columns).
        place: In pixels of the picture.
        scales: By how much it is enlarged as it lies, one after the other.
        level_scales: By how much it is enlarged once its edges are level and upright, where they are not.
        with_bars: Linear codes as well.

    Returns:
        Codes with corners on the picture.
    """
    part = stretched(grey[place.top : place.bottom, place.left : place.right])
    if part is None:
        return []
    formats = _FORMATS if with_bars else _MATRIX_FORMATS
    found = _read_enlarged(part, scales, formats, may_turn=True) or _read_levelled(part, level_scales, formats)
    return [code._replace(corners=code.corners + np.array(place[:2], np.float32)) for code in found]


def _read_levelled(part: Grey, scales: Sequence[float], formats: zxingcpp.BarcodeFormats) -> list[Decoded]:
    turn_deg = _turn_of_modules(part)
    if abs(turn_deg) < THRESHOLDS.least_turn_deg:
        return []
    rows, columns = part.shape
    level = np.asarray(cv2.getRotationMatrix2D((columns / 2, rows / 2), turn_deg, 1.0), np.float64)
    size = np.abs(level[:, :2]) @ (columns, rows)
    level[:, 2] += (size - np.array([columns, rows])) / 2
    for scale in scales:
        across, down = (max(1, round(side * scale)) for side in size)
        flags = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
        shown = cv2.warpAffine(part, level * scale, (across, down), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        found = _read(np.asarray(shown, np.uint8), formats, with_errors=True, may_turn=True)
        if found:
            back = cv2.invertAffineTransform(level * scale)
            return [code._replace(corners=(code.corners @ back[:, :2].T + back[:, 2]).astype(np.float32)) for code in found]
    return []


def _turn_of_modules(part: Grey) -> float:
    """By how many degrees a picture has to be turned so that most edges are level or upright, -45 to 45."""
    across, down = (plane.astype(np.float32) for plane in cv2.spatialGradient(np.ascontiguousarray(part)))
    # Four times the angle is the same for both directions of edges, on either side.
    difference, mixed = across * across - down * down, 2 * across * down
    energy = np.maximum(across * across + down * down, 1.0)
    cosine, sine = float(((difference**2 - mixed**2) / energy).sum()), float((2 * difference * mixed / energy).sum())
    return float(np.degrees(np.arctan2(sine, cosine))) / 4


def decode_stacked_bars(level: Grey, scales: Sequence[float]) -> list[Decoded]:
    """The PDF417 codes on a levelled picture, dark or light, as `decode_place`."""
    part, formats = stretched(level), _STACKED_FORMATS
    if part is None:
        return []
    return _read_enlarged(part, scales, formats, may_turn=False) or _read_enlarged(~part, scales, formats, may_turn=False)


def _read_enlarged(part: Grey, scales: Sequence[float], formats: zxingcpp.BarcodeFormats, *, may_turn: bool) -> list[Decoded]:
    for scale in scales:
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        shown = cv2.resize(part, None, fx=scale, fy=scale, interpolation=how) if scale != 1 else part
        # Of screws and grids, strips seem to be stacked codes with errors.
        found = _read(np.asarray(shown, np.uint8), formats, with_errors=may_turn, may_turn=may_turn)
        if found:
            return [code._replace(corners=code.corners / np.float32(scale)) for code in found]
    return []


def decode_bars(level: Grey, window_px: int) -> list[Decoded]:
    """The linear code on a levelled picture, bars upright, dark or light.

    Some bands of rows are shown, each as its mean, so noise hardly counts, and black and white by the levels around each pixel.

    Args:
        level: (rows, columns).
        window_px: As wide as some bars.

    Returns:
        At most one code, with corners on the picture.
    """
    rows, columns = level.shape
    by, bands = THRESHOLDS.bars_scale, max(1, min(THRESHOLDS.most_bands, rows // THRESHOLDS.band_px))
    means = cv2.resize(level, (columns, bands), interpolation=cv2.INTER_AREA)
    means = cv2.resize(means, (by * columns, bands), interpolation=cv2.INTER_CUBIC)
    window = np.ones((1, by * window_px), np.uint8)
    low, high = cv2.erode(means, window), cv2.dilate(means, window)
    is_bright = cv2.compare(means, cv2.addWeighted(low, 0.5, high, 0.5, 0), cv2.CMP_GT)
    reach = cv2.subtract(high, low)
    inside = reach[:, by * (columns - window_px) // 2 : by * (columns + window_px) // 2]
    least = max(THRESHOLDS.least_range, THRESHOLDS.range_share * float(inside.max(initial=0)))
    quiet = np.asarray(np.where(reach < least, 255, 0), np.uint8)
    shown = np.asarray(np.repeat(is_bright, THRESHOLDS.band_px, axis=0), np.uint8)
    shrink = np.array([1 / by, rows / shown.shape[0]], np.float32)
    is_quiet = np.asarray(np.repeat(quiet, THRESHOLDS.band_px, axis=0))
    for picture in (shown | is_quiet, ~shown | is_quiet):
        found = _read(picture, _LINEAR_FORMATS, with_errors=False, may_turn=False)
        if found:
            return [code._replace(corners=code.corners * shrink) for code in found[:1]]
    return []


def stretched(part: Grey) -> Grey | None:
    """A picture stretched to the full range; None where there is hardly any, or hardly a pixel."""
    if min(part.shape) < THRESHOLDS.least_px:
        return None
    values = np.sort(part[::2, ::2], axis=None)  # `np.percentile` takes ten times as long.
    low, high = (float(values[int(percent * (len(values) - 1) / 100)]) for percent in THRESHOLDS.percentiles)
    if high - low < THRESHOLDS.least_range:
        return None
    return np.asarray(cv2.convertScaleAbs(np.maximum(part, np.uint8(low)) - np.uint8(low), alpha=255 / (high - low)), np.uint8)
