"""The rules of the storage protocol, on every backend."""

import hashlib
import io
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pydicom
import pytest

from efface.transforms.core.errors import OutputConflictError, SourceReadError
from efface.transforms.core.file_bytes import FileBytes
from efface.transforms.dicom.parse import read_header
from efface.transforms.instance import open as open_instance
from efface.transforms.storage import join_uri, storage_of
from support.forks import in_fork
from support.samples import sample


def names(pattern):
    return [source.uri for source in storage_of(pattern).list(pattern)]


def reason_of_failure(source):
    try:
        open_instance.open_instance(source)
    except SourceReadError as error:
        return str(error)
    return ""


def test_written_objects_are_listed_and_read(place):
    storage = storage_of(place)
    uris = [join_uri(place, name) for name in ("a/1", "a/b/2.dcm", "c[1]/x y.dcm", "d")]
    for uri in uris:
        assert storage.write(uri, uri.encode())
    assert names(place) == uris
    assert names(join_uri(place, "a")) == uris[:2]
    assert names(join_uri(place, "**", "*.dcm")) == uris[1:3]
    assert names(uris[2]) == uris[2:3]
    for source in storage.list(place):
        with storage.open(source) as file:
            assert file.read() == source.uri.encode()
        assert source.size_bytes == len(source.uri)


def test_prefix_matches_whole_folder_names(place):
    for name in ("in/1", "input/2"):
        storage_of(place).write(join_uri(place, name), b"x")
    assert names(join_uri(place, "in")) == [join_uri(place, "in", "1")]


def test_other_content_is_a_conflict_and_equal_content_is_not(place):
    storage, uri = storage_of(place), join_uri(place, "x")
    assert storage.write(uri, b"one") is True
    assert storage.write(uri, b"one") is False
    with pytest.raises(OutputConflictError):
        storage.write(uri, b"two")
    assert storage.read(uri) == b"one"
    assert storage.write(uri, b"two", replace=True) is True
    assert storage.read(uri) == b"two"
    assert abs(storage.written_sec(uri) - time.time()) < 3600
    storage.delete(uri)
    storage.delete(uri)
    assert storage.read(uri) is None
    assert storage.written_sec(uri) == math.inf


def test_writers_of_one_content_do_not_conflict(place):
    storage, data = storage_of(place), os.urandom(1 << 20)
    for number in range(10):
        uri = join_uri(place, str(number))
        with ThreadPoolExecutor(4) as pool:
            written = list(pool.map(lambda _, uri=uri: storage.write(uri, data), range(4)))
        assert sorted(written) == [False, False, False, True]
        assert storage.read(uri) == data


def test_large_object_is_read_in_parts(place):
    storage, uri, data = storage_of(place), join_uri(place, "x"), os.urandom(5 << 20)
    storage.write(uri, data)
    [source] = storage.list(place)
    with storage.open(source) as file:
        file.seek(4 << 20)
        assert file.read(10) == data[4 << 20 :][:10]
        file.seek(0)
        assert file.read() == data


def test_stream_is_written_from_its_start(place):
    # Not larger: the emulator ignores the conditions of uploads in several requests.
    storage, uri, data = storage_of(place), join_uri(place, "x"), os.urandom(3 << 20)
    stream = io.BytesIO(data)
    stream.seek(5)
    assert storage.write(uri, stream) is True
    assert storage.read(uri) == data
    assert storage.write(uri, stream) is False
    with pytest.raises(OutputConflictError):
        storage.write(uri, io.BytesIO(data[:-1]))
    assert storage.write(uri, io.BytesIO(b"other"), replace=True) is True
    assert storage.read(uri) == b"other"


def test_only_the_given_version_is_replaced(place):
    storage, uri = storage_of(place), join_uri(place, "x")
    storage.write(uri, b"one")
    one = storage.find(uri)
    assert one == next(storage.list(uri))
    assert storage.write(uri, b"second", replace=one) is True
    assert storage.write(uri, b"second", replace=one) is False
    with pytest.raises(OutputConflictError):
        storage.write(uri, b"third", replace=one)
    assert storage.read(uri) == b"second"
    storage.delete(uri)
    with pytest.raises(OutputConflictError):
        storage.write(uri, b"third", replace=one)
    assert storage.read(uri) is None
    assert list(storage.list(place)) == []


def test_one_of_several_concurrent_replacements_succeeds(place):
    storage, uri = storage_of(place), join_uri(place, "x")
    storage.write(uri, b"0")
    source = storage.find(uri)

    def attempt(number):
        try:
            return storage.write(uri, b"x" * (number + 2), replace=source)
        except OutputConflictError:
            return False

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(attempt, range(8)))
    assert done.count(True) == 1
    assert storage.read(uri) == b"x" * (done.index(True) + 2)


def test_checksum_is_sha256_of_the_content(place):
    storage, uri, data = storage_of(place), join_uri(place, "x"), os.urandom(3 << 20)
    assert storage.checksum(uri) is None
    assert storage.find(uri) is None
    storage.write(uri, data)
    assert storage.checksum(uri) == hashlib.sha256(data).hexdigest()


def test_what_is_in_a_file_is_written_once_and_compared(place, tmp_path):
    storage, uri, data = storage_of(place), join_uri(place, "x"), os.urandom(9 << 20)
    for content in (data, data[:-1] + bytes([data[-1] ^ 1])):
        Path(tmp_path, "one").write_bytes(b"before" + content)
        with Path(tmp_path, "one").open("rb") as file:
            if content is data:
                assert storage.write(uri, FileBytes(file, len(b"before"))) is True
                assert storage.write(uri, FileBytes(file, len(b"before"))) is False
            else:
                with pytest.raises(OutputConflictError):
                    storage.write(uri, FileBytes(file, len(b"before")))
    assert storage.checksum(uri) == hashlib.sha256(data).hexdigest()


def test_unknown_scheme_is_refused():
    with pytest.raises(OSError, match="gs://"):
        storage_of("nosuchscheme://bucket/x")


def test_a_fork_has_a_storage_of_its_own():
    """Its client must not share connections with the parent."""
    own = {scheme: storage_of(f"{scheme}://x") for scheme in ("gs", "memory", "s3", "az")}
    assert all(storage_of(f"{scheme}://y") is own[scheme] for scheme in own)
    assert not any(in_fork(lambda: [storage_of(f"{scheme}://x") is own[scheme] for scheme in own]))


def test_large_instance_is_read_whole_and_by_frame(place, monkeypatch):
    """The instance is larger than what is fetched in one request."""
    storage, uri = storage_of(place), join_uri(place, "large.dcm")
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    values = np.arange(12, dtype=np.int16)[:, None, None] + np.zeros((300, 300), np.int16)
    dataset.Rows = dataset.Columns = 300
    dataset.NumberOfFrames, dataset.PixelData = 12, values.tobytes()
    data = io.BytesIO()
    dataset.save_as(data)
    storage.write(uri, data.getvalue())
    [source] = storage.list(place)
    assert source.size_bytes > 2 << 20
    with storage.open(source) as file:
        assert read_header(file).NumberOfFrames == 12
    for whole_bytes in (open_instance.WHOLE_BYTES, 0):
        monkeypatch.setattr(open_instance, "WHOLE_BYTES", whole_bytes)
        open_instance._kept_of.cache_clear()
        reader = open_instance.open_instance(source)
        assert [reader.display(index)[0, 0] for index in (0, 7, 11)] == [0, 7, 11]
        assert open_instance.open_instance(source) is reader
    if place.startswith("memory"):  # No other process sees it.
        return
    if place.startswith(("s3", "az")):
        assert "spawn" in in_fork(lambda: reason_of_failure(source))  # It would wait for threads that a fork does not have.
        return
    assert not in_fork(lambda: open_instance.open_instance(source) is reader)
    assert in_fork(lambda: int(open_instance.open_instance(source).display(3)[0, 0])) == 3
