"""Inflates a deflated data set (PS3.5 A.5) as far as it is read, and never beyond a limit.

A few kilobytes may inflate to gigabytes. pydicom inflates a data set whole, whatever comes out of it, so it never sees a
deflated one here.
"""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from ..core.errors import InflationLimitError, StructureError

MOST_BYTES = 1 << 30
"""What one worker can hold beside its models; a larger object is a clip, and no device writes those deflated."""
UNSUSPICIOUS_BYTES = 64 << 20
"""Up to this any ratio will do: a blank radiograph of this size is legitimate, and no worker minds holding it."""
MOST_TIMES = 200
"""Larger data sets may be this many times their deflated size. Images reach 2 to 20; only constant bytes come near 1000."""
_CHUNK_BYTES = 256 << 10


class InflatedFile(io.RawIOBase):
    """A seekable file of what is inflated, as far as somebody reads.

    Bytes after the end of the deflate stream are no part of it.

    Args:
        file: Seekable, at the start of the deflate stream.
    """

    def __init__(self, file: BinaryIO) -> None:
        start = file.tell()
        deflated_bytes = file.seek(0, io.SEEK_END) - start
        file.seek(start)
        self._file = file
        self._limit = min(MOST_BYTES, max(UNSUSPICIOUS_BYTES, MOST_TIMES * deflated_bytes))
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
        """To a place counted from the start or from where the file is; its end is not known."""
        self._position = max(0, offset + (self._position if whence == io.SEEK_CUR else 0))
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes, fewer only at the end.

        Raises:
            InflationLimitError: There are more of them than can be believed.
            StructureError: The stream is cut off, or none.
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
            raise InflationLimitError("the data set inflates to more than can be believed")
