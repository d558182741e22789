"""The table of outputs for converters to BIDS, also where outputs have names of a layout."""

import csv
import dataclasses
import io
import re
from pathlib import Path

import pydicom
import pytest

from efface.pipeline.export.bids_table import COLUMNS
from efface.pipeline.export.export import export
from efface.pipeline.export.settings import ExportError
from efface.pipeline.policy import parse_policy
from efface.transforms.instance.output_layout import OutputLayout
from support.runs import deidentify_here, quick_policy
from support.samples import sample


@pytest.fixture(params=["{patient}/{study}/{series}/{instance}", "{patient}/{instance_number}"])
def layout(request: pytest.FixtureRequest, tmp_path: Path, key_file: Path) -> Path:
    """An output of two series of one study; in the second layout both are in one folder."""
    (tmp_path / "in").mkdir()
    for number in range(4):
        data = pydicom.dcmread(io.BytesIO(sample("MR_small.dcm")))
        data.SOPInstanceUID, data.SeriesInstanceUID = f"1.2.3.{number}", f"1.2.4.{number % 2}"
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.InstanceNumber, data.SeriesNumber, data.SeriesDescription = number, number % 2 + 1, "T1w"
        data.InPlanePhaseEncodingDirection = "ROW"
        data.save_as(tmp_path / "in" / f"{number}.dcm")
    policy = dataclasses.replace(quick_policy("tcia"), cleans_pixels=False, layout=OutputLayout(request.param))
    deidentify_here(str(tmp_path / "in"), str(tmp_path / "out"), key_file, policy)
    return tmp_path / "out"


def test_every_output_has_a_row_with_what_its_header_says(layout: Path, tmp_path: Path) -> None:
    summary = export(str(layout), str(tmp_path / "bids"), "bids", split="1/0/0")
    assert (summary.splits["training"].series, summary.splits["training"].entries) == (2, 4)
    with (tmp_path / "bids" / "outputs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        data = pydicom.dcmread(tmp_path / "bids" / row["path"])
        assert row["sop_instance_uid"] == data.SOPInstanceUID
        assert row["participant_id"] == f"sub-{data.PatientID}"
        assert re.fullmatch(r"ses-\d{8}", row["session_id"])
        assert (row["series_number"], row["series_description"]) == (str(data.SeriesNumber), "T1w")
        assert float(row["echo_time_msec"]) == data.EchoTime
        assert row["image_type"] == "\\".join(data.ImageType)
        assert row["in_plane_phase_encoding_direction"] == "ROW"
    assert len({row["session_id"] for row in rows}) == 1
    assert len({row["series_instance_uid"] for row in rows}) == 2


def test_two_patients_are_never_one_participant(tmp_path: Path, key_file: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("CT_small.dcm", "MR_small.dcm"):
        (tmp_path / "in" / name).write_bytes(sample(name))
    (tmp_path / "patients.csv").write_text("old_id,new_id\n1CT1,1-12\n4MR1,11-2\n")
    policy = parse_policy(f"{{pixels: none, metadata: {{patients: '{tmp_path}/patients.csv'}}}}")
    deidentify_here(str(tmp_path / "in"), str(tmp_path / "out"), key_file, policy)
    with pytest.raises(ExportError, match="two patients would be one participant") as caught:
        export(str(tmp_path / "out"), str(tmp_path / "bids"), "bids")
    assert "1-12" not in str(caught.value)


def test_series_that_share_a_folder_are_exported_apart(layout: Path, tmp_path: Path) -> None:
    for to, form in (("monai", "dicom"), ("csv", "png")):
        summary = export(str(layout), str(tmp_path / to), to, form, "1/0/0")
        assert (summary.splits["training"].series, summary.left_out) == (2, {})
    assert len(list((tmp_path / "csv").rglob("*.png"))) == 4
