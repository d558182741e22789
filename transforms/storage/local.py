"""Local folders and mounted file systems as a storage."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import glob
import io
import math
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ..core.errors import OutputConflictError, OutputWriteError, SourceChangedError, SourceReadError
from ..core.file_bytes import CHUNK_BYTES
from ..core.instance import Source
from .base import as_stream, digest
from .uris import WILDCARD

_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700
_TEMPORARY, _ENDING = ".efface-", ".tmp"
"""How the name of a file begins and ends that is being written."""


class LocalStorage:
    """Local folders and mounted file systems."""

    time_unit_ns = 1

    def list(self, pattern: str) -> Iterator[Source]:
        root = Path(pattern)
        # An existing path is literal, even with brackets in its name.
        if root.exists() or not WILDCARD.search(pattern):
            matches = [root]
        else:
            found = glob.glob(pattern, recursive=True, include_hidden=True)  # noqa: PTH207  # Path.glob takes no absolute pattern
            matches = [Path(match) for match in found]
        seen: set[str] = set()
        for match in sorted(matches):
            for path in sorted(_files_below(match)) if match.is_dir() else [match]:
                if path.exists() and str(path) not in seen:  # A FIFO too: `open` refuses it, so that it has a reason.
                    seen.add(str(path))
                    yield _source(str(path), path.stat())

    def find(self, uri: str) -> Source | None:
        try:
            return _source(uri, Path(uri).stat()) if Path(uri).is_file() else None
        except FileNotFoundError:
            return None
        except OSError:
            raise SourceReadError("the object cannot be read") from None

    def open(self, source: Source) -> BinaryIO:
        try:
            return io.BufferedReader(_PinnedFile(source.uri, source.version))
        except FileNotFoundError:
            raise SourceChangedError("the source vanished after it was listed") from None
        except OSError:
            raise SourceReadError("the source cannot be opened") from None

    def read(self, uri: str) -> bytes | None:
        try:
            if Path(uri).is_fifo():  # A key may come from `<(command)`.
                return Path(uri).read_bytes()
            with _PinnedFile(uri) as file:
                return file.readall()
        except FileNotFoundError:
            return None
        except OSError:
            raise SourceReadError("the object cannot be read") from None

    def checksum(self, uri: str) -> str | None:
        try:
            with _PinnedFile(uri) as file:
                return digest(file)
        except FileNotFoundError:
            return None
        except OSError:
            raise SourceReadError("the object cannot be read") from None

    def write(self, uri: str, data: bytes | BinaryIO, *, replace: bool | Source = False, private: bool = False) -> bool:
        path = Path(uri)
        try:
            if _holds(path, data):
                if private:
                    path.chmod(_PRIVATE_FILE)
                return False
            _make_folder(path.parent, private=private)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=_TEMPORARY, suffix=_ENDING, delete=False) as file:
                temporary = Path(file.name)
                try:
                    os.fchmod(file.fileno(), _PRIVATE_FILE if private else 0o666 & ~_umask())
                    shutil.copyfileobj(as_stream(data)[0], file, CHUNK_BYTES)
                    file.flush()
                    os.fsync(file.fileno())
                    _put(temporary, path, replace)
                except OutputConflictError:
                    if not _holds(path, data):  # Another process may have written the same in between.
                        raise
                    return False
                finally:
                    temporary.unlink(missing_ok=True)
        except OSError:
            raise OutputWriteError("the output cannot be written") from None
        return True

    def delete(self, uri: str) -> None:
        try:
            Path(uri).unlink(missing_ok=True)
        except NotADirectoryError:  # Nor is there such an object.
            return
        except OSError:
            raise OutputWriteError("the output cannot be deleted") from None

    def written_sec(self, uri: str) -> float:
        try:
            return Path(uri).stat().st_mtime
        except OSError:
            return math.inf


def _open_regular(path: str, flags: int) -> int:
    """Open a file and never wait for it, also if it is replaced by a FIFO just before: an opener, as `open` takes one.

    Raises:
        SourceReadError: It is a FIFO, a device or a socket.
        OSError: It cannot be opened.
    """
    if stat.S_ISREG(Path(path).stat().st_mode):  # Opening a device may act on it.
        file = os.open(path, flags | os.O_NONBLOCK)
        if stat.S_ISREG(os.fstat(file).st_mode):
            return file
        os.close(file)
    raise SourceReadError("the source is no regular file")


def remove_cut_off_writes(folder: str, before_sec: float) -> None:
    """Remove the temporary files that writers left who were killed before this time, in seconds since 1970."""
    for path in Path(folder).rglob(f"{_TEMPORARY}*{_ENDING}"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before_sec:
                path.unlink()


def remove_empty_folders(folder: str) -> None:
    """Remove the folders below a local folder in which no file is left: their names may be those of a patient who went."""
    for place, _, _ in os.walk(folder, topdown=False):
        if place != folder:
            with contextlib.suppress(OSError):  # It holds something.
                Path(place).rmdir()


class _PinnedFile(io.FileIO):
    """A file that keeps its size and time while it is read: one that is written in place would be read in two versions.

    Raises:
        SourceReadError: It is no regular file.
        SourceChangedError: It has another version than the given one, or than when it was opened.
    """

    def __init__(self, path: str, version: str = "") -> None:
        super().__init__(path, "rb", opener=_open_regular)
        self._version = version or self._found()
        self._check()

    def readinto(self, buffer: Any) -> int | None:
        count = super().readinto(buffer)
        self._check()
        return count

    def readall(self) -> bytes:
        data = super().readall()
        self._check()
        return data

    def _check(self) -> None:
        if self._found() != self._version:
            self.close()
            raise SourceChangedError("the source changed after it was listed")

    def _found(self) -> str:
        return _version(os.fstat(self.fileno()))


def _holds(path: Path, data: bytes | BinaryIO) -> bool:
    """True when the file exists with this content."""
    if not path.is_file():
        return False
    stream, size_bytes = as_stream(data)
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size == size_bytes and digest(file) == digest(stream)


def _make_folder(folder: Path, *, private: bool) -> None:
    """Create a folder and its missing parents."""
    if not private:
        folder.mkdir(parents=True, exist_ok=True)
        return
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(_PRIVATE_FOLDER, exist_ok=True)  # `parents=True` would create the parents with the default mode.


def _put(temporary: Path, path: Path, replace: bool | Source) -> None:
    """Move a complete file to its name."""
    if isinstance(replace, Source):
        _replace_version(temporary, path, replace.version)
    elif replace:
        temporary.replace(path)
    else:
        _link(temporary, path)


def _replace_version(temporary: Path, path: Path, version: str) -> None:
    """Replace a file while it has this version; of several concurrent attempts, one succeeds."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # Some mounted file systems have no locks: check and rename are two steps there.
            fcntl.flock(folder, fcntl.LOCK_EX)
        if not path.is_file() or _version(path.stat()) != version:
            raise OutputConflictError("another object already has the output's name")
        temporary.replace(path)
    finally:
        os.close(folder)


def _link(temporary: Path, path: Path) -> None:
    """Move a complete file to its name; fails, without a race, when the name exists."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise OutputConflictError("another object already has the output's name") from None
    except OSError:  # Some mounted file systems have no links: check and rename are two steps there.
        if path.exists():
            raise OutputConflictError("another object already has the output's name") from None
        temporary.replace(path)


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder. Each link is followed once; an unreadable folder raises an error."""
    visited: set[Path] = set()

    def fail(error: OSError) -> None:
        raise SourceReadError("a folder of the input cannot be listed") from None

    for parent, folders, names in os.walk(folder, followlinks=True, onerror=fail):
        real = Path(parent).resolve()
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        yield from (Path(parent, name) for name in names)


def _source(uri: str, status: os.stat_result) -> Source:
    return Source(uri, status.st_size, _version(status))


def _version(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}-{status.st_size}"


@functools.cache
def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
