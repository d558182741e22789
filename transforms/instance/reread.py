"""Reads one place of an instance again, where others of its series show text."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ..core.box import Box
from ..core.evidence import Evidence, Finding
from ..core.search_plan import Projection, Tile
from ..core.text_line import TileText
from ..ocr.base import OcrSettings
from ..phi.settings import PhiSettings
from .judge_text import judge_tile
from .models import load_text_detector
from .open import open_instance
from .pictures import Picture
from .read_text import read_pictures

_VIEW = "series"


@dataclass(frozen=True)
class RereadThresholds:
    """How a place is enlarged.

    Attributes:
        enlargement: Enlargement of the place: faint letters of some pixels become readable.
        around_heights: Surroundings that are read with it, in heights of the place.
    """

    enlargement: int = 3
    around_heights: float = 1.5


THRESHOLDS = RereadThresholds()


def reread_place(evidence: Evidence, place: Box, ocr: OcrSettings, phi: PhiSettings) -> tuple[Finding, ...]:
    """Enlarges a place of a single Frame, searches it in full, and judges its text.

    Raises:
        EffaceError: See `read_pictures` and `judge_tile`.
    """
    instance = evidence.instance
    if instance.pixels is None:
        return ()
    around = place.pad(round(THRESHOLDS.around_heights * min(place.width, place.height)))
    left, top, right, bottom = around.clip(instance.pixels.columns, instance.pixels.rows)
    reader = open_instance(instance.source)
    part = reader.display(0)[top:bottom, left:right]
    part = part if part.dtype == np.uint8 else part.astype(np.float32)  # Not every type of number can be enlarged.
    enlarged = cv2.resize(part, None, fx=THRESHOLDS.enlargement, fy=THRESHOLDS.enlargement, interpolation=cv2.INTER_CUBIC)
    [lines] = read_pictures([Picture(enlarged, instance.pixels, reader.greyscale_transforms(0))], load_text_detector(ocr))
    moved = [replace(line, box=line.box.reduced(THRESHOLDS.enlargement).shift(left, top), rendering=_VIEW) for line in lines]
    whole = Box(0, 0, instance.pixels.columns, instance.pixels.rows)
    tile = Tile(instance.ref, instance.source, instance.pixels, 0, (0,), Projection.NONE, (0,), whole)
    text = TileText(tile, tuple(line for line in moved if line.box.overlap(place)))
    return judge_tile(text, instance.identifiers, phi)
