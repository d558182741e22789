"""Members of TAR archives: each is a range of the archive, or of what it inflates to."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Self

from ..core.errors import ArchiveError
from ..core.instance import Source
from .archive_limits import ArchiveLimits
from .members import Member, Names
from .slices import Slice

SPARSE = "sparse"
"""The form of a file with holes, which is no range of the archive, and of a member of an unknown type."""

_EXTENSIONS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


def list_tar(archive: Source, stream: BinaryIO, limits: ArchiveLimits) -> Iterator[Source]:
    """The files of a TAR archive. Folders, links and devices are left out: none of them has content of its own.

    Raises:
        ArchiveError: The archive contradicts itself, is cut off or has too many members.
        Exception: A header is damaged.
    """
    with tarfile.open(fileobj=stream, mode="r:", tarinfo=_header_type(limits)) as opened:
        yield from list_opened_tar(archive, "tar", opened, limits)


def open_tar_stream(stream: BinaryIO, limits: ArchiveLimits) -> tarfile.TarFile:
    """A TAR archive that can only be read from its start to its end."""
    return tarfile.open(fileobj=stream, mode="r|", bufsize=limits.chunk_bytes, tarinfo=_header_type(limits))


def list_opened_tar(archive: Source, form: str, opened: tarfile.TarFile, limits: ArchiveLimits) -> Iterator[Source]:
    """`list_tar` for an open archive of any form."""
    names, count, end = Names(), 0, 0
    while (member := opened.next()) is not None:
        vars(opened)["members"].clear()  # They would take a gigabyte for a million members.
        count += 1
        if count > limits.max_members:
            raise ArchiveError("the archive has too many members")
        if member.size < 0 or member.offset < end or member.offset_data < member.offset:
            raise ArchiveError("members of the archive overlap")
        end = member.offset_data + (member.size if member.isreg() and not member.issparse() else 0)
        if not (member.isdir() or member.issym() or member.islnk() or member.isdev()):
            is_plain = member.isreg() and not member.issparse()
            place = Member(archive, form if is_plain else SPARSE, (member.offset_data,))
            yield place.source(member.name, member.size, names.occurrence(member.name))
    _check_end(opened, limits)


def tar_slice(stream: BinaryIO, offset: int, size_bytes: int) -> BinaryIO:
    """A stream of one member of an archive without compression. The archive is closed with it."""
    return Slice.of_stream(stream, offset, size_bytes)


def _check_end(opened: tarfile.TarFile, limits: ArchiveLimits) -> None:
    """Read what stands behind the end: padding, and the checksum of a compressed archive.

    Members behind a header of zeros would be lost without a trace.
    """
    assert opened.fileobj is not None
    while padding := opened.fileobj.read(limits.chunk_bytes):
        if padding.count(0) != len(padding):
            raise ArchiveError("something stands behind the end of the archive")


def _header_type(limits: ArchiveLimits) -> type[tarfile.TarInfo]:
    """A reader of headers that refuses what `tarfile` takes for the end of the archive, or reads without a limit."""

    class Header(tarfile.TarInfo):
        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
            if len(buf) == tarfile.BLOCKSIZE and buf.count(0) == tarfile.BLOCKSIZE:
                return super().frombuf(buf, encoding, errors)  # Raises the error that means the end.
            try:
                header = super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError:
                raise ArchiveError("a header of the archive is damaged, or the archive is cut off") from None
            if header.size < 0 or (header.type in _EXTENSIONS and header.size > limits.extension_bytes):
                raise ArchiveError("a header of the archive has an impossible size")
            return header

    return Header
