import numpy as np
import pytest

from efface.transforms.core.errors import HiddenBytesError
from efface.transforms.dicom.codestreams import strip_hidden_bytes
from efface.transforms.dicom.codestreams.jpeg import is_jpeg_ls
from support.codestreams import COLUMNS, ROWS, TOKEN, jpeg, jpeg_ls_frame, places

FRAMES = {
    "8 bit": jpeg_ls_frame(),
    "16 bit": jpeg_ls_frame(dtype=np.uint16),
    "by line": jpeg_ls_frame(3, interleave=1),
    "by sample": jpeg_ls_frame(3, interleave=2),
}
FACTS = {"samples_per_pixel": 3, "bits_allocated": 8}
JPEG_LS = "1.2.840.10008.1.2.4.80"


def strip(frame, rows=ROWS, columns=COLUMNS):
    return strip_hidden_bytes(frame, JPEG_LS, rows=rows, columns=columns, **FACTS)


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_of_an_encoder_is_returned_as_the_same_object(name):
    assert strip(FRAMES[name]) is FRAMES[name]


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("foreign", [TOKEN, TOKEN[:1]])
def test_bytes_behind_the_data_are_refused(name, foreign):
    frame = FRAMES[name]
    end = max(end for marker, _, end in places(frame) if not marker)
    with pytest.raises(HiddenBytesError):
        strip(frame[:end] + foreign + frame[end:])


def test_a_frame_of_another_size_is_not_decoded():
    with pytest.raises(HiddenBytesError):
        strip(FRAMES["8 bit"], rows=ROWS + 1)


def test_the_frame_header_gives_the_kind():
    assert all(map(is_jpeg_ls, FRAMES.values()))
    assert not is_jpeg_ls(jpeg())
    assert not is_jpeg_ls(b"\xff\xd8\xff\xd9")
