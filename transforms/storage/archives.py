"""Lists and opens the members of ZIP and TAR archives (PS3.3 P.1.2), as untrusted data.

A member is never written under its own name: its name is only a part of a URI, so `..`, absolute names and links lead nowhere.
What an archive says of itself is checked before it is used, and an archive that contradicts itself is refused as a whole: it is
one source, which fails with the reason. Each member is read by its place in the pinned version of the archive.

- ZIP: `zip_members`. Each member stands alone.
- TAR without compression: `tar_members`. A member is a range of the archive.
- TAR with gzip or bzip2: `inflated_tar`. Nothing in it can be reached but through all that stands before it, so each process
  inflates it once, into a temporary file without a name.
"""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable, Iterable
from typing import BinaryIO

from ..core.errors import ArchiveError, DicomdirReferenceError, EffaceError
from ..core.instance import Source
from ..core.malformed import malformed
from .archive_limits import ArchiveLimits
from .inflated_tar import Inflating, inflated_tar
from .members import Form, Member, member_of
from .slices import Slice
from .tar_members import list_tar
from .uris import has_archive_name, split_member_uri
from .zip_members import list_zip, open_zip_member

LIMITS = ArchiveLimits()
_MAGIC = (
    (Form.ZIP, b"PK\x03\x04"),
    (Form.ZIP, b"PK\x05\x06"),
    (Form.ZIP, b"PK\x07\x08"),
    (Form.TAR_GZ, b"\x1f\x8b"),
    (Form.TAR_BZ2, b"BZh"),
    (Form.TAR_XZ, b"\xfd7zXZ\x00"),
)
_DICOM_PREFIX = 128, b"DICM"
_TAR_MAGIC = slice(257, 262), b"ustar"

Open = Callable[[Source], BinaryIO]
"""Opens a stored object, such as an archive, in its listed version."""


def list_members(archive: Source, open_object: Open) -> list[Source]:
    """The members of an object with the name of an archive; the object itself when its content is DICOM.

    What is neither an archive nor DICOM is a damaged archive, or one of another kind. An archive that cannot be listed is one
    source, with the name "" in the archive. Opening it raises the reason.
    """
    try:
        return _list(archive, open_object)
    except EffaceError:
        return [Member(archive, Form.UNLISTED).source("", archive.size_bytes)]


def open_member(source: Source, open_object: Open) -> BinaryIO:
    """A seekable stream of a member in the listed version of its archive.

    Raises:
        ArchiveError: The archive or the member cannot be read, or it is an archive itself.
        InflationLimitError: It inflates beyond a limit.
        DicomdirReferenceError: It is what a DICOMDIR names, and it is not there.
        SourceChangedError, SourceReadError: See `Storage.open`, of the archive.
    """
    member = member_of(source)
    if member is None or member.form is Form.REFERENCE:
        raise DicomdirReferenceError("the DICOMDIR cannot be read, or names a file that is missing or outside of its folder")
    if member.form is Form.UNLISTED:
        _list(member.container, open_object)
        raise ArchiveError("the archive could not be listed when the run began")
    if member.form is Form.SPARSE:
        raise ArchiveError("the member is a sparse file or of an unknown type")
    with malformed(ArchiveError):
        stream = _open(member, source.size_bytes, open_object)
        if has_archive_name(split_member_uri(source.uri)[1]) and (_form_of(stream) or not _is_dicom(stream)):
            stream.close()
            raise ArchiveError("an archive inside of an archive is not opened")
    return stream


def _list(archive: Source, open_object: Open) -> list[Source]:
    with malformed(ArchiveError), open_object(archive) as stream:
        match _form_of(stream):
            case None:
                if not _is_dicom(stream):
                    raise ArchiveError("the object is neither the archive that its name says nor DICOM")
                return [archive]
            case Form.ZIP:
                members: Iterable[Source] = list_zip(archive, stream, LIMITS)
            case Form.TAR:
                members = list_tar(archive, Form.TAR, stream, LIMITS)
            case Form.TAR_XZ:
                # Its header says how much memory it takes, up to 4 GiB, and Python's reader sets no limit.
                raise ArchiveError("archives with xz compression are not opened")
            case form:
                members = list_tar(archive, form, Inflating(stream, form, LIMITS, archive.size_bytes), LIMITS)
        return list(members)


def _open(member: Member, size_bytes: int, open_object: Open) -> BinaryIO:
    if member.form is Form.ZIP:
        return open_zip_member(open_object(member.container), member.place, size_bytes, LIMITS)
    if member.form is Form.TAR:
        return Slice.of_stream(open_object(member.container), member.place[0], size_bytes)
    return inflated_tar(member.container, member.form, open_object, LIMITS).open(member.place[0], size_bytes)


def _form_of(stream: BinaryIO) -> Form | None:
    """The form of an archive by its content, None when it is none. The stream is at its start afterwards.

    A damaged archive should be known as one, so one of several marks is enough.
    """
    stream.seek(0)
    head = stream.read(tarfile.BLOCKSIZE)
    form = next((form for form, magic in _MAGIC if head.startswith(magic)), None)
    if form is None and (head[_TAR_MAGIC[0]] == _TAR_MAGIC[1] or _is_tar_header(head)):
        form = Form.TAR
    if form is None and zipfile.is_zipfile(stream):
        form = Form.ZIP
    stream.seek(0)
    return form


def _is_dicom(stream: BinaryIO) -> bool:
    """Whether a file has the prefix of PS3.10 7.1. The stream is at its start afterwards."""
    stream.seek(_DICOM_PREFIX[0])
    prefix = stream.read(len(_DICOM_PREFIX[1]))
    stream.seek(0)
    return prefix == _DICOM_PREFIX[1]


def _is_tar_header(head: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True
