import pytest

from efface.pipeline.export.export import export
from support.ct_series import COLUMNS, ROWS, SLICES
from support.exports import SPLIT, monai_entries, monai_images


@pytest.mark.parametrize("format", ["dicom", "nifti", "png"])
def test_monai_reads_its_list_and_every_image(output, tmp_path, format):
    from monai.transforms import LoadImage

    summary = export(output, str(tmp_path), "monai", format, SPLIT)
    entries = monai_entries(tmp_path)
    assert {split: len(found) for split, found in entries.items()} == {
        split: held.entries for split, held in summary.splits.items()
    }
    volumes = 0
    for entry in (entry for found in entries.values() for entry in found):
        image = LoadImage(image_only=True)(entry["image"])
        volumes += tuple(image.shape) == (COLUMNS, ROWS, SLICES)
    assert volumes == (0 if format == "png" else 3)


def test_a_folder_that_holds_more_than_a_stack_is_listed_file_by_file(copy, tmp_path):
    series = next(path.parent for path in copy.rglob("*.dcm") if len(list(path.parent.glob("*.dcm"))) == SLICES)
    (series / "unknown.dcm").write_bytes(b"not recorded")
    export(str(copy), str(tmp_path / "list"), "monai", split=SPLIT)
    images = monai_images(tmp_path / "list")
    assert sum(image.parent == series for image in images) == SLICES
    assert not [image for image in images if image == series or image.name == "unknown.dcm"]
    assert sum(image.is_dir() for image in images) == 2


def test_paths_lead_to_published_files_through_links(output, tmp_path):
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "deep")
    export(output, str(tmp_path / "link" / "list"), "monai", "dicom", SPLIT)
    assert all(image.exists() for image in monai_images(tmp_path / "link" / "list"))
