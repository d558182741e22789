"""Compares what a store sends with what it says about the object: the length, and a checksum where it knows one."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from typing import BinaryIO, cast

import google_crc32c

from ..core.errors import SourceReadError
from .range_reader import RangeReader

Fetch = Callable[[int, int], bytes]
"""(start, end) -> the bytes from `start` to before `end` of one version of an object."""

Check = Callable[[bytes], None]
"""Compares a whole object with the checksum that its store states; raises `SourceReadError`."""


def encoded_crc32c(number: int) -> str:
    """A CRC32C as Google Cloud Storage states it: base64 of its four bytes, the highest first."""
    return base64.b64encode(number.to_bytes(4, "big")).decode()


def check_length(received_bytes: int, stated_bytes: int) -> None:
    """Compare the length of what was received.

    Raises:
        SourceReadError: It is another one.
    """
    if received_bytes != stated_bytes:
        raise SourceReadError("the store sent another number of bytes than it says")


def check_crc32c(crc32c: int, stated: str) -> None:
    """Compare the CRC32C of a whole object with the stated one, "" for none.

    Raises:
        SourceReadError: It is another one.
    """
    if stated and encoded_crc32c(crc32c) != stated:
        raise SourceReadError("the content is not what its checksum says")


def open_checked(
    fetch: Fetch, size_bytes: int, range_bytes: int, check: Check, crc32c: str = "", check_md5: Check | None = None
) -> BinaryIO:
    """A seekable stream of one version of an object: a small one is fetched at once, a larger one in ranges as it is read.

    Args:
        fetch: Its ranges.
        size_bytes: As the listing says.
        range_bytes: An object up to this size is small; ranges begin and end at multiples of it.
        check: Called with the whole object, whenever it was fetched at once.
        crc32c: Its stated CRC32C, by which ranges are compared once all of them were read; "" for none.
        check_md5: Called with the MD5 of the object, once it was read in several ranges from its start to its end.

    Raises:
        SourceReadError: The object has another length or checksum. So does the stream, as it is read.
    """
    ranges = _CheckedRanges(fetch, size_bytes, range_bytes, check, crc32c, check_md5)
    if size_bytes <= range_bytes:
        return io.BytesIO(ranges.readall())
    return cast(BinaryIO, io.BufferedReader(ranges, buffer_size=range_bytes))


class _CheckedRanges(RangeReader):
    """Ranges of whole pieces. Each piece has one CRC32C for as long as the stream is open, however often it is fetched."""

    def __init__(
        self, fetch: Fetch, size_bytes: int, piece_bytes: int, check: Check, crc32c: str, check_md5: Check | None
    ) -> None:
        super().__init__(size_bytes)
        self._fetch, self._piece_bytes, self._check, self._crc32c = fetch, piece_bytes, check, crc32c
        self._check_md5, self._md5, self._hashed_bytes = check_md5, hashlib.md5(usedforsecurity=False), 0
        self._crcs: dict[int, int] = {}
        self._last: tuple[int, bytes] = -1, b""  # Reading on from its middle costs no request.

    def readall(self) -> bytes:
        if not self.size_bytes:  # A range of an empty object is an error in HTTP.
            self._check(b"")
        return super().readall()

    def fetch(self, start: int, end: int) -> bytes:
        first, until = start // self._piece_bytes, -(-end // self._piece_bytes)
        data = self._last[1] if self._last[0] == first else b""
        begin = first + bool(data)
        if begin < until:
            data += self._fetch_pieces(begin, until)
        self._last = until - 1, data[(until - 1 - first) * self._piece_bytes :]
        offset = first * self._piece_bytes
        return data[start - offset : end - offset]

    def _fetch_pieces(self, begin: int, until: int) -> bytes:
        start, end = begin * self._piece_bytes, min(until * self._piece_bytes, self.size_bytes)
        data = self._fetch(start, end)
        check_length(len(data), end - start)
        if end - start == self.size_bytes:
            self._check(data)
        elif self._check_md5 and start == self._hashed_bytes:
            self._md5.update(data)
            self._hashed_bytes = end
            if end == self.size_bytes:
                self._check_md5(self._md5.digest())
        for index in range(begin, until):
            at = (index - begin) * self._piece_bytes
            crc = google_crc32c.value(data[at : at + self._piece_bytes])
            if self._crcs.setdefault(index, crc) != crc:
                raise SourceReadError("the store sent other bytes for a range than before")
        if self._crc32c and len(self._crcs) == -(-self.size_bytes // self._piece_bytes):
            self._check_combined()
        return data

    def _check_combined(self) -> None:
        combined = 0
        for index in range(len(self._crcs)):
            zeros = bytes(min(self._piece_bytes, self.size_bytes - index * self._piece_bytes))
            # CRC(a + b) from CRC(a) and CRC(b): it is linear but for a constant, which the CRC of zeros takes out.
            moved = google_crc32c.extend(combined, zeros) ^ google_crc32c.value(zeros)
            combined = self._crcs[index] ^ moved
        if encoded_crc32c(combined) != self._crc32c:
            raise SourceReadError("the ranges are together not what the checksum of the object says")
        self._crc32c = ""
