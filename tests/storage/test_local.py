import os
from dataclasses import replace

import pytest

from efface.transforms.core.errors import EffaceError, OutputWriteError, SourceChangedError
from efface.transforms.storage import join_uri, storage_of


def test_source_changed_after_listing_is_not_read(tmp_path):
    storage, uri = storage_of(str(tmp_path)), join_uri(str(tmp_path), "x")
    storage.write(uri, b"one")
    [source] = storage.list(uri)
    storage.write(uri, b"other", replace=True)
    with pytest.raises(SourceChangedError):
        storage.open(source)
    with pytest.raises(SourceChangedError):
        storage.open(replace(source, uri=uri + "-gone"))


def test_failed_write_leaves_no_file(tmp_path):
    target = tmp_path / "out"
    target.write_text("a file where a folder is needed")
    with pytest.raises(OutputWriteError):
        storage_of(str(target)).write(str(target / "x"), b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_private_files_and_folders_have_private_modes(tmp_path, mask):
    folder = tmp_path / "vault" / "parts"
    storage, names = storage_of(str(tmp_path)), ("new", "same", "replaced")
    before = os.umask(mask)
    try:
        for name in names:
            storage.write(str(folder / name), b"1", private=True)
        for name in names[1:]:
            (folder / name).chmod(0o644)  # As earlier versions wrote it.
        storage.write(str(folder / "same"), b"1", private=True)
        storage.write(str(folder / "replaced"), b"2", private=True, replace=True)
    finally:
        os.umask(before)
    created = [folder.parent, folder, *(folder / name for name in names)]
    assert [oct(path.stat().st_mode & 0o777) for path in created] == ["0o700"] * 2 + ["0o600"] * 3


def test_messages_hold_no_path(tmp_path):
    for attempt in (lambda storage: storage.write(str(tmp_path), b"x"), lambda storage: storage.read(str(tmp_path))):
        with pytest.raises(EffaceError) as caught:
            attempt(storage_of(str(tmp_path)))
        assert str(tmp_path) not in f"{caught.value} {caught.value.__cause__}"


def test_each_link_is_followed_once(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x").write_bytes(b"x")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    assert len(list(storage_of(str(tmp_path)).list(str(tmp_path)))) == 1
