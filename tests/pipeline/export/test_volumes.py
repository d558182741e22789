import sys

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.uid import MRImageStorage

from efface.pipeline.export.export import export
from efface.pipeline.export.settings import ExportError
from efface.pipeline.export.split import Split
from efface.pipeline.export.volumes import volumes_in
from efface.pipeline.policy import parse_policy
from support.ct_series import COLUMNS, ROWS, SLICES, SPACING_MM, write_ct_series
from support.exports import SPLIT, published, rows
from support.runs import deidentify_here


def test_a_volume_has_the_values_and_the_spacing_of_the_published_slices(output, tmp_path):
    export(output, str(tmp_path), "csv", "nifti", SPLIT)
    found = rows(tmp_path)
    assert [(row["modality"], row["frames"], row["sop_instance_uid"]) for row in found] == [("CT", str(SLICES), "")] * 3
    for row in found:
        slices = [dataset for (_, series), dataset in published(output).items() if series == row["series_instance_uid"]]
        slices.sort(key=lambda dataset: float(dataset.ImagePositionPatient[2]))
        expected = np.stack([dataset.pixel_array.astype(float) - 1024 for dataset in slices])
        volume = nibabel.load(tmp_path / row["path"])
        assert volume.header.get_zooms() == pytest.approx((SPACING_MM[1], SPACING_MM[0], SPACING_MM[2]))
        assert np.array_equal(volume.get_fdata().transpose(2, 1, 0)[:, ::-1], expected)  # Rows go up in NIfTI.


def test_the_missing_converter_is_named_with_its_extra(output, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "dcm2niix", None)
    with pytest.raises(ExportError, match=r"dcm2niix.*efface\[export\]"):
        export(output, str(tmp_path / "table"), "csv", "nifti", SPLIT)
    assert not (tmp_path / "table").exists()
    export(output, str(tmp_path / "table"), "csv", "png", SPLIT)


@pytest.fixture
def export_changed(tmp_path, key_file):
    """Exports a series of eight slices as volumes after a change of each: (number, data set) -> whether the slice stays."""

    def export_changed(change):
        for number, path in enumerate(write_ct_series(tmp_path / "in", patients=1, slices=8)):
            dataset = pydicom.dcmread(path)
            if change(number, dataset):
                dataset.save_as(path)
            else:
                path.unlink()
        deidentify_here(str(tmp_path / "in"), str(tmp_path / "out"), key_file, parse_policy("pixels: none"))
        summary = export(str(tmp_path / "out"), str(tmp_path / "table"), "csv", "nifti", "1/0/0")
        volumes = [nibabel.load(tmp_path / "table" / row["path"]) for row in rows(tmp_path / "table")]
        return summary, volumes

    return export_changed


def test_a_missing_slice_is_interpolated_and_moves_no_other(export_changed):
    """Without it, the slices behind a gap would stand in the wrong place."""
    summary, [volume] = export_changed(lambda number, dataset: number != 3)
    assert volume.shape == (COLUMNS, ROWS, 8)
    assert volume.header.get_zooms()[2] == pytest.approx(SPACING_MM[2])
    assert (summary.splits[Split.TRAINING].instances, summary.left_out) == (7, {})


def test_slices_in_several_directions_are_no_volume(export_changed):
    directions = [[1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1]]

    def turn(number, dataset):
        dataset.ImageOrientationPatient, dataset.ImagePositionPatient = directions[number % 3], [0, 0, 0]
        return number < 3

    summary, volumes = export_changed(turn)
    assert (volumes, summary.left_out) == ([], {"no_volume": 3})


def test_a_localizer_in_the_series_of_a_volume_is_counted(export_changed):
    def turn(number, dataset):
        if number == 7:
            dataset.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
        return True

    summary, [volume] = export_changed(turn)
    assert volume.shape == (COLUMNS, ROWS, 7)
    assert (summary.splits[Split.TRAINING].instances, summary.left_out) == (7, {"no_volume": 1})


def test_every_echo_is_a_volume(export_changed):
    def echo(number, dataset):
        dataset.Modality, dataset.SOPClassUID = "MR", MRImageStorage
        dataset.EchoNumbers, dataset.EchoTime, dataset.RepetitionTime = 1 + number // 4, 10 + 10 * (number // 4), 500
        dataset.ImagePositionPatient = [-12, -6, SPACING_MM[2] * (number % 4)]
        return True

    summary, volumes = export_changed(echo)
    assert [volume.shape for volume in volumes] == [(COLUMNS, ROWS, 4)] * 2
    assert (summary.splits[Split.TRAINING].entries, summary.left_out) == (2, {})


def test_a_file_that_was_not_completed_is_no_volume(output, tmp_path):
    export(output, str(tmp_path), "csv", "nifti", SPLIT)
    data = (tmp_path / rows(tmp_path)[0]["path"]).read_bytes()
    (tmp_path / "made").mkdir()
    for name, content in (("whole", data), ("half", data[: len(data) // 2]), ("begun", data[:5]), ("empty", b"")):
        (tmp_path / "made" / f"volume{name}.nii.gz").write_bytes(content)
    [[volume]] = volumes_in(tmp_path / "made")
    assert (volume.path.name, volume.slices) == ("volumewhole.nii.gz", SLICES)
