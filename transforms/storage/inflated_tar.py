"""Compressed TAR archives, which each process inflates once, into a temporary file without a name.

Nothing in such an archive can be reached but through all that stands before it: inflating it for each member would take a time
that grows with the square of their number. The file grows as far as members are read. A process keeps the last few archives;
engines that hand members of many archives to one worker inflate some of them again.
"""

from __future__ import annotations

import bz2
import gzip
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
    """A compressed archive, inflated as far as it was read. Threads can share it."""

    def __init__(self, inflating: Inflating, chunk_bytes: int) -> None:
        self._inflating, self._chunk_bytes = inflating, chunk_bytes
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as this object
        self._inflated_bytes, self._lock = 0, threading.Lock()
        self.has_failed = False

    def open(self, offset: int, size_bytes: int) -> BinaryIO:
        """A stream of one member."""
        return Slice(self._read_at, offset, size_bytes).buffered()

    def _read_at(self, offset: int, size_bytes: int) -> bytes:
        with self._lock:
            if self._inflated_bytes < offset + size_bytes:
                self._inflate(offset + size_bytes)
            self._file.seek(offset)
            return self._file.read(size_bytes)

    def _inflate(self, end: int) -> None:
        if self.has_failed:
            raise ArchiveError("the archive cannot be inflated")
        try:
            with malformed(ArchiveError):
                self._file.seek(self._inflated_bytes)
                while self._inflated_bytes < end and (data := self._inflating.read(self._chunk_bytes)):
                    self._file.write(data)
                    self._inflated_bytes += len(data)
        except EffaceError:
            self.has_failed = True  # What follows an error is unknown, so the next member begins anew.
            raise


_keeping = threading.Lock()
_kept: OrderedDict[Source, InflatedTar] = OrderedDict()


def inflated_tar(archive: Source, form: Form, open_object: Callable[[Source], BinaryIO], limits: ArchiveLimits) -> InflatedTar:
    """The inflated archive of this process, begun if there is none.

    Raises:
        SourceChangedError, SourceReadError: See `Storage.open`.
    """
    with _keeping:
        inflated = _kept.pop(archive, None)
        if inflated is None or inflated.has_failed:
            inflating = Inflating(open_object(archive), form, limits, archive.size_bytes)
            inflated = InflatedTar(inflating, limits.chunk_bytes)
        _kept[archive] = inflated
        while len(_kept) > limits.kept_tars:
            _kept.popitem(last=False)  # Its file goes when the last member of it is closed.
        return inflated
