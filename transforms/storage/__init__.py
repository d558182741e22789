"""Storage of objects: one protocol over local folders, Google Cloud Storage, S3, Azure and memory, without Beam.

Beam's file systems are not used: they report neither versions nor checksums, have no conditional writes, cannot name an object
with a `[` in its name, and open a new client for every call.
"""

from __future__ import annotations

import codecs
import functools
import io
import os
from typing import BinaryIO

from ..core.instance import Source
from .archives import list_members, open_member
from .base import Storage
from .client_errors import reason_of
from .google import GoogleStorage
from .local import LocalStorage
from .members import member_of
from .memory import MemoryStorage
from .object_store import AzureStorage, S3Storage
from .uris import fixed_prefix, has_archive_name, is_below, is_local, join_uri, may_match_below, path_below, scheme_of

__all__ = [
    "Storage",
    "fixed_prefix",
    "is_below",
    "is_local",
    "join_uri",
    "may_match_below",
    "open_listed",
    "path_below",
    "read_text",
    "reason_of",
    "storage_of",
    "with_members",
]

_BACKENDS: dict[str, type[Storage]] = {
    "": LocalStorage,
    "abfs": AzureStorage,
    "abfss": AzureStorage,
    "az": AzureStorage,
    "gs": GoogleStorage,
    "memory": MemoryStorage,
    "s3": S3Storage,
}


@functools.cache
def _storage_of_scheme(scheme: str, process: int) -> Storage:
    """The storage of one process: a fork has another one, since it must not share a client."""
    if scheme not in _BACKENDS:
        raise io.UnsupportedOperation(
            "no storage has this scheme: give a local path, or a URI of gs://, s3://, az:// or abfs://"
        )
    return _BACKENDS[scheme]()


def storage_of(uri: str) -> Storage:
    """The storage of a path, pattern or URI: one object (and one client) for each process.

    Raises:
        io.UnsupportedOperation: There is no storage for the scheme, or its extra is not installed. It is an OSError.
    """
    return _storage_of_scheme(scheme_of(uri), os.getpid())


def with_members(source: Source) -> list[Source]:
    """The members of a stored object that is an archive by name; any other object alone, and one that is DICOM by content.

    An archive that cannot be listed, or is none, is one source. `open_listed` raises the reason.
    """
    return list_members(source, _open_object) if has_archive_name(source.uri) else [source]


def open_listed(source: Source) -> BinaryIO:
    """A seekable stream of a source in its listed version: of a stored object, or of a member of an archive.

    Raises:
        SourceChangedError: The object no longer has the listed version.
        SourceReadError: It cannot be read.
        ArchiveError, InflationLimitError, DicomdirReferenceError: See `open_member`.
    """
    return open_member(source, _open_object) if member_of(source) else _open_object(source)


def _open_object(source: Source) -> BinaryIO:
    return storage_of(source.uri).open(source)


def read_text(uri: str) -> str:
    """The text of an object in UTF-8, with or without a byte order mark, or in UTF-16 with one.

    Raises:
        FileNotFoundError: There is none.
        UnicodeDecodeError: It is in another encoding.
        EffaceError: It cannot be read.
    """
    data = storage_of(uri).read(uri)
    if data is None:
        raise FileNotFoundError(uri)
    return data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
