"""Inflates a deflated data set (PS3.5 A.5) as far as it is read, and never beyond a limit.

A few kilobytes can inflate to gigabytes. pydicom inflates a whole data set without a limit, so it never gets a deflated one.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from ..core.errors import InflationLimitError, StructureError

_CHUNK_BYTES = 256 << 10


@dataclass(frozen=True)
class InflationLimits:
    """The largest sizes that an inflated data set can have.

    Attributes:
        max_bytes: The memory of one worker beside its models. Larger objects are clips, which no device writes deflated.
        any_ratio_bytes: Up to this size any ratio is allowed: a blank radiograph has it.
        max_ratio: Inflated to deflated bytes of larger data sets. Images reach 2 to 20; constant bytes come near 1000.
    """

    max_bytes: int = 1 << 30
    any_ratio_bytes: int = 64 << 20
    max_ratio: int = 200

    def limit_bytes(self, deflated_bytes: int) -> int:
        """The most bytes that so many deflated ones may inflate to."""
        return min(self.max_bytes, max(self.any_ratio_bytes, self.max_ratio * deflated_bytes))


LIMITS = InflationLimits()


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
