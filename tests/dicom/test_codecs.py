import io

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydicom.uid import JPEGBaseline8Bit, JPEGLossless, JPEGLosslessSV1, RLELossless

from efface.transforms.core.errors import FrameDecodeError
from efface.transforms.dicom.codecs import can_decode, decode_frame
from efface.transforms.dicom.codestreams import ENCAPSULATED_UNCOMPRESSED
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_writer import replace_frames
from support.codestreams import jpeg, picture, rle
from support.frames import encapsulated_dataset


def options(frame, bits_stored, *, is_signed=False, photometric="MONOCHROME2"):
    return {
        "number_of_frames": 1,
        "rows": frame.shape[0],
        "columns": frame.shape[1],
        "samples_per_pixel": 1 if frame.ndim == 2 else 3,
        "photometric_interpretation": photometric,
        "bits_allocated": 8 * frame.dtype.itemsize,
        "bits_stored": bits_stored,
        "pixel_representation": int(is_signed),
        "planar_configuration": 0,
        "pixel_keyword": "PixelData",
    }


@given(st.integers(0, 2**16), st.integers(2, 16), st.booleans(), st.integers(1, 30), st.integers(1, 30), st.integers(1, 7))
def test_lossless_jpeg_of_every_depth_decodes_to_its_values(seed, bits, is_signed, rows, columns, predictor):
    words = np.random.RandomState(seed).randint(0, 2**bits, (rows, columns))
    words = words.astype(np.uint8 if bits <= 8 else np.uint16)
    encoded = imagecodecs.jpeg8_encode(words, lossless=True, predictor=predictor, bitspersample=bits)
    syntax = JPEGLosslessSV1 if predictor == 1 else JPEGLossless
    frame, _ = decode_frame(encoded, syntax, options(words, bits, is_signed=is_signed))
    values = words.astype(np.int64) - (is_signed << bits) * (words >> (bits - 1) == 1)
    assert np.array_equal(frame, values)


@pytest.mark.parametrize(("samples", "photometric"), [(1, "MONOCHROME2"), (3, "YBR_FULL_422")])
def test_baseline_jpeg_decodes_as_in_another_decoder(samples, photometric):
    encoded = jpeg(samples, quality=90)
    frame, decoded_to = decode_frame(encoded, JPEGBaseline8Bit, options(picture(samples), 8, photometric=photometric))
    image = Image.open(io.BytesIO(encoded))
    if samples == 3:
        image.draft("YCbCr", None)
    assert np.array_equal(frame, np.asarray(image))
    assert decoded_to == photometric


def test_a_transfer_syntax_without_a_codec_is_known():
    assert not can_decode("1.2.840.10008.1.2.4.102")


@given(st.data(), st.sampled_from([0, 1]), st.sampled_from([1, 3]), st.sampled_from([np.uint8, np.uint16, np.int16]))
def test_encapsulated_native_frames_are_read_and_changed_in_place(data, planar, samples, dtype):
    frames = [
        np.random.RandomState(data.draw(st.integers(0, 99))).randint(0, 100, (5, 7, samples)).astype(dtype) for _ in range(2)
    ]
    values = [np.moveaxis(frame, -1, 0) if planar else frame for frame in frames]
    dataset = encapsulated_dataset([value.tobytes() for value in values], frames[0], ENCAPSULATED_UNCOMPRESSED, planar)
    stored = [FrameReader(dataset).stored(index) for index in range(2)]
    assert all(np.array_equal(one.reshape(frame.shape), frame) for one, frame in zip(stored, frames, strict=True))
    changed = stored[1].copy()
    changed[1:3, 2:4] = 7
    assert replace_frames(dataset, {1: changed}) == "reencoded"
    after = FrameReader(dataset)
    assert dataset.file_meta.TransferSyntaxUID == ENCAPSULATED_UNCOMPRESSED
    assert np.array_equal(after.stored(0), stored[0])
    assert np.array_equal(after.stored(1), changed)


def test_a_short_encapsulated_native_frame_is_refused_and_surplus_is_cut():
    frame = np.arange(35, dtype=np.uint8).reshape(5, 7)
    short = encapsulated_dataset([frame.tobytes()[:20]], frame, ENCAPSULATED_UNCOMPRESSED, 0)
    with pytest.raises(FrameDecodeError):
        FrameReader(short).cleaned_codestream(0)
    surplus = encapsulated_dataset([frame.tobytes() + b"Doe^Jane"], frame, ENCAPSULATED_UNCOMPRESSED, 0)
    replace_frames(surplus, {})
    assert b"Jane" not in surplus.PixelData


@pytest.mark.parametrize("rows", [5, 48])
def test_a_run_length_frame_with_bytes_behind_a_segment_is_read(rows):
    """Such bytes can hide a text; they are cut when the frame is written."""
    frame = (np.arange(rows * 48) % 251).reshape(rows, 48).astype(np.uint8)
    hiding = rle(frame) + b"Doe^Jane 19570412"
    decoded, _ = decode_frame(hiding, RLELossless, options(frame, 8))
    assert np.array_equal(decoded, frame)
