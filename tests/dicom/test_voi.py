"""Every window and lookup table is read, at every place of the header and in every encoding."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from efface.transforms.core.errors import VoiWindowsError
from efface.transforms.core.voi import GreyscaleTransform, LookupTable, Rescale, Sigmoid, Window
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.parse import read_dataset, read_header
from efface.transforms.dicom.voi import greyscale_transforms_by_frame, read_greyscale_transforms
from support.corpus import minimal, saved
from support.samples import SAMPLES, sample


def item_of(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def table(descriptor: list[int], data: object, vr: str = "OW") -> Dataset:
    item = Dataset()
    item.add_new("LUTDescriptor", "US" if descriptor[1] >= 0 else "SS", descriptor)
    item.add_new("LUTData", vr, data)
    return item


def entries(*values: int) -> bytes:
    return np.array(values, "<u2").tobytes()


def window(center: float, width: float) -> Window:
    return Window(center - width / 2, center + width / 2 - 1)


def test_every_window_is_read_with_the_modality_lut():
    header = item_of(WindowCenter=[40, 400], WindowWidth=[350, 1500], RescaleSlope=2, RescaleIntercept=-1000)
    rescale = Rescale(2, -1000)
    assert read_greyscale_transforms(header, 0) == (
        GreyscaleTransform(rescale, window(40, 350)),
        GreyscaleTransform(rescale, window(400, 1500)),
    )


@pytest.mark.parametrize(
    ("function", "width", "expected"),
    [
        ("", 100, Window(-10, 89)),
        ("LINEAR", 100, Window(-10, 89)),
        ("no function", 100, Window(-10, 89)),
        ("linear_exact ", 100, Window(-10, 90)),
        ("SIGMOID", 100, Sigmoid(40, 100)),
        ("LINEAR", 1, Window(39.5, 40.5)),
        ("LINEAR", 0, Window(40, 40)),
        ("LINEAR_EXACT", 0, Window(40, 40)),
        ("SIGMOID", 0, Window(40, 40)),
        ("LINEAR", -100, Window(-10, 89)),
    ],
)
def test_the_function_of_a_window_is_kept(function, width, expected):
    [transform] = read_greyscale_transforms(item_of(WindowCenter=40, WindowWidth=width, VOILUTFunction=function), 0)
    assert transform == GreyscaleTransform(Rescale(), expected)


@pytest.mark.parametrize(
    ("centers", "widths", "expected"),
    [
        ("abc\\40", "350\\400", [(40, 400)]),
        ("40", "350\\1500", [(40, 350), (40, 1500)]),
        ("40\\400", "350", [(40, 350), (400, 350)]),
        ("nan\\inf\\7", "1\\2\\30", [(7, 30)]),
        ("", "350", []),
        ("40", "", []),
        ("abc", "350", []),
    ],
)
def test_an_invalid_window_does_not_hide_the_others(centers, widths, expected):
    header = Dataset()
    for tag, text in ((0x00281050, centers), (0x00281051, widths)):
        header._dict[Tag(tag)] = RawDataElement(Tag(tag), "DS", len(text), text.encode(), 0, False, True)
    transforms = read_greyscale_transforms(header, 0)
    assert [one.voi for one in transforms] == [window(*pair) for pair in expected]


def test_a_frame_has_the_windows_of_its_functional_groups():
    header = item_of(WindowCenter=1, WindowWidth=10)
    header.SharedFunctionalGroupsSequence = [item_of(FrameVOILUTSequence=[item_of(WindowCenter=2, WindowWidth=20)])]
    header.PerFrameFunctionalGroupsSequence = [
        item_of(FrameVOILUTSequence=[item_of(WindowCenter=[3, 4], WindowWidth=[30, 40])]),
        item_of(
            FrameVOILUTSequence=[item_of(WindowCenter=5, WindowWidth=50, VOILUTSequence=[table([2, 0, 16], entries(7, 9))])],
            PixelValueTransformationSequence=[item_of(RescaleSlope=3, RescaleIntercept=4)],
        ),
    ]
    shared = [window(1, 10), window(2, 20)]
    assert {one.voi for one in read_greyscale_transforms(header, 0)} == {*shared, window(3, 30), window(4, 40)}
    assert {one.voi for one in read_greyscale_transforms(header, 1)} == {*shared, window(5, 50), LookupTable(0, entries(7, 9))}
    assert {one.modality for one in read_greyscale_transforms(header, 1)} == {Rescale(3, 4)}
    assert {one.voi for one in read_greyscale_transforms(header, 2)} == set(shared)


@pytest.mark.parametrize(("frames", "is_shared"), [(1, True), (6, True), (7, False)])
def test_frames_share_their_windows_where_these_are_few(frames, is_shared):
    groups = [item_of(FrameVOILUTSequence=[item_of(WindowCenter=number, WindowWidth=10)]) for number in range(frames)]
    header = item_of(PerFrameFunctionalGroupsSequence=groups)
    each = [(GreyscaleTransform(Rescale(), window(number, 10)),) for number in range(frames)]
    together = tuple(one for transforms in each for one in transforms)
    assert greyscale_transforms_by_frame(header, frames) == tuple([together] * frames if is_shared else each)


def test_the_modality_lut_of_a_frame_replaces_the_shared_one_but_not_that_of_the_header():
    header = item_of(WindowCenter=1, WindowWidth=10, RescaleSlope=5, RescaleIntercept=0)
    header.SharedFunctionalGroupsSequence = [item_of(PixelValueTransformationSequence=[item_of(RescaleSlope=6)])]
    header.PerFrameFunctionalGroupsSequence = [item_of(PixelValueTransformationSequence=[item_of(RescaleSlope=7)]), item_of()]
    assert [one.modality.slope for one in read_greyscale_transforms(header, 0)] == [5, 7]
    assert [one.modality.slope for one in read_greyscale_transforms(header, 1)] == [5, 6]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (table([3, 0, 16], entries(1, 2, 3)), [(0, entries(1, 2, 3))]),
        (table([3, 5, 12], [1, 2, 3], "US"), [(5, entries(1, 2, 3))]),
        (table([3, -5, 12], [1, 2, 3], "US"), [(0xFFFB, entries(1, 2, 3)), (-5, entries(1, 2, 3))]),
        (table([3, 0xFFFB, 12], entries(1, 2, 3)), [(0xFFFB, entries(1, 2, 3)), (-5, entries(1, 2, 3))]),
        (table([3, 0, 8], b"\1\2\3\0"), [(0, entries(1, 2, 3))]),
        (table([4, 0, 8], [0x0201, 0x0403], "US"), [(0, entries(1, 2, 3, 4))]),
        (table([2, 0, 8], entries(1, 2)), [(0, entries(1, 2))]),
        (table([1, 0, 16], 9, "US"), [(0, entries(9))]),
        (table([2, 0, 16], entries(1, 2, 3)), [(0, entries(1, 2))]),
        (table([0, 0, 16], entries(*range(1 << 16))), [(0, entries(*range(1 << 16)))]),
    ],
)
def test_every_form_of_a_lookup_table_is_read(item, expected):
    transforms = read_greyscale_transforms(item_of(VOILUTSequence=[item]), 0)
    assert [(one.voi.first, one.voi.entries) for one in transforms] == expected


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize("bits", [8, 16])
def test_a_lookup_table_is_read_in_every_encoding(syntax, bits):
    values = np.arange(256) // 2
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    words = values if bits == 16 else values[::2] | values[1::2] << 8
    dataset = minimal()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelRepresentation = 0
    dataset.VOILUTSequence = [table([256, 0, bits], words.astype(order + "u2").tobytes()), item_of(LUTExplanation="empty")]
    dataset.ModalityLUTSequence = [table([256, 0, bits], words.tolist(), "US")]
    kept = LookupTable(0, values.astype("<u2").tobytes())
    assert read_greyscale_transforms(read_dataset(io.BytesIO(saved(dataset))), 0) == (
        GreyscaleTransform(kept, kept),
        GreyscaleTransform(kept, None),
    )


@pytest.mark.parametrize(
    "broken",
    [
        item_of(VOILUTSequence=[table([4, 0, 16], entries(1, 2))]),
        item_of(VOILUTSequence=[table([4, 0], entries(1, 2, 3, 4))]),
        item_of(VOILUTSequence=[item_of(LUTData=entries(1, 2))]),
        item_of(ModalityLUTSequence=[table([9, 0, 8], entries(1, 2, 3, 4))]),
        item_of(
            SharedFunctionalGroupsSequence=[item_of(FrameVOILUTSequence=[item_of(VOILUTSequence=[item_of(LUTData=b"\1\2")])])]
        ),
    ],
)
def test_a_lookup_table_that_cannot_be_applied_is_refused(broken):
    with pytest.raises(VoiWindowsError):
        read_greyscale_transforms(broken, 0)


@given(st.binary(max_size=40), st.lists(st.integers(0, 0xFFFF), max_size=4))
def test_a_lookup_table_raises_no_other_error(data, descriptor):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", descriptor)
    item.add_new("LUTData", "OW", data)
    with contextlib.suppress(VoiWindowsError):
        read_greyscale_transforms(item_of(VOILUTSequence=[item]), 0)


def test_colours_have_no_windows():
    dataset = read_dataset(io.BytesIO(sample("SC_rgb.dcm")))
    dataset.WindowCenter, dataset.WindowWidth = 1, 10
    dataset.VOILUTSequence = [table([4, 0, 16], b"\1\2")]
    assert FrameReader(dataset).greyscale_transforms(0) == ()


def test_the_header_alone_gives_the_same_transforms():
    windows = 0
    for name in ("CT_small.dcm", "MR_small.dcm", "eCT_Supplemental.dcm", "mlut_18.dcm", "vlut_04.dcm", "693_J2KR.dcm"):
        assert name in SAMPLES
        data = sample(name)
        transforms = read_greyscale_transforms(read_dataset(io.BytesIO(data)), 0)
        assert transforms == read_greyscale_transforms(read_header(io.BytesIO(data)), 0)
        windows += len(transforms)
    assert windows
