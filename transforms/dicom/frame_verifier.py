"""Verifies that written Frames equal the original ones outside the boxes that were filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from pydicom.dataset import FileDataset

from ..core.box import Box
from ..core.errors import (
    VerificationError,
)
from .frame_reader import FrameReader


def verify_pixels(original: FileDataset, written: FileDataset, boxes_by_frame: Mapping[int, Sequence[Box]]) -> None:
    """Prove that the written frames are the original ones, but for the boxes, and that each box is one flat value.

    Raises:
        VerificationError: They are not.
        FrameDecodeError, StructureError: The written frames cannot be read back.
    """
    before, after = FrameReader(original), FrameReader(written)
    if len(before) != len(after) or before.keyword != after.keyword:
        raise VerificationError("the number of frames changed")
    is_same_encoding = before.transfer_syntax == after.transfer_syntax
    for index in range(len(before)):
        boxes = boxes_by_frame.get(index, ())
        if not boxes and is_same_encoding and not before.overlay_bits and before.digest(index) == after.digest(index):
            continue  # Where bytes were cut out of a codestream, the decoded values show that it needed none of them.
        # Both sides as a redacted output stores them, whichever encoding either has.
        old, new = before.stored(index), after.stored(index)
        if old.shape != new.shape or old.dtype != new.dtype:
            raise VerificationError("a frame changed its shape or depth")
        outside = np.ones(old.shape[:2], dtype=bool)
        for left, top, right, bottom in boxes:
            outside[top:bottom, left:right] = False
        if not np.array_equal(old[outside], new[outside], equal_nan=old.dtype.kind == "f"):
            raise VerificationError("a pixel outside the boxes changed")
        hidden = new[~outside]
        if len(hidden) and (hidden != hidden[0]).any():
            raise VerificationError("a box is not filled with one value")
