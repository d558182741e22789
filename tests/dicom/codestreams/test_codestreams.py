import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import generate_frames
from pydicom.uid import JPEGBaseline8Bit, RLELossless

from efface.transforms.core.errors import FrameDecodeError
from efface.transforms.dicom.codestreams import precision_of, size_of, strip_hidden_bytes
from support.codestreams import COLUMNS, ROWS, TOKEN, jpeg, jpeg_2000, jpeg_ls_frame, picture, rle

FACTS = {"rows": ROWS, "columns": COLUMNS, "samples_per_pixel": 3, "bits_allocated": 8}
FRAMES = {"jpeg": jpeg(), "jpeg 2000": jpeg_2000(), "jpeg-ls": jpeg_ls_frame(3, interleave=1), "rle": rle(picture())}
"""Sample -> the number of removed bytes: comments, SPIFF headers, boxes, and a byte FF behind the end."""
CHANGED = {
    "JPGExtended.dcm": 1,
    "MR_small_RLE.dcm": 0,
    "SC_rgb_jpeg_dcmtk.dcm": 0,
    "JPEG2000.dcm": 0,
    "JPEG-LL.dcm": 1,
    "693_J2KI.dcm": 44,
    "MR_small_jpeg_ls_lossless.dcm": 0,
    "SC_rgb_rle_2frame.dcm": 0,
    "SC_rgb_jls_lossy_line.dcm": 44,
    "emri_small_RLE.dcm": 0,
    "SC_rgb_small_odd_jpeg.dcm": 0,
}


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("syntax", [RLELossless, JPEGBaseline8Bit])
def test_the_first_bytes_give_the_kind(name, syntax):
    frame = FRAMES[name]
    if name == "rle" and syntax != RLELossless:
        with pytest.raises(FrameDecodeError):
            strip_hidden_bytes(frame, syntax, **FACTS)
    else:
        assert strip_hidden_bytes(frame, syntax, **FACTS) is frame
        assert strip_hidden_bytes(frame + TOKEN, syntax, **FACTS) == frame


@pytest.mark.parametrize("frame", [b"", TOKEN, TOKEN + FRAMES["jpeg"], b"\0" * 100])
def test_other_bytes_are_refused(frame):
    with pytest.raises(FrameDecodeError):
        strip_hidden_bytes(frame, JPEGBaseline8Bit, **FACTS)


def test_size_of_every_kind():
    size = (FACTS["rows"], FACTS["columns"])
    assert {name: size_of(frame) for name, frame in FRAMES.items()} == {
        name: None if name == "rle" else size for name in FRAMES
    }
    assert size_of(b"\xff\xd8\xff\xd9") is size_of(FRAMES["jpeg 2000"][:20]) is None


def test_precision_of_every_kind():
    assert {name: precision_of(frame) for name, frame in FRAMES.items()} == {
        "jpeg": 8,
        "jpeg 2000": 8,
        "jpeg-ls": 8,
        "rle": None,
    }


@pytest.mark.parametrize("name", CHANGED)
def test_samples_lose_only_known_bytes(name):
    path = get_testdata_file(name)
    if not path:
        pytest.skip("the file is not installed")
    dataset = dcmread(path)
    facts = {
        "rows": dataset.Rows,
        "columns": dataset.Columns,
        "samples_per_pixel": dataset.SamplesPerPixel,
        "bits_allocated": dataset.BitsAllocated,
    }
    for frame in generate_frames(dataset.PixelData, number_of_frames=int(dataset.get("NumberOfFrames", 1))):
        stripped = strip_hidden_bytes(frame, dataset.file_meta.TransferSyntaxUID, **facts)
        assert len(frame) - len(stripped) == CHANGED[name]
        assert (stripped is frame) == (not CHANGED[name])


def test_the_picture_of_these_tests_has_many_values():
    assert np.unique(picture()).size > 100
