"""A range of an archive as a stream."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

from ..core.errors import ArchiveError
from .range_reader import RangeReader

_BUFFER_BYTES = 256 << 10


class Slice(RangeReader):
    """A range of bytes.

    Args:
        read_at: (offset, bytes) -> content of the archive.
        offset: Where the range begins.
        size_bytes: Its length.
        checksum: CRC-32 of the range, compared when it was read from its start to its end; None for none.
        close: Called when the stream is closed.
    """

    def __init__(
        self,
        read_at: Callable[[int, int], bytes],
        offset: int,
        size_bytes: int,
        checksum: int | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(size_bytes)
        self._read_at, self._offset, self._checksum, self._close = read_at, offset, checksum, close
        self._found, self._summed_bytes = 0, 0

    @classmethod
    def of_stream(cls, stream: BinaryIO, offset: int, size_bytes: int, checksum: int | None = None) -> BinaryIO:
        """A buffered range of a stream, which it owns."""

        def read_at(offset: int, size_bytes: int) -> bytes:
            stream.seek(offset)
            return stream.read(size_bytes)

        return cls(read_at, offset, size_bytes, checksum, stream.close).buffered()

    def buffered(self) -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(self, _BUFFER_BYTES))

    def fetch(self, start: int, end: int) -> bytes:
        data = self._read_at(self._offset + start, end - start)
        if len(data) < end - start:
            raise ArchiveError("the archive is cut off")
        if self._checksum is not None and start in (0, self._summed_bytes):
            self._found, self._summed_bytes = zlib.crc32(data, self._found if start else 0), end
            if end == self.size_bytes and self._found != self._checksum:
                raise ArchiveError("the checksum of the member is wrong")
        return data

    def close(self) -> None:
        if not self.closed:
            self._close()
        super().close()
