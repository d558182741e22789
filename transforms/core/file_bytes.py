"""Contents that are too large for memory: in a file, and used like bytes.

A `Content` is bytes up to `MEMORY_BYTES` and a part of a file beyond. Both have a length and slices, so one code serves both. A
temporary file has no name and goes with its last reader, also where the process is killed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import mmap
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, TypeAlias, cast

from .errors import TemporarySpaceError

MEMORY_BYTES = 16 << 20
"""Contents up to this size are kept in memory."""
CHUNK_BYTES = 8 << 20
"""What is in memory at once of a content that is copied or searched."""


class FileBytes(io.BufferedIOBase):
    """A part of an open file: a sequence of bytes, and a stream, as which pydicom takes the value of an element.

    The file stays open as long as one of its parts is in use. It has one position, so it belongs to one thread.

    Args:
        file: Seekable. What a process has written to it must be flushed.
        offset: Where the part begins.
        size_bytes: Its length; None for all that follows.

    Raises:
        OSError: The file is shorter than it was, at the time of reading.
    """

    def __init__(self, file: IO[bytes], offset: int = 0, size_bytes: int | None = None) -> None:
        self._file, self._offset, self._position = file, offset, 0
        self._size_bytes = file.seek(0, os.SEEK_END) - offset if size_bytes is None else size_bytes

    def __len__(self) -> int:
        return self._size_bytes

    def __getitem__(self, index: slice) -> bytes:
        start, stop, step = index.indices(self._size_bytes)
        if step != 1:
            raise ValueError("only whole ranges can be read")
        return self._read_at(start, max(0, stop - start))

    def part(self, start: int, size_bytes: int) -> FileBytes:
        """A range of it, without reading it."""
        return FileBytes(self._file, self._offset + start, max(0, min(size_bytes, self._size_bytes - start)))

    def mapped(self) -> memoryview:
        """All of it for an interface that takes one piece of memory: pages of the file, which the system can drop."""
        whole = mmap.mmap(self._file.fileno(), self._offset + self._size_bytes, access=mmap.ACCESS_READ)
        return memoryview(whole)[self._offset :]

    def _read_at(self, start: int, size_bytes: int) -> bytes:
        self._file.seek(self._offset + start)
        data = self._file.read(size_bytes)
        if len(data) != size_bytes:
            raise OSError("a file was cut off while it was read")
        return data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size_bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        rest = max(0, self._size_bytes - self._position)
        data = self._read_at(self._position, rest if size is None or size < 0 else min(size, rest))
        self._position += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


Content: TypeAlias = bytes | FileBytes


@dataclass(frozen=True)
class SpoolLimits:
    """The largest temporary file.

    Attributes:
        max_bytes: Of one content. An instance takes up to three: its source, its pixel data, its output.
    """

    max_bytes: int = 64 << 30


LIMITS = SpoolLimits()


class Spool:
    """A file to write a content into: in memory while it is small, then a temporary file.

    Every method raises `TemporarySpaceError` where the file cannot be written or becomes too large.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115  # Open as long as it is read.

    def write(self, content: Content) -> None:
        """Append a content, or write it where `seek` led to."""
        for chunk in chunks(content):
            with _temporary_space():
                self._file.write(chunk)
                if self._file.tell() > LIMITS.max_bytes:
                    raise TemporarySpaceError("a temporary file would be larger than the limit")

    def read(self, start: int, size_bytes: int) -> bytes:
        """What was written at a place. `write` goes on there."""
        with _temporary_space():
            self._file.seek(start)
            data = self._file.read(size_bytes)
            self._file.seek(start)
        return data

    def seek(self, start: int) -> None:
        """Let `write` go on elsewhere."""
        with _temporary_space():
            self._file.seek(start)

    def content(self, start: int = 0) -> Content:
        """All that was written, from an offset on. Nothing can be written any more."""
        with _temporary_space():
            size_bytes = self._file.seek(0, os.SEEK_END) - start
            if size_bytes > MEMORY_BYTES:
                self._file.flush()
                return FileBytes(self._file, start, size_bytes)
            self._file.seek(start)
            with self._file:
                return self._file.read()


@contextlib.contextmanager
def _temporary_space() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise TemporarySpaceError("a temporary file cannot be written") from None


def joined(parts: Iterable[Content]) -> Content:
    """Contents in a row as one.

    Raises:
        TemporarySpaceError: See `Spool`.
    """
    rest, small, size_bytes = iter(parts), list[Content](), 0
    for part in rest:
        small.append(part)
        size_bytes += len(part)
        if size_bytes > MEMORY_BYTES:
            break
    else:
        return b"".join(part if isinstance(part, bytes) else part[:] for part in small)
    spool = Spool()
    for part in itertools.chain(small, rest):
        spool.write(part)
    return spool.content()


def part_of(content: Content, start: int, size_bytes: int) -> Content:
    """A range of a content, without reading it."""
    return content[start : start + size_bytes] if isinstance(content, bytes) else content.part(start, size_bytes)


def chunks(content: Content, overlap_bytes: int = 0) -> Iterator[bytes]:
    """A content in pieces; bytes of no more than one piece as they are.

    Args:
        overlap_bytes: What the next piece repeats of the one before, so that nothing shorter is torn apart.
    """
    if isinstance(content, bytes) and len(content) <= CHUNK_BYTES:
        yield content
        return
    for start in range(0, max(1, len(content) - overlap_bytes), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES + overlap_bytes]


def stream_of(content: Content) -> BinaryIO:
    """A content as a seekable stream, at its start."""
    if isinstance(content, bytes):
        return io.BytesIO(content)
    content.seek(0)
    return cast(BinaryIO, content)


def sha256_of(content: Content) -> str:
    """SHA-256 of a content in hexadecimal."""
    digest = hashlib.sha256()
    for chunk in chunks(content):
        digest.update(chunk)
    return digest.hexdigest()
