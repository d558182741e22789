"""Compressed TAR archives, which each process inflates once, into a temporary file without a name.

Nothing in such an archive can be reached but through all that stands before it: inflating it for each member would take a time
that grows with the square of their number. The file grows as far as members are read. A process keeps the last few archives;
engines that hand members of many archives to one worker inflate some of them again. A fork begins anew: handles that it shared
with its parent would also share their positions.
"""

from __future__ import annotations

import bz2
import functools
import gzip
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import BinaryIO

from ..core.errors import ArchiveError, EffaceError, InflationLimitError
from ..core.instance import Source
from ..core.malformed import malformed
from .archive_limits import ArchiveLimits
from .members import Form
from .slices import Slice


class Inflating:
    """What an archive inflates to, from its start to its end.

    Raises:
        InflationLimitError: It inflates beyond the limit.
        Exception: It does not inflate.
    """

    def __init__(self, stream: BinaryIO, form: Form, limits: ArchiveLimits, archive_bytes: int) -> None:
        self._file = gzip.GzipFile(fileobj=stream) if form is Form.TAR_GZ else bz2.BZ2File(stream)
        self._limit_bytes, self._chunk_bytes = limits.tar.limit_bytes(archive_bytes), limits.chunk_bytes
        self._position = 0

    def tell(self) -> int:
        return self._position

    def read(self, size_bytes: int) -> bytes:
        data = self._file.read(size_bytes)
        self._position += len(data)
        if self._position > self._limit_bytes:
            raise InflationLimitError("the archive inflates beyond the limit")
        return data

    def seek(self, offset: int) -> int:
        """Go forward, at most to the end."""
        if offset < self._position:
            raise ArchiveError("members of the archive overlap")
        while self._position < offset and self.read(min(self._chunk_bytes, offset - self._position)):
            pass
        return self._position


class InflatedTar:
    """A compressed archive, inflated as far as it was read. Threads can share it.

    Args:
        inflating: What it inflates to.
        chunk_bytes: Inflated at once.
        check: Raises an error when the archive no longer has the listed version.
    """

    def __init__(self, inflating: Inflating, chunk_bytes: int, check: Callable[[], None]) -> None:
        self._inflating, self._chunk_bytes, self._check = inflating, chunk_bytes, check
        # Lives as long as this object. Without a buffer nothing is left that a fork could write as well.
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._inflated_bytes, self._lock, self._process = 0, threading.Lock(), os.getpid()
        self.has_failed = False

    def open(self, offset: int, size_bytes: int) -> BinaryIO:
        """A stream of one member."""
        return Slice(self._read_at, offset, size_bytes).buffered()

    def _read_at(self, offset: int, size_bytes: int) -> bytes:
        if self._inflated_bytes < offset + size_bytes:
            if os.getpid() != self._process:
                raise ArchiveError("the archive was opened by another process")
            with self._lock:
                self._inflate(offset + size_bytes)
        return _read_range(self._file.fileno(), offset, min(size_bytes, max(0, self._inflated_bytes - offset)))

    def _inflate(self, end: int) -> None:
        if self.has_failed:
            raise ArchiveError("the archive cannot be inflated")
        try:
            with malformed(ArchiveError):
                inflated_bytes = self._inflated_bytes
                while inflated_bytes < end and (data := self._inflating.read(self._chunk_bytes)):
                    _write_range(self._file.fileno(), inflated_bytes, data)
                    inflated_bytes += len(data)
                if inflated_bytes > self._inflated_bytes:
                    self._check()  # Who overwrites the archive in place changes what the open handle reads.
                self._inflated_bytes = inflated_bytes
        except EffaceError:
            self.has_failed = True  # What follows an error is unknown, so the next member begins anew.
            self._check()  # Another archive fails to go on where this one was.
            raise


def _read_range(file: int, offset: int, size_bytes: int) -> bytes:
    """Read by place, since the position of a file is shared by threads and forks. One call reads 2 GiB at most."""
    parts, end = list[bytes](), offset + size_bytes
    while offset < end and (data := os.pread(file, end - offset, offset)):
        parts.append(data)
        offset += len(data)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _write_range(file: int, offset: int, data: bytes) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(file, memoryview(data)[written:], offset + written)


class _Kept:
    """The inflated archives of one process, in the order of their use."""

    def __init__(self) -> None:
        self.keeping = threading.Lock()
        self.tars: OrderedDict[Source, InflatedTar] = OrderedDict()


@functools.cache
def _kept_of(process: int) -> _Kept:
    """What a process keeps. A fork has another number, and leaves the files and locks of its parent alone."""
    return _Kept()


def inflated_tar(archive: Source, form: Form, open_object: Callable[[Source], BinaryIO], limits: ArchiveLimits) -> InflatedTar:
    """The inflated archive of this process, begun if there is none.

    Raises:
        SourceChangedError, SourceReadError: See `Storage.open`.
    """
    kept = _kept_of(os.getpid())
    with kept.keeping:
        inflated = kept.tars.pop(archive, None)
        if inflated is None or inflated.has_failed:
            inflating = Inflating(open_object(archive), form, limits, archive.size_bytes)
            inflated = InflatedTar(inflating, limits.chunk_bytes, lambda: open_object(archive).close())
        kept.tars[archive] = inflated
        while len(kept.tars) > limits.kept_tars:
            kept.tars.popitem(last=False)  # Its file goes when the last member of it is closed.
        return inflated
