"""Frames that are read by their ranges equal those of the whole object."""

import io

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, encapsulate_extended, generate_frames
from pydicom.uid import JPEGLSLossless

from efface.transforms.core.errors import EffaceError, StructureError
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.parse import read_dataset, read_header
from efface.transforms.dicom.ranges import ranged_frames
from support.samples import SAMPLES, sample


class Counting(io.BytesIO):
    """A file that counts the bytes read from it."""

    bytes_read = 0

    def read(self, size=-1, /):
        data = super().read(size)
        self.bytes_read += len(data)
        return data


def by_ranges(data, file=None):
    file = file or io.BytesIO(data)
    header = read_header(file)
    frames = ranged_frames(file, header, len(data)) if header.pixel_keyword else None
    return None if frames is None else FrameReader(header, frames)


def with_offsets(name, kind):
    """An encapsulated sample with a Basic or an Extended Offset Table, or with none."""
    dataset = pydicom.dcmread(io.BytesIO(sample(name)))
    frames = list(generate_frames(dataset.PixelData, number_of_frames=int(dataset.get("NumberOfFrames") or 1)))
    if kind == "extended":
        dataset.PixelData, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(frames)
    else:
        dataset.PixelData = encapsulate(frames, fragments_per_frame=2, has_bot=kind == "basic")
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def assert_same_frames(ranged, whole):
    assert len(ranged) == len(whole)
    for index in range(len(whole)):
        assert ranged.digest(index) == whole.digest(index)
        assert np.array_equal(ranged.display(index), whole.display(index))


def test_every_sample_gives_the_same_frames_either_way():
    compared = 0
    for name in SAMPLES:
        data = sample(name)
        try:
            whole = FrameReader(read_dataset(io.BytesIO(data)))
            [whole.display(index) for index in range(len(whole))]
            ranged = by_ranges(data)
        except EffaceError:
            continue
        if ranged is not None:
            compared += 1
            assert_same_frames(ranged, whole)
    assert compared > 60


@pytest.mark.parametrize("kind", ["basic", "extended"])
@pytest.mark.parametrize("name", ["emri_small_RLE.dcm", "color3d_jpeg_baseline.dcm", "emri_small_jpeg_ls_lossless.dcm"])
def test_offset_tables_give_the_place_of_frames(name, kind):
    data = with_offsets(name, kind)
    assert_same_frames(by_ranges(data), FrameReader(read_dataset(io.BytesIO(data))))


@pytest.mark.parametrize("name", ["emri_small_RLE.dcm", "color3d_jpeg_baseline.dcm", "emri_small_jpeg_ls_lossless.dcm"])
def test_lengths_in_an_extended_table_can_exclude_the_padding(name):
    dataset = pydicom.dcmread(io.BytesIO(with_offsets(name, "extended")))
    lengths = np.frombuffer(dataset.ExtendedOffsetTableLengths, "<u8")
    dataset.ExtendedOffsetTableLengths = (lengths - 1).tobytes()
    data = io.BytesIO()
    dataset.save_as(data)
    assert_same_frames(by_ranges(data.getvalue()), FrameReader(read_dataset(io.BytesIO(data.getvalue()))))


@pytest.mark.parametrize("keyword", ["ExtendedOffsetTable", "ExtendedOffsetTableLengths"])
@pytest.mark.parametrize("number", [2**62, 2**64 - 1])
def test_an_extended_table_that_leads_out_of_the_file_is_refused(keyword, number):
    dataset = pydicom.dcmread(io.BytesIO(with_offsets("emri_small_RLE.dcm", "extended")))
    numbers = np.frombuffer(dataset[keyword].value, "<u8").copy()
    numbers[1] = number
    setattr(dataset, keyword, numbers.tobytes())
    data = io.BytesIO()
    dataset.save_as(data)
    with pytest.raises(StructureError):
        by_ranges(data.getvalue())


@pytest.mark.parametrize("kept", [10, 21, 100])
def test_a_cut_offset_table_is_refused(kept):
    data = with_offsets("emri_small_RLE.dcm", "basic")
    table = data.rindex(b"\xe0\x7f\x10\x00OB")
    with pytest.raises(StructureError):
        by_ranges(data[: table + kept]).display(0)


def test_an_extended_table_without_numbers_is_refused():
    file = io.BytesIO(with_offsets("emri_small_RLE.dcm", "extended"))
    header = read_header(file)
    header.ExtendedOffsetTable = None
    with pytest.raises(StructureError):
        ranged_frames(file, header, len(file.getvalue()))


def test_an_extended_table_that_omits_the_first_frame_is_not_used():
    dataset = pydicom.dcmread(io.BytesIO(with_offsets("emri_small_RLE.dcm", "extended")))
    dataset.ExtendedOffsetTable = dataset.ExtendedOffsetTable[8:] + bytes(8)
    data = io.BytesIO()
    dataset.save_as(data)
    assert by_ranges(data.getvalue()) is None


def test_fragments_in_a_native_transfer_syntax_are_not_read_by_ranges():
    data = sample("emri_small.dcm")
    at = data.rindex(b"\xe0\x7f\x10\x00OW") + 8
    assert by_ranges(data) is not None
    assert by_ranges(data[:at] + b"\xff" * 4 + data[at + 4 :]) is None


def test_frames_without_a_table_are_not_read_by_ranges():
    assert by_ranges(with_offsets("emri_small_RLE.dcm", "none")) is None


def test_reading_one_frame_reads_the_bytes_of_one_frame():
    data = sample("emri_small.dcm")
    file = Counting(data)
    reader = by_ranges(data, file)
    before = file.bytes_read
    reader.display(7)
    reader.digest(7)
    assert file.bytes_read - before == len(sample("emri_small.dcm")[-64 * 64 * 2 :])
    assert file.bytes_read < len(data) / 5


def test_a_cut_frame_is_refused():
    data = sample("emri_small.dcm")[:-100]
    reader = by_ranges(data)
    assert reader.display(0).shape == (64, 64)
    with pytest.raises(EffaceError):
        reader.display(len(reader) - 1)


def test_a_wrong_offset_table_is_refused():
    data = bytearray(with_offsets("emri_small_jpeg_ls_lossless.dcm", "basic"))
    table = data.index(b"\xfe\xff\x00\xe0") + 8
    data[table + 4 : table + 8] = (3).to_bytes(4, "little")
    with pytest.raises(StructureError):
        by_ranges(bytes(data)).digest(0)
    assert pydicom.dcmread(io.BytesIO(data)).file_meta.TransferSyntaxUID == JPEGLSLossless


def test_colours_without_samples_per_pixel_have_three():
    dataset = pydicom.dcmread(io.BytesIO(sample("SC_rgb.dcm")))
    del dataset.SamplesPerPixel
    out = io.BytesIO()
    dataset.save_as(out)
    assert_same_frames(by_ranges(out.getvalue()), FrameReader(read_dataset(io.BytesIO(out.getvalue()))))
