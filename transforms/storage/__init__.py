"""Storage of objects: one protocol over local folders and Google Cloud Storage, without Beam.

Beam's own file systems are not used: they report neither a version nor a checksum, have no condition for a write, cannot name
an object whose name holds a `[`, and open a new client for every call.
"""

from __future__ import annotations

import functools
import io

from .base import Storage
from .google import GoogleStorage
from .local import LocalStorage
from .uris import fixed_prefix, is_below, is_local, join_uri, scheme_of

__all__ = ["Storage", "fixed_prefix", "is_below", "is_local", "join_uri", "read_text", "storage_of"]

_BACKENDS: dict[str, type[Storage]] = {"": LocalStorage, "gs": GoogleStorage}


@functools.cache
def _storage_of_scheme(scheme: str) -> Storage:
    if scheme not in _BACKENDS:
        raise io.UnsupportedOperation("no storage has this scheme: give a local path or a gs:// URI")
    return _BACKENDS[scheme]()


def storage_of(uri: str) -> Storage:
    """The storage that a path, pattern or URI belongs to: one object (and one client) a process.

    Raises:
        io.UnsupportedOperation: An OSError: there is no storage for the scheme.
    """
    return _storage_of_scheme(scheme_of(uri))


def read_text(uri: str) -> str:
    """A whole text in UTF-8, with or without a byte order mark.

    Raises:
        FileNotFoundError: There is none.
        UnicodeDecodeError: It is no UTF-8.
        EffaceError: It cannot be read; a bucket's client may raise errors of its own.
    """
    data = storage_of(uri).read(uri)
    if data is None:
        raise FileNotFoundError(uri)
    return data.decode("utf-8-sig")
