import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from efface.transforms.core.errors import EffaceError, OutputWriteError, SourceChangedError, SourceReadError
from efface.transforms.storage import join_uri, open_listed, storage_of, with_members


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


def test_what_is_no_regular_file_is_listed_and_never_waited_for(tmp_path):
    storage = storage_of(str(tmp_path))
    os.mkfifo(tmp_path / "fifo.zip")
    (tmp_path / "device").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        listed = list(storage.list(str(tmp_path)))
    assert [Path(source.uri).name for source in listed] == ["device", "fifo.zip", "socket"]
    for source in listed:
        with pytest.raises(SourceReadError, match="no regular file"):
            storage.open(source)
        with pytest.raises(SourceReadError, match="no regular file"):
            storage.checksum(source.uri)
    [archive] = with_members(listed[1])
    with pytest.raises(SourceReadError):
        open_listed(archive)


def test_a_file_that_becomes_a_fifo_while_it_is_opened_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_bytes(b"x")
    [source] = storage_of(str(tmp_path)).list(str(path))
    really_open = os.open

    def open_after_swap(*arguments):
        path.unlink()
        os.mkfifo(path)
        return really_open(*arguments)

    monkeypatch.setattr(os, "open", open_after_swap)
    with pytest.raises(SourceReadError, match="no regular file"):
        storage_of(str(tmp_path)).open(source)
