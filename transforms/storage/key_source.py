"""Reference to the secret key. Settings and graphs hold a `KeySource`; the key stays in the process that uses it."""

from __future__ import annotations

import base64
import binascii
import functools
import os
import secrets
from dataclasses import dataclass
from io import UnsupportedOperation
from pathlib import Path

from ..core.errors import EffaceError
from ..core.pseudonyms import MIN_KEY_BYTES, Pseudonyms
from . import storage_of

ENVIRONMENT_VARIABLE = "EFFACE_KEY"


class KeyUnavailableError(ValueError):
    """The key is missing or unusable; the message says what to do and contains no part of the key."""


@dataclass(frozen=True)
class KeySource:
    """A reference to the key.

    Attributes:
        uri: A file (local or in a bucket), or "" for the environment variable EFFACE_KEY.
        key_id: The required key id, or "" for any. A launcher sets it, because a worker on another machine reads its own file
            system and environment.
    """

    uri: str = ""
    key_id: str = ""

    def pseudonyms(self) -> Pseudonyms:
        """The pseudonyms of this key. A file is read once per process.

        Raises:
            KeyUnavailableError: There is no key, it is not 32 bytes or more in hexadecimal or base64, or it has another id.
        """
        return _from_text(_file_text(self.uri) if self.uri else _environment_text(), self.key_id)


@functools.cache
def _file_text(uri: str) -> str:
    try:
        data = storage_of(uri).read(uri)
    except (EffaceError, UnsupportedOperation) as error:
        raise KeyUnavailableError(f"the key file cannot be read: {error}; `efface key FILE` makes one") from None
    if data is None:
        raise KeyUnavailableError("the key file cannot be read: there is none; `efface key FILE` makes one")
    return data.decode("ascii", "replace")


def _environment_text() -> str:
    text = os.environ.get(ENVIRONMENT_VARIABLE, "")
    if not text:
        raise KeyUnavailableError(
            f"there is no key: give its file (--key-file) or set {ENVIRONMENT_VARIABLE}; `efface key FILE` makes one"
        )
    return text


@functools.lru_cache(maxsize=8)
def _from_text(text: str, key_id: str) -> Pseudonyms:
    pseudonyms = Pseudonyms(_decode(text.strip()))
    if key_id and pseudonyms.key_id != key_id:
        raise KeyUnavailableError("this worker finds another key than the launcher did; give both the same one")
    return pseudonyms


def _decode(text: str) -> bytes:
    for decode in (bytes.fromhex, functools.partial(base64.b64decode, validate=True)):
        try:
            key = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(key) >= MIN_KEY_BYTES:
            return key
    raise KeyUnavailableError(f"the key is not usable: {MIN_KEY_BYTES} bytes or more as hexadecimal or base64 are needed")


def decode_key(data: bytes) -> bytes:
    """The key in the content of a key file; bytes of another form are a key themselves."""
    try:
        return _decode(data.decode("ascii").strip())
    except (UnicodeDecodeError, KeyUnavailableError):
        return data


def make_key_file(path: Path) -> None:
    """Write a new random key to a file with mode 0600.

    Raises:
        FileExistsError: The file exists. A key is never overwritten: its pseudonyms could not be made again.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(MIN_KEY_BYTES) + "\n")
