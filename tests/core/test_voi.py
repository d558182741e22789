"""Displayed values equal those of pydicom, where pydicom is right."""

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels import apply_voi, apply_windowing

from efface.transforms.core.voi import GreyscaleTransform, LookupTable, Rescale, Sigmoid, Window

VALUES = np.arange(-3000, 3000, 7)
numbers = st.floats(-2000, 2000)


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether they are equal except for their scale."""
    return np.allclose((one - one.min()) / np.ptp(one), (other - other.min()) / np.ptp(other), atol=1e-4)


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("center", "width"), [(40, 400), (-600.5, 1500), (12, 30)])
def test_a_window_displays_the_values_of_pydicom(function, center, width):
    dataset = Dataset()
    dataset.PhotometricInterpretation, dataset.PixelRepresentation, dataset.BitsStored = "MONOCHROME2", 1, 16
    dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = center, width, function
    voi = {
        "LINEAR": Window(center - width / 2, center + width / 2 - 1),
        "LINEAR_EXACT": Window(center - width / 2, center + width / 2),
        "SIGMOID": Sigmoid(center, width),
    }[function]
    assert alike(GreyscaleTransform(Rescale(), voi).apply(VALUES), apply_windowing(VALUES, dataset))


@given(st.integers(-500, 500), st.lists(st.integers(0, 0xFFFF), min_size=2, max_size=40))
def test_a_lookup_table_displays_the_values_of_pydicom(first, entries):
    item, dataset = Dataset(), Dataset()
    item.LUTDescriptor = [len(entries), first, 16]
    item.add_new("LUTData", pydicom.valuerep.VR.US, entries)
    dataset.VOILUTSequence = [item]
    values = np.arange(first, first + 60, dtype=np.int32)
    table = LookupTable(first, np.array(entries, "<u2").tobytes())
    assert np.array_equal(table.apply(values), apply_voi(values, dataset))
    assert np.array_equal(table.apply(np.array([first - 1e30, first - 1, np.nan])), [entries[0]] * 3)
    assert np.array_equal(table.apply(np.array([first + 1000, 1e30, np.inf])), [entries[-1]] * 3)


@pytest.mark.parametrize("width", [0, 1])
def test_the_narrowest_window_separates_two_values(width):
    picture = Window(40 - width / 2, 40 + width / 2).apply(np.array([39, 40, 41]))
    assert picture[0] == 0
    assert picture[2] == 1


vois = st.one_of(
    st.none(),
    st.builds(Window, numbers, numbers),
    st.builds(Sigmoid, numbers, st.floats(0.01, 2000)),
    st.builds(lambda entries: LookupTable(0, np.array(entries, "<u2").tobytes()), st.lists(st.integers(0, 9), min_size=1)),
)


@given(st.builds(Rescale, st.floats(-5, 5).filter(bool), numbers), vois, st.lists(st.integers(-999, 999), min_size=1))
def test_monotone_transforms_keep_the_extremes(modality, voi, values):
    transform = GreyscaleTransform(modality, voi)
    picture = transform.apply(np.array(values))
    if transform.is_monotone:
        ends = transform.apply(np.array([min(values), max(values)]))
        assert {float(ends.min()), float(ends.max())} == {float(picture.min()), float(picture.max())}


def test_a_table_that_rises_and_falls_is_not_monotone():
    assert not LookupTable(0, np.array([1, 5, 2], "<u2").tobytes()).is_monotone
    assert LookupTable(0, np.array([5, 5, 2], "<u2").tobytes()).is_monotone
