"""Patterns in, stored objects out, each as it stands there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from efface.transforms.core.instance import Source
from efface.transforms.list_sources import ListSources
from efface.transforms.storage import open_listed
from support.archives import archive_of
from support.steps import graph


def listed(*expected: Path) -> Callable[[Iterable[Source]], None]:
    """For `assert_that`: exactly these files, in any order, each so that it can be opened; and a log line shows no path."""

    def check(actual: Iterable[Source]) -> None:
        sources = list(actual)
        assert sorted(source.uri for source in sources) == sorted(map(str, expected))
        for source in sources:
            with open_listed(source) as file:
                assert len(file.read()) == source.size_bytes
            assert source.uri not in repr(source)

    return check


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/one.dcm", "a/deep/er/two", "a[1]/three.dcm", "b/Müller^Jürgen, 3.dcm", "b/.hidden"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (tmp_path / "empty").mkdir()
    return tmp_path


def test_folders_files_and_patterns_give_what_they_name(folder: Path) -> None:
    expected = {
        f"{folder}/a": ("a/one.dcm", "a/deep/er/two"),
        f"{folder}/a[1]": ("a[1]/three.dcm",),
        f"{folder}/**/*.dcm": ("a/one.dcm", "a[1]/three.dcm", "b/Müller^Jürgen, 3.dcm"),
        f"{folder}/b/*": ("b/.hidden", "b/Müller^Jürgen, 3.dcm"),
        f"{folder}/empty": (),
        f"{folder}/none": (),
        f"{folder}/none*": (),
    }
    (folder / "c").mkdir()
    (folder / "c" / "a.tar").write_bytes(archive_of(".tar", [("b/1.dcm", b"1"), ("2", b"22")]))
    expected[f"{folder}/c"] = ("c/a.tar!/b/1.dcm", "c/a.tar!/2")
    with graph() as pipeline:
        sources = pipeline | beam.Create(list(expected)) | ListSources()
        assert_that(sources, listed(*{folder / name for names in expected.values() for name in names}))


def test_what_several_patterns_name_is_listed_once(folder: Path) -> None:
    patterns = [f"{folder}/a/one.dcm", f"{folder}/a[1]", os.path.relpath(folder / "a" / "one.dcm")]
    with graph() as pipeline:
        sources = pipeline | beam.Create(patterns) | ListSources()
        assert_that(sources, listed(folder / "a/one.dcm", folder / "a[1]/three.dcm"))


def test_no_pattern_is_no_source() -> None:
    with graph() as pipeline:
        assert_that(pipeline | beam.Create([]).with_output_types(str) | ListSources(), equal_to([]))


def test_a_folder_that_cannot_be_listed_is_an_error_and_no_gap(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs this may read every folder, so the system's answer is what it is to others."""
    scan = os.scandir

    def refuse(path: str | int) -> object:
        if isinstance(path, str) and Path(path).name == "deep":
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(Exception, match="a folder of the input cannot be listed") as caught, graph() as pipeline:
        _ = pipeline | beam.Create([f"{folder}/a"]) | ListSources()
    assert "deep" not in str(caught.value)
