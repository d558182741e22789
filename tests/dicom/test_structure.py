import io

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite

from efface.transforms.core.errors import EffaceError, NotDicomError, PixelLayoutError, StructureError
from efface.transforms.dicom import structure
from efface.transforms.dicom.parse import read_dataset, read_header
from support.samples import sample

SMALL = sample("MR_small.dcm")
NESTED = sample("rtplan.dcm")
ENCAPSULATED = sample("MR_small_RLE.dcm")


def elements(dataset):
    return [(element.tag, element.value) for element in dataset.iterall() if element.VR != "SQ"]


@given(st.sampled_from([SMALL, NESTED, ENCAPSULATED]), st.data())
def test_a_cut_file_is_refused_unless_all_of_its_elements_are_whole(data, draw):
    """Cut anywhere: refused, or cut exactly between two elements of the top level, which leaves each of them whole."""
    end = draw.draw(st.integers(1, len(data) - 1))
    whole = dict(elements(read_dataset(io.BytesIO(data))))
    try:
        cut = read_dataset(io.BytesIO(data[:end]))
    except EffaceError:
        return
    for tag, value in elements(cut):
        assert value == whole[tag] or tag in whole  # Nested tags repeat; their sequence is whole or the file is refused.
    assert len(cut) <= len(read_dataset(io.BytesIO(data)))


@given(st.sampled_from([SMALL, NESTED, ENCAPSULATED]), st.data())
def test_broken_bytes_raise_only_expected_errors(data, draw):
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 8))):
        broken[draw.draw(st.integers(132, min(len(broken), 4000) - 1))] = draw.draw(st.integers(0, 255))
    for read in (read_header, read_dataset):
        try:
            read(io.BytesIO(bytes(broken)))
        except EffaceError as error:
            assert error.code in {"structure", "not_dicom"}


def test_bytes_behind_the_pixels_are_left_out():
    for data in (SMALL, ENCAPSULATED):
        assert "PatientName" in read_dataset(io.BytesIO(data))
        trailed = read_dataset(io.BytesIO(data + b"Doe^Jane was here" * 3))
        out = DicomBytesIO()
        dcmwrite(out, trailed)
        assert b"Jane" not in out.getvalue()
        assert trailed["PixelData"].value == read_dataset(io.BytesIO(data))["PixelData"].value


@pytest.mark.parametrize("data", [SMALL, ENCAPSULATED])
def test_a_second_pixel_data_element_behind_the_first_is_refused(data):
    pixels = data[data.index(b"\xe0\x7f\x10\x00") :]
    with pytest.raises(PixelLayoutError):
        read_dataset(io.BytesIO(data + pixels))


def test_an_element_longer_than_its_item_is_refused():
    """pydicom would read past the item, and read the next element under a wrong tag."""
    dataset = Dataset()
    item = Dataset()
    item.PatientName = "Doe^Jane"
    dataset.RequestAttributesSequence = [item]
    dataset.PatientID = "1234"
    out = DicomBytesIO()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dcmwrite(out, dataset)
    data = out.getvalue()
    at = data.index(b"PN\x08\x00")
    read_dataset(io.BytesIO(data))
    with pytest.raises(StructureError):
        read_dataset(io.BytesIO(data[: at + 2] + b"\x0c\x00" + data[at + 4 :]))


def test_nesting_without_end_is_refused():
    deep = b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 40
    head = bytes(128) + b"DICM" + b"\x02\0\x10\0UI\x14\x00" + b"1.2.840.10008.1.2.1\0"
    with pytest.raises(StructureError):
        read_dataset(io.BytesIO(head + b"\x08\0\x60\0CS\x02\0MR" + deep))


@pytest.mark.parametrize("data", [b"", b"x", b"\0" * 500, b"hello " * 100, b"\x89PNG\r\n\x1a\n" + b"\0" * 300])
def test_other_files_are_refused(data):
    with pytest.raises(NotDicomError):
        read_header(io.BytesIO(data))


@given(st.sampled_from([SMALL, NESTED, ENCAPSULATED, sample("rtdose.dcm")]), st.integers(0, 600))
def test_zeros_behind_an_object_are_left_out(data, count):
    padded = read_dataset(io.BytesIO(data + b"\0" * count))
    assert elements(padded) == elements(read_dataset(io.BytesIO(data)))


def test_more_elements_and_items_than_the_limit_are_refused(monkeypatch):
    dataset, item = pydicom.dcmread(io.BytesIO(NESTED)), Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3"
    dataset.ReferencedStudySequence = [item] * 500
    buffer = DicomBytesIO()
    dcmwrite(buffer, dataset)
    data = buffer.getvalue()
    for limit, is_refused in ((999, True), (2000, False)):
        monkeypatch.setattr(structure, "LIMITS", structure.StructureLimits(max_elements=limit))
        if is_refused:
            with pytest.raises(StructureError):
                read_dataset(io.BytesIO(data))
        else:
            assert len(read_dataset(io.BytesIO(data)).ReferencedStudySequence) == 500
