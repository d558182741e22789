from __future__ import annotations

import numpy as np
import openjpeg
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless

from efface.transforms.dicom.frame_encoder import encode_frame


@given(st.integers(0, 2**16), st.integers(2, 16), st.booleans(), st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_jpeg_2000_of_every_size_and_depth_is_written_without_loss(seed, bits, is_signed, rows, columns, is_colour):
    shape, bits = ((rows, columns, 3), 8) if is_colour else ((rows, columns), bits)
    is_signed = is_signed and not is_colour
    low = -(1 << bits - 1) if is_signed else 0
    frame = np.random.RandomState(seed).randint(low, low + (1 << bits), shape)
    frame = frame.astype(("i" if is_signed else "u") + ("1" if bits <= 8 else "2"))
    dataset = Dataset()
    dataset.BitsStored, dataset.PixelRepresentation = bits, int(is_signed)
    encoded = encode_frame(frame, JPEG2000Lossless, dataset, "YBR_RCT" if is_colour else "MONOCHROME2")
    assert np.array_equal(openjpeg.decode(encoded).reshape(shape), frame)
