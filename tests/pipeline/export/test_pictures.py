import numpy as np
import pydicom
from PIL import Image
from pydicom.uid import RLELossless

from efface.pipeline.export.export import export
from support.ct_series import COLUMNS
from support.exports import SPLIT, published, rows, with_pixels


def test_the_table_has_a_row_for_each_picture_from_the_published_header(output, tmp_path):
    export(output, str(tmp_path), "csv", split=SPLIT)
    instances = with_pixels(output)
    found = rows(tmp_path)
    assert len(found) == sum(int(dataset.get("NumberOfFrames") or 1) for dataset in instances.values())
    for row in found:
        dataset = instances[row["sop_instance_uid"], row["series_instance_uid"]]
        assert (row["patient_id"], row["study_instance_uid"]) == (dataset.PatientID, dataset.StudyInstanceUID)
        assert (row["modality"], row["sop_class_uid"]) == (dataset.Modality, dataset.SOPClassUID)
        assert row["body_part_examined"] == dataset.get("BodyPartExamined", "")
        assert (row["rows"], row["columns"]) == (str(dataset.Rows), str(dataset.Columns))
        assert 0 <= int(row["frame"]) < int(row["frames"]) == int(dataset.get("NumberOfFrames") or 1)
        image = Image.open(tmp_path / row["path"])
        assert image.size == (dataset.Columns, dataset.Rows)
        assert image.mode == ("L" if dataset.PhotometricInterpretation.startswith("MONOCHROME") else "RGB")


def test_a_picture_shows_the_window_of_the_header(output, tmp_path):
    export(output, str(tmp_path), "csv", "png", SPLIT)
    for row in rows(tmp_path):
        if (row["modality"], row["columns"]) == ("CT", str(COLUMNS)):
            dataset = published(output)[row["sop_instance_uid"], row["series_instance_uid"]]
            values = dataset.pixel_array.astype(float) - 1024
            expected = 255 * np.clip((values - (40 - 200)) / 399, 0, 1)
            assert np.allclose(np.asarray(Image.open(tmp_path / row["path"])), expected, atol=0.51)


def test_a_frame_that_does_not_decode_is_counted(copy, output, tmp_path):
    path = next(path for path in copy.rglob("*.dcm") if pydicom.dcmread(path).file_meta.TransferSyntaxUID == RLELossless)
    data = path.read_bytes()
    path.write_bytes(data[:-3000] + b"\x7f" * 2000 + data[-1000:])
    for to in ("csv", "webdataset"):
        summary = export(str(copy), str(tmp_path / to), to, "png", SPLIT)
        assert sum(summary.left_out.values()) == summary.left_out["no_pixels"] + 1
        written = sum(held.instances for held in summary.splits.values())
        assert written == len(with_pixels(output)) - 1
