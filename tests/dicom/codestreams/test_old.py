import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from efface.transforms.dicom.codestreams import strip_comments

PICTURE = Image.fromarray(np.random.default_rng(1).integers(0, 255, (40, 60, 3), dtype=np.uint8))


def encoded(kind):
    buffer = io.BytesIO()
    PICTURE.save(buffer, kind)
    return buffer.getvalue()


def segment(marker, content):
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


JPEG, J2K = encoded("jpeg"), encoded("jpeg2000")
J2K = J2K[J2K.index(b"\xff\x4f\xff\x51") :]
J2K_HEADER_END = J2K.index(b"\xff\x52")


@given(st.binary(max_size=300), st.sampled_from([0xFE, 0xE1, 0xE2, 0xED, 0xEF, 0xEE, 0xE8, 0xE0]))
def test_comments_and_application_data_of_jpeg_go_and_the_picture_stays(secret, marker):
    secret = b"Doe^Jane" + secret
    told = JPEG[:2] + segment(marker, secret) + JPEG[2:]
    stripped = strip_comments(told)
    assert stripped == JPEG
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(stripped))), np.asarray(Image.open(io.BytesIO(JPEG))))


def test_comments_of_jpeg_2000_go():
    told = J2K[:J2K_HEADER_END] + segment(0x64, b"\0\1Doe^Jane") + J2K[J2K_HEADER_END:]
    assert strip_comments(told) == strip_comments(J2K)
    assert b"Jane" not in strip_comments(told)


def test_a_thumbnail_goes():
    jfif = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\x02\x02" + bytes(12))
    assert strip_comments(JPEG[:2] + jfif + JPEG[2:]) == JPEG


@pytest.mark.parametrize("frame", [b"", b"\xff\xd8", JPEG, b"\0\0\0\0RLE", segment(0xFE, b"no start")])
def test_what_holds_nothing_to_cut_is_the_same_object(frame):
    assert strip_comments(frame) is frame


def test_the_colour_transform_of_adobe_stays():
    frame = JPEG[:2] + segment(0xEE, b"Adobe\0d\0\0\0\0\1") + JPEG[2:]
    assert strip_comments(frame) is frame


@given(st.binary(max_size=200))
def test_nothing_raises_over_broken_codestreams(tail):
    strip_comments(b"\xff\xd8" + tail)
    strip_comments(b"\xff\x4f\xff\x51" + tail)
