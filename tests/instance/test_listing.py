"""What an input is: objects, members of archives, files of a medium; each under one name, and nothing from elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from efface.transforms.core.errors import ArchiveError, DicomdirReferenceError, EffaceError, SourceReadError
from efface.transforms.instance.listing import find_source, list_sources, sources_of
from efface.transforms.storage import open_listed, storage_of
from support.archives import archive_of
from support.media import dicomdir
from support.samples import sample

FILES = {"a.dcm": b"a", "b/c.dcm": b"c", "b[1]/d": b"d"}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def uris(*patterns: str) -> list[str]:
    return [source.uri for source in list_sources(patterns)]


def failure(uri: str, *patterns: str) -> str:
    [source] = [source for source in list_sources(patterns) if source.uri == uri]
    with pytest.raises(EffaceError) as caught:
        open_listed(source)
    return caught.value.code


def test_one_file_has_one_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "x[1]" / "data", FILES)
    expected = sorted(str(folder / name) for name in FILES)
    monkeypatch.chdir(folder.parent)
    for pattern in ("data", "./data/", "../x[1]/data", "data/../data", "data/**", str(folder), f"{folder}/", "."):
        assert uris(pattern) == expected
    assert uris("data", str(folder)) == expected
    assert uris("data/b[1]") == expected[2:]
    assert uris("data/*.dcm", "./data/a*") == expected[:1]
    monkeypatch.chdir(folder)
    assert uris("") == uris(".") == uris("../data") == expected


def test_a_link_keeps_its_name_and_the_folder_above_it_is_where_it_leads(tmp_path: Path) -> None:
    write(tmp_path, {"real/data/a": b"", "real/other/b": b"", "other/c": b""})
    (tmp_path / "link").symlink_to(tmp_path / "real" / "data")
    assert uris(f"{tmp_path}/link") == [f"{tmp_path}/link/a"]
    assert uris(f"{tmp_path}/link/../other") == [f"{tmp_path.resolve()}/real/other/b"]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz"])
def test_an_archive_is_its_members_wherever_it_is_listed(tmp_path: Path, suffix: str) -> None:
    write(tmp_path, {"in/x": b"x", f"in/deep/a{suffix}": archive_of(suffix, FILES.items())})
    members = sorted(f"{tmp_path}/in/deep/a{suffix}!/{name}" for name in FILES)
    for pattern in (f"in/deep/a{suffix}", f"in/**/*{suffix}", "in/deep"):
        assert uris(f"{tmp_path}/{pattern}") == members
    assert uris(f"{tmp_path}/in") == [*members, f"{tmp_path}/in/x"]
    assert uris(members[0]) == members[:1]
    assert uris(f"{members[0]}x") == uris(f"{tmp_path}/in/x!/x") == []


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz"])
def test_a_member_is_found_under_its_uri_alone(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is no path: nothing in it is resolved."""
    names = ("./1.dcm", "a//b", "/abs", "../outside", "x/../y", "b[1]/*", "./1.dcm", "z/.")
    archive = archive_of(suffix, [(name, str(number).encode()) for number, name in enumerate(names)])
    write(tmp_path, {"outside": b"", "y": b"", f"in/a{suffix}": archive, "in/abs": b""})
    members = list_sources([f"{tmp_path}/in/a{suffix}"])
    assert len(members) == len(names)
    monkeypatch.chdir(tmp_path / "in")
    for member in members:
        name = member.uri.partition("!/")[2]
        for uri in (member.uri, f"a{suffix}!/{name}", f"../in/./a{suffix}!/{name}"):
            assert [*sources_of(uri), find_source(uri)] == [member, member]
    for name in ("../y", "../../outside", "../abs", "1.dcm", "abs", "y"):
        uri = f"{tmp_path}/in/a{suffix}!/{name}"
        assert list_sources([uri]) == []
        with pytest.raises(SourceReadError):
            find_source(uri)


@pytest.mark.parametrize("place", ["local", "bucket"])
@pytest.mark.parametrize("container", ["a.zip", "DICOMDIR"])
def test_two_sources_with_one_uri_are_an_error(place: str, container: str, tmp_path: Path, bucket: str) -> None:
    """Of two sources with one URI, one would be lost."""
    folder = bucket if place == "bucket" else str(tmp_path)
    data = archive_of(".zip", FILES.items()) if container == "a.zip" else dicomdir(["A", "B"])
    for name, content in {"in/x": b"", f"in/{container}!/a.dcm": b"other"}.items():
        storage_of(folder).write(f"{folder}/{name}", content)
    assert uris(f"{folder}/in") == [f"{folder}/in/{container}!/a.dcm", f"{folder}/in/x"]
    storage_of(folder).write(f"{folder}/in/{container}", data)
    for pattern in (f"{folder}/in", f"{folder}/in/{container}!", f"{folder}/in/{container}!/a.dcm"):
        with pytest.raises(SourceReadError, match=r"^[^/]*!/[^/]*$"):
            list_sources([pattern])
    with pytest.raises(SourceReadError, match=r"^[^/]*!/[^/]*$"):
        find_source(f"{folder}/in/{container}!/a.dcm")


def test_an_archive_in_a_bucket_is_its_members(bucket: str) -> None:
    storage_of(bucket).write(f"{bucket}/in/a.zip", archive_of(".zip", FILES.items()))
    assert uris(bucket) == sorted(f"{bucket}/in/a.zip!/{name}" for name in FILES)
    for source in list_sources([bucket]):
        with open_listed(source) as file:
            assert file.read() == FILES[source.uri.partition("!/")[2]]


def test_a_broken_archive_is_one_source_beside_the_others(tmp_path: Path) -> None:
    write(tmp_path, {"a.zip": b"PK\x03\x04 damaged", "b.zip": b"no archive", "c.zip": sample("CT_small.dcm"), "x": b"x"})
    assert uris(str(tmp_path)) == [f"{tmp_path}/{name}" for name in ("a.zip!/", "b.zip!/", "c.zip", "x")]
    assert failure(f"{tmp_path}/a.zip!/", str(tmp_path)) == ArchiveError.code


@pytest.fixture
def medium(tmp_path: Path) -> Path:
    """A medium whose files are spelled otherwise than its DICOMDIR does, and that lies beside other files."""
    index = dicomdir(["IMAGES", "IM1"], ["IMAGES", "IM2"], ["IMAGES", "im1"])
    files = {"cd/dicomdir": index, "cd/images/im1": b"1", "cd/images/IM2.;1": b"2", "cd/images/other": b"3", "outside": b"4"}
    return write(tmp_path, files) / "cd"


def test_a_dicomdir_that_is_the_input_is_the_files_that_it_names(medium: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [f"{medium}/images/IM2.;1", f"{medium}/images/im1"]
    monkeypatch.chdir(medium)
    for pattern in (str(medium / "dicomdir"), "dicomdir", "../*/dicomdir"):
        assert uris(pattern) == expected


def test_a_dicomdir_in_a_folder_is_an_object_as_any_other(medium: Path) -> None:
    for pattern in (str(medium), f"{medium}/*dir", f"{medium}/d*"):
        assert f"{medium}/dicomdir" in uris(pattern)


def test_a_dicomdir_in_a_bucket_is_the_files_that_it_names(medium: Path, bucket: str) -> None:
    for path in medium.rglob("*"):
        if path.is_file():
            storage_of(bucket).write(f"{bucket}/{path.relative_to(medium)}", path.read_bytes())
    assert uris(f"{bucket}/dicomdir") == [f"{bucket}/images/IM2.;1", f"{bucket}/images/im1"]


@pytest.mark.parametrize(
    "file_id",
    [
        ["IMAGES", "IM9"],
        ["..", "OUTSIDE"],
        ["IMAGES", "..", "..", "OUTSIDE"],
        "{}/outside",
        ["IMAGES", "LINK"],
        ["OUT", "OUTSIDE"],
    ],
)
def test_a_reference_to_nothing_or_to_elsewhere_is_a_source_that_fails(medium: Path, file_id: str | list[str]) -> None:
    (medium / "images" / "link").symlink_to(medium.parent / "outside")
    (medium / "out").symlink_to(medium.parent)
    value = file_id.format(medium.parent) if isinstance(file_id, str) else file_id
    index = medium / "dicomdir"
    index.write_bytes(dicomdir(value, ["IMAGES", "IM1"]))
    broken, *others = sorted(uris(str(index)))
    assert others == [f"{medium}/images/im1"]
    assert broken.startswith(f"{index}!/")
    assert failure(broken, str(index)) == DicomdirReferenceError.code


def test_a_dicomdir_that_cannot_be_read_is_a_source_that_fails(medium: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = medium / "dicomdir"
    data = index.read_bytes()
    index.write_bytes(data[:-20])
    assert uris(str(index)) == [f"{index}!/"]
    assert failure(f"{index}!/", str(index)) == DicomdirReferenceError.code
    for other in (b"text", sample("CT_small.dcm"), sample("DICOMDIR-empty.dcm")):
        index.write_bytes(other)
        assert uris(str(index)) == [str(index)]


def test_the_order_is_that_of_names_and_nothing_is_twice(medium: Path) -> None:
    patterns = [str(medium), str(medium / "dicomdir"), f"{medium}/images/*"]
    listed = uris(*patterns)
    assert [source.uri for source in sources_of(patterns[1])] == [f"{medium}/images/im1", f"{medium}/images/IM2.;1"]
    assert listed == sorted(set(listed))
    assert len(listed) == len([path for path in medium.rglob("*") if path.is_file()])
    assert os.fspath(medium / "dicomdir") in listed
