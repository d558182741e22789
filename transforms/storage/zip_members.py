"""Members of ZIP archives. PS3.3 P.1.2.1 allows no encryption, and the methods Stored and Deflated; bzip2 is read as well."""

from __future__ import annotations

import contextlib
import io
import itertools
import shutil
import struct
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO, BinaryIO, cast

from ..core.errors import ArchiveError, InflationLimitError
from ..core.instance import Source
from .archive_limits import ArchiveLimits
from .members import Form, Member
from .slices import Slice

_IS_ENCRYPTED = 0x1
_END_BYTES, _COMMENT_BYTES = 22, 0xFFFF
_COUNT_IN_ZIP64 = 0xFFFF
_LOCAL_HEADER, _LOCAL_HEADER_BYTES = b"PK\x03\x04", 30
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)


class _DirectoryReader:
    """A file for `zipfile`, which reads the whole directory of an archive at once, however large it is said to be."""

    def __init__(self, stream: BinaryIO, max_bytes: int) -> None:
        self._stream, self._max_bytes = stream, max_bytes
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size_bytes: int = -1) -> bytes:
        if size_bytes > self._max_bytes:
            raise ArchiveError("the directory of the archive is too large")
        return self._stream.read(size_bytes)


def list_zip(archive: Source, stream: BinaryIO, limits: ArchiveLimits) -> Iterator[Source]:
    """The members of a ZIP archive but folders, by the directory at its end.

    Raises:
        ArchiveError: The directory contradicts itself, is too large, or leaves out members.
        InflationLimitError: The members inflate beyond the limit together.
        Exception: The directory is damaged.
    """
    with zipfile.ZipFile(cast(IO[bytes], _DirectoryReader(stream, limits.directory_bytes))) as opened:
        entries = sorted(opened.infolist(), key=lambda entry: entry.header_offset)
        _check_count(stream, len(entries))
        _check_directory(entries, opened.start_dir, archive.size_bytes, limits)
        _check_gaps(stream, entries, opened.start_dir, limits)
    names = Counter[str]()
    for entry in entries:
        if not (entry.is_dir() and not entry.file_size):
            flags = entry.flag_bits & _IS_ENCRYPTED
            place = (entry.header_offset, entry.compress_type, entry.compress_size, entry.CRC, flags)
            name = entry.filename
            names[name] += 1
            yield Member(archive, Form.ZIP, place).source(name, entry.file_size, names[name])


def _check_count(stream: BinaryIO, found: int) -> None:
    """Compare the number of members with what the end of the archive says, since `zipfile` reads as far as it can."""
    size_bytes = stream.seek(0, io.SEEK_END)
    start = stream.seek(max(0, size_bytes - _END_BYTES - _COMMENT_BYTES))
    tail = stream.read()
    end = tail.rindex(b"PK\x05\x06")
    [stated] = struct.unpack_from("<H", tail, end + 10)
    is_empty = start + end == 0  # Nothing stands before the end.
    if stated not in (found % (_COUNT_IN_ZIP64 + 1), _COUNT_IN_ZIP64) or is_empty != (not found):
        raise ArchiveError("the archive has another number of members than it says")
    if _LOCAL_HEADER in tail[end:]:
        raise ArchiveError("a member of the archive stands behind its end")


def _check_directory(entries: Sequence[zipfile.ZipInfo], end: int, archive_bytes: int, limits: ArchiveLimits) -> None:
    if len(entries) > limits.max_members:
        raise ArchiveError("the archive has too many members")
    for entry, start, following in _with_places(entries, end):
        if start < 0 or start + _LOCAL_HEADER_BYTES + entry.compress_size > following:
            raise ArchiveError("members of the archive overlap")
    if sum(entry.file_size for entry in entries) > limits.zip.limit_bytes(archive_bytes):
        raise InflationLimitError("the archive inflates beyond the limit")


def _with_places(entries: Sequence[zipfile.ZipInfo], end: int) -> Iterator[tuple[zipfile.ZipInfo, int, int]]:
    """Each member, where it begins, and where the next one or the directory does."""
    starts = [*(entry.header_offset for entry in entries), end]
    return ((entry, *places) for entry, places in zip(entries, itertools.pairwise(starts), strict=True))


def _check_gaps(stream: BinaryIO, entries: Sequence[zipfile.ZipInfo], end: int, limits: ArchiveLimits) -> None:
    """Refuse an archive with a member that its directory leaves out, as when one archive was appended to another."""
    left_bytes = limits.gap_bytes
    for start, following in _gaps(stream, entries, end):
        left_bytes -= following - start
        if left_bytes < 0:
            raise ArchiveError("too much stands between the members of the archive")
        stream.seek(start)
        if _LOCAL_HEADER in stream.read(following - start):
            raise ArchiveError("the directory of the archive leaves out a member")


def _gaps(stream: BinaryIO, entries: Sequence[zipfile.ZipInfo], end: int) -> Iterator[tuple[int, int]]:
    """What belongs to no member: before the first one, and behind each, where the size of a streamed member may stand.

    A header is only read where a gap can hold another one: a listing in a bucket would take a request for each.
    """
    yield 0, entries[0].header_offset if entries else end
    for entry, start, following in _with_places(entries, end):
        known_bytes = _LOCAL_HEADER_BYTES + len(entry.orig_filename) + entry.compress_size
        if start + known_bytes + _LOCAL_HEADER_BYTES <= following:
            member_end = _data_offset(stream, start) + entry.compress_size
            if member_end > following:
                raise ArchiveError("members of the archive overlap")
            yield member_end, following


def open_zip_member(stream: BinaryIO, place: Sequence[int], size_bytes: int, limits: ArchiveLimits) -> BinaryIO:
    """A stream of one member. A large one that is stored is read in ranges; any other is inflated, and its checksum compared.

    Args:
        stream: Of the archive. It is closed with the result, or before.
        place: As `list_zip` gives it.
        size_bytes: Of the member.

    Raises:
        ArchiveError: It is encrypted, or its method is not supported, or it is not what the directory says.
        InflationLimitError: It inflates beyond the limit.
        Exception: The member is damaged.
    """
    offset, method, compressed_bytes, checksum, is_encrypted = place
    if is_encrypted:
        raise ArchiveError("the member is encrypted")
    if method not in _METHODS:
        raise ArchiveError("the compression of the member is not supported")
    is_stored = method == zipfile.ZIP_STORED
    if is_stored and size_bytes != compressed_bytes:
        raise ArchiveError("the sizes of the member contradict each other")
    if not is_stored and size_bytes > limits.member.limit_bytes(compressed_bytes):
        raise InflationLimitError("the member inflates beyond the limit")
    with contextlib.ExitStack() as owned:
        owned.enter_context(stream)
        start = _data_offset(stream, offset)
        if is_stored and size_bytes > limits.in_memory_bytes:
            owned.pop_all()
            return Slice.of_stream(stream, start, size_bytes, checksum)
        return _inflated(stream, start, place, size_bytes, limits)


def _data_offset(stream: BinaryIO, header_offset: int) -> int:
    stream.seek(header_offset)
    header = stream.read(_LOCAL_HEADER_BYTES)
    if len(header) < _LOCAL_HEADER_BYTES or not header.startswith(_LOCAL_HEADER):
        raise ArchiveError("the directory of the archive leads to no member")
    name_bytes, extra_bytes = struct.unpack_from("<HH", header, 26)
    return int(header_offset + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes)


def _inflated(stream: BinaryIO, start: int, place: Sequence[int], size_bytes: int, limits: ArchiveLimits) -> BinaryIO:
    """The member's content, whose checksum `zipfile` compares at its end."""
    entry = zipfile.ZipInfo()
    _, entry.compress_type, entry.compress_size, entry.CRC, _ = place
    entry.file_size = size_bytes
    stream.seek(start)
    is_small = size_bytes <= limits.in_memory_bytes
    target = io.BytesIO() if is_small else cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  # closed by the caller
    with zipfile.ZipExtFile(stream, "r", entry) as member:
        shutil.copyfileobj(member, target, limits.chunk_bytes)
    if target.tell() != size_bytes:
        raise ArchiveError("the member has another size than the directory says")
    target.seek(0)
    return target
