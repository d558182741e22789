"""A seekable stream over something that can be read in ranges."""

from __future__ import annotations

import io
import os
from typing import Any


class RangeReader(io.RawIOBase):
    """A stream of a known size. Subclasses say how a range is fetched."""

    name = ""  # Read by pydicom.

    def __init__(self, size_bytes: int) -> None:
        self.size_bytes, self._position = size_bytes, 0

    def fetch(self, start: int, end: int) -> bytes:
        """The bytes from `start` to before `end`, which lie within the stream and are at least one."""
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size_bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readall(self) -> bytes:
        # The inherited method would request pieces of 8 kB.
        return self._read(self.size_bytes - self._position)

    def readinto(self, buffer: Any) -> int:
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _read(self, size_bytes: int) -> bytes:
        end = min(self._position + size_bytes, self.size_bytes)
        if end <= self._position:
            return b""
        data = self.fetch(self._position, end)
        self._position += len(data)
        return data
