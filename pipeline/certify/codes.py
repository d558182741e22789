"""Bar codes on pictures: drawn as coverage of pixels, and read by two decoders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from .ink import Coverage

CATEGORY = "bar code"
"""Of the lines that are codes."""
FORMATS = ("Code128", "Code39", "DataMatrix", "QRCode", "PDF417")
_LINEAR = ("Code128", "Code39")
_BARS_PX = 40
_QUIET_MODULES = 4
_LEAST_PX = 40
"""OpenCV takes no smaller pictures."""


def draw_code(content: str, format_: str, module_px: int) -> Coverage:
    """The bars or modules of a code with its quiet zone, 255 for dark: (rows, columns)."""
    code = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, format_))
    dark = np.asarray(code.to_image(scale=1, add_quiet_zones=False)) < 128
    if format_ in _LINEAR:
        dark = np.repeat(dark[:1], max(1, _BARS_PX // module_px), axis=0)
    enlarged = dark.repeat(module_px, axis=0).repeat(module_px, axis=1)
    return np.asarray(np.pad(enlarged, quiet_px(module_px)), np.uint8) * np.uint8(255)


def quiet_px(module_px: int) -> int:
    """Width of the quiet zone that `draw_code` leaves on each side."""
    return _QUIET_MODULES * module_px


def read_codes(part: npt.NDArray[Any]) -> set[str]:
    """What the codes at a place say: (rows, columns) or (rows, columns, 3) of any type of whole numbers."""
    grey = part.astype(np.float32).mean(axis=2) if part.ndim == 3 else part.astype(np.float32)
    reach = float(np.ptp(grey)) if grey.size else 0.0
    if not reach:
        return set()
    picture = np.asarray((grey - grey.min()) * (255 / reach), np.uint8)
    return {text for shown in _sizes(picture) for text in (*_by_zxing(shown), *_by_opencv(shown)) if text}


def _sizes(picture: npt.NDArray[np.uint8]) -> Iterator[npt.NDArray[np.uint8]]:
    for scale in (1, 2, 3):
        yield np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def _by_zxing(picture: npt.NDArray[np.uint8]) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def _by_opencv(picture: npt.NDArray[np.uint8]) -> list[str]:
    if min(picture.shape) < _LEAST_PX:
        return []
    try:
        linear = cv2.barcode.BarcodeDetector().detectAndDecodeMulti(picture)[1]
        return [*linear, *cv2.QRCodeDetector().detectAndDecodeMulti(picture)[1]]
    except cv2.error:  # It fails on some pictures, such as those with nearly empty contours.
        return []
