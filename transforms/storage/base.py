"""The protocol that every storage backend implements."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from typing import BinaryIO, Protocol, cast

from ..core.instance import Source


class Storage(Protocol):
    """One kind of storage. A backend keeps these rules:

    - Whole objects: an object appears under its name at once and complete, or not at all. A writer that dies leaves no object.
    - Versions: `Source.version` changes whenever the content does. `list` returns it without a request for each object: a
      generation, an ETag, or size and modification time. It begins with the time of writing, in units of `time_unit_ns`.
    - Pinned reads: `open` reads ranges of the listed version. It never mixes two versions and never returns a newer one.
    - Conditions: the service checks "does not exist" and "still has this version" in the request that writes. A create that is
      retried after a lost answer finds its own object: the content is compared before a conflict is raised.
    - Checks: what is read has the length that the store states, and the checksum where it states one; a service compares what
      it receives. Ranges are compared together once all of them were read.
    - Names: a name may contain wildcards and spaces. No folder has to be created first.
    - Errors: an error of a client becomes an `EffaceError` without name, key or content (`from None`).
    - Processes: a client is created on first use, in the process that uses it. It is neither pickled nor shared with a fork.

    Attributes:
        time_unit_ns: Nanoseconds that one step of the time in a version stands for.
    """

    time_unit_ns: int

    def list(self, pattern: str) -> Iterator[Source]:
        """Every object that matches a pattern, in name order. A folder or prefix matches all objects below it."""

    def find(self, uri: str) -> Source | None:
        """The object with its current version; None when there is none."""

    def open(self, source: Source) -> BinaryIO:
        """A seekable stream of the listed version. A large object is fetched in ranges, as it is read.

        Raises:
            SourceChangedError: The object no longer has the listed version.
            SourceReadError: It cannot be read.
        """

    def read(self, uri: str) -> bytes | None:
        """The whole object, or None when there is none.

        Raises:
            SourceReadError: It cannot be read.
        """

    def checksum(self, uri: str) -> str | None:
        """SHA-256 of the object in hexadecimal, read as a stream; None when there is none.

        Raises:
            SourceReadError: It cannot be read.
        """

    def write(self, uri: str, data: bytes | BinaryIO, *, replace: bool | Source = False, private: bool = False) -> bool:
        """Write a whole object; returns False when it already exists with this content.

        Args:
            data: The content. A stream must be seekable and is read from its start.
            replace: Replace an existing object: always, or only while it has the given version.
            private: Only the owner may read it: mode 0600, and 0700 for folders created for it. Where objects have no modes,
                the permissions of the bucket apply.

        Raises:
            OutputConflictError: The object exists with other content, and `replace` does not allow to replace it.
            OutputWriteError: It cannot be written.
        """

    def delete(self, uri: str) -> None:
        """Remove an object. Idempotent."""

    def written_sec(self, uri: str) -> float:
        """Time of the last write in seconds since 1970, by the clock of the storage; infinity when there is no object."""


def as_stream(data: bytes | BinaryIO) -> tuple[BinaryIO, int]:
    """Content as a stream, positioned at its start, and its size in bytes."""
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    size_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return stream, size_bytes


def digest(stream: BinaryIO) -> str:
    """SHA-256 of a whole stream in hexadecimal; the stream is positioned at its start afterwards."""
    stream.seek(0)
    found = hashlib.file_digest(cast(io.BufferedIOBase, stream), "sha256").hexdigest()
    stream.seek(0)
    return found
