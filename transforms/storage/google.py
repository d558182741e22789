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

from ..core.errors import OutputConflictError, OutputWriteError, SourceChangedError, SourceReadError
from ..core.instance import Source
from .base import as_stream, digest
from .range_reader import RangeReader
from .uris import WILDCARD, content_type, split_uri

_FIELDS = "items(name,size,generation),nextPageToken"


@dataclass(frozen=True)
class TransferLimits:
    """How objects are fetched and listed.

    Attributes:
        range_bytes: An object up to this size is fetched in one request, a larger one in ranges of this size. A slice of
            512 x 512 pixels takes half of it.
        listings: Folders that are listed at the same time. One listing returns some 5,000 names a second (docs/scaling.md).
    """

    range_bytes: int = 1 << 20
    listings: int = 8


_LIMITS = TransferLimits()


class GoogleStorage:
    """Buckets of Google Cloud Storage, through one client for each process, which honours `STORAGE_EMULATOR_HOST`."""

    @functools.cached_property
    def _client(self) -> Any:  # The library has no types.
        from google.cloud import storage  # type: ignore[attr-defined]

        return storage.Client()

    def list(self, pattern: str) -> Iterator[Source]:
        bucket, name = split_uri(pattern)
        wildcard = WILDCARD.search(name)
        prefix = name[: wildcard.start()] if wildcard else name
        matches = re.compile(fnmatch.translate(name)).match if wildcard else None
        for blob in _in_plain_words(self._list_by_shards(bucket, prefix)):
            # An object or a folder may have the pattern as its literal name.
            is_named = not name or blob.name == name or blob.name.startswith(name.rstrip("/") + "/")
            is_matched = matches is not None and matches(blob.name) is not None
            if (is_named or is_matched) and not blob.name.endswith("/"):
                yield Source(f"gs://{bucket}/{blob.name}", blob.size, str(blob.generation))

    def _list_by_shards(self, bucket: str, prefix: str) -> Iterator[Any]:
        """The objects of a prefix in name order; the first subfolders are listed concurrently."""
        shards, direct = [prefix], list[Any]()
        while len(shards) == 1:  # Down to the first folder with several subfolders.
            pages = self._client.list_blobs(bucket, prefix=shards[0], delimiter="/", fields=f"{_FIELDS},prefixes")
            direct += pages
            shards = sorted(pages.prefixes)
        with ThreadPoolExecutor(_LIMITS.listings) as pool:
            listed = pool.map(lambda shard: list(self._client.list_blobs(bucket, prefix=shard, fields=_FIELDS)), shards)
            direct.sort(key=_name_of)
            yield from heapq.merge(direct, *listed, key=_name_of)

    def find(self, uri: str) -> Source | None:
        from google.api_core import exceptions

        bucket, name = split_uri(uri)
        try:
            blob = self._client.bucket(bucket).get_blob(name)
        except exceptions.GoogleAPIError:
            raise SourceReadError("the object cannot be read") from None
        return Source(uri, blob.size, str(blob.generation)) if blob is not None else None

    def open(self, source: Source) -> BinaryIO:
        from google.api_core import exceptions

        bucket, name = split_uri(source.uri)
        blob = self._client.bucket(bucket).blob(name, generation=int(source.version))
        try:
            if source.size_bytes <= _LIMITS.range_bytes:
                return io.BytesIO(blob.download_as_bytes())
            return _PinnedReader(blob, source.size_bytes)
        except exceptions.NotFound:
            raise SourceChangedError("the source vanished or changed after it was listed") from None
        except exceptions.GoogleAPIError:
            raise SourceReadError("the source cannot be read") from None

    def read(self, uri: str) -> bytes | None:
        from google.api_core import exceptions

        bucket, name = split_uri(uri)
        try:
            data: bytes = self._client.bucket(bucket).blob(name).download_as_bytes()
        except exceptions.NotFound:
            return None
        except exceptions.GoogleAPIError:
            raise SourceReadError("the object cannot be read") from None
        return data

    def checksum(self, uri: str) -> str | None:
        from google.api_core import exceptions

        bucket, name = split_uri(uri)
        received = _Sha256()
        try:
            self._client.bucket(bucket).blob(name).download_to_file(received, checksum="crc32c")
        except exceptions.NotFound:
            return None
        except exceptions.GoogleAPIError:
            raise SourceReadError("the object cannot be read") from None
        return received.hash.hexdigest()

    def write(self, uri: str, data: bytes | BinaryIO, *, replace: bool | Source = False, private: bool = False) -> bool:
        from google.api_core import exceptions

        bucket, name = split_uri(uri)
        blob = self._client.bucket(bucket).blob(name)
        stream, size_bytes = as_stream(data)
        options: dict[str, Any] = {"size": size_bytes, "content_type": content_type(name), "checksum": "crc32c"}
        if replace is not True:
            options["if_generation_match"] = int(replace.version) if replace else 0
        try:
            blob.upload_from_file(stream, **options)
        except exceptions.PreconditionFailed:
            if self.checksum(uri) == digest(stream):
                return False
            raise OutputConflictError("another object already has the output's name") from None
        except exceptions.GoogleAPIError:
            raise OutputWriteError("the output cannot be written") from None
        return True

    def delete(self, uri: str) -> None:
        from google.api_core import exceptions

        bucket, name = split_uri(uri)
        with contextlib.suppress(exceptions.NotFound):
            self._client.bucket(bucket).blob(name).delete()

    def written_sec(self, uri: str) -> float:
        bucket, name = split_uri(uri)
        blob = self._client.bucket(bucket).get_blob(name)
        return float(blob.time_created.timestamp()) if blob is not None else math.inf


class _PinnedReader(io.BufferedReader):
    """A buffered stream over range reads of one generation of one object."""

    def __init__(self, blob: Any, size_bytes: int) -> None:
        super().__init__(_RangeReader(blob, size_bytes), buffer_size=_LIMITS.range_bytes)


class _Sha256(io.RawIOBase):
    """A stream that only computes the digest of the data written to it."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return len(data)


class _RangeReader(RangeReader):
    def __init__(self, blob: Any, size_bytes: int) -> None:
        super().__init__(size_bytes)
        self._blob = blob

    def fetch(self, start: int, end: int) -> bytes:
        from google.api_core import exceptions

        try:
            return bytes(self._blob.download_as_bytes(start=start, end=end - 1))
        except exceptions.NotFound:
            raise SourceChangedError("the source vanished or changed after it was listed") from None
        except exceptions.GoogleAPIError:
            raise SourceReadError("the source cannot be read") from None


def _in_plain_words(listing: Iterator[Any]) -> Iterator[Any]:
    """A listing whose errors name no request: the client's own messages hold its URL.

    Raises:
        SourceReadError: The bucket cannot be listed.
    """
    from google.api_core import exceptions
    from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError

    try:
        yield from listing
    except (exceptions.NotFound, exceptions.Forbidden, exceptions.Unauthorized):
        raise SourceReadError("the bucket does not exist, or you may not read it") from None
    except DefaultCredentialsError:
        raise SourceReadError("there are no credentials for the bucket: run `gcloud auth application-default login`") from None
    except (exceptions.GoogleAPIError, GoogleAuthError) as error:
        raise SourceReadError(f"the bucket cannot be read ({type(error).__name__})") from None


def _name_of(blob: Any) -> str:
    return str(blob.name)
