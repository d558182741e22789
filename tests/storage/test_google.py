import os

import pytest

from efface.transforms.core.errors import SourceChangedError, SourceReadError
from efface.transforms.storage import join_uri, storage_of


def names(pattern):
    return [source.uri for source in storage_of(pattern).list(pattern)]


def test_deleted_generation_is_not_read(bucket):
    storage, uri = storage_of(bucket), join_uri(bucket, "x")
    storage.write(uri, b"one")
    [source] = storage.list(uri)
    storage.delete(uri)
    with pytest.raises(SourceChangedError):
        storage.open(source).read()


def test_whole_large_object_is_one_request(bucket, monkeypatch):
    from google.cloud.storage import Blob

    requests = []
    download = Blob.download_to_file
    monkeypatch.setattr(Blob, "download_to_file", lambda *given, **how: requests.append(how) or download(*given, **how))
    storage, uri, data = storage_of(bucket), join_uri(bucket, "x"), os.urandom(5 << 20)
    storage.write(uri, data)
    [source] = storage.list(bucket)
    with storage.open(source) as file:
        assert file.read() == data
    assert len(requests) == 1


def test_deep_bucket_is_listed_in_name_order(bucket):
    """Folders are listed concurrently; some objects have nearly the name of a folder beside them."""
    storage = storage_of(bucket)
    expected = ["a/b/1", "a/b/c/2", "a/b/c-3", "a/b/d/e/4", "a/b/d/e/f/5", "a/b/d!", "a/z"]
    for name in expected:
        storage.write(f"{bucket}/in/{name}", b"x")
    storage.write(f"{bucket}/other", b"x")
    assert names(f"{bucket}/in") == [f"{bucket}/in/{name}" for name in sorted(expected)]
    assert names(f"{bucket}/in/a/b/*/e/*") == [f"{bucket}/in/a/b/d/e/4", f"{bucket}/in/a/b/d/e/f/5"]
    assert names(bucket) == sorted([*(f"{bucket}/in/{name}" for name in expected), f"{bucket}/other"])
    assert names(f"{bucket}/nothing") == []


def test_a_bucket_that_cannot_be_listed_is_described_without_a_url(gcs):
    for pattern in ("gs://no-such-bucket/in", "gs://no-such-bucket/**/*.dcm"):
        with pytest.raises(SourceReadError, match=r"^the bucket does not exist, or you may not use it$"):
            names(pattern)
