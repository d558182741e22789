"""The verifier accepts the written Frames and refuses every other change."""

import numpy as np
import pytest
from pydicom.encaps import encapsulate

from efface.transforms.core.box import Box
from efface.transforms.core.errors import VerificationError
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_verifier import verify_pixels
from support.frames import encapsulated_dataset, fill_boxes, grown_boxes, read, write
from support.samples import sample

BOX = Box(3, 4, 20, 12)


@pytest.mark.parametrize("name", ["MR_small.dcm", "MR_small_RLE.dcm", "examples_ybr_color.dcm"])
@pytest.mark.parametrize(
    "boxes",
    [
        {0: (Box(3, 4, 19, 12),)},  # More pixels changed than were found.
        {0: (Box(3, 4, 40, 12),)},  # Found pixels are not filled.
        {},
    ],
    ids=["smaller", "larger", "none"],
)
def test_a_filled_box_must_be_the_box_of_the_findings(name, boxes):
    data = sample(name)
    out, _ = fill_boxes(data, {0: (BOX,)})
    verify_pixels(read(data), read(out), grown_boxes(data, {0: (BOX,)}))
    with pytest.raises(VerificationError):
        verify_pixels(read(data), read(out), boxes)


def test_a_changed_value_in_a_filled_box_is_refused():
    data = sample("MR_small.dcm")
    written = read(fill_boxes(data, {0: (BOX,)})[0])
    pixels = np.frombuffer(written.PixelData, np.int16).reshape(written.Rows, written.Columns).copy()
    pixels[BOX.top, BOX.left] += 1
    written.PixelData = pixels.tobytes()
    with pytest.raises(VerificationError, match="one value"):
        verify_pixels(read(data), written, {0: (BOX,)})


@pytest.mark.parametrize("wrong", [1, 2])
def test_each_of_equal_frames_with_equal_boxes_is_verified(wrong):
    source = read(sample("examples_ybr_color.dcm"))
    frame, like = FrameReader(source).encoded_frames[0], FrameReader(source).stored(0)
    dataset = encapsulated_dataset([frame] * 3, like, source.file_meta.TransferSyntaxUID, 0)
    dataset.PhotometricInterpretation, dataset.SOPClassUID, dataset.SOPInstanceUID = "YBR_FULL_422", "1.2", "1.2.3"
    data = write(dataset)
    boxes = grown_boxes(data, dict.fromkeys(range(3), (Box(0, 0, 20, 9),)))
    written = read(fill_boxes(data, dict.fromkeys(range(3), (Box(0, 0, 20, 9),)))[0])
    verify_pixels(read(data), written, boxes)
    frames = [frame if index == wrong else one for index, one in enumerate(FrameReader(written).encoded_frames)]
    written.PixelData = encapsulate(frames)
    with pytest.raises(VerificationError):
        verify_pixels(read(data), written, boxes)


def test_another_number_of_frames_is_refused():
    original, written = (read(sample("emri_small.dcm")) for _ in range(2))
    frame_bytes = FrameReader(written).native_bytes // written.NumberOfFrames
    written.NumberOfFrames -= 1
    written.PixelData = written.PixelData[: written.NumberOfFrames * frame_bytes]
    with pytest.raises(VerificationError, match="number of frames"):
        verify_pixels(original, written, {})


def test_another_depth_is_refused():
    original, written = (read(sample("MR_small.dcm")) for _ in range(2))
    pixels = np.frombuffer(written.PixelData, np.int16).astype(np.int32)
    written.BitsAllocated = 32
    written.PixelData = pixels.tobytes()
    with pytest.raises(VerificationError, match="depth"):
        verify_pixels(original, written, {})
