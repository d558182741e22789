import json
import shutil

import pytest

from efface.pipeline.export.export import export
from efface.pipeline.export.folder import MANIFEST
from efface.pipeline.export.settings import ExportError
from efface.transforms.core.errors import OutputWriteError
from support.exports import SPLIT, files, rows


def test_what_no_longer_stands_there_goes_from_the_export(copy, tmp_path):
    folder = tmp_path / "table"
    export(str(copy), str(folder), "csv", "png", SPLIT)
    gone = rows(folder)[0]["patient_id"]
    (folder / "images" / "labels.txt").write_text("of the user")
    shutil.rmtree(copy / "instances" / gone)
    export(str(copy), str(folder), "csv", "png", SPLIT)
    assert gone not in {row["patient_id"] for row in rows(folder)}
    assert not (folder / "images" / gone).exists()
    assert (folder / "images" / "labels.txt").read_text() == "of the user"
    assert {row["path"] for row in rows(folder)} == {name for name in files(folder) if name.endswith(".png")}


@pytest.mark.parametrize(("to", "format"), [("csv", "png"), ("webdataset", "png"), ("monai", "nifti")])
def test_an_interrupted_export_leaves_the_earlier_one_as_it_was(output, tmp_path, to, format):
    def stop(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(output, str(tmp_path), to, format, SPLIT, on_progress=stop)
    assert files(tmp_path) == {}
    export(output, str(tmp_path), to, format, SPLIT)
    before = files(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        export(output, str(tmp_path), to, format, "100/0/0", on_progress=stop)
    assert files(tmp_path) == before


def test_an_export_that_was_cut_off_while_it_moved_its_files_is_completed(output, tmp_path):
    for name in ("cut", "whole"):
        export(output, str(tmp_path / name), "csv", "png", SPLIT)
    manifest = json.loads((tmp_path / "cut" / MANIFEST).read_text())
    (tmp_path / "cut" / "instances.csv").unlink()
    for name in manifest["files"][::2]:
        (tmp_path / "cut" / name).unlink(missing_ok=True)
    (tmp_path / "cut" / "images" / "older.png").write_bytes(b"of an earlier export")
    (tmp_path / "cut" / MANIFEST).write_text(json.dumps(manifest | {"files": [*manifest["files"], "images/older.png"]}))
    export(output, str(tmp_path / "cut"), "csv", "png", SPLIT)
    assert files(tmp_path / "cut") == files(tmp_path / "whole")


def test_a_killed_export_is_done_again(output, tmp_path):
    (tmp_path / ".efface-export" / "files" / "training").mkdir(parents=True)
    (tmp_path / ".efface-export" / "files" / "training" / "shard-000007.tar").write_bytes(b"half")
    export(output, str(tmp_path), "webdataset", "png", SPLIT)
    assert not [name for name in files(tmp_path) if ".efface" in name or "000007" in name]


@pytest.mark.parametrize("name", ["notes.txt", "images", MANIFEST])
def test_a_folder_that_holds_something_else_is_refused(output, tmp_path, name):
    (tmp_path / name).write_text("of the user")
    with pytest.raises(ExportError, match="give"):
        export(output, str(tmp_path), "csv", "png", SPLIT)
    assert files(tmp_path) == {name: b"of the user"}


def test_an_export_to_something_else_is_refused(output, tmp_path):
    export(output, str(tmp_path), "csv", "dicom", SPLIT)
    before = files(tmp_path)
    with pytest.raises(ExportError, match="folder of its own"):
        export(output, str(tmp_path), "monai", "dicom", SPLIT)
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["images", "volumes/x"])
def test_a_file_of_the_user_in_the_way_is_not_replaced(output, tmp_path, name):
    export(output, str(tmp_path), "csv", "dicom", SPLIT)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("of the user")
    before = files(tmp_path)
    if name == "images":
        with pytest.raises(ExportError, match="move it away"):
            export(output, str(tmp_path), "csv", "png", SPLIT)
        assert files(tmp_path) == before
    else:
        export(output, str(tmp_path), "csv", "nifti", SPLIT)
        assert (tmp_path / name).read_text() == "of the user"


def test_a_list_of_own_files_never_leads_outside(output, tmp_path):
    (tmp_path / "precious").write_text("of the user")
    folder = tmp_path / "table"
    export(output, str(folder), "csv", "dicom", SPLIT)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"] += ["../precious", str(tmp_path / "precious")]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    export(output, str(folder), "csv", "dicom", SPLIT)
    assert (tmp_path / "precious").exists()


def test_two_exports_to_one_folder_are_refused(output, tmp_path):
    def again(done, total):
        with pytest.raises(ExportError, match="another export"):
            export(output, str(tmp_path), "csv", "dicom", SPLIT)

    export(output, str(tmp_path), "csv", "dicom", SPLIT, on_progress=again)
    assert rows(tmp_path)


def test_a_folder_that_cannot_be_written_is_said_without_its_name(output, tmp_path):
    (tmp_path / "file").write_text("of the user")
    with pytest.raises(OutputWriteError, match="Not a directory") as caught:
        export(output, str(tmp_path / "file" / "table"), "csv", "dicom", SPLIT)
    assert str(tmp_path) not in str(caught.value)
