"""Verifies that nothing is left of the label of a slide."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import FileDataset

from ..core.errors import VerificationError
from ..dicom.frame_reader import FrameReader
from ..pixels.slide_label import label_ink


def verify_drawn_label(original: FileDataset, written: FileDataset) -> None:
    """Prove that every Frame holds one value where the ink of the pseudonym is, and one everywhere else.

    Raises:
        VerificationError: It shows anything else.
        FrameDecodeError, StructureError: The written Frames cannot be read back.
    """
    before, after = FrameReader(original), FrameReader(written)
    if len(before) != len(after):
        raise VerificationError("the number of frames changed")
    for index in range(len(after)):
        frame = after.stored(index)
        ink = label_ink(after.rows, after.columns, str(written.PatientID))
        for place in (frame[ink], frame[~ink]):
            if len(place) and (place != place[0]).any():
                raise VerificationError("the drawn label of a slide shows something else")
        if frame.shape != before.stored(index).shape or not np.isfinite(frame.astype(np.float64)).all():
            raise VerificationError("a frame changed its shape")
