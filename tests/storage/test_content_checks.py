"""Whatever a store or what stands before it sends, the content of the listed version is read, or nothing is."""

import base64
import hashlib
import io
import os
from dataclasses import replace

import google_crc32c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.errors import SourceChangedError, SourceReadError
from efface.transforms.storage import google, join_uri, object_store, storage_of
from efface.transforms.storage.content_checks import encoded_crc32c, open_checked
from efface.transforms.storage.google import GoogleStorage
from efface.transforms.storage.object_store import AzureStorage, S3Storage
from support.proxy import proxy

LARGE, SMALL = 3 << 20, 1000


def crc32c_of(data: bytes) -> str:
    return encoded_crc32c(google_crc32c.value(data))


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1]) if data else data


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


@given(st.binary(min_size=1, max_size=60), st.integers(1, 20), st.data())
def test_ranges_in_any_order_are_the_object(data, piece_bytes, draw):
    """And once all were read, their combined CRC is that of the object."""
    whole = []
    stream = open_checked(lambda start, end: data[start:end], len(data), piece_bytes, whole.append, crc32c_of(data))
    for _ in range(draw.draw(st.integers(0, 5))):
        at, size = draw.draw(st.integers(0, len(data))), draw.draw(st.integers(0, len(data)))
        stream.seek(at)
        assert stream.read(size) == data[at : at + size]
    stream.seek(0)
    assert stream.read() == data
    assert all(one == data for one in whole)


@given(st.binary(min_size=2, max_size=60), st.integers(1, 20), st.data())
def test_a_flipped_bit_of_any_range_is_never_read_over(data, piece_bytes, draw):
    at = draw.draw(st.integers(0, len(data) - 1))
    other = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    starts = draw.draw(st.permutations(range(0, len(data), piece_bytes)))

    def check(whole: bytes) -> None:
        if crc32c_of(whole) != crc32c_of(data):
            raise SourceReadError("the content is not what its checksum says")

    def read() -> None:
        stream = open_checked(lambda start, end: other[start:end], len(data), piece_bytes, check, crc32c_of(data))
        for start in starts:
            stream.seek(start)
            stream.read(piece_bytes)

    with pytest.raises(SourceReadError):
        read()


@given(st.binary(min_size=2, max_size=60), st.integers(1, 20), st.booleans())
def test_what_was_read_in_order_is_compared_with_the_md5_of_the_object(data, piece_bytes, leaves_out_one):
    hashed, size = [], piece_bytes * 2
    ranges = open_checked(lambda start, end: data[start:end], len(data), piece_bytes, lambda whole: None, "", hashed.append)
    starts = list(range(0, len(data), size))
    for start in starts[1:] if leaves_out_one else starts:
        ranges.seek(start)
        ranges.read(size)
    is_one_range = len(data) <= size
    assert hashed == ([] if leaves_out_one or is_one_range else [hashlib.md5(data, usedforsecurity=False).digest()])


def test_a_range_that_differs_from_what_was_read_before_is_refused():
    answers = iter([b"ab", b"cd", b"aB"])
    stream = open_checked(lambda start, end: next(answers), 4, 2, lambda whole: None)
    assert (stream.read(2), stream.read(2)) == (b"ab", b"cd")
    stream.seek(0)
    with pytest.raises(SourceReadError, match="other bytes for a range"):
        stream.read(1)


def test_the_checksum_is_spelled_as_google_states_it():
    assert crc32c_of(b"123456789") == base64.b64encode(bytes.fromhex("e3069283")).decode()
    assert google_crc32c.value(b"123456789") == 0xE3069283


@pytest.fixture(params=["gs", "s3", pytest.param("az", marks=pytest.mark.azurite)])
def spoiled(request, monkeypatch):
    """(a place, its storage behind a proxy, the proxy)."""
    kind = request.param
    if kind == "gs":
        place, server = request.getfixturevalue("bucket"), request.getfixturevalue("gcs")
    elif kind == "s3":
        place, server = request.getfixturevalue("s3_bucket"), request.getfixturevalue("s3")
    else:
        place, server = request.getfixturevalue("az_container"), request.getfixturevalue("azure")
    monkeypatch.setattr(object_store, "LIMITS", replace(object_store.LIMITS, retries=1, retry_sec=2))
    monkeypatch.setattr(google, "LIMITS", replace(google.LIMITS, retry_sec=2))
    assert storage_of(place).find(join_uri(place, "x")) is None  # Its client is made now, and goes to the server itself.
    with proxy(server) as between:
        path = server.partition("://")[2].partition("/")[2]
        variable = {"gs": "STORAGE_EMULATOR_HOST", "s3": "AWS_ENDPOINT_URL", "az": "AZURE_STORAGE_ENDPOINT"}[kind]
        monkeypatch.setenv(variable, f"{between.url}/{path}".rstrip("/"))
        yield place, {"gs": GoogleStorage, "s3": S3Storage, "az": AzureStorage}[kind](), between


def written(place: str, name: str, size_bytes: int):
    uri, data = join_uri(place, name), os.urandom(size_bytes)
    storage_of(place).write(uri, data)
    return storage_of(place).find(uri), data


@pytest.mark.parametrize("size_bytes", [SMALL, LARGE])
@pytest.mark.parametrize(("spoil", "is_honest"), [(flipped, True), (cut, True), (cut, False)])
def test_short_and_flipped_bodies_are_source_read(spoiled, size_bytes, spoil, is_honest):
    place, storage, between = spoiled
    source, data = written(place, "x", size_bytes)
    with storage.open(source) as file:
        assert file.read() == data
    between.spoil, between.is_honest = spoil, is_honest
    for read in (lambda: storage.open(source).read(), lambda: storage.read(source.uri), lambda: storage.checksum(source.uri)):
        with pytest.raises(SourceReadError) as caught:
            read()
        assert place.partition("://")[2] not in str(caught.value)


def test_a_store_that_sends_a_byte_now_and_then_is_not_waited_for(spoiled, monkeypatch):
    place, storage, between = spoiled
    source, _ = written(place, "x", SMALL)
    monkeypatch.setattr(object_store, "LIMITS", replace(object_store.LIMITS, request_sec=2))
    monkeypatch.setattr(google, "LIMITS", replace(google.LIMITS, request_sec=2))
    between.fault = lambda request: "slow"
    for read in (
        lambda: storage.open(source).read(),
        lambda: storage.read(source.uri),
        lambda: storage.checksum(source.uri),
        lambda: list(storage.list(place)),
    ):
        with pytest.raises(SourceReadError) as caught:
            read()
        assert place.partition("://")[2] not in str(caught.value)


def test_an_object_that_changes_between_two_ranges_is_not_mixed(place):
    if place.startswith("memory"):  # It is read at once.
        return
    storage = storage_of(place)
    source, data = written(place, "x", LARGE)
    with storage.open(source) as file:
        assert file.read(10) == data[:10]
        storage.write(source.uri, os.urandom(LARGE), replace=True)
        file.seek(LARGE - 10)
        if not place.startswith("/"):
            with pytest.raises(SourceChangedError):
                file.read()
        else:
            assert file.read() == data[-10:]  # The old file is open, and complete.


def test_a_local_file_that_is_written_in_place_is_not_mixed(tmp_path):
    storage, path = storage_of(str(tmp_path)), tmp_path / "x"
    for change in (
        lambda: os.truncate(path, LARGE // 2),
        lambda: path.write_bytes(bytes(LARGE)),
        lambda: os.utime(path, (1, 1)),
    ):
        path.write_bytes(os.urandom(LARGE))
        with storage.open(storage.find(str(path))) as file:
            file.read(10)
            change()
            file.seek(LARGE // 2 - 10)
            with pytest.raises(SourceChangedError):
                file.read()


def test_an_object_encrypted_by_a_key_of_the_owner_is_read(s3, s3_bucket):
    """Its ETag looks like an MD5 and is none."""
    import boto3

    client, bucket = boto3.client("s3", endpoint_url=s3), s3_bucket.removeprefix("s3://")
    client.put_object(Bucket=bucket, Key="x", Body=b"x", ServerSideEncryption="aws:kms")
    storage = storage_of(s3_bucket)
    source = storage.find(f"{s3_bucket}/x")
    calls: list[str] = []
    check = S3Storage.check

    def with_other_e_tag(self, store, bucket, name, e_tag, md5):
        calls.append(name)
        check(self, store, bucket, name, "0" * 32, md5)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(S3Storage, "check", with_other_e_tag)
        with storage.open(source) as file:
            assert file.read() == b"x"
        storage.write(f"{s3_bucket}/plain", b"y")
        with pytest.raises(SourceReadError, match="checksum"):
            storage.read(f"{s3_bucket}/plain")
    assert calls == ["x", "plain"]


def test_what_is_written_carries_its_checksum(place):
    """So that a store that states none is compared as well."""
    if not place.startswith(("s3", "az")):
        return
    storage = storage_of(place)
    storage.write(f"{place}/x", io.BytesIO(b"abc"))
    import obstore

    [store] = [store for bucket, store in storage._opened.items() if place.endswith(bucket)]
    assert obstore.get(store, "x").attributes["crc32c"] == crc32c_of(b"abc")
