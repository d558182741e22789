import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.storage import storage_of
from efface.transforms.storage.model_folders import folder_digest, model_files, model_folder

FILES = {"config.json": b"{}", "weights/part 1": b"1" * (2 << 20)}


def write(folder: Path, files: dict[str, bytes]) -> str:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return str(folder)


def upload(place: str, files: dict[str, bytes]) -> str:
    for name, data in files.items():
        storage_of(place).write(f"{place}/{name}", data)
    return place


def test_local_folder_is_used_as_it_is(tmp_path):
    place = write(tmp_path, FILES)
    assert model_folder(place, folder_digest(place)) == place


def test_prefix_is_copied_once_per_process(bucket):
    place = upload(f"{bucket}/models/names", FILES)
    upload(f"{bucket}/models/names-other", {"x": b"x"})
    folder = Path(model_folder(place, folder_digest(place)))
    assert {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == FILES
    assert model_folder(place, folder_digest(place)) == str(folder)


def test_a_folder_has_one_digest_wherever_it_lies_and_however_it_is_spelled(tmp_path, bucket, monkeypatch):
    place = write(tmp_path / "names", FILES)
    monkeypatch.chdir(tmp_path)
    spellings = (place, f"{place}/", "names", "./names//", f"{place}/../names")
    assert len({folder_digest(one) for one in spellings}) == 1
    uploaded = upload(f"{bucket}/names", FILES)
    assert folder_digest(uploaded) == folder_digest(f"{uploaded}/") == folder_digest(place)


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_other_files_are_refused(tmp_path, request, kind):
    put, place = (write, tmp_path) if kind == "folder" else (upload, f"{request.getfixturevalue('bucket')}/names")
    place = put(place, FILES)
    pinned = folder_digest(place)
    storage_of(place).write(f"{place}/config.json", b"{ }", replace=True)
    with pytest.raises(ValueError, match="not the pinned ones"):
        model_folder(place, pinned)


@pytest.mark.parametrize("place", ["{folder}", "{folder}/missing", "{folder}/*", "{folder}/file"])
def test_a_place_without_files_is_an_error(tmp_path, place):
    (tmp_path / ".hidden").write_bytes(b"")
    if place.endswith("file"):
        (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="empty"):
        model_folder(place.format(folder=tmp_path), "0" * 64)


def test_empty_prefix_is_an_error(bucket):
    with pytest.raises(OSError, match="empty"):
        model_folder(f"{bucket}/nothing", "0" * 64)


NAMES = st.lists(st.sampled_from(["a", "B", "b c", "é", "x.json"]), min_size=1, max_size=3).map("/".join)


@given(st.dictionaries(NAMES, st.binary(max_size=4), min_size=1, max_size=4), st.data())
def test_the_digest_changes_with_every_name_and_every_byte(tmp_path_factory, files, data):
    names = sorted(files)
    if any(one != other and other.startswith(f"{one}/") for one in names for other in names):
        return  # A file cannot be a folder as well.
    digest = folder_digest(write(tmp_path_factory.mktemp("model"), files))
    name = data.draw(st.sampled_from(names))
    others = {one: content for one, content in files.items() if one != name}
    changed = ({**others, name: files[name] + b"!"}, {**others, f"{name}2": files[name]}, {**files, "more": b""}, others)
    for other in changed[: 4 if others else 3]:
        assert folder_digest(write(tmp_path_factory.mktemp("model"), other)) != digest


def test_notes_of_a_download_do_not_count(tmp_path):
    place = write(tmp_path, FILES)
    digest = folder_digest(place)
    write(tmp_path, {".cache/huggingface/download/config.json.metadata": b"today", ".gitattributes": b"*"})
    assert folder_digest(place) == digest
    assert set(model_files(place)) == set(FILES)


def test_the_digest_is_what_the_shell_computes_by_the_documented_command(tmp_path):
    place = write(tmp_path, {**FILES, "a/b": b"1", "a.b": b"2", "B": b"3", ".cache/x": b"4"})
    text = Path(__file__).parents[2].joinpath("docs", "policies.md").read_text(encoding="utf-8")
    [command] = [line for line in text.splitlines() if "sha256sum" in line]
    done = subprocess.run(command.replace("MODEL", place), shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == folder_digest(place)
