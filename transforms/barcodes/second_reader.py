"""Looks for codes that can still be decoded, with two decoders: the last check of what was filled."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ..core.box import Box, bounding_box
from ..core.image_ops import mean_grey
from .decoder import decode, stretched
from .finder import candidate_places
from .screen import Grey


@dataclass(frozen=True)
class ReaderThresholds:
    """How places are shown to the decoders.

    Attributes:
        around_px: Room around a place.
        enlarged_px: Places with a shorter side are also shown enlarged twice.
        least_px: OpenCV takes no smaller pictures.
    """

    around_px: int = 48
    enlarged_px: int = 160
    least_px: int = 40


THRESHOLDS = ReaderThresholds()


def shows_readable_code(image: npt.NDArray[np.uint8]) -> bool:
    """Whether zxing-cpp or OpenCV decodes a bar code or a QR code on a picture on which the screen says that there may be one.

    Args:
        image: (rows, columns) or (rows, columns, 3) RGB.
    """
    grey = mean_grey(image)
    places = _places(grey)
    if places and any(code.is_valid for code in decode(grey)):
        return True
    return any(_is_read(grey[top:bottom, left:right]) for left, top, right, bottom in places)


def _places(grey: Grey) -> list[Box]:
    """Boxes around the candidates that do not overlap."""
    separate = list[Box]()
    for box in candidate_places(grey):
        place = box.pad(THRESHOLDS.around_px).clip(grey.shape[1], grey.shape[0])
        while touching := [other for other in separate if other.intersection(place).area_px]:
            separate = [other for other in separate if other not in touching]
            place = bounding_box([corner for one in (place, *touching) for corner in (one[:2], one[2:])])
        separate.append(place)
    return separate


def _is_read(part: Grey) -> bool:
    shown = stretched(part)
    if shown is None:
        return False
    pictures = [shown]
    if min(shown.shape) < THRESHOLDS.enlarged_px:
        pictures.append(np.asarray(cv2.resize(shown, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8))
    return any(any(code.is_valid for code in decode(picture)) or _opencv_reads(picture) for picture in pictures)


def _opencv_reads(grey: Grey) -> bool:
    if min(grey.shape) < THRESHOLDS.least_px:
        return False
    try:
        is_found, texts, *_ = cv2.barcode.BarcodeDetector().detectAndDecodeMulti(grey)
        if is_found and any(texts):
            return True
        is_found, texts, *_ = cv2.QRCodeDetector().detectAndDecodeMulti(grey)
    except cv2.error:  # It fails on some pictures, such as those with nearly empty contours.
        return False
    return bool(is_found) and any(texts)
