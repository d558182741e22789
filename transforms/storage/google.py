"""Buckets of Google Cloud Storage, through Google's client library."""

from __future__ import annotations

import contextlib
import fnmatch
import functools
import hashlib
import heapq
import io
import math
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO

import google_crc32c

from ..core.errors import OutputConflictError, OutputWriteError, SourceChangedError, SourceReadError
from ..core.instance import Source
from .base import as_stream, digest
from .client_errors import in_plain_words
from .content_checks import check_crc32c, open_checked
from .in_time import in_time
from .uris import WILDCARD, content_type, split_uri

_FIELDS = "items(name,size,generation,crc32c),nextPageToken"


@dataclass(frozen=True)
class TransferLimits:
    """How objects are fetched and listed.

    Attributes:
        range_bytes: An object up to this size is fetched in one request, a larger one in ranges of this size. A slice of
            512 x 512 pixels takes half of it.
        retry_sec: How long a request is tried again that found the service busy or away.
        upload_bytes: What of a large object is in memory while it is written, a multiple of 256 KiB.
        request_sec: For one request that reads, with all tries.
        least_bytes: A body goes on while so much of it arrives in that time. The client itself waits a minute for each byte.
        listings: Folders that are listed at the same time. One listing returns some 5,000 names a second (docs/scaling.md).
    """

    range_bytes: int = 1 << 20
    upload_bytes: int = 8 << 20
    listings: int = 8
    retry_sec: float = 120.0
    request_sec: float = 300.0
    least_bytes: int = 1 << 20


LIMITS = TransferLimits()


class GoogleStorage:
    """Buckets of Google Cloud Storage, through one client for each process, which honours `STORAGE_EMULATOR_HOST`."""

    time_unit_ns = 1_000  # Generations count microseconds.

    @functools.cached_property
    def _client(self) -> Any:  # The library has no types.
        from google.cloud import storage  # type: ignore[attr-defined]

        return storage.Client()

    def list(self, pattern: str) -> Iterator[Source]:
        bucket, name = split_uri(pattern)
        wildcard = WILDCARD.search(name)
        prefix = name[: wildcard.start()] if wildcard else name
        matches = re.compile(fnmatch.translate(name)).match if wildcard else None
        with in_plain_words(SourceReadError):
            for blob in self._list_by_shards(bucket, prefix):
                # An object or a folder may have the pattern as its literal name.
                is_named = not name or blob.name == name or blob.name.startswith(name.rstrip("/") + "/")
                is_matched = matches is not None and matches(blob.name) is not None
                if (is_named or is_matched) and not blob.name.endswith("/"):
                    yield _source(f"gs://{bucket}/{blob.name}", blob)

    def _list_by_shards(self, bucket: str, prefix: str) -> Iterator[Any]:
        """The objects of a prefix in name order; the first subfolders are listed concurrently."""
        shards, direct = [prefix], list[Any]()
        while len(shards) == 1:  # Down to the first folder with several subfolders.
            pages = self._client.list_blobs(bucket, prefix=shards[0], delimiter="/", fields=f"{_FIELDS},prefixes")
            direct += _all_of(pages)
            shards = sorted(pages.prefixes)
        with ThreadPoolExecutor(LIMITS.listings) as pool:
            listed = pool.map(lambda shard: _all_of(self._client.list_blobs(bucket, prefix=shard, fields=_FIELDS)), shards)
            direct.sort(key=_name_of)
            yield from heapq.merge(direct, *listed, key=_name_of)

    def find(self, uri: str) -> Source | None:
        blob = self._blob(uri)
        return _source(uri, blob) if blob is not None else None

    def _blob(self, uri: str) -> Any:
        """The object with its properties; None when there is none."""
        bucket, name = split_uri(uri)
        with in_plain_words(SourceReadError):
            return in_time(lambda: self._client.bucket(bucket).get_blob(name, retry=_retry()), LIMITS.request_sec)

    def open(self, source: Source) -> BinaryIO:
        bucket, name = split_uri(source.uri)
        generation, _, crc32c = source.version.partition("-")
        with in_plain_words(SourceReadError):
            blob = self._client.bucket(bucket).blob(name, generation=int(generation))

        def fetch(start: int, end: int) -> bytes:
            # The client asks for a whole object without a range, and compares it with the checksum of the answer.
            ends = {} if end - start == source.size_bytes else {"start": start, "end": end - 1}
            return _downloaded(blob, **ends)

        def check(data: bytes) -> None:
            if not data:
                _downloaded(blob)
            check_crc32c(google_crc32c.value(data), crc32c)

        return open_checked(fetch, source.size_bytes, LIMITS.range_bytes, check, crc32c)

    def read(self, uri: str) -> bytes | None:
        bucket, name = split_uri(uri)
        with in_plain_words(SourceReadError):
            blob = self._client.bucket(bucket).blob(name)
        try:
            return _downloaded(blob)
        except SourceChangedError:  # Of no certain version: there is none.
            return None

    def checksum(self, uri: str) -> str | None:
        bucket, name = split_uri(uri)
        received = _Sha256()
        with in_plain_words(SourceReadError):
            blob = self._client.bucket(bucket).blob(name)
        try:
            _download(blob, received)
        except SourceChangedError:  # Of no certain version: there is none.
            return None
        return received.hash.hexdigest()

    def write(self, uri: str, data: bytes | BinaryIO, *, replace: bool | Source = False, private: bool = False) -> bool:
        from google.api_core import exceptions

        bucket, name = split_uri(uri)
        stream, size_bytes = as_stream(data)
        options: dict[str, Any] = {"size": size_bytes, "content_type": content_type(name), "checksum": "crc32c"}
        if replace is not True:
            options["if_generation_match"] = int(replace.version.partition("-")[0]) if replace else 0
        with in_plain_words(OutputWriteError):
            # A large object is not sent to learn that there is one already.
            if not (size_bytes > LIMITS.upload_bytes and not replace and self.find(uri)):
                with contextlib.suppress(exceptions.PreconditionFailed):
                    blob = self._client.bucket(bucket).blob(name, chunk_size=LIMITS.upload_bytes)
                    blob.upload_from_file(stream, **options)
                    return True
            if self.checksum(uri) == digest(stream):
                return False
            raise OutputConflictError("another object already has the output's name")

    def delete(self, uri: str) -> None:
        from google.api_core import exceptions

        bucket, name = split_uri(uri)
        with in_plain_words(OutputWriteError), contextlib.suppress(exceptions.NotFound):
            self._client.bucket(bucket).blob(name).delete()

    def written_sec(self, uri: str) -> float:
        blob = self._blob(uri)
        return float(blob.time_created.timestamp()) if blob is not None else math.inf


class _Sha256(io.RawIOBase):
    """A stream that only computes the digest of the data written to it."""

    def __init__(self) -> None:
        self.hash, self._size_bytes = hashlib.sha256(), 0

    def write(self, data: Any) -> int:
        self.hash.update(data)
        self._size_bytes += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size_bytes


def _all_of(pages: Any) -> list[Any]:
    """The objects of a listing, each page in time."""
    found: list[Any] = []
    pages = iter(pages.pages)
    while page := in_time(lambda: next(pages, None), LIMITS.request_sec):
        found += page
    return found


def _downloaded(blob: Any, **ends: int) -> bytes:
    """An object or a range of it; see `_download`."""
    received = io.BytesIO()
    _download(blob, received, **ends)
    return received.getvalue()


def _download(blob: Any, received: Any, **ends: int) -> None:
    """Write an object or a range of it to a stream.

    Raises:
        SourceChangedError: There is no such generation.
        SourceReadError: It cannot be read, or is not what the answer's own checksum says.
    """
    from google.api_core import exceptions

    with in_plain_words(SourceReadError):
        try:
            call = functools.partial(blob.download_to_file, received, retry=_retry(), **ends)
            in_time(call, LIMITS.request_sec, received.tell, LIMITS.least_bytes)
        except exceptions.NotFound:
            raise SourceChangedError("the source vanished or changed after it was listed") from None


def _retry() -> Any:
    from google.cloud.storage.retry import DEFAULT_RETRY

    return DEFAULT_RETRY.with_timeout(LIMITS.retry_sec)


def _source(uri: str, blob: Any) -> Source:
    """An object as a source. Its version is the generation, a time, a dash, and the CRC32C, "" where none is stated."""
    return Source(uri, blob.size, f"{blob.generation}-{blob.crc32c or ''}")


def _name_of(blob: Any) -> str:
    return str(blob.name)
