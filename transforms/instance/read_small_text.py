"""A second look around small text: lines of a block that lie on something of their own brightness are often not found.

A block of annotation is written in one size. Where one of its lines is found and is small, the others are looked for around
it, enlarged and brightened: dark letters on a dark noisy ground beside a bright body take up a few grey levels of the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from ..core.box import Box, bounding_box, covered_share
from ..core.text_line import TextLine
from ..ocr.base import TextDetector, Wanted

_RENDERING = "small_text"


@dataclass(frozen=True)
class SmallTextThresholds:
    """Limits of the second look, set on annotated images with letters of five pixels.

    Attributes:
        height_px: A line is small up to this height of its box.
        gap_heights: Lines of a block are at most so many heights apart.
        around_heights: Room around a block that is searched, in heights of its lines: a few lines more.
        enlargement: By which the place is enlarged.
        brightening: Exponent of the grey levels, from 0 to 1 of the range of the place.
        least_score: Score of a reading that counts.
        known_share: Share of a box that lines cover already from which on it adds nothing.
        most_blocks: More blocks of small text are a page, which is read in full already.
    """

    height_px: int = 11
    gap_heights: float = 3.0
    around_heights: float = 4.0
    enlargement: int = 3
    brightening: float = 0.5
    least_score: float = 0.5
    known_share: float = 0.5
    most_blocks: int = 4


THRESHOLDS = SmallTextThresholds()


def holds_small_text(lines: Sequence[TextLine]) -> bool:
    """Whether there is anything around which `read_around_small_text` may look."""
    return any(map(_is_small, lines))


def _is_small(line: TextLine) -> bool:
    return line.box.height <= THRESHOLDS.height_px and not line.is_vertical and line.text != ""


def read_around_small_text(lines: Sequence[TextLine], image: npt.NDArray[np.uint8], detector: TextDetector) -> list[TextLine]:
    """The lines that a second look finds around blocks of small text, in pixels of the image; none of them is known already.

    Args:
        lines: What was found on the image.
        image: A rendering of the whole picture, (rows, columns) or (rows, columns, 3) of uint8.
        detector: What reads.
    """
    known = [line.box for line in lines if line.text]  # What was not read may be a part of a line.
    found = []
    for block, height_px in _blocks([line.box for line in lines if _is_small(line)]):
        around = block.pad(round(THRESHOLDS.around_heights * height_px)).clip(image.shape[1], image.shape[0])
        part = _brightened(image[around.top : around.bottom, around.left : around.right])
        to_image = partial(_to_image, around)
        is_known = partial(_is_known, to_image, known, height_px)
        [read] = detector.detect([part], rendering=_RENDERING, wanted=Wanted(is_known=is_known))
        new = [line for line in read if _is_read(line) and not is_known(line.box)]
        found += [replace(line, box=to_image(line.box), rendering=_RENDERING) for line in new]
    return found


def _blocks(small: Sequence[Box]) -> list[tuple[Box, int]]:
    """The bounding boxes of blocks of small lines, each with the usual height of its lines; none on a page."""
    blocks: list[list[Box]] = []
    for box in sorted(small, key=lambda box: (box.top, box.left)):
        near = box.pad(round(THRESHOLDS.gap_heights * box.height))
        touching = [block for block in blocks if any(near.intersection(other).area_px for other in block)]
        blocks = [block for block in blocks if block not in touching] + [
            [box, *(other for block in touching for other in block)]
        ]
    if len(blocks) > THRESHOLDS.most_blocks:
        return []
    return [
        (bounding_box(corner for box in block for corner in (box[:2], box[2:])), int(np.median([box.height for box in block])))
        for block in blocks
    ]


def _brightened(part: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    values = part.astype(np.float32)
    values = (values - values.min()) / max(float(np.ptp(values)), 1.0)
    scale = THRESHOLDS.enlargement
    enlarged = cv2.resize(values**THRESHOLDS.brightening, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray((255 * enlarged).clip(0, 255), np.uint8)


def _to_image(around: Box, box: Box) -> Box:
    """A box of the enlarged place, in pixels of the image."""
    return box.reduced(THRESHOLDS.enlargement).shift(*around[:2])


def _is_known(to_image: Callable[[Box], Box], known: Sequence[Box], height_px: int, box: Box) -> bool:
    """Whether a box of the enlarged place adds nothing: it is known, or higher than lines of the block are."""
    there = to_image(box)
    return there.height > 2 * height_px or covered_share(there, known) >= THRESHOLDS.known_share


def _is_read(line: TextLine) -> bool:
    """Whether a line was read. Noise reads as next to nothing."""
    return line.score >= THRESHOLDS.least_score and any(map(str.isalnum, line.text))
