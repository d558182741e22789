import pandas as pd
import pydicom

from efface.pipeline.export.export import export
from support.exports import SPLIT, with_pixels


def test_pandas_finds_every_published_file_of_the_table(output, tmp_path):
    export(output, str(tmp_path), "csv", "dicom", SPLIT)
    frame = pd.read_csv(tmp_path / "instances.csv")
    assert {(pydicom.dcmread(tmp_path / path).SOPInstanceUID) for path in frame["path"]} == {
        uid for uid, _ in with_pixels(output)
    }
    assert len(frame) == len(with_pixels(output))
