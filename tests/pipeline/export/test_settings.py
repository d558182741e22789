import pytest

from efface.pipeline.export.export import export
from efface.pipeline.export.settings import ExportError
from support.exports import files


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"to": "zip"}, "monai, csv, webdataset"),
        ({"to": "webdataset", "format": "dicom"}, "png, nifti"),
        ({"to": "csv", "format": "jpg"}, "no such format"),
        ({"to": "csv", "split": "80/20"}, "three shares"),
        ({"to": "webdataset", "shard_mb": 0}, "1 MB"),
        ({"to": "csv", "folder": "gs://bucket/table"}, "local folder"),
        ({"to": "csv", "output": "nosuchscheme://bucket/out"}, "no storage"),
        ({"to": "csv", "output": "."}, "no audit"),
        ({"to": "csv", "folder": "OUTPUT/table"}, "inside the output"),
    ],
)
def test_what_cannot_be_done_is_said(output, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    given = {"output": output, "folder": "table", **arguments}
    with pytest.raises(ExportError, match=message):
        export(**{name: value.replace("OUTPUT", output) if name == "folder" else value for name, value in given.items()})
    assert files(tmp_path) == {}
