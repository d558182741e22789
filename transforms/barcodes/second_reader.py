"""Looks for codes that can still be decoded, with two decoders: the last check of what was filled."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ..core.image_ops import mean_grey
from .decoder import decode


def shows_readable_code(image: npt.NDArray[np.uint8]) -> bool:
    """Whether zxing-cpp or OpenCV decodes a bar code or a QR code on a picture.

    Args:
        image: (rows, columns) or (rows, columns, 3) RGB.
    """
    grey = np.ascontiguousarray(mean_grey(image))
    return any(code.is_valid for code in decode(grey)) or _opencv_reads(grey)


_LEAST_PX = 40
"""OpenCV takes no smaller pictures."""


def _opencv_reads(grey: npt.NDArray[np.uint8]) -> bool:
    if min(grey.shape) < _LEAST_PX:
        return False
    try:
        is_found, texts, *_ = cv2.barcode.BarcodeDetector().detectAndDecodeMulti(grey)
        if is_found and any(texts):
            return True
        is_found, texts, *_ = cv2.QRCodeDetector().detectAndDecodeMulti(grey)
    except cv2.error:  # It fails on some pictures, such as those with nearly empty contours.
        return False
    return bool(is_found) and any(texts)
