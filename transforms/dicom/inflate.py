"""Inflates a deflated data set (PS3.5 A.5) as far as it is read, and never beyond a limit.

A few kilobytes can inflate to gigabytes. pydicom inflates a whole data set without a limit, so it never gets a deflated one.
"""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from ..core.errors import InflationLimitError, StructureError
from ..core.inflation_limits import InflationLimits

_CHUNK_BYTES = 256 << 10


LIMITS = InflationLimits()
"""Of a data set, which is inflated in memory. A blank radiograph has any ratio; images reach 2 to 20."""


class InflatedFile(io.RawIOBase):
    """A seekable file of the inflated bytes. Inflates only as far as it is read.

    Bytes after the end of the deflate stream are ignored.

    Args:
        file: Seekable, at the start of the deflate stream.
        limits: Of the inflated size.
    """

    def __init__(self, file: BinaryIO, limits: InflationLimits = LIMITS) -> None:
        start = file.tell()
        deflated_bytes = file.seek(0, io.SEEK_END) - start
        file.seek(start)
        self._file = file
        self._limit = limits.limit_bytes(deflated_bytes)
        self._inflater = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        self._plain = bytearray()
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to an offset from the start or from the current position. The end is unknown."""
        self._position = max(0, offset + (self._position if whence == io.SEEK_CUR else 0))
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes; fewer only at the end.

        Raises:
            InflationLimitError: The data set inflates beyond its limit.
            StructureError: The stream is cut off, or no deflate stream.
        """
        end = None if size is None or size < 0 else self._position + size
        while not self._inflater.eof and (end is None or len(self._plain) < end):
            self._inflate_more()
        data = bytes(self._plain[self._position : end])
        self._position += len(data)
        return data

    def _inflate_more(self) -> None:
        deflated = self._inflater.unconsumed_tail or self._file.read(_CHUNK_BYTES)
        try:
            plain = self._inflater.decompress(deflated, _CHUNK_BYTES)
        except zlib.error:
            raise StructureError("the data set does not inflate") from None
        if not deflated and not plain and not self._inflater.eof:
            raise StructureError("the deflated data set is cut off")
        self._plain += plain
        if len(self._plain) > self._limit:
            raise InflationLimitError("the data set inflates beyond the limit")
