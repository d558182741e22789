import io

import numpy as np
import pydicom
import pytest
from pydicom.pixels import pixel_array

from efface.transforms.core.box import Box
from efface.transforms.core.errors import (
    EffaceError,
    FrameDecodeError,
    NotDicomError,
    PixelFactsError,
    PixelLayoutError,
    StructureError,
    TransferSyntaxError,
    VerificationError,
)
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_verifier import verify_pixels
from efface.transforms.dicom.frame_writer import replace_frames
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from support.samples import SAMPLES, sample

UNREADABLE = {
    "JPEG-lossy.dcm",  # A misplaced marker: no decoder reads it.
    "JPEG2000-embedded-sequence-delimiter.dcm",  # Fragments that hold no codestream.
    "rtplan_truncated.dcm",
    "MR_truncated.dcm",
    "emri_small_jpeg_2k_lossless_too_short.dcm",
}
METHODS = {
    "MR_small.dcm": "in_place",
    "MR_small_bigendian.dcm": "in_place",
    "MR_small_RLE.dcm": "reencoded",
    "MR_small_jp2klossless.dcm": "reencoded",
    "MR_small_jpeg_ls_lossless.dcm": "reencoded",
    "emri_small.dcm": "in_place",
    "emri_small_RLE.dcm": "reencoded",
    "OBXXXX1A_expb_2frame.dcm": "in_place",
    "SC_rgb_rle_2frame.dcm": "reencoded",
    "US1_J2KR.dcm": "reencoded",
    "US1_J2KI.dcm": "transcoded",
    "examples_ybr_color.dcm": "transcoded",
    "SC_rgb_jpeg_gdcm.dcm": "transcoded",
    "SC_rgb_small_odd_jpeg.dcm": "transcoded",
    "SC_rgb_rle_32bit.dcm": "transcoded",
    "SC_ybr_full_422_uncompressed.dcm": "transcoded",
    "image_dfl.dcm": "in_place",
    "liver.dcm": "in_place",
}


def read(data):
    return read_dataset(io.BytesIO(data))


def write(dataset):
    return serialize(dataset, transfer_syntax_uid=dataset.file_meta.TransferSyntaxUID)


def filled(reader, index, box):
    frame = reader.stored(index).copy()
    frame[box.top : box.bottom, box.left : box.right] = frame[0, 0]
    return frame


def redacted(data, boxes_by_frame):
    """The redacted object's bytes and the method."""
    dataset = read(data)
    reader = FrameReader(dataset)
    changed = {index: filled(reader, index, box) for index, (box,) in boxes_by_frame.items()}
    method = replace_frames(dataset, changed)
    return write(dataset), method


@pytest.mark.parametrize("name", METHODS)
def test_a_box_changes_nothing_but_itself(name):
    data = sample(name)
    reader = FrameReader(read(data))
    touched = len(reader) - 1
    boxes = {touched: (Box(0, 1, reader.columns // 2, reader.rows // 2 + 1),)}
    out, method = redacted(data, boxes)
    assert method == METHODS[name]
    verify_pixels(read(data), read(out), boxes)
    # By pydicom's own eyes, and in RGB where there is colour.
    before, after = (pixel_array(pydicom.dcmread(io.BytesIO(file))) for file in (data, out))
    [box] = boxes[touched]
    assert before.shape == after.shape
    before, after = (pixels.reshape(len(reader), reader.rows, reader.columns, -1) for pixels in (before, after))
    assert np.array_equal(np.delete(before, touched, 0), np.delete(after, touched, 0))
    outside = np.ones((reader.rows, reader.columns), bool)
    outside[box.top : box.bottom, box.left : box.right] = False
    assert np.array_equal(before[touched][outside], after[touched][outside])
    assert len(np.unique(after[touched][~outside], axis=0)) == 1


def test_every_file_is_kept_byte_for_byte_where_nothing_is_found():
    kept = 0
    for name, path in SAMPLES.items():
        data = path.read_bytes()
        try:
            dataset = read(data)
            before = dataset["PixelData"].value
            assert replace_frames(dataset, {}) == "unchanged"
        except (EffaceError, KeyError):
            continue
        if name in UNREADABLE:
            continue
        after = dataset["PixelData"].value
        assert after == before or after == before[: len(after)] or FrameReader(dataset).transfer_syntax.is_encapsulated
        verify_pixels(read(data), dataset, {})
        kept += 1
    assert kept > 110


def test_every_frame_of_every_file_decodes_or_says_why():
    refused = set()
    for name, path in SAMPLES.items():
        with path.open("rb") as file:
            try:
                reader = FrameReader(read_dataset(file))
                assert reader.stored(0).shape[:2] == reader.display(0).shape[:2] == (reader.rows, reader.columns)
            except (PixelFactsError, NotDicomError):
                continue  # Not an image.
            except EffaceError:
                refused.add(name)
    assert refused == UNREADABLE


def test_equal_digests_are_equal_frames():
    reader = FrameReader(read(sample("emri_small_RLE.dcm")))
    digests = [reader.digest(index) for index in range(len(reader))]
    frames = [reader.stored(index).tobytes() for index in range(len(reader))]
    assert [digests.index(digest) for digest in digests] == [frames.index(frame) for frame in frames]


def test_bytes_behind_the_last_frame_go():
    dataset = read(sample("MR_small.dcm"))
    size = len(dataset.PixelData)
    dataset.PixelData += b"Doe^Jane"
    replace_frames(dataset, {})
    assert len(dataset.PixelData) == size


def test_comments_in_the_codestream_go():
    dataset = read(sample("SC_rgb_jpeg_gdcm.dcm"))
    reader = FrameReader(dataset)
    frame = reader.encoded_frames[0]
    told = frame[:2] + b"\xff\xfe\x00\x0aDoe^Jane" + frame[2:]
    dataset.PixelData = pydicom.encaps.encapsulate([told])
    data = write(dataset)
    assert b"Doe^Jane" in data
    dataset = read(data)
    assert replace_frames(dataset, {}) == "unchanged"
    out = write(dataset)
    assert b"Doe^Jane" not in out
    verify_pixels(read(data), read(out), {})


def test_overlays_in_unused_bits_are_cleared():
    dataset = read(sample("MR_small.dcm"))
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, 0
    clean = np.frombuffer(dataset.PixelData, np.uint16) & 0x0FFF
    dataset.PixelData = (clean | 0x8000 * (np.arange(clean.size) % 3 == 0).astype(np.uint16)).tobytes()
    dataset.add_new(0x60000100, "US", 16)
    dataset.add_new(0x60000102, "US", 15)
    data = write(dataset)
    dataset = read(data)
    assert replace_frames(dataset, {}) == "in_place"
    assert np.array_equal(np.frombuffer(dataset.PixelData, np.uint16), clean)
    verify_pixels(read(data), read(write(dataset)), {})


@pytest.mark.parametrize(
    ("name", "frames", "error"),
    [
        ("emri_small_RLE.dcm", 9, PixelLayoutError),
        ("emri_small_RLE.dcm", 11, PixelLayoutError),
        ("emri_small.dcm", 9, PixelLayoutError),
        ("emri_small.dcm", 11, StructureError),
    ],
)
def test_the_number_of_frames_must_be_what_the_header_says(name, frames, error):
    dataset = read(sample(name))
    dataset.NumberOfFrames = frames
    with pytest.raises(error):
        FrameReader(dataset)


def test_a_frame_of_another_shape_is_refused():
    dataset = read(sample("MR_small_RLE.dcm"))
    dataset.Rows = 32
    with pytest.raises(FrameDecodeError):
        FrameReader(dataset).stored(0)


@pytest.mark.parametrize("name", ["SC_rgb_dcmtk_+eb+cr.dcm", "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm"])
def test_a_codestream_of_another_size_is_refused_before_it_is_decoded(name):
    dataset = read(sample(name))
    dataset.Rows += 1
    with pytest.raises(FrameDecodeError, match="size"):
        FrameReader(dataset).stored(0)
    with pytest.raises(FrameDecodeError, match="size"):
        replace_frames(dataset, {})


@pytest.mark.parametrize(
    "told",
    [{"PlanarConfiguration": "x"}, {"RedPaletteColorLookupTableDescriptor": None}, {"PixelRepresentation": [1, 2]}],
)
def test_facts_that_cannot_be_read_are_told_as_such(told):
    dataset = read(sample("examples_palette.dcm"))
    dataset.SamplesPerPixel = 3 if "PlanarConfiguration" in told else 1
    for keyword, value in told.items():
        dataset[keyword]._value = value if keyword in dataset else setattr(dataset, keyword, value)
    with pytest.raises(EffaceError):
        FrameReader(dataset).display(0)


def test_colours_that_nobody_converts_are_told_as_such():
    dataset = read(sample("SC_rgb_rle_32bit.dcm"))
    dataset.PhotometricInterpretation = "YBR_FULL"
    for show in (FrameReader(dataset).display, FrameReader(dataset).stored):
        with pytest.raises(FrameDecodeError):
            show(0)


def test_video_is_refused():
    dataset = read(sample("MR_small_RLE.dcm"))
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.MPEG4HP41
    with pytest.raises(TransferSyntaxError):
        FrameReader(dataset)


@pytest.mark.parametrize("name", ["MR_small.dcm", "MR_small_RLE.dcm", "examples_ybr_color.dcm"])
def test_a_wrong_output_does_not_pass(name):
    data = sample(name)
    box = Box(3, 4, 20, 12)
    out, _ = redacted(data, {0: (box,)})
    verify_pixels(read(data), read(out), {0: (box,)})
    with pytest.raises(VerificationError):  # More was changed than was found.
        verify_pixels(read(data), read(out), {0: (Box(3, 4, 19, 12),)})
    with pytest.raises(VerificationError):  # What was found is still there.
        verify_pixels(read(data), read(out), {0: (Box(3, 4, 40, 12),)})
    with pytest.raises(VerificationError):
        verify_pixels(read(data), read(out), {})
