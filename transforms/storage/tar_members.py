"""Members of TAR archives: each is a range of the archive, or of what it inflates to."""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterator
from typing import IO, Protocol, Self, cast

from ..core.errors import ArchiveError
from ..core.instance import Source
from .archive_limits import ArchiveLimits
from .members import Form, Member


class ForwardFile(Protocol):
    """What is needed of an archive to list it: no way back."""

    def read(self, size_bytes: int, /) -> bytes: ...
    def seek(self, offset: int, /) -> int: ...
    def tell(self) -> int: ...


def list_tar(archive: Source, form: Form, file: ForwardFile, limits: ArchiveLimits) -> Iterator[Source]:
    """The files of a TAR archive. Folders, links and devices are left out: none of them has content of its own.

    Args:
        archive: The stored object.
        form: Of its members.
        file: The archive, or what it inflates to, at its start.
        limits: Of the headers.

    Raises:
        ArchiveError: The archive contradicts itself, is cut off or has too many members.
        Exception: A header is damaged.
    """
    names, count, end = Counter[str](), 0, 0
    headers = _HeaderReader(file, limits.header_bytes)
    with tarfile.open(fileobj=cast(IO[bytes], headers), mode="r:", tarinfo=_Header) as opened:
        while (member := opened.next()) is not None:
            headers.begin_member()
            vars(opened)["members"].clear()  # They would take a gigabyte for a million members.
            count += 1
            if count > limits.max_members:
                raise ArchiveError("the archive has too many members")
            if member.size < 0 or member.offset < end or member.offset_data < member.offset:
                raise ArchiveError("members of the archive overlap")
            is_plain = member.isreg() and not member.issparse()
            end = member.offset_data + (member.size if is_plain else 0)
            if not (member.isdir() or member.issym() or member.islnk() or member.isdev()):
                place = Member(archive, form if is_plain else Form.SPARSE, (member.offset_data,))
                names[member.name] += 1
                yield place.source(member.name, member.size, names[member.name])
    _check_end(file, limits)


def _check_end(file: ForwardFile, limits: ArchiveLimits) -> None:
    """Read what stands behind the end: padding, and the checksum of a compressed archive.

    Members behind a header of zeros would be lost without a trace.
    """
    for _ in range(0, limits.padding_bytes, limits.chunk_bytes):
        padding = file.read(limits.chunk_bytes)
        if padding.count(0) != len(padding):
            break
        if not padding:
            return
    raise ArchiveError("something stands behind the end of the archive")


class _HeaderReader:
    """A file for `tarfile`, which reads long names, attributes and maps of holes at once, however large they are said to be."""

    def __init__(self, file: ForwardFile, max_bytes: int) -> None:
        self._file, self._max_bytes, self._left_bytes = file, max_bytes, max_bytes
        self.seek, self.tell = file.seek, file.tell

    def begin_member(self) -> None:
        self._left_bytes = self._max_bytes

    def read(self, size_bytes: int) -> bytes:
        self._left_bytes -= size_bytes
        if size_bytes < 0 or self._left_bytes < 0:
            raise ArchiveError("a header of the archive is too large")
        return self._file.read(size_bytes)


class _Header(tarfile.TarInfo):
    """A header that refuses what `tarfile` takes for the end of the archive. Only a block of zeros is that."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        if len(buf) == tarfile.BLOCKSIZE and buf.count(0) == tarfile.BLOCKSIZE:
            return super().frombuf(buf, encoding, errors)  # Raises the error that means the end.
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError:
            raise ArchiveError("a header of the archive is damaged, or the archive is cut off") from None
        if header.size < 0:
            raise ArchiveError("a header of the archive has an impossible size")
        return header
