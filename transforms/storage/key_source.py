"""The place of the secret key. Settings and graphs hold a `KeySource`; the key stays in the process that uses it."""

from __future__ import annotations

import base64
import binascii
import functools
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ..core.pseudonyms import MIN_KEY_BYTES, Pseudonyms
from . import storage_of

ENVIRONMENT_VARIABLE = "EFFACE_KEY"


class KeyUnavailableError(ValueError):
    """The key is missing or unusable; the message says what to do and holds nothing of the key."""


@dataclass(frozen=True)
class KeySource:
    """A reference to the key.

    Attributes:
        uri: A file (local or in a bucket), or "" for the environment variable EFFACE_KEY.
        key_id: The id that the key must have, or "" for any. A launcher sets it, since a worker on another machine looks into
            a file system and an environment of its own.
    """

    uri: str = ""
    key_id: str = ""

    def pseudonyms(self) -> Pseudonyms:
        """The pseudonyms of this key, read once per process.

        Raises:
            KeyUnavailableError: There is no key, it is no 32 bytes of hexadecimal or base64, or it is another one.
        """
        return _load(self.uri, self.key_id)


@functools.cache
def _load(uri: str, key_id: str) -> Pseudonyms:
    if uri:
        try:
            data = storage_of(uri).read(uri)
        except Exception:
            data = None
        if data is None:
            raise KeyUnavailableError("the key file cannot be read; `efface key FILE` makes one")
        text = data.decode("ascii", "replace")
    else:
        text = os.environ.get(ENVIRONMENT_VARIABLE, "")
        if not text:
            raise KeyUnavailableError(
                f"there is no key: pass --key-file FILE or set {ENVIRONMENT_VARIABLE}; `efface key FILE` makes one"
            )
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


def make_key_file(path: Path) -> None:
    """Write a new random key to a file that only its owner can read (mode 0600).

    Raises:
        FileExistsError: The file is there already. A key is never overwritten: without it no pseudonym can be made again.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(MIN_KEY_BYTES) + "\n")
