"""Overlay planes are read, blanked inside boxes only, and verified."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pack_bits

from efface.transforms.core.box import Box
from efface.transforms.core.errors import VerificationError
from efface.transforms.core.instance import OverlayPlane
from efface.transforms.dicom.overlays import blanked_overlay, describe_overlays, read_overlay, replace_overlay, verify_overlay
from efface.transforms.dicom.parse import read_dataset, read_header
from support.corpus import minimal, saved
from support.samples import sample

GROUP = 0x6002


def with_overlay(values: np.ndarray, **other: object) -> Dataset:
    """A data set with one plane of (frames, rows, columns), read back from a file."""
    dataset = minimal()
    frames, rows, columns = values.shape
    elements = {0x0010: ("US", rows), 0x0011: ("US", columns), 0x0015: ("IS", str(frames)), 0x0040: ("CS", "G")}
    elements |= {
        0x0050: ("SS", [1, 1]),
        0x0100: ("US", 1),
        0x0102: ("US", 0),
        0x3000: ("OW", pack_bits(values.ravel(), pad=True)),
    }
    for element, (vr, value) in elements.items():
        dataset.add_new(GROUP << 16 | element, vr, other.get(f"{element:04X}", value))
    return read_dataset(io.BytesIO(saved(dataset)))


pictures = st.tuples(st.integers(1, 3), st.integers(1, 13), st.integers(1, 19), st.integers(0, 99))
sides = st.integers(0, 19)


@given(pictures, st.lists(st.tuples(st.integers(0, 2), sides, sides, sides, sides), max_size=3))
def test_boxes_are_blank_and_every_other_bit_is_the_same(picture: tuple, boxes: list[tuple]) -> None:
    frames, rows, columns, seed = picture
    values = np.random.default_rng(seed).integers(0, 2, (frames, rows, columns), dtype=np.uint8)
    original, written = with_overlay(values), with_overlay(values)
    [plane] = describe_overlays(written)
    assert plane == OverlayPlane(GROUP, rows, columns, frames)
    assert np.array_equal(read_overlay(written, plane), values)
    by_frame: dict[int, list[Box]] = {}
    for frame, left, top, width, height in boxes:
        box = Box(left, top, left + width, top + height).clip(columns, rows)
        if box.area_px:
            by_frame.setdefault(frame % frames, []).append(box)
    replace_overlay(written, plane, blanked_overlay(written, plane, by_frame))
    verify_overlay(original, written, plane, by_frame)
    after, is_outside = read_overlay(written, plane), np.ones(values.shape, bool)
    for frame, those in by_frame.items():
        for left, top, right, bottom in those:
            is_outside[frame, top:bottom, left:right] = False
    assert np.array_equal(after[is_outside], values[is_outside])
    assert not after[~is_outside].any()


def test_a_changed_bit_outside_the_boxes_is_refused() -> None:
    values = np.zeros((1, 8, 9), np.uint8)
    original, written = with_overlay(values), with_overlay(values)
    [plane] = describe_overlays(original)
    values[0, 3, 4] = 1
    replace_overlay(written, plane, values)
    with pytest.raises(VerificationError):
        verify_overlay(original, written, plane, {0: [Box(0, 0, 4, 4)]})
    del written[GROUP, 0x3000]
    with pytest.raises(VerificationError):
        verify_overlay(original, written, plane, {})


@pytest.mark.parametrize("wrong", [{"0010": 0}, {"0011": 500}, {"0015": "9"}, {"0100": 16}, {"0102": 12}, {"3000": b""}])
def test_unreadable_planes_are_ignored(wrong: dict) -> None:
    assert describe_overlays(with_overlay(np.ones((1, 4, 8), np.uint8), **wrong)) == ()


def test_the_planes_of_a_sample_equal_those_of_pydicom() -> None:
    data = sample("MR-SIEMENS-DICOM-WithOverlays.dcm")
    header = read_header(io.BytesIO(data))
    planes = describe_overlays(header)
    assert planes
    for plane in planes:
        assert np.array_equal(read_overlay(header, plane)[0], header.overlay_array(plane.group))
