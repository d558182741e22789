"""The protocol of a storage."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from ..core.instance import Source

_CHUNK_BYTES = 1 << 20


class Storage(Protocol):
    """One kind of place. A backend keeps these rules:

    - Whole objects: an object appears under its name at once, complete, or not at all. A writer that dies leaves nothing there.
    - Versions: `Source.version` changes whenever the content does. `list` gives it without a request an object: a generation,
      an ETag, or size and time of change.
    - Pinned reads: `open` reads ranges of that one version. It never mixes two versions, and it never returns a newer one.
    - Conditions: the place itself checks "there is none" and "it is still this version", in the request that writes. A create
      whose answer got lost is found to be taken when it is tried again: the content is compared before that is a conflict.
    - Checksums: where the service can check what it receives and sends, the backend makes it do so.
    - Names: wildcards and spaces may stand in a name. No folder has to be made first.
    - Silence: exceptions are `EffaceError`s where the reason is known; they hold no name, no key and no content (`from None`).
    - Processes: a client is made in the process that uses it, on first use. It is neither pickled nor shared with a fork.
    """

    def list(self, pattern: str) -> Iterator[Source]:
        """Every object of a pattern, in name order. A folder or prefix means everything below it."""

    def find(self, uri: str) -> Source | None:
        """The object as it stands now, with its version; None when there is none."""

    def open(self, source: Source) -> BinaryIO:
        """A seekable stream of exactly the listed version. Large objects are fetched by ranges, as they are read.

        Raises:
            SourceChangedError: It is no longer the version that was listed.
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
        """Put a whole object under its name at once; returns False when exactly this content stood there already.

        Args:
            data: The content; a stream has to be seekable, and is read from its start.
            replace: Other content under that name goes: always, or only as long as it is the given version.
            private: For its owner alone: mode 0600, and 0700 for folders that are made for it. Where objects have no modes
                of their own, the rights of the place decide.

        Raises:
            OutputConflictError: Other content stands there, and `replace` does not speak of it.
            OutputWriteError: It cannot be written.
        """

    def delete(self, uri: str) -> None:
        """Remove an object. Idempotent."""

    def written_sec(self, uri: str) -> float:
        """When an object got its content, in seconds since 1970 by the storage's clock; infinity when there is none."""


def as_stream(data: bytes | BinaryIO) -> tuple[BinaryIO, int]:
    """Content as a stream that stands at its start, and its size in bytes."""
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    size_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return stream, size_bytes


def digest(stream: BinaryIO) -> str:
    """SHA-256 of a stream from its start on, in hexadecimal; the stream stands at its start again."""
    stream.seek(0)
    found = hashlib.sha256()
    while chunk := stream.read(_CHUNK_BYTES):
        found.update(chunk)
    stream.seek(0)
    return found.hexdigest()
