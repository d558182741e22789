"""Verifies that written Frames equal the original ones outside the boxes that were filled.

Stands apart from `frame_writer`: it compares two data sets and knows nothing of how the second one was made.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import FileDataset

from ..core.box import Box
from ..core.errors import VerificationError
from .frame_reader import FrameReader
from .second_reader import Cells, SecondReader

_BAND_BYTES = 4 << 20
"""What is compared of a Frame at once."""


def verify_pixels(original: FileDataset, written: FileDataset, boxes_by_frame: Mapping[int, Sequence[Box]]) -> None:
    """Prove that the written Frames equal the original ones outside the boxes, and that each box holds one value.

    A second reader reads the first Frame and every one with a box, before and after. Of Frames that are equal to both readers,
    with equal boxes, one is looked at. Of a first Frame that has its bytes and its Attributes still, the source is.

    Raises:
        ReadersDisagreeError: See `SecondReader`.
        VerificationError: They differ, or a box holds several values.
        FrameDecodeError, StructureError: The written Frames cannot be read back.
    """
    before, after = FrameReader(original), FrameReader(written)
    second_before, second_after = SecondReader(original), SecondReader(written)
    if len(before) != len(after) or before.keyword != after.keyword:
        raise VerificationError("the number of frames changed")
    is_same_encoding = before.transfer_syntax == after.transfer_syntax
    proven: set[Hashable] = set()  # Slides hold many equal tiles.
    for index in range(len(before)):
        boxes = boxes_by_frame.get(index, ())
        is_same = not boxes and is_same_encoding and not before.overlay_bits
        is_same = is_same and before.encoded_value(index) == after.encoded_value(index)
        about: Hashable = None
        if not is_same:
            about = before.digest(index), after.digest(index)
        if boxes:
            seconds = second_before.digest(index), second_after.digest(index)
            about = None if None in seconds else (about, seconds, tuple(boxes))
        if index and (is_same or about in proven):
            continue
        if is_same and before.facts == after.facts:  # Every reader makes of the output what it makes of the source.
            second_before.check(index, before.cells(index))
            continue
        # Of blank MCUs, pixels beside their neighbours can hold something of these.
        units = before.blank_units(index) if is_same_encoding else None
        filled = [units.blank_pixels(box, before.columns, before.rows) for box in boxes] if units else boxes
        # No reading is held for longer than it is compared: three of a large Frame are in memory at once.
        cells, expected = before.cells_and_stored(index)
        if boxes or not index:
            second_before.check(index, cells)
        del cells
        written_cells, found = after.cells_and_stored(index)
        if not is_same:  # Where bytes were cut out of a codestream, the decoded values show that it needed none of them.
            _verify_values(expected, found, boxes, filled)
        del expected, found
        if boxes or not index:
            second = second_after.check(index, written_cells)
            del written_cells
            second_expected = second_before.read_cells(index) if units and boxes and second is not None else None
            if second is not None and second_expected is not None:
                _verify_values(second_expected, second, boxes, filled)
        if about is not None:
            proven.add(about)


def _verify_values(original: Cells, written: Cells, boxes: Sequence[Box], filled_boxes: Sequence[Box]) -> None:
    """Compare one Frame in both data sets, each as a redacted output stores it.

    Args:
        original: Of the source.
        written: Of the output.
        boxes: Outside of which nothing may change.
        filled_boxes: The parts of the boxes that must hold one value.
    """
    if original.shape != written.shape or original.dtype != written.dtype:
        raise VerificationError("a frame changed its shape or depth")
    rows = max(1, _BAND_BYTES // max(1, original[:1].nbytes))
    for top in range(0, original.shape[0], rows):
        differs = _differing(original[top : top + rows], written[top : top + rows])
        for box in boxes:
            differs[max(0, box.top - top) : max(0, box.bottom - top), box.left : box.right] = False
        if differs.any():
            raise VerificationError("a pixel outside the boxes changed")
    filled = [written[box.top : box.bottom, box.left : box.right] for box in filled_boxes]
    filled = [values for values in filled if values.size]
    if any((values != filled[0][0, 0]).any() for values in filled):
        raise VerificationError("a box is not filled with one value")


def _differing(original: npt.NDArray[Any], written: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where two arrays differ. Two floats that are no number are equal."""
    differs: npt.NDArray[np.bool_] = original != written
    if original.dtype.kind == "f":
        differs &= ~(np.isnan(original) & np.isnan(written))
    return np.asarray(differs)
