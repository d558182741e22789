"""Malformed objects through every step: published, or refused with a documented code, and never anything else."""

from __future__ import annotations

import io
import struct

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from efface.pipeline.policy import load_policy
from efface.transforms.core.errors import EffaceError, PixelFactsError
from efface.transforms.core.instance import Source
from efface.transforms.dicom.parse import describe_instance, read_header
from efface.transforms.dicom.serialize import serialize
from support.all_steps import CODES, Steps
from support.corpus import minimal, saved
from support.samples import sample

NAMES = ("CT_small.dcm", "SC_rgb_small_odd.dcm", "MR_small_RLE.dcm", "rtplan.dcm", "test-SR.dcm", "ExplVR_BigEnd.dcm")
VRS = ("AS", "AT", "CS", "DA", "DS", "FD", "IS", "LO", "OB", "OW", "PN", "SQ", "SS", "TM", "UI", "UN", "US", "UT", "ZZ")
VALUES = (
    *(
        b"",
        b"\\",
        b"-1",
        b"0 ",
        b"1e999 ",
        b"nan ",
        b"99999999999999999999",
        b"1\\2 ",
        b"\xff\xff",
        b"\0\0",
        b"A" * 70,
        b"1.2..3",
    ),
    *(
        b"bogus ",
        b"ISO 2022 IR 87\\ISO 2022 IR 149",
        b"\x1b$B\x24",
        b"2147483647",
        b"20200230",
        b"\xfe\xff\x00\xe0\xff\xff\xff\xff",
    ),
)
# fmt: off
KEYWORDS = (
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID", "PatientName", "PatientBirthDate",
    "SpecificCharacterSet", "ImageType", "Modality", "BurnedInAnnotation", "Rows", "Columns", "BitsAllocated", "BitsStored",
    "SamplesPerPixel", "PixelRepresentation", "NumberOfFrames", "WindowCenter", "RescaleSlope", "PixelPaddingValue",
    "SequenceOfUltrasoundRegions", "ReferencedImageSequence", "OtherPatientIDs", "StudyDate", "DeidentificationMethod",
    "DeidentificationMethodCodeSequence", "TimezoneOffsetFromUTC", "PatientAge", "ContentSequence",
)
# fmt: on


def with_value(data: bytes, keyword: str, vr: str, value: bytes) -> bytes:
    """The object with other bytes in one element."""
    dataset = pydicom.dcmread(io.BytesIO(data))
    is_implicit, is_little = dataset.original_encoding
    tag = Tag(tag_for_keyword(keyword) or 0)
    dataset._dict[tag] = RawDataElement(tag, vr, len(value), value, 0, bool(is_implicit), bool(is_little))
    return serialize(dataset, transfer_syntax_uid=str(dataset.file_meta.TransferSyntaxUID))


@st.composite
def malformed_objects(draw: st.DrawFn) -> bytes:
    """A real object with a few bits turned, bytes of another kind in it, its end cut off, or a value that does not fit."""
    data = bytearray(sample(draw(st.sampled_from(NAMES))))
    near = st.integers(132, min(len(data), 3000) - 40)
    match draw(st.sampled_from(("bits", "length", "cut", "noise", "value", "value"))):
        case "bits":
            for at in draw(st.lists(near, min_size=1, max_size=5)):
                data[at] ^= 1 << draw(st.integers(0, 7))
        case "length":
            at = draw(near)
            data[at : at + 2] = draw(st.sampled_from((b"\xff\xff", b"\0\0", b"\1\0")))
        case "cut":
            del data[draw(st.integers(1, len(data) - 1)) :]
        case "noise":
            at = draw(near)
            data[at:at] = draw(st.binary(min_size=1, max_size=60))
        case _:
            keyword = draw(st.sampled_from(KEYWORDS))
            own = dictionary_VR(tag_for_keyword(keyword) or 0).split(" or ")[0]
            vr = draw(st.sampled_from((own, own, *VRS)))
            try:
                return with_value(bytes(data), keyword, vr, draw(st.sampled_from(VALUES)))
            except (EffaceError, UnicodeDecodeError):  # What cannot be written cannot be read either.
                return bytes(data)
    return bytes(data)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Steps:
    return Steps(tmp_path_factory.mktemp("malformed"))


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(malformed_objects(), st.sampled_from(("basic", "tcia")), st.booleans())
def test_nothing_but_documented_codes_comes_out(steps: Steps, data: bytes, policy: str, cleans: bool) -> None:
    assert steps.run(data, load_policy(policy), cleans) in CODES | {""}


def image(rows: int, columns: int, frames: int, pixels: bytes, bits: int = 8) -> bytes:
    dataset = minimal("1.2.840.10008.5.1.4.1.1.7")
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = rows, columns, frames
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PixelRepresentation = 1, "MONOCHROME2", 0
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelData = pixels
    return saved(dataset)


@pytest.mark.parametrize("cleans", [True, False])
@pytest.mark.parametrize(
    ("rows", "columns", "frames", "pixels", "bits"),
    [
        (4, 4, 2_000_000_000, bytes(64), 8),
        (1, 1, 1 << 20, bytes(1 << 17), 1),
        (65535, 65535, 1, bytes(64), 8),
        (65535, 65535, 1000, bytes(64), 8),
    ],
)
def test_few_bytes_that_promise_much_are_refused(
    steps: Steps, rows: int, columns: int, frames: int, pixels: bytes, bits: int, cleans: bool
) -> None:
    assert steps.run(image(rows, columns, frames, pixels, bits), load_policy("basic"), cleans)


def test_more_frames_than_an_image_has_are_refused_before_they_are_planned() -> None:
    source = Source("/somewhere", 1, "1")
    for rows, frames, is_refused in ((1, 4096, False), (1, 4097, True), (16, 4097, False), (16, (1 << 18) + 1, True)):
        header = read_header(io.BytesIO(image(rows, rows, frames, bytes(8))))
        if is_refused:
            with pytest.raises(PixelFactsError):
                describe_instance(header, source, "REF", ())
        else:
            assert describe_instance(header, source, "REF", ()).pixels


@pytest.mark.parametrize("depth", [33, 1000, 5000])
@pytest.mark.parametrize("vr", [b"SQ", b"UN"])
def test_sequences_without_end_are_refused(steps: Steps, vr: bytes, depth: int) -> None:
    data = image(4, 4, 1, bytes(16))
    at = data.index(b"\x28\x00\x02\x00US")
    begin = b"\x20\x00\x75\x02" + vr + b"\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    end = struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    assert steps.run(data[:at] + begin * depth + end * depth + data[at:], load_policy("basic"), False) == "structure"


def test_pixel_data_of_a_type_that_holds_none_are_refused(steps: Steps) -> None:
    data = image(4, 4, 1, bytes(16))
    at = data.index(b"\xe0\x7f\x10\x00O")
    assert steps.run(data[:at] + b"\xe0\x7f\x10\x00US\x10\0" + bytes(16), load_policy("basic"), False) == "structure"
