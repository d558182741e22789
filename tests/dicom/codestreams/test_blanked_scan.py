"""Blank MCUs of a JPEG Frame: one value in a box, and every other block as it was, for several decoders."""

import imagecodecs
import numpy as np
import pytest

from efface.transforms.core.box import Box
from efface.transforms.core.errors import FrameEncodeError
from efface.transforms.dicom.codestreams import blanked_scan
from efface.transforms.dicom.codestreams.blanked_scan import with_codes
from efface.transforms.dicom.codestreams.jpeg import blank, blank_units, strip
from support.codestreams import COLUMNS, DECODERS, ROWS, jpeg, jpeg_ls_frame, picture

FRAMES = {
    "grey": jpeg(1),
    "grey, own tables": jpeg(1, optimize=True, quality=98),
    "4:4:4": jpeg(subsampling=0),
    "4:2:2": jpeg(subsampling=1),
    "4:2:0": jpeg(subsampling=2, optimize=True),
    "4:4:0": bytes(imagecodecs.jpeg8_encode(picture(), level=90, subsampling="440")),
    "4:1:1": bytes(imagecodecs.jpeg8_encode(picture(), level=90, subsampling="411")),
    "RGB": jpeg(keep_rgb=True, subsampling=0),
    "restarts by row": jpeg(restart_marker_rows=1),
    "restarts by block": jpeg(1, restart_marker_blocks=3),
    "progressive": jpeg(progressive=True),
    "progressive, full chroma": jpeg(progressive=True, subsampling=0, quality=97),
    "progressive, grey": jpeg(1, progressive=True),
    "progressive, restarts": jpeg(progressive=True, restart_marker_blocks=3),
}
BOXES = [
    Box(9, 9, 30, 20),
    Box(0, 0, COLUMNS, 7),
    Box(COLUMNS - 5, ROWS - 3, COLUMNS, ROWS),
    Box(16, 16, 32, 32),
    Box(17, 0, 18, ROWS),
    Box(0, 0, COLUMNS, ROWS),
]
BLACK = (0, 128, 128)


def samples(frame):
    """The samples that the codestream holds, in its own colours."""
    colours = "GRAYSCALE" if imagecodecs.jpeg8_decode(frame).ndim == 2 else "YCBCR"
    return imagecodecs.jpeg8_decode(frame, colorspace=colours, outcolorspace=colours)


def blanked(name, boxes, value=BLACK):
    units = blank_units(FRAMES[name])
    grown = [units.grown(box, COLUMNS, ROWS) for box in boxes]
    return blank(FRAMES[name], grown, value), grown, [units.blank_pixels(box, COLUMNS, ROWS) for box in grown]


def inside(boxes):
    mask = np.zeros((ROWS, COLUMNS), bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("boxes", [*([box] for box in BOXES), BOXES[:3]], ids=str)
def test_only_the_grown_box_changes_and_the_box_holds_one_value(name, boxes):
    frame, grown, flat = blanked(name, boxes)
    for box, pixels in zip(boxes, flat, strict=True):
        assert pixels.intersection(box) == box
    for decode in (samples, *DECODERS["jpeg"]):
        before, after = decode(FRAMES[name]), decode(frame)
        assert np.array_equal(before[~inside(grown)], after[~inside(grown)])
        blank_values = after[inside(flat)]
        assert (blank_values == blank_values[0]).all()
    assert samples(frame)[inside(flat)][0].tolist() in (0, list(BLACK))


@pytest.mark.parametrize("name", FRAMES)
def test_the_frame_keeps_its_structure(name):
    frame, *_ = blanked(name, [BOXES[0]])
    assert strip(frame) is frame
    assert frame.count(b"\xff\xda") == FRAMES[name].count(b"\xff\xda")
    assert [frame.count(bytes((0xFF, marker))) for marker in range(0xD0, 0xD8)] == [
        FRAMES[name].count(bytes((0xFF, marker))) for marker in range(0xD0, 0xD8)
    ]
    assert len(frame) < len(FRAMES[name]) * 1.02


@pytest.mark.parametrize("name", FRAMES)
def test_blank_blocks_stay_blank_in_the_same_bytes(name):
    frame, grown, _ = blanked(name, BOXES[:2])
    assert blank(frame, grown, BLACK) == frame


@pytest.mark.parametrize("name", FRAMES)
def test_without_a_box_the_frame_is_the_same_object(name):
    assert blank(FRAMES[name], [], BLACK) is FRAMES[name]


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("bits", [1, 13, 64])
def test_the_bytes_do_not_depend_on_how_many_bits_are_in_memory_at_once(name, bits, monkeypatch):
    frame, *_ = blanked(name, BOXES[:2])
    monkeypatch.setattr(blanked_scan, "_PIECE_BITS", bits)
    assert blanked(name, BOXES[:2])[0] == frame


def test_a_frame_of_one_value_gets_the_codes_that_its_tables_lack():
    frame = bytes(imagecodecs.jpeg8_encode(np.full((64, 64), 200, np.uint8), level=90, optimize=True))
    box = blank_units(frame).grown(Box(9, 9, 20, 20), 64, 64)
    after = samples(blank(frame, [box], (0,)))
    assert box == (8, 8, 24, 24)
    assert not after[8:24, 8:24].any()
    after[8:24, 8:24] = 200
    assert (after == 200).all()


def test_codes_are_added_behind_the_last_one():
    two_codes = bytes((0, 2, *[0] * 14, 5, 6))
    assert with_codes(two_codes, [5]) == two_codes
    assert with_codes(two_codes, [9]) == bytes((0, 3, *[0] * 14, 5, 6, 9))
    assert with_codes(two_codes, [8, 9]) == bytes((0, 3, 1, *[0] * 13, 5, 6, 8, 9))


def test_a_full_table_is_refused():
    full = bytes((1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, *range(16)))
    with pytest.raises(FrameEncodeError):
        with_codes(full, [77])


@pytest.mark.parametrize(
    "frame",
    [
        jpeg_ls_frame(),
        bytes(imagecodecs.jpeg8_encode(picture(1), lossless=True, predictor=1)),
        bytes(imagecodecs.jpeg8_encode(picture(1, np.uint16), level=90, bitspersample=12)),
        b"",
    ],
    ids=["JPEG-LS", "lossless", "12 bit", "nothing"],
)
def test_other_frames_have_no_units(frame):
    assert blank_units(frame) is None


def test_a_scan_that_cannot_be_followed_is_refused():
    frame = FRAMES["grey"]
    cut = frame[: len(frame) // 2] + b"\xff\xd9"
    with pytest.raises(FrameEncodeError):
        blank(cut, [Box(8, 8, 16, 16)], (0,))
