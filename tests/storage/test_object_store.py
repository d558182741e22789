"""S3 and Azure beyond the rules of the protocol: names, folders, missing buckets, extras and accounts."""

import io
import os
import sys

import pytest

from efface.runners.cli.main import main
from efface.transforms import storage
from efface.transforms.core.errors import OutputConflictError, OutputWriteError, SourceChangedError, SourceReadError
from efface.transforms.core.file_bytes import FileBytes
from efface.transforms.storage import join_uri, object_store, storage_of, upload_in_parts
from efface.transforms.storage.object_store import AzureStorage, S3Storage

STORES = ["s3", pytest.param("az", marks=pytest.mark.azurite)]


def names(pattern):
    return [source.uri for source in storage_of(pattern).list(pattern)]


@pytest.mark.parametrize("place", STORES, indirect=True)
def test_any_usual_name_is_a_name(place):
    odd = ["Mü^%.dcm", "p%20q", "a#b?c", "a+b", "a*", "{x}", "a:b", "x|y", 'q"q', "<>&'", "a.zip!/b", "trail ", ".hid", "~"]
    for name in odd:
        assert storage_of(place).write(join_uri(place, name), name.encode())
    assert names(place) == [join_uri(place, name) for name in sorted(odd)]
    for source in storage_of(place).list(place):
        with storage_of(place).open(source) as file:
            assert join_uri(place, file.read().decode()) == source.uri


@pytest.mark.parametrize("place", STORES, indirect=True)
def test_no_error_of_the_client_comes_through(place):
    missing = f"{place}-missing"
    for pattern in (missing, f"{missing}/in/*.dcm"):
        with pytest.raises(SourceReadError, match=r"^the bucket does not exist, or you may not use it$"):
            names(pattern)
    with pytest.raises(OutputWriteError, match=r"^the bucket does not exist, or you may not use it$"):
        storage_of(place).write(f"{missing}/x", b"x")
    for name in ("Quistberg//x", "Quistberg/../x", "Quistberg\x01"):
        with pytest.raises(SourceReadError, match=r"^a name in the bucket has an empty part"):
            storage_of(place).read(join_uri(place, name))
    storage_of(place).write(f"{place}/x", b"x")
    [source] = storage_of(place).list(place)
    storage_of(place).delete(f"{place}/x")
    with pytest.raises(SourceChangedError):
        storage_of(place).open(source)


def test_a_name_that_the_client_cannot_say_makes_the_listing_fail(s3, s3_bucket):
    """Such an object cannot be read, and must not be passed over in silence."""
    import boto3

    client = boto3.client("s3", endpoint_url=s3)
    client.put_object(Bucket=s3_bucket.removeprefix("s3://"), Key="in//Quistberg.dcm", Body=b"x")
    with pytest.raises(SourceReadError, match=r"^a name in the bucket has an empty part") as caught:
        names(f"{s3_bucket}/in")
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_what_stands_for_a_folder_is_no_source(s3, s3_bucket):
    import boto3

    client, bucket = boto3.client("s3", endpoint_url=s3), s3_bucket.removeprefix("s3://")
    for name, data in (("in/", b""), ("in/a/", b""), ("in/a/1", b"x"), ("in/empty", b"")):
        client.put_object(Bucket=bucket, Key=name, Body=data)
    assert names(f"{s3_bucket}/in") == names(s3_bucket) == [f"{s3_bucket}/in/a/1", f"{s3_bucket}/in/empty"]
    assert names(f"{s3_bucket}/in/*") == [f"{s3_bucket}/in/a/1", f"{s3_bucket}/in/empty"]
    with storage_of(s3_bucket).open(storage_of(s3_bucket).find(f"{s3_bucket}/in/empty")) as file:
        assert file.read() == b""


def test_a_server_that_does_not_answer_is_named_in_plain_words(monkeypatch):
    monkeypatch.setattr(object_store, "LIMITS", object_store.TransferLimits(retries=0, connect_sec=1))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "synthetic")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "synthetic")
    with pytest.raises(SourceReadError) as caught:
        S3Storage().find("s3://Quistberg/Quistberg.dcm")
    assert "Quistberg" not in str(caught.value)


def test_the_account_of_a_container_is_in_its_uri_or_in_a_variable(monkeypatch):
    for name in ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SourceReadError, match="AZURE_STORAGE_ACCOUNT_NAME"):
        AzureStorage().read("az://container/x")
    opened = AzureStorage().connect("container@account.dfs.core.windows.net", {}, {})
    assert opened.config["account_name"] == "account"
    assert opened.config["container_name"] == "container"


def test_without_its_extra_a_store_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    for kind in (S3Storage, AzureStorage):
        with pytest.raises(io.UnsupportedOperation, match=r"efface\[aws\]"):
            kind()


def test_credentials_of_a_profile_are_found(s3_bucket, monkeypatch, tmp_path):
    storage_of(s3_bucket).write(f"{s3_bucket}/x", b"x")
    (tmp_path / "credentials").write_text("[site]\naws_access_key_id = synthetic\naws_secret_access_key = synthetic\n")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "site")
    assert S3Storage().read(f"{s3_bucket}/x") == b"x"
    monkeypatch.setenv("AWS_PROFILE", "missing")
    with pytest.raises(SourceReadError):
        S3Storage().read(f"{s3_bucket}/x")


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of the least size that S3 takes."""
    limits = upload_in_parts.PartLimits(least_bytes=1 << 20, part_bytes=5 << 20)
    monkeypatch.setattr(object_store, "PARTS", limits)
    monkeypatch.setattr(upload_in_parts, "LIMITS", limits)


def in_file(folder, data):
    (folder / "data").write_bytes(data)
    return FileBytes((folder / "data").open("rb"))


@pytest.mark.parametrize("place", STORES, indirect=True)
def test_a_large_object_is_written_in_parts_whole_or_not_at_all(place, small_parts, tmp_path, monkeypatch):
    monkeypatch.setattr("obstore.put", None)  # What takes 5 GB at most.
    storage, uri = storage_of(place), join_uri(place, "large.dcm")
    one, other = os.urandom(11 << 20), os.urandom(6 << 20)
    assert storage.write(uri, in_file(tmp_path, one)) is True
    assert storage.read(uri) == one
    with storage.open(storage.find(uri)) as file:
        assert file.read() == one
    assert storage.write(uri, in_file(tmp_path, one)) is False
    with pytest.raises(OutputConflictError):
        storage.write(uri, in_file(tmp_path, other))
    assert storage.read(uri) == one
    assert storage.write(uri, in_file(tmp_path, other), replace=True) is True
    assert storage.read(uri) == other
    assert names(place) == [uri]


@pytest.mark.parametrize("place", STORES, indirect=True)
def test_the_service_itself_refuses_parts_of_a_name_that_was_taken_meanwhile(place, small_parts, tmp_path, monkeypatch):
    storage, uri = storage_of(place), join_uri(place, "large.dcm")
    monkeypatch.setattr(type(storage), "find", lambda *_: None)  # The other writer came after this look.
    one, other = os.urandom(6 << 20), os.urandom(6 << 20)
    assert storage.write(uri, one) is True
    assert storage.write(uri, in_file(tmp_path, one)) is False
    with pytest.raises(OutputConflictError):
        storage.write(uri, in_file(tmp_path, other))
    assert storage.read(uri) == one


@pytest.mark.azurite
def test_parts_replace_the_given_version_alone(az_container, small_parts, tmp_path):
    storage, uri = storage_of(az_container), join_uri(az_container, "large.dcm")
    storage.write(uri, b"one")
    one, data = storage.find(uri), os.urandom(6 << 20)
    assert storage.write(uri, in_file(tmp_path, data), replace=one) is True
    with pytest.raises(OutputConflictError):
        storage.write(uri, in_file(tmp_path, data[:-1]), replace=one)
    assert storage.read(uri) == data


def test_parts_leave_nothing_behind_when_the_condition_does_not_hold(s3, s3_bucket, small_parts):
    import boto3

    storage, uri = storage_of(s3_bucket), join_uri(s3_bucket, "large.dcm")
    storage.write(uri, b"one")
    with pytest.raises(upload_in_parts.ConditionNotMetError):
        storage._put(s3_bucket.removeprefix("s3://"), "large.dcm", bytes(6 << 20), {"If-None-Match": "*"}, "")
    client = boto3.client("s3", endpoint_url=s3)
    assert "Uploads" not in client.list_multipart_uploads(Bucket=s3_bucket.removeprefix("s3://"))


def test_a_bucket_that_is_missing_is_named_for_parts_as_well(s3_bucket, small_parts):
    with pytest.raises(OutputWriteError, match=r"^the bucket does not exist, or you may not use it$"):
        storage_of(s3_bucket).write(f"{s3_bucket}-missing/x", bytes(6 << 20))


def test_a_store_without_its_extra_is_named_wherever_it_is_given(monkeypatch, tmp_path, key_file, capsys):
    monkeypatch.setitem(sys.modules, "obstore", None)
    storage._storage_of_scheme.cache_clear()
    (tmp_path / "in").mkdir()
    places = {"input": str(tmp_path / "in"), "output": str(tmp_path / "out"), "policy": "basic", "key-file": str(key_file)}
    for option in (*places, "withdrawn"):
        given = places | {option: "s3://Quistberg/x"}
        assert main(["run", *(f"--{name}={place}" for name, place in given.items())]) == 2
        said = capsys.readouterr().err
        assert 'pip install "efface[aws]"' in said
        assert option == "policy" or "Quistberg" not in said
    storage._storage_of_scheme.cache_clear()
