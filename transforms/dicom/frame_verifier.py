"""Verifies that written Frames equal the original ones outside the boxes that were filled.

Stands apart from `frame_writer`: it compares two data sets and knows nothing of how the second one was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import FileDataset

from ..core.box import Box
from ..core.errors import VerificationError
from .frame_reader import FrameReader
from .second_reader import check_reading


def verify_pixels(original: FileDataset, written: FileDataset, boxes_by_frame: Mapping[int, Sequence[Box]]) -> None:
    """Prove that the written Frames equal the original ones outside the boxes, and that each box holds one value.

    A second reader reads the first Frame and every one with a box, before and after.

    Raises:
        ReadersDisagreeError: See `check_reading`.
        VerificationError: They differ, or a box holds several values.
        FrameDecodeError, StructureError: The written Frames cannot be read back.
    """
    before, after = FrameReader(original), FrameReader(written)
    if len(before) != len(after) or before.keyword != after.keyword:
        raise VerificationError("the number of frames changed")
    is_same_encoding = before.transfer_syntax == after.transfer_syntax
    for index in range(len(before)):
        boxes = boxes_by_frame.get(index, ())
        is_same = not boxes and is_same_encoding and not before.overlay_bits and before.digest(index) == after.digest(index)
        if is_same and index:
            continue
        (cells, expected), (written_cells, found) = before.cells_and_stored(index), after.cells_and_stored(index)
        # Of blank MCUs, pixels beside their neighbours can hold something of these.
        units = before.blank_units(index) if is_same_encoding else None
        filled = [units.blank_pixels(box, before.columns, before.rows) for box in boxes] if units else boxes
        if boxes or not index:
            second = check_reading(original, index, cells), check_reading(written, index, written_cells)
            if units and second[0] is not None and second[1] is not None:
                _verify_values(second[0], second[1], boxes, filled)
        if not is_same:  # Where bytes were cut out of a codestream, the decoded values show that it needed none of them.
            _verify_values(expected, found, boxes, filled)


def _verify_values(
    original: npt.NDArray[Any], written: npt.NDArray[Any], boxes: Sequence[Box], filled_boxes: Sequence[Box]
) -> None:
    """Compare one Frame in both data sets, each as a redacted output stores it.

    Args:
        original: Of the source.
        written: Of the output.
        boxes: Outside of which nothing may change.
        filled_boxes: The parts of the boxes that must hold one value.
    """
    if original.shape != written.shape or original.dtype != written.dtype:
        raise VerificationError("a frame changed its shape or depth")
    is_outside = ~_mask(boxes, original.shape)
    if not np.array_equal(original[is_outside], written[is_outside], equal_nan=original.dtype.kind == "f"):
        raise VerificationError("a pixel outside the boxes changed")
    filled = written[_mask(filled_boxes, original.shape)]
    if len(filled) and (filled != filled[0]).any():
        raise VerificationError("a box is not filled with one value")


def _mask(boxes: Sequence[Box], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Where a Frame of a shape has boxes, (rows, columns)."""
    mask = np.zeros(shape[:2], np.bool_)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask
