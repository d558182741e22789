"""The files show outputs alone."""

import json

import pytest

from efface.pipeline.review.gallery import read_entries
from efface.pipeline.review.static_pages import write_static_pages


def test_each_frame_of_an_output_is_a_file_and_no_source_is(reviewed, tmp_path):
    entries = read_entries(reviewed.output)
    done = []
    assert not write_static_pages(reviewed.output, entries, tmp_path / "new" / "pages", done.append)
    assert done[-1] == len(entries)
    pages = tmp_path / "new" / "pages"
    frames = sum(entry.frames for entry in entries)
    assert len(list((pages / "pictures").glob("*-[0-9]*.png"))) == frames
    assert len(list((pages / "instances").iterdir())) == len(entries)
    for path in pages.rglob("*"):
        assert "QUISTBERG" not in path.name
        assert path.is_dir() or b"QUISTBERG" not in path.read_bytes().upper()


def test_the_data_are_those_of_the_index(reviewed, tmp_path):
    write_static_pages(reviewed.output, read_entries(reviewed.output), tmp_path / "pages")
    text = (tmp_path / "pages" / "data.js").read_text()
    data = json.loads(text.removeprefix("window.effaceData = ").removesuffix(";"))
    assert (data["can_decide"], data["has_sources"], data["sample"]) == (False, False, None)
    assert '<script src="data.js">' in (tmp_path / "pages" / "index.html").read_text()


def test_a_folder_with_files_is_left_alone(reviewed, tmp_path):
    (tmp_path / "note").write_text("mine")
    with pytest.raises(FileExistsError):
        write_static_pages(reviewed.output, read_entries(reviewed.output), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note"]
