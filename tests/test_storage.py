import io
import math
import os
import time
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms import open_instance
from efface.transforms.core.errors import EffaceError, OutputConflictError, OutputWriteError, SourceChangedError
from efface.transforms.dicom.parse import read_header
from efface.transforms.storage import fixed_prefix, is_below, join_uri, storage_of
from support.samples import sample


@pytest.fixture(params=["local", "gs"])
def place(request, tmp_path):
    return str(tmp_path) if request.param == "local" else request.getfixturevalue("bucket")


def names(pattern):
    return [source.uri for source in storage_of(pattern).list(pattern)]


def test_what_is_written_is_listed_and_read(place):
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


def test_a_prefix_is_a_folder_and_not_a_beginning_of_names(place):
    for name in ("in/1", "input/2"):
        storage_of(place).write(join_uri(place, name), b"x")
    assert names(join_uri(place, "in")) == [join_uri(place, "in", "1")]


def test_the_same_bytes_twice_are_no_conflict_and_others_are(place):
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


def test_a_large_object_is_read_in_parts(place):
    storage, uri, data = storage_of(place), join_uri(place, "x"), os.urandom(5 << 20)
    storage.write(uri, data)
    [source] = storage.list(place)
    with storage.open(source) as file:
        file.seek(4 << 20)
        assert file.read(10) == data[4 << 20 :][:10]
        file.seek(0)
        assert file.read() == data


def test_a_source_that_changes_after_listing_is_not_read(tmp_path):
    storage, uri = storage_of(str(tmp_path)), join_uri(str(tmp_path), "x")
    storage.write(uri, b"one")
    [source] = storage.list(uri)
    storage.write(uri, b"other", replace=True)
    with pytest.raises(SourceChangedError):
        storage.open(source)
    with pytest.raises(SourceChangedError):
        storage.open(replace(source, uri=uri + "-gone"))


def test_a_generation_that_is_gone_is_not_read(bucket):
    storage, uri = storage_of(bucket), join_uri(bucket, "x")
    storage.write(uri, b"one")
    [source] = storage.list(uri)
    storage.delete(uri)
    with pytest.raises(SourceChangedError):
        storage.open(source).read()


def test_a_failed_write_leaves_nothing(tmp_path):
    target = tmp_path / "out"
    target.write_text("a file where a folder is needed")
    with pytest.raises(OutputWriteError):
        storage_of(str(target)).write(str(target / "x"), b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_what_is_private_is_its_owners_alone(tmp_path, mask):
    folder = tmp_path / "vault" / "parts"
    storage, names_there = storage_of(str(tmp_path)), ("new", "same", "replaced")
    before = os.umask(mask)
    try:
        for name in names_there:
            storage.write(str(folder / name), b"1", private=True)
        for name in names_there[1:]:
            (folder / name).chmod(0o644)  # As an earlier version left it.
        storage.write(str(folder / "same"), b"1", private=True)
        storage.write(str(folder / "replaced"), b"2", private=True, replace=True)
    finally:
        os.umask(before)
    made = [folder.parent, folder, *(folder / name for name in names_there)]
    assert [oct(path.stat().st_mode & 0o777) for path in made] == ["0o700"] * 2 + ["0o600"] * 3


def test_no_message_names_a_path(tmp_path):
    for attempt in (lambda storage: storage.write(str(tmp_path), b"x"), lambda storage: storage.read(str(tmp_path))):
        with pytest.raises(EffaceError) as caught:
            attempt(storage_of(str(tmp_path)))
        assert str(tmp_path) not in f"{caught.value} {caught.value.__cause__}"


def test_links_are_followed_once(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x").write_bytes(b"x")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    assert len(names(str(tmp_path))) == 1


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4), st.integers(0, 4))
def test_is_below_is_about_whole_names(parts, cut):
    for root in ("/data", "gs://bucket"):
        place = join_uri(root, *parts)
        assert is_below(place, join_uri(root, *parts[:cut]))
        assert not is_below(place + "x", place)


def test_fixed_prefix_ends_at_the_first_wildcard(tmp_path):
    assert fixed_prefix("gs://b/x/*/y") == "gs://b/x"
    assert fixed_prefix("/data/in*") == "/data"
    odd = tmp_path / "scan[1]"
    odd.mkdir()
    assert fixed_prefix(str(odd)) == str(odd)


def test_a_large_instance_is_read_from_a_bucket_and_from_a_folder(place, monkeypatch):
    """Larger than what is fetched at once; whole, and by the ranges of its frames."""
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
        monkeypatch.setattr(open_instance, "_opened", None)
        reader = open_instance.open_instance(source)
        assert [reader.display(index)[0, 0] for index in (0, 7, 11)] == [0, 7, 11]


def test_a_large_object_of_a_bucket_is_one_request(bucket, monkeypatch):
    from google.cloud.storage import Blob

    requests = []
    download = Blob.download_as_bytes
    monkeypatch.setattr(Blob, "download_as_bytes", lambda *given, **how: requests.append(how) or download(*given, **how))
    storage, uri, data = storage_of(bucket), join_uri(bucket, "x"), os.urandom(5 << 20)
    storage.write(uri, data)
    [source] = storage.list(bucket)
    with storage.open(source) as file:
        assert file.read() == data
    assert len(requests) == 1


def test_a_deep_bucket_is_listed_in_name_order(bucket):
    """Folders are listed side by side, from where the tree parts; files lie beside folders of nearly their name."""
    storage = storage_of(bucket)
    names_there = ["a/b/1", "a/b/c/2", "a/b/c-3", "a/b/d/e/4", "a/b/d/e/f/5", "a/b/d!", "a/z"]
    for name in names_there:
        storage.write(f"{bucket}/in/{name}", b"x")
    storage.write(f"{bucket}/other", b"x")
    assert names(f"{bucket}/in") == [f"{bucket}/in/{name}" for name in sorted(names_there)]
    assert names(f"{bucket}/in/a/b/*/e/*") == [f"{bucket}/in/a/b/d/e/4", f"{bucket}/in/a/b/d/e/f/5"]
    assert names(bucket) == sorted([*(f"{bucket}/in/{name}" for name in names_there), f"{bucket}/other"])
    assert names(f"{bucket}/nothing") == []
