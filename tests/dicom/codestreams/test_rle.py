import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.encaps import encapsulate
from pydicom.pixels import get_decoder
from pydicom.uid import RLELossless

from efface.transforms.core.errors import EffaceError, FrameDecodeError, HiddenBytesError, PixelLayoutError
from efface.transforms.dicom.codestreams.rle import strip
from support.codestreams import COLUMNS, ROWS, TOKEN, picture, rle

PICTURES = {
    "grey": picture(1),
    "colour": picture(3),
    "16 bit": picture(1, np.uint16),
    "flat": np.full((ROWS, COLUMNS), 7, np.uint8),
    "odd": picture(1)[:51, :59],
}
HEADER = 64


def planes_of(pixels):
    return (1 if pixels.ndim == 2 else pixels.shape[2]) * pixels.dtype.itemsize


def stripped(frame, pixels):
    return strip(frame, planes_of(pixels), pixels.shape[0] * pixels.shape[1])


def offsets_of(frame):
    count, *offsets = struct.unpack("<16I", frame[:HEADER])
    return offsets[:count]


def inserted(frame, segment, foreign):
    """The Frame with foreign bytes behind a segment, or before the first one (-1), and updated offsets."""
    offsets = offsets_of(frame)
    at = [*offsets, len(frame)][segment + 1]
    moved = [offset + len(foreign) * (index > segment) for index, offset in enumerate(offsets)]
    header = struct.pack("<16I", len(offsets), *moved, *[0] * (15 - len(offsets)))
    return header + frame[HEADER:at] + foreign + frame[at:]


def decoded(frame, pixels, plugin):
    decoder = get_decoder(RLELossless)
    return decoder.as_array(
        encapsulate([frame]),
        raw=True,
        decoding_plugin=plugin,
        number_of_frames=1,
        rows=pixels.shape[0],
        columns=pixels.shape[1],
        samples_per_pixel=1 if pixels.ndim == 2 else 3,
        photometric_interpretation="MONOCHROME2" if pixels.ndim == 2 else "RGB",
        bits_allocated=pixels.dtype.itemsize * 8,
        bits_stored=pixels.dtype.itemsize * 8,
        pixel_representation=0,
        planar_configuration=0,
        pixel_keyword="PixelData",
    )[0]


@pytest.mark.parametrize("name", PICTURES)
def test_a_frame_of_an_encoder_is_returned_as_the_same_object(name):
    frame = rle(PICTURES[name])
    assert stripped(frame, PICTURES[name]) is frame
    padded = frame + b"\0"
    assert stripped(padded, PICTURES[name]) in (frame, padded)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("token", [TOKEN, TOKEN + b".", b"\0" + TOKEN, b"\x80" + TOKEN, b"\0\0"])
def test_bytes_around_segments_are_removed(name, token):
    pixels = PICTURES[name]
    frame = rle(pixels)
    for segment in range(-1, planes_of(pixels)):
        clean = stripped(inserted(frame, segment, token), pixels)
        assert clean == frame
    for plugin in ("pydicom", "pylibjpeg"):
        assert np.array_equal(decoded(clean, pixels, plugin), pixels)


@pytest.mark.parametrize("name", PICTURES)
def test_bytes_in_unused_entries_of_the_header_are_removed(name):
    frame = rle(PICTURES[name])
    assert stripped(frame[: HEADER - len(TOKEN)] + TOKEN + frame[HEADER:], PICTURES[name]) == frame


def test_a_run_beyond_the_last_pixel_is_cut():
    flat = b"\xc1" + b"\7"  # 64 times 7
    pixels = np.full((8, 8), 7, np.uint8)
    header = struct.pack("<16I", 1, HEADER, *[0] * 14)
    for last, expected in [(b"\x0f" + TOKEN[:16], b"\x00" + TOKEN[:1]), (b"\xf1" + b"\7", b"\0\7"), (b"\x81\7", b"\0\7")]:
        frame = header + b"\xc2\7" + last
        clean = stripped(frame, pixels)
        assert clean == header + b"\xc2\7" + expected
    longer = header + b"\xf1\7" + b"\xc1\7"
    assert stripped(longer, pixels) == header + b"\xf1\7" + b"\xd1\7"
    assert np.array_equal(decoded(stripped(longer, pixels), pixels, "pydicom"), pixels)
    assert stripped(header + flat, pixels) == header + flat


def test_a_second_frame_is_refused():
    for pixels in PICTURES.values():
        frame = rle(pixels)
        for altered in (frame + frame, frame + TOKEN + frame, frame + b"\xff\xd8\xff\xe0"):
            with pytest.raises(PixelLayoutError):
                stripped(altered, pixels)


def test_another_number_of_segments_is_refused():
    with pytest.raises(PixelLayoutError):
        stripped(rle(PICTURES["grey"]), PICTURES["colour"])


def test_segments_that_overlap_are_refused():
    frame = rle(PICTURES["16 bit"])
    for starts in ([64, 64], [300, 64], [64, len(frame)], [0, 64]):
        with pytest.raises(HiddenBytesError):
            stripped(struct.pack("<16I", 2, *starts, *[0] * 13) + frame[HEADER:], PICTURES["16 bit"])


def test_too_few_bytes_are_refused():
    frame = rle(PICTURES["grey"])
    for size in (0, 10, HEADER + 1, len(frame) // 2):
        with pytest.raises((FrameDecodeError, HiddenBytesError)):
            stripped(frame[:size], PICTURES["grey"])
    with pytest.raises(FrameDecodeError):
        strip(frame, 1, 0)


@given(st.binary(max_size=120), st.integers(0, 16), st.integers(0, 300))
def test_only_expected_errors_are_raised(tail, segments, size):
    frame = struct.pack("<16I", segments, HEADER, *[0] * 14) + tail
    try:
        clean = strip(frame, segments, size)
    except EffaceError:
        return
    assert strip(clean, segments, size) is clean
