"""Draws a Frame before, after, and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydicom.dataset import FileDataset

from .pixels import PixelChange, changed_pixels, decoded_frame

_GAP_PX = 8
_GROUND = 96


def difference_pictures(source: FileDataset, output: FileDataset, change: PixelChange) -> Iterator[tuple[int, Image.Image]]:
    """Each Frame that changed: in the source, in the output, and white where they differ, side by side.

    A picture shows the source, so it identifies.
    """
    for one in change.changed:
        yield one.frame, _picture(source, output, one.frame, change.tolerance)


def _picture(source: FileDataset, output: FileDataset, frame: int, tolerance: int) -> Image.Image:
    before, after = (decoded_frame(dataset, frame, raw=False) for dataset in (source, output))
    low, high = float(np.nanmin(before)), float(np.nanmax(before))
    is_inverted = source.PhotometricInterpretation == "MONOCHROME1"
    mask = changed_pixels(source, output, frame, tolerance)
    parts = [*(_grey(values, low, high, is_inverted=is_inverted) for values in (before, after)), Image.fromarray(mask)]
    width, height = parts[0].size
    picture = Image.new("RGB", (3 * width + 2 * _GAP_PX, height), (_GROUND,) * 3)
    for number, part in enumerate(parts):
        picture.paste(part.convert("RGB"), (number * (width + _GAP_PX), 0))
    return picture


def _grey(values: npt.NDArray[Any], low: float, high: float, *, is_inverted: bool) -> Image.Image:
    """Values in the range of the source as 8 bits; colours of 8 bits as they are."""
    if values.ndim == 3 and values.dtype == np.uint8:
        return Image.fromarray(values)
    scaled = np.clip((np.nan_to_num(values.astype(np.float64), nan=low) - low) / (high - low or 1.0), 0, 1)
    scaled = 1 - scaled if is_inverted else scaled
    return Image.fromarray((scaled * 255).astype(np.uint8))
