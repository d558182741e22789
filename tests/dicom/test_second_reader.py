"""The second reader agrees on every sample, and tells each fault of the first one."""

import numpy as np
import pytest
from pydicom.uid import JPEGBaseline8Bit

from efface.transforms.core.box import Box
from efface.transforms.core.errors import EffaceError, ReadersDisagreeError, VerificationError
from efface.transforms.dicom import frame_reader, second_reader
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.frame_verifier import verify_pixels
from efface.transforms.dicom.second_reader import SecondReader
from support.codestreams import jpeg, picture, places, segment
from support.frames import UNDECODABLE, encapsulated_dataset, fill_boxes, grown_boxes, read
from support.samples import SAMPLES, sample

ONE_CODEC = {"JPEG-lossy.dcm", "JPGExtended.dcm", "SC_rgb_jpeg_gdcm.dcm", "SC_ybr_full_422_uncompressed.dcm"}
FAULTS = {
    "rows mirrored": lambda cells: cells[::-1],
    "columns shifted": lambda cells: np.roll(cells, 1, axis=1),
    "colours in planes": lambda cells: np.moveaxis(cells.reshape(3, *cells.shape[:2]), 0, -1) if cells.ndim == 3 else None,
    "bytes swapped": lambda cells: cells.byteswap() if cells.dtype.itemsize > 1 else None,
    "high bits lost": lambda cells: cells & 0x7F if cells.dtype.kind == "u" else None,
    "one pixel changed": lambda cells: np.where(np.arange(cells.size).reshape(cells.shape) == 9, cells + 1, cells),
    "half of the frame missing": lambda cells: np.where(
        np.arange(len(cells)).reshape(-1, *[1] * (cells.ndim - 1)) * 2 < len(cells), cells, 0
    ),
}


def readable():
    for name, path in sorted(SAMPLES.items()):
        try:
            dataset = read(path.read_bytes())
            FrameReader(dataset).display(0)
        except EffaceError:
            continue
        if name not in UNDECODABLE:
            yield name


def test_both_readers_make_the_same_of_every_sample():
    without = set()
    for name in readable():
        dataset = read(sample(name))
        reader = FrameReader(dataset)
        for index in {0, len(reader) - 1}:
            SecondReader(dataset).check(index, reader.cells_and_stored(index)[0])
        if SecondReader(dataset).read_cells(0) is None:
            without.add(name)
    assert without == ONE_CODEC


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "name",
    ["CT_small.dcm", "MR_small_bigendian.dcm", "MR_small_RLE.dcm", "MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm",
     "SC_rgb.dcm", "SC_rgb_rle.dcm", "emri_small.dcm"],
)  # fmt: skip
def test_a_fault_of_the_first_reader_is_told(name, fault):
    dataset = read(sample(name))
    cells = FrameReader(dataset).cells_and_stored(0)[0]
    wrong = FAULTS[fault](cells)
    if wrong is None or np.array_equal(wrong, cells):
        return
    with pytest.raises(ReadersDisagreeError):
        SecondReader(dataset).check(0, wrong.astype(cells.dtype))


@pytest.mark.parametrize("has_jfif", [True, False])
@pytest.mark.parametrize("transform", [None, 0, 1, 2])
@pytest.mark.parametrize("names", [b"\1\2\3", b"RGB"])
def test_both_readers_take_the_colours_that_a_jpeg_frame_holds(has_jfif, transform, names):
    frame = jpeg(subsampling=0)
    of_frame, of_scan = (next(start for kind, start, _ in places(frame) if kind == marker) for marker in (0xC0, 0xDA))
    renamed = bytearray(frame)
    renamed[of_frame + 10 : of_frame + 19 : 3] = renamed[of_scan + 5 : of_scan + 11 : 2] = names
    without_application_data = bytes(renamed[places(frame)[1][1] :])
    jfif = frame[: places(frame)[0][2]] if has_jfif else frame[:2]
    adobe = b"" if transform is None else segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]))
    dataset = encapsulated_dataset([jfif + adobe + without_application_data], picture(), JPEGBaseline8Bit, 0)
    cells, _ = FrameReader(dataset).cells_and_stored(0)
    assert np.array_equal(SecondReader(dataset).check(0, cells), cells)


def test_verification_asks_the_second_reader(monkeypatch):
    data = sample("CT_small.dcm")
    box = Box(3, 4, 20, 12)
    out, _ = fill_boxes(data, {0: (box,)})
    verify_pixels(read(data), read(out), {0: (box,)})
    decode = frame_reader.FrameReader._decode
    monkeypatch.setattr(
        frame_reader.FrameReader, "_decode", lambda self, index: (decode(self, index)[0][:, ::-1], "MONOCHROME2")
    )
    with pytest.raises(ReadersDisagreeError):
        verify_pixels(read(data), read(out), {0: (box,)})


@pytest.mark.parametrize("name", ["SC_rgb_jpeg_dcmtk.dcm", "examples_ybr_color.dcm"])
def test_a_large_picture_stays_with_its_decoder_and_is_verified_in_parts(name, monkeypatch):
    data = sample(name)
    dataset = read(data)
    cells, whole = FrameReader(dataset).cells_and_stored(0)[0], SecondReader(dataset).read_cells(0)
    monkeypatch.setattr(second_reader, "_KEPT_FRAME_BYTES", 0)
    monkeypatch.setattr(second_reader, "_BAND_VALUES", 3000)
    parts = SecondReader(dataset).check(0, cells)
    assert isinstance(parts, second_reader.LargePicture)
    assert parts.shape == whole.shape
    assert parts.dtype == whole.dtype
    for part in (slice(None), slice(2, 9), slice(5, 5), (slice(1, 4), slice(7, 12)), (slice(0, 3), slice(9, 9))):
        assert np.array_equal(parts[part], whole[part])
    with pytest.raises(ReadersDisagreeError):
        SecondReader(dataset).check(0, cells[::-1])
    boxes = {0: (Box(16, 16, 48, 48),)}
    out, _ = fill_boxes(data, boxes)
    verify_pixels(read(data), read(out), grown_boxes(data, boxes))
    with pytest.raises(VerificationError):
        verify_pixels(read(data), read(out), {0: (Box(20, 20, 40, 40),)})


def test_a_lossy_frame_may_differ_by_the_rounding_of_a_decoder_only():
    dataset = read(sample("SC_rgb_jpeg_dcmtk.dcm"))
    cells = FrameReader(dataset).cells_and_stored(0)[0]
    SecondReader(dataset).check(
        0, np.clip(cells.astype(int) + (np.indices(cells.shape).sum(axis=0) % 2), 0, 255).astype(np.uint8)
    )
    shifted = np.roll(cells, 40, axis=0)
    with pytest.raises(ReadersDisagreeError):
        SecondReader(dataset).check(0, shifted)
