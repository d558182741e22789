"""Storage of objects: one protocol over local folders, Google Cloud Storage and the memory of the process, without Beam.

Beam's file systems are not used: they report neither versions nor checksums, have no conditional writes, cannot name an object
with a `[` in its name, and open a new client for every call.
"""

from __future__ import annotations

import functools
import io

from .base import Storage
from .google import GoogleStorage
from .local import LocalStorage
from .memory import MemoryStorage
from .uris import fixed_prefix, is_below, is_local, join_uri, may_match_below, scheme_of

__all__ = ["Storage", "fixed_prefix", "is_below", "is_local", "join_uri", "may_match_below", "read_text", "storage_of"]

_BACKENDS: dict[str, type[Storage]] = {"": LocalStorage, "gs": GoogleStorage, "memory": MemoryStorage}


@functools.cache
def _storage_of_scheme(scheme: str) -> Storage:
    if scheme not in _BACKENDS:
        raise io.UnsupportedOperation("no storage has this scheme: give a local path or a gs:// URI")
    return _BACKENDS[scheme]()


def storage_of(uri: str) -> Storage:
    """The storage of a path, pattern or URI: one object (and one client) for each process.

    Raises:
        io.UnsupportedOperation: There is no storage for the scheme. It is an OSError.
    """
    return _storage_of_scheme(scheme_of(uri))


def read_text(uri: str) -> str:
    """The text of an object in UTF-8, with or without a byte order mark.

    Raises:
        FileNotFoundError: There is none.
        UnicodeDecodeError: It is not UTF-8.
        EffaceError: It cannot be read. The client of a bucket may raise its own errors.
    """
    data = storage_of(uri).read(uri)
    if data is None:
        raise FileNotFoundError(uri)
    return data.decode("utf-8-sig")
