import dataclasses

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.pipeline.export.export import export
from efface.pipeline.export.series import PublishedInstance, Series
from efface.transforms.core.instance import PixelFacts, Source
from efface.transforms.core.published import OutputNames
from support.exports import KINDS, SPLIT, rows, with_pixels


def test_an_export_knows_only_what_the_audit_records(copy, output, tmp_path):
    one, two, three, *_ = sorted(copy.rglob("*.dcm"))
    (one.parent / "1.2.3.dcm").write_bytes(one.read_bytes())
    two.write_bytes(two.read_bytes() + b"\0\0")
    three.unlink()
    export(str(copy), str(tmp_path / "table"), "csv", "dicom", SPLIT)
    expected = {uids[0] for uids in with_pixels(output)} - {two.stem, three.stem}
    assert {row["sop_instance_uid"] for row in rows(tmp_path / "table")} == expected


def test_a_file_under_the_name_of_another_is_left_out(copy, tmp_path):
    by_size = {}
    for path in copy.rglob("*.dcm"):
        by_size.setdefault(path.stat().st_size, []).append(path)
    one, other, *_ = next(paths for paths in by_size.values() if len(paths) > 1)
    other.write_bytes(one.read_bytes())
    summary = export(str(copy), str(tmp_path / "table"), "csv", "dicom", SPLIT)
    assert summary.left_out["instance_identity"] == 1


def test_a_file_that_cannot_be_read_is_counted_and_the_others_are_exported(output, copy, tmp_path):
    path = next(path for path in copy.rglob("*.dcm") if pydicom.dcmread(path).Modality == "CT")
    path.write_bytes(bytes(path.stat().st_size))
    series = len({series for _, series in with_pixels(output)})
    for to, format in KINDS:
        summary = export(str(copy), str(tmp_path / f"{to}-{format}"), to, format, SPLIT)
        assert summary.left_out["not_dicom"] == 1
        assert sum(held.series for held in summary.splits.values()) == (3 if format == "nifti" else series)


def instance(instance_number, z_mm, **changed):
    """An axial slice."""
    facts = PixelFacts("PixelData", 4, 4, changed.pop("frames", 1), 1, "MONOCHROME2", 16, 12, False)
    names = OutputNames("P", "1", "2", str(instance_number))
    axial, place = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), (0.0, 0.0, float(z_mm))
    of_slice = PublishedInstance(Source("/x", 1, "1"), names, "CT", "3", "", facts, instance_number, axial, place)
    return dataclasses.replace(of_slice, **changed)


@given(st.lists(st.integers(-500, 500), min_size=2, unique=True))
def test_parallel_slices_at_different_places_are_a_stack(places_mm):
    assert Series(tuple(instance(*slice_) for slice_ in enumerate(places_mm))).is_stack


@pytest.mark.parametrize(
    "slices",
    [
        (instance(1, 0),),
        (instance(1, 0), instance(2, 0)),
        (instance(1, 0), instance(1, 5)),
        (instance(1, 0), instance(2, 5, number=None)),
        (instance(1, 0), instance(2, 5, frames=2)),
        (instance(1, 0), instance(2, 5, position_mm=())),
        (instance(1, 0), instance(2, 5, orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0))),
        (instance(1, 0, orientation=()), instance(2, 5, orientation=())),
    ],
)
def test_other_series_are_no_stack(slices):
    assert not Series(slices).is_stack
