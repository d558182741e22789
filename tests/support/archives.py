"""Archives as others make them, by the standard library."""

from __future__ import annotations

import io
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Iterable

Content = Iterable[tuple[str, bytes]]

ZIP_METHODS = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2}
TAR_MODES = {".tar": "w:", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}


def zipped(content: Content, method: int = zipfile.ZIP_DEFLATED, attributes: bytes = b"") -> bytes:
    """A ZIP archive of (name, bytes), whose members have attributes in an extra field."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of two members with one name.
        for name, data in content:
            member = zipfile.ZipInfo(name)
            member.extra = struct.pack("<2H", 0x7875, len(attributes)) + attributes if attributes else b""
            archive.writestr(member, data, method)
    return file.getvalue()


def streamed(content: Content) -> bytes:
    """A ZIP archive as a program writes it into a pipe: sizes and checksums stand behind the members."""
    file = io.BytesIO()
    with zipfile.ZipFile(_Pipe(file), "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, data in content:
            archive.writestr(name, data)
    return file.getvalue()


class _Pipe:
    def __init__(self, file: io.BytesIO) -> None:
        self.write, self.flush = file.write, file.flush


def tarred(content: Content, suffix: str = ".tar", more: Iterable[tarfile.TarInfo] = ()) -> bytes:
    """A TAR archive of (name, bytes), and of further members without content."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=TAR_MODES[suffix]) as archive:  # type: ignore[call-overload]
        for name, data in content:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for member in more:
            archive.addfile(member)
    return file.getvalue()


def archive_of(suffix: str, content: Content) -> bytes:
    """An archive of the form that a suffix names."""
    return zipped(content) if suffix == ".zip" else tarred(content, suffix)
