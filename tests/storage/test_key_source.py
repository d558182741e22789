import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.pseudonyms import MIN_KEY_BYTES, Pseudonyms
from efface.transforms.storage import storage_of
from efface.transforms.storage.key_source import ENVIRONMENT_VARIABLE, KeySource, KeyUnavailableError, make_key_file


@given(st.binary(min_size=MIN_KEY_BYTES, max_size=80))
def test_key_is_hexadecimal_or_base64(tmp_path_factory, key):
    folder = tmp_path_factory.mktemp("keys")
    expected = Pseudonyms(key).key_id
    for name, text in (("hex", key.hex()), ("base64", base64.b64encode(key).decode() + "\n")):
        (folder / name).write_text(text)
        assert KeySource(str(folder / name)).pseudonyms().key_id == expected


@pytest.mark.parametrize("text", ["", "aa" * (MIN_KEY_BYTES - 1), "no key at all"])
def test_invalid_key_is_refused_and_not_repeated(tmp_path, text):
    (tmp_path / "key").write_text(text)
    with pytest.raises(KeyUnavailableError) as caught:
        KeySource(str(tmp_path / "key")).pseudonyms()
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("uri", ["gone", "nosuchscheme://bucket/key"])
def test_error_for_an_unreadable_key_says_what_to_do(tmp_path, uri):
    with pytest.raises(KeyUnavailableError, match="efface key"):
        KeySource(uri if "://" in uri else str(tmp_path / uri)).pseudonyms()


def test_worker_with_another_key_is_refused(key_file):
    with pytest.raises(KeyUnavailableError, match="another key"):
        KeySource(str(key_file), key_id="OTHER").pseudonyms()


def test_key_is_read_from_the_environment_or_a_bucket(bucket, key_file, monkeypatch):
    expected = KeySource(str(key_file)).pseudonyms().key_id
    storage_of(bucket).write(f"{bucket}/key", key_file.read_bytes())
    assert KeySource(f"{bucket}/key").pseudonyms().key_id == expected
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, key_file.read_text())
    assert KeySource(key_id=expected).pseudonyms().key_id == expected


def test_new_key_file_is_private_and_never_overwritten(tmp_path):
    path = tmp_path / "key"
    before = os.umask(0)
    try:
        make_key_file(path)
    finally:
        os.umask(before)
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    KeySource(str(path)).pseudonyms()
    with pytest.raises(FileExistsError):
        make_key_file(path)
