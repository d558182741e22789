"""Where objects lie: one small interface over local folders, Google Cloud Storage and Beam's other file systems.

Beam's own file matching is not used for local and `gs://` places: it reports neither a generation nor a checksum, cannot name
an object whose name holds a `[`, and opens a new client for every call.
"""

from __future__ import annotations

import contextlib
import fnmatch
import functools
import glob
import heapq
import io
import math
import os
import re
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Protocol

from apache_beam.io.filesystems import FileSystems

from .core.errors import OutputConflictError, OutputWriteError, SourceChangedError, SourceReadError
from .core.records import Source

_WILDCARD = re.compile(r"[*?\[]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+)://")
_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700
_GCS_CHUNK_BYTES = 1 << 20
_GCS_FIELDS = "items(name,size,generation),nextPageToken"
_GCS_LISTERS = 8


class Storage(Protocol):
    """What efface needs of a place: list, read one pinned version, write a whole object at once, delete."""

    def list(self, pattern: str) -> Iterator[Source]:
        """Every object of a pattern, in name order. A folder or prefix means everything below it."""

    def open(self, source: Source) -> BinaryIO:
        """A seekable stream of exactly the listed version.

        Raises:
            SourceChangedError: It is no longer the version that was listed.
            SourceReadError: It cannot be read.
        """

    def read(self, uri: str) -> bytes | None:
        """The whole object, or None when there is none."""

    def write(self, uri: str, data: bytes, *, replace: bool = False, private: bool = False) -> bool:
        """Put a whole object under its final name at once; returns False when exactly these bytes stood there already.

        Args:
            replace: Other bytes under that name go.
            private: For its owner alone: mode 0600, and 0700 for folders that are made for it. Where objects have no modes
                of their own, the rights of the place decide.

        Raises:
            OutputConflictError: Other bytes stand there, and `replace` is False.
            OutputWriteError: It cannot be written.
        """

    def delete(self, uri: str) -> None:
        """Remove an object; it is no error when there is none."""

    def written_sec(self, uri: str) -> float:
        """When an object got its content, in seconds since 1970 by the storage's clock; infinity when there is none."""


class LocalStorage:
    """Folders of this machine."""

    def list(self, pattern: str) -> Iterator[Source]:
        root = Path(pattern)
        # A path that exists is meant literally, whatever brackets its name holds.
        if root.exists() or not _WILDCARD.search(pattern):
            matches = [root]
        else:
            found = glob.glob(pattern, recursive=True, include_hidden=True)  # noqa: PTH207  # Path.glob takes no absolute pattern
            matches = [Path(match) for match in found]
        seen: set[str] = set()
        for match in sorted(matches):
            for path in sorted(_files_below(match)) if match.is_dir() else [match]:
                if path.is_file() and str(path) not in seen:
                    seen.add(str(path))
                    stat = path.stat()
                    yield Source(str(path), stat.st_size, _local_version(stat))

    def open(self, source: Source) -> BinaryIO:
        try:
            file = Path(source.uri).open("rb")  # noqa: SIM115  # the caller closes it
        except FileNotFoundError:
            raise SourceChangedError("the source vanished after it was listed") from None
        except OSError:
            raise SourceReadError("the source cannot be opened") from None
        if _local_version(os.fstat(file.fileno())) != source.version:
            file.close()
            raise SourceChangedError("the source changed after it was listed")
        return file

    def read(self, uri: str) -> bytes | None:
        try:
            return Path(uri).read_bytes()
        except FileNotFoundError:
            return None
        except OSError:
            raise SourceReadError("the object cannot be read") from None

    def write(self, uri: str, data: bytes, *, replace: bool = False, private: bool = False) -> bool:
        path = Path(uri)
        try:
            if path.is_file() and path.read_bytes() == data:
                if private:
                    path.chmod(_PRIVATE_FILE)
                return False
            _make_folder(path.parent, private=private)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".efface-", suffix=".tmp", delete=False) as file:
                unnamed = Path(file.name)
                try:
                    os.fchmod(file.fileno(), _PRIVATE_FILE if private else 0o666 & ~_umask())
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                    if replace:
                        unnamed.replace(path)
                    else:
                        _link(unnamed, path)
                finally:
                    unnamed.unlink(missing_ok=True)
        except OSError:
            raise OutputWriteError("the output cannot be written") from None
        return True

    def delete(self, uri: str) -> None:
        Path(uri).unlink(missing_ok=True)

    def written_sec(self, uri: str) -> float:
        try:
            return Path(uri).stat().st_mtime
        except OSError:
            return math.inf


def _make_folder(folder: Path, *, private: bool) -> None:
    """Make a folder and those above it where they are missing."""
    if not private:
        folder.mkdir(parents=True, exist_ok=True)
        return
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(_PRIVATE_FOLDER, exist_ok=True)  # `parents=True` would give those above the usual mode.


def _link(unnamed: Path, path: Path) -> None:
    """Give a complete file its name, which fails where the name is taken: no race, no half-written object."""
    try:
        path.hardlink_to(unnamed)
    except FileExistsError:
        raise OutputConflictError("another object stands under the output's name") from None
    except OSError:  # Some mounted file systems have no links; there the check and the renaming are two steps.
        if path.exists():
            raise OutputConflictError("another object stands under the output's name") from None
        unnamed.replace(path)


class GoogleStorage:
    """Buckets of Google Cloud Storage, through one client a process (`STORAGE_EMULATOR_HOST` is honoured by the client)."""

    @functools.cached_property
    def _client(self):  # type: ignore[no-untyped-def]  # the library carries no types
        from google.cloud import storage  # type: ignore[attr-defined]

        return storage.Client()

    def list(self, pattern: str) -> Iterator[Source]:
        bucket, name = _split_gs(pattern)
        wildcard = _WILDCARD.search(name)
        prefix = name[: wildcard.start()] if wildcard else name
        matches = re.compile(fnmatch.translate(name)).match if wildcard else None
        for blob in self._list_by_shards(bucket, prefix):
            # What looks like a wildcard may also be an object or a folder that is really called so.
            is_named = not name or blob.name == name or blob.name.startswith(name.rstrip("/") + "/")
            is_matched = matches is not None and matches(blob.name) is not None
            if (is_named or is_matched) and not blob.name.endswith("/"):
                yield Source(f"gs://{bucket}/{blob.name}", blob.size, str(blob.generation))

    def _list_by_shards(self, bucket: str, prefix: str):  # type: ignore[no-untyped-def]
        """The objects of a prefix in name order; what a folder lists one after the other, its folders list side by side."""
        shards, direct = [prefix], []
        while len(shards) == 1:  # Down to where the tree parts.
            pages = self._client.list_blobs(bucket, prefix=shards[0], delimiter="/", fields=f"{_GCS_FIELDS},prefixes")
            direct += pages
            shards = sorted(pages.prefixes)
        with ThreadPoolExecutor(_GCS_LISTERS) as pool:
            listed = pool.map(lambda shard: list(self._client.list_blobs(bucket, prefix=shard, fields=_GCS_FIELDS)), shards)
            direct.sort(key=_name_of)
            yield from heapq.merge(direct, *listed, key=_name_of)

    def open(self, source: Source) -> BinaryIO:
        from google.api_core import exceptions

        bucket, name = _split_gs(source.uri)
        blob = self._client.bucket(bucket).blob(name, generation=int(source.version))
        try:
            if source.size_bytes <= _GCS_CHUNK_BYTES:
                return io.BytesIO(blob.download_as_bytes())
            return _PinnedReader(blob, source.size_bytes)
        except exceptions.NotFound:
            raise SourceChangedError("the source vanished or changed after it was listed") from None
        except exceptions.GoogleAPIError:
            raise SourceReadError("the source cannot be read") from None

    def read(self, uri: str) -> bytes | None:
        from google.api_core import exceptions

        bucket, name = _split_gs(uri)
        try:
            return self._client.bucket(bucket).blob(name).download_as_bytes()
        except exceptions.NotFound:
            return None
        except exceptions.GoogleAPIError:
            raise SourceReadError("the object cannot be read") from None

    def write(self, uri: str, data: bytes, *, replace: bool = False, private: bool = False) -> bool:
        from google.api_core import exceptions

        bucket, name = _split_gs(uri)
        blob = self._client.bucket(bucket).blob(name)
        precondition = {} if replace else {"if_generation_match": 0}
        try:
            blob.upload_from_string(data, content_type=_content_type(name), checksum="crc32c", **precondition)
        except exceptions.PreconditionFailed:
            if self.read(uri) == data:
                return False
            raise OutputConflictError("another object stands under the output's name") from None
        except exceptions.GoogleAPIError:
            raise OutputWriteError("the output cannot be written") from None
        return True

    def delete(self, uri: str) -> None:
        from google.api_core import exceptions

        bucket, name = _split_gs(uri)
        with contextlib.suppress(exceptions.NotFound):
            self._client.bucket(bucket).blob(name).delete()

    def written_sec(self, uri: str) -> float:
        bucket, name = _split_gs(uri)
        blob = self._client.bucket(bucket).get_blob(name)
        return float(blob.time_created.timestamp()) if blob is not None else math.inf


class _PinnedReader(io.BufferedReader):
    """A buffered stream over range reads of one generation of one object."""

    def __init__(self, blob, size_bytes: int) -> None:  # type: ignore[no-untyped-def]
        super().__init__(_RangeReader(blob, size_bytes), buffer_size=_GCS_CHUNK_BYTES)


class _RangeReader(io.RawIOBase):
    name = ""  # pydicom asks a buffered stream for it.

    def __init__(self, blob, size_bytes: int) -> None:  # type: ignore[no-untyped-def]
        self._blob, self._size_bytes, self._position = blob, size_bytes, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size_bytes}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readall(self) -> bytes:
        # The inherited one would ask for the object in pieces of 8 kB.
        return self._read(self._size_bytes - self._position)

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _read(self, size_bytes: int) -> bytes:
        from google.api_core import exceptions

        end = min(self._position + size_bytes, self._size_bytes)
        if end <= self._position:
            return b""
        try:
            data = self._blob.download_as_bytes(start=self._position, end=end - 1)
        except exceptions.NotFound:
            raise SourceChangedError("the source vanished or changed after it was listed") from None
        except exceptions.GoogleAPIError:
            raise SourceReadError("the source cannot be read") from None
        self._position += len(data)
        return bytes(data)


class BeamStorage:
    """Everything else that Beam's FileSystems know (`s3://`, `hdfs://`, `azfs://`).

    They have no precondition for writes and no generation, so the version is the size and the time of the last change.
    """

    def list(self, pattern: str) -> Iterator[Source]:
        wanted = pattern if _WILDCARD.search(pattern) else pattern.rstrip("/") + "/**"
        for match in FileSystems.match([wanted]):
            for metadata in sorted(match.metadata_list, key=lambda found: found.path):
                version = f"{metadata.last_updated_in_seconds}-{metadata.size_in_bytes}"
                yield Source(metadata.path, metadata.size_in_bytes, version)

    def open(self, source: Source) -> BinaryIO:
        data = self.read(source.uri)
        if data is None or len(data) != source.size_bytes:
            raise SourceChangedError("the source vanished or changed after it was listed")
        return io.BytesIO(data)

    def read(self, uri: str) -> bytes | None:
        try:
            if not FileSystems.exists(uri):
                return None
            with FileSystems.open(uri, compression_type="uncompressed") as file:
                return file.read()
        except OSError:
            raise SourceReadError("the object cannot be read") from None

    def write(self, uri: str, data: bytes, *, replace: bool = False, private: bool = False) -> bool:
        there = self.read(uri)
        if there == data:
            return False
        if there is not None and not replace:
            raise OutputConflictError("another object stands under the output's name")
        try:
            with FileSystems.create(uri, mime_type=_content_type(uri), compression_type="uncompressed") as file:
                file.write(data)
        except OSError:
            raise OutputWriteError("the output cannot be written") from None
        return True

    def delete(self, uri: str) -> None:
        if FileSystems.exists(uri):
            FileSystems.delete([uri])

    def written_sec(self, uri: str) -> float:
        return float(FileSystems.last_updated(uri)) if FileSystems.exists(uri) else math.inf


@functools.cache
def _storage_of_scheme(scheme: str) -> Storage:
    if not scheme:
        return LocalStorage()
    return GoogleStorage() if scheme == "gs" else BeamStorage()


def storage_of(uri: str) -> Storage:
    """The storage that a path, pattern or URI belongs to: one object (and one client) a process."""
    scheme = _SCHEME.match(uri)
    return _storage_of_scheme(scheme.group(1).lower() if scheme else "")


def read_text(uri: str) -> str:
    """A whole text in UTF-8, with or without a byte order mark.

    Raises:
        FileNotFoundError: There is none.
        UnicodeDecodeError: It is no UTF-8.
        EffaceError: It cannot be read; a bucket's client may raise errors of its own.
    """
    data = storage_of(uri).read(uri)
    if data is None:
        raise FileNotFoundError(uri)
    return data.decode("utf-8-sig")


def join_uri(prefix: str, *names: str) -> str:
    """A place below a prefix."""
    return "/".join((prefix.rstrip("/"), *names))


def is_local(uri: str) -> bool:
    """Whether a path, pattern or URI lies on this machine."""
    return isinstance(storage_of(uri), LocalStorage)


def fixed_prefix(pattern: str) -> str:
    """The part of a pattern before its first wildcard, down to a whole folder; a path that exists is taken as it is."""
    wildcard = _WILDCARD.search(pattern)
    if wildcard is None or (is_local(pattern) and Path(pattern).exists()):
        return pattern
    return pattern[: wildcard.start()].rpartition("/")[0] or ("/" if pattern.startswith("/") else ".")


def is_below(place: str, prefix: str) -> bool:
    """Whether a place is the prefix itself or lies below it."""
    if is_local(place) and is_local(prefix):
        return Path(place).resolve().is_relative_to(Path(prefix).resolve())
    return f"{place.rstrip('/')}/".startswith(f"{prefix.rstrip('/')}/")


def _files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder. Links are followed, once each; an unreadable folder is an error, never a silent gap."""
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


def _local_version(stat: os.stat_result) -> str:
    return f"{stat.st_mtime_ns}-{stat.st_size}"


@functools.cache
def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _name_of(blob) -> str:  # type: ignore[no-untyped-def]  # the library carries no types
    return str(blob.name)


def _split_gs(uri: str) -> tuple[str, str]:
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    return bucket, name


def _content_type(name: str) -> str:
    return {".dcm": "application/dicom", ".json": "application/json", ".csv": "text/csv"}.get(
        Path(name).suffix, "application/octet-stream"
    )
