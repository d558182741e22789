"""Every encoder is without loss, for the reader of efface and for other codecs."""

from __future__ import annotations

import imagecodecs
import numpy as np
import openjpeg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import HTJ2KLossless, HTJ2KLosslessRPCL, JPEG2000Lossless, JPEGLossless, JPEGLosslessSV1

from efface.transforms.core.errors import FrameEncodeError
from efface.transforms.dicom.codecs import decode_frame
from efface.transforms.dicom.codestreams import strip_hidden_bytes
from efface.transforms.dicom.frame_encoder import encode_frame

SIZES = st.integers(1, 40)


def drawn(seed, bits, is_signed, shape):
    low = -(1 << bits - 1) if is_signed else 0
    frame = np.random.RandomState(seed).randint(low, low + (1 << bits), shape)
    dataset = Dataset()
    dataset.BitsStored, dataset.PixelRepresentation = bits, int(is_signed)
    return frame.astype(("i" if is_signed else "u") + ("1" if bits <= 8 else "2")), dataset


def read_back(encoded, syntax, frame, bits, photometric):
    """What efface reads of the Frame, with its unused bits."""
    options = {
        "number_of_frames": 1,
        "rows": frame.shape[0],
        "columns": frame.shape[1],
        "samples_per_pixel": 1 if frame.ndim == 2 else 3,
        "photometric_interpretation": photometric,
        "bits_allocated": 8 * frame.dtype.itemsize,
        "bits_stored": bits,
        "pixel_representation": int(frame.dtype.kind == "i"),
        "planar_configuration": 0,
        "pixel_keyword": "PixelData",
        "correct_unused_bits": False,
    }
    return decode_frame(encoded, syntax, options)[0]


@given(st.integers(0, 2**16), st.integers(2, 16), st.booleans(), SIZES, SIZES, st.booleans())
def test_jpeg_2000_of_every_size_and_depth_is_written_without_loss(seed, bits, is_signed, rows, columns, is_colour):
    shape, bits = ((rows, columns, 3), 8) if is_colour else ((rows, columns), bits)
    frame, dataset = drawn(seed, bits, is_signed and not is_colour, shape)
    encoded = encode_frame(frame, JPEG2000Lossless, dataset, "YBR_RCT" if is_colour else "MONOCHROME2")
    assert np.array_equal(openjpeg.decode(encoded).reshape(shape), frame)


@pytest.mark.parametrize("photometric", ["MONOCHROME2", "RGB", "YBR_RCT"])
@pytest.mark.parametrize("syntax", [HTJ2KLossless, HTJ2KLosslessRPCL])
@settings(max_examples=25)
@given(st.integers(0, 2**16), st.integers(2, 16), st.booleans(), SIZES, SIZES)
def test_high_throughput_frames_are_written_without_loss(syntax, photometric, seed, bits, is_signed, rows, columns):
    is_colour = photometric != "MONOCHROME2"
    frame, dataset = drawn(seed, bits, is_signed and not is_colour, (rows, columns, 3) if is_colour else (rows, columns))
    encoded = encode_frame(frame, syntax, dataset, photometric)
    assert np.array_equal(imagecodecs.htj2k_decode(encoded, planar=False).reshape(frame.shape), frame)
    assert np.array_equal(openjpeg.decode(encoded).reshape(frame.shape), frame)
    assert np.array_equal(read_back(encoded, syntax, frame, bits, photometric), frame)


@pytest.mark.parametrize("is_colour", [False, True])
@pytest.mark.parametrize("syntax", [JPEGLossless, JPEGLosslessSV1])
@settings(max_examples=25)
@given(st.integers(0, 2**16), st.integers(2, 16), st.booleans(), SIZES, SIZES)
def test_lossless_jpeg_of_every_size_and_depth_is_written_without_loss(syntax, is_colour, seed, bits, is_signed, rows, columns):
    frame, dataset = drawn(seed, bits, is_signed and not is_colour, (rows, columns, 3) if is_colour else (rows, columns))
    encoded = encode_frame(frame, syntax, dataset, "RGB" if is_colour else "MONOCHROME2")
    assert np.array_equal(read_back(encoded, syntax, frame, bits, "RGB" if is_colour else "MONOCHROME2"), frame)
    if not is_colour:
        code_words = frame.view(frame.dtype.str.replace("i", "u")) & ((1 << bits) - 1)
        assert np.array_equal(imagecodecs.ljpeg_decode(encoded), code_words)


@pytest.mark.parametrize("syntax", [HTJ2KLossless, HTJ2KLosslessRPCL, JPEGLossless, JPEGLosslessSV1])
def test_nothing_is_stripped_from_what_is_written(syntax):
    frame, dataset = drawn(1, 12, False, (70, 90))
    encoded = encode_frame(frame, syntax, dataset, "MONOCHROME2")
    assert strip_hidden_bytes(encoded, syntax, rows=70, columns=90, samples_per_pixel=1, bits_allocated=16) is encoded


@pytest.mark.parametrize("columns", [90, 3000])
def test_rpcl_has_its_order_its_lengths_and_a_small_lowest_resolution(columns):
    frame, dataset = drawn(1, 8, False, (70, columns))
    encoded = encode_frame(frame, HTJ2KLosslessRPCL, dataset, "MONOCHROME2")
    style = encoded[encoded.index(b"\xff\x52") + 4 :]
    assert style[1] == 2  # RPCL
    assert columns / 2 ** style[5] <= 64
    assert b"\xff\x55" in encoded[: encoded.index(b"\xff\x93")]


@pytest.mark.parametrize("syntax", [HTJ2KLossless, JPEGLosslessSV1, JPEG2000Lossless])
def test_values_above_bits_stored_are_refused(syntax):
    frame, dataset = drawn(1, 12, False, (9, 9))
    frame[0, 0] = 4096
    with pytest.raises(FrameEncodeError):
        encode_frame(frame, syntax, dataset, "MONOCHROME2")
