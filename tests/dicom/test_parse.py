import io

import pydicom
import pytest
from pydicom.dataset import Dataset

from efface.transforms.core.box import Box
from efface.transforms.core.errors import (
    DicomdirError,
    EffaceError,
    InstanceIdentityError,
    PixelFactsError,
    SlideLabelError,
    SopClassError,
    StructureError,
    TransferSyntaxError,
)
from efface.transforms.core.instance import Source, UltrasoundRegion
from efface.transforms.dicom.parse import describe_instance, read_dataset, read_header
from efface.transforms.dicom.structure import data_set_offset
from support.samples import SAMPLES, sample

SOURCE = Source("/somewhere", 1, "1")


def header_of(name):
    return read_header(io.BytesIO(sample(name)))


def describe(header):
    return describe_instance(header, SOURCE, "REF", ())


def test_every_sample_is_described_or_refused_with_a_code():
    described = 0
    for path in SAMPLES.values():
        with path.open("rb") as file:
            try:
                describe(read_header(file))
                described += 1
            except EffaceError as error:
                assert error.code != "internal"
    assert described > 100


def test_only_the_header_is_read():
    class Counting(io.BytesIO):
        furthest = 0

        def read(self, size=-1):
            data = super().read(size)
            self.furthest = max(self.furthest, self.tell())
            return data

    data = sample("US1_UNCI.dcm")
    counting = Counting(data)
    header = read_header(counting)
    assert header.pixel_keyword == "PixelData"
    assert counting.furthest < 10_000 < len(data)


def test_preamble_and_file_meta_are_optional():
    data = sample("MR_small.dcm")
    meta_end = data_set_offset(data)
    whole = describe(read_header(io.BytesIO(data)))
    for part in (data[132:], data[meta_end:]):
        assert describe(read_header(io.BytesIO(part))) == whole


def test_an_implicit_file_that_says_explicit_can_be_written():
    dataset = read_dataset(io.BytesIO(sample("SC_rgb_jpeg.dcm")))
    pydicom.dcmwrite(io.BytesIO(), dataset)


@pytest.mark.parametrize(
    ("keyword", "value", "error"),
    [
        ("SOPClassUID", "1.2.3.4", SopClassError),
        ("SOPClassUID", "", SopClassError),
        ("SOPClassUID", "1.2.840.10008.1.2", SopClassError),
        ("SOPInstanceUID", "", InstanceIdentityError),
        ("Rows", 0, PixelFactsError),
        ("BitsAllocated", 12, PixelFactsError),
        ("BitsStored", 17, PixelFactsError),
        ("NumberOfFrames", "-1", PixelFactsError),
        ("SamplesPerPixel", 2, PixelFactsError),
        ("PhotometricInterpretation", None, PixelFactsError),
    ],
)
def test_missing_and_contradictory_facts_are_refused(keyword, value, error):
    header = header_of("MR_small.dcm")
    if keyword in ("SOPClassUID", "SOPInstanceUID"):
        header.file_meta[f"MediaStorage{keyword}"].value = value
    if value is None:
        del header[keyword]
    else:
        setattr(header, keyword, value)
    with pytest.raises(error):
        describe(header)


def test_an_unknown_transfer_syntax_is_refused():
    header = header_of("MR_small.dcm")
    header.file_meta.TransferSyntaxUID = pydicom.uid.UID("1.2.3")
    with pytest.raises(TransferSyntaxError):
        describe(header)


def test_an_image_cut_off_before_its_pixels_is_refused():
    data = sample("MR_small.dcm")
    with pytest.raises(StructureError):
        describe(read_header(io.BytesIO(data[: data.index(b"\xe0\x7f\x10\0OW")])))


def test_a_dicomdir_is_refused():
    with pytest.raises(DicomdirError):
        describe(header_of("DICOMDIR"))


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("ImageType", ["ORIGINAL", "PRIMARY", "LABEL", "NONE"]),
        ("ImageType", ["DERIVED", "PRIMARY", "label "]),
        ("ImageType", "Label\0"),
        ("SpecimenLabelInImage", "YES"),
        ("SpecimenLabelInImage", "yes "),
        ("SharedFunctionalGroupsSequence", "LABEL"),
        ("PerFrameFunctionalGroupsSequence", "LABEL"),
    ],
)
def test_an_image_that_shows_the_label_of_a_slide_is_refused(keyword, value):
    header = header_of("SC_rgb.dcm")
    if keyword.endswith("Sequence"):
        frame_type, group = Dataset(), Dataset()
        frame_type.FrameType = ["ORIGINAL", "PRIMARY", value, "NONE"]
        group.WholeSlideMicroscopyImageFrameTypeSequence = [frame_type]
        value = [group]
    setattr(header, keyword, value)
    with pytest.raises(SlideLabelError):
        describe(header)


def test_other_images_of_a_slide_and_labels_without_pixels_are_described():
    header = header_of("SC_rgb.dcm")
    header.ImageType, header.SpecimenLabelInImage = ["ORIGINAL", "PRIMARY", "VOLUME", "LABELMAP"], "NO"
    assert describe(header).pixels
    header = header_of("test-SR.dcm")
    header.ImageType = ["ORIGINAL", "PRIMARY", "LABEL"]
    assert describe(header).pixels is None


def test_ultrasound_regions_are_recorded_as_half_open_boxes():
    header = header_of("MR_small.dcm")
    item, broken = Dataset(), Dataset()
    item.RegionLocationMinX0, item.RegionLocationMinY0, item.RegionLocationMaxX1, item.RegionLocationMaxY1 = 2, 3, 10, 20
    item.RegionSpatialFormat, item.RegionDataType = 1, 1
    header.SequenceOfUltrasoundRegions = [broken, item]
    assert describe(header).regions == (UltrasoundRegion(Box(2, 3, 11, 21), 1, 1),)


@pytest.mark.parametrize("uid", ["1.2.840.10008.5.1.4.1.1.66.7", "1.2.840.10008.5.1.4.1.1.77.1.99"])
def test_a_storage_sop_class_that_is_newer_than_the_dictionary_is_described(uid):
    header = header_of("MR_small.dcm")
    header.SOPClassUID = uid
    assert describe(header).sop_class_uid == uid


def test_a_spectrum_has_rows_and_columns_but_no_pixels():
    header = header_of("MR_small.dcm")
    header.pixel_keyword = ""
    header.add_new(0x56000020, "OF", b"\0" * 64)
    assert describe(header).pixels is None
