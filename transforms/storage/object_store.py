"""Buckets of Amazon S3 and containers of Azure, through obstore, which the extras `aws` and `azure` install."""

from __future__ import annotations

import base64
import contextlib
import fnmatch
import functools
import hashlib
import io
import math
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar
from urllib.parse import quote

import google_crc32c

from ..core.errors import OutputConflictError, OutputWriteError, SourceChangedError, SourceReadError
from ..core.file_bytes import Content, FileBytes, chunks, sha256_of
from ..core.instance import Source
from .base import as_stream
from .client_errors import in_plain_words
from .content_checks import check_crc32c, check_length, encoded_crc32c, open_checked
from .in_time import in_time
from .upload_in_parts import LIMITS as PARTS
from .upload_in_parts import (
    Condition,
    ConditionNotMetError,
    UnknownOutcomeError,
    put_to_azure,
    put_to_s3,
    s3_client,
    s3_encryption,
)
from .uris import WILDCARD, content_type, split_uri

if TYPE_CHECKING:
    from obstore import GetOptions, PutMode
    from obstore.store import ClientConfig, RetryConfig


@dataclass(frozen=True)
class TransferLimits:
    """How objects are fetched, and how long a client tries.

    Attributes:
        range_bytes: An object up to this size is fetched in one request, a larger one in ranges of it.
        piece_bytes: What of an object is in memory while its checksum is computed.
        connect_sec: For one connection.
        request_sec: For one request with its body, so that a gigabyte passes at 4 MB/s.
        retries: Of a request that found the service busy or away, with pauses that double up to 15 s.
        retry_sec: After this time since the first attempt there is no further one.
        write_attempts: A create may find an object that is gone when it is read, since another process deleted it. A
            connection may break before the answer comes, and the client itself repeats no write.
    """

    range_bytes: int = 1 << 20
    piece_bytes: int = 8 << 20
    connect_sec: float = 10.0
    request_sec: float = 300.0
    retries: int = 8
    retry_sec: float = 180.0
    write_attempts: int = 3


LIMITS = TransferLimits()
_CRC32C = "crc32c"
"""Metadata that efface writes with an object."""
_MD5 = re.compile(r"[0-9a-f]{32}")
_SIGNED_FOR = timedelta(minutes=5)


@functools.cache
def _process_of_client() -> int:
    """The process that used a client first. A fork inherits the answer, and none of the threads that the client needs."""
    return os.getpid()


class ObjectStorage:
    """What S3 and Azure have in common. A version is the time of writing in seconds, a dash, and the ETag.

    Subclasses say how a bucket is opened, and by what the content of an object is compared.
    """

    time_unit_ns = 1_000_000_000
    http_variable: ClassVar[str]
    """The variable that allows connections without TLS, to a server of tests. obstore does not read it beside options."""

    def __init__(self) -> None:
        try:
            import obstore  # noqa: F401
        except ImportError:
            raise io.UnsupportedOperation(
                'buckets of S3 and Azure need an extra: pip install "efface[aws]" or "efface[azure]"'
            ) from None
        self._opened: dict[str, Any] = {}

    def connect(self, bucket: str, client: ClientConfig, retry: RetryConfig) -> Any:
        """The client of a bucket or container."""
        raise NotImplementedError

    def check(self, store: Any, bucket: str, name: str, e_tag: str, md5: bytes) -> None:
        """Compare the MD5 of a whole object with what the service states.

        Raises:
            SourceReadError: It is another one.
        """
        raise NotImplementedError

    def put_in_parts(self, store: Any, bucket: str, name: str, content: Content, condition: Condition, crc32c: str) -> bool:
        """Write a large object in parts; False where that is not possible here, and nothing was sent.

        Raises:
            ConditionNotMetError, UnknownOutcomeError: See `upload_in_parts`.
        """
        raise NotImplementedError

    def list(self, pattern: str) -> Iterator[Source]:
        import obstore

        place, (bucket, name) = pattern[: len(pattern) - len(split_uri(pattern)[1])].rstrip("/"), split_uri(pattern)
        wildcard = WILDCARD.search(name)
        folder = name[: wildcard.start()].rpartition("/")[0] if wildcard else name.rstrip("/")
        matches = re.compile(fnmatch.translate(name)).match if wildcard else None
        with in_plain_words(SourceReadError):
            listed = [one for page in obstore.list(self._store(bucket), folder or None) for one in page]
        sources = {one["path"]: _source(f"{place}/{one['path']}", one) for one in listed}
        if literal := self.find(pattern):  # An object or a folder may have the pattern as its literal name.
            sources[name] = literal
        for path, source in sorted(sources.items()):
            is_named = not name or path == name or path.startswith(name.rstrip("/") + "/")
            is_matched = matches is not None and matches(path) is not None
            # An object whose name ends in "/" stands for a folder, and is listed without the slash.
            if (is_named or is_matched) and (source.size_bytes or self.find(source.uri) == source):
                yield source

    def find(self, uri: str) -> Source | None:
        import obstore

        bucket, name = split_uri(uri)
        if not name or name.endswith("/"):
            return None
        with in_plain_words(SourceReadError):
            try:
                return _source(uri, obstore.head(self._store(bucket), name))
            except FileNotFoundError:
                return None

    def open(self, source: Source) -> BinaryIO:
        bucket, name = split_uri(source.uri)
        e_tag = _e_tag(source)
        with in_plain_words(SourceReadError):
            store = self._store(bucket)

        def fetch(start: int, end: int) -> bytes:
            data, _ = self._get(store, name, {"if_match": f'"{e_tag}"', "range": (start, end)})
            return data

        def check_md5(md5: bytes) -> None:
            with in_plain_words(SourceReadError):
                self.check(store, bucket, name, e_tag, md5)

        def check(data: bytes) -> None:
            if data:
                check_md5(_md5(data))
            elif self.find(source.uri) != source:
                raise SourceChangedError("the source vanished or changed after it was listed")

        return open_checked(fetch, source.size_bytes, LIMITS.range_bytes, check, check_md5=check_md5)

    def _get(self, store: Any, name: str, options: GetOptions) -> tuple[bytes, str]:
        """What the service sends, compared with the length and the checksum in its answer; and the ETag.

        Raises:
            SourceChangedError: The object no longer has the wanted version.
            SourceReadError: It cannot be read.
        """
        import obstore
        from obstore.exceptions import PreconditionError

        with in_plain_words(SourceReadError):
            try:
                result = obstore.get(store, name, options=options)
                data = bytes(result.bytes())
            except (FileNotFoundError, PreconditionError):
                raise SourceChangedError("the source vanished or changed after it was listed") from None
            start, end = result.range
            check_length(len(data), end - start)
            if len(data) == result.meta["size"]:
                check_crc32c(google_crc32c.value(data), result.attributes.get(_CRC32C, ""))
            return data, _bare(result.meta["e_tag"])

    def read(self, uri: str) -> bytes | None:
        bucket, name = split_uri(uri)
        with in_plain_words(SourceReadError):
            store = self._store(bucket)
            try:
                data, e_tag = self._get(store, name, {})
            except SourceChangedError:  # Of no certain version: there is none.
                return None
            self.check(store, bucket, name, e_tag, _md5(data))
            return data

    def checksum(self, uri: str) -> str | None:
        import obstore

        bucket, name = split_uri(uri)
        sha256, md5, crc32c, size_bytes = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0, 0
        with in_plain_words(SourceReadError):
            store = self._store(bucket)
            try:
                result = obstore.get(store, name)
            except FileNotFoundError:
                return None
            for piece in result.stream(LIMITS.piece_bytes):
                chunk = bytes(piece)
                sha256.update(chunk)
                md5.update(chunk)
                crc32c, size_bytes = google_crc32c.extend(crc32c, chunk), size_bytes + len(chunk)
            check_length(size_bytes, result.meta["size"])
            check_crc32c(crc32c, result.attributes.get(_CRC32C, ""))
            self.check(store, bucket, name, _bare(result.meta["e_tag"]), md5.digest())
        return sha256.hexdigest()

    def write(self, uri: str, data: bytes | BinaryIO, *, replace: bool | Source = False, private: bool = False) -> bool:
        from obstore.exceptions import GenericError

        bucket, name = split_uri(uri)
        content = data if isinstance(data, FileBytes) else as_stream(data)[0].read()
        condition: Condition = {} if replace else {"If-None-Match": "*"}
        if isinstance(replace, Source):
            condition = {"If-Match": f'"{_e_tag(replace)}"'}
        sha256, crc32c = sha256_of(content), encoded_crc32c(_crc32c_of(content))
        for attempt in range(1, LIMITS.write_attempts + 1):
            with in_plain_words(OutputWriteError):
                try:
                    # A large object is not sent to learn that there is one already.
                    if len(content) > PARTS.least_bytes and not replace and self.find(uri):
                        raise ConditionNotMetError
                    self._put(bucket, name, content, condition, crc32c)
                    return True
                except ConditionNotMetError:
                    standing = self.checksum(uri)
                except (GenericError, UnknownOutcomeError):  # Whether the object arrived nobody said.
                    if attempt == LIMITS.write_attempts:
                        raise
                    if self.checksum(uri) == sha256:
                        return True
                    time.sleep(attempt)
                    continue
            if standing == sha256:
                return False
            if standing is not None or replace:
                break
        raise OutputConflictError("another object already has the output's name")

    def _put(self, bucket: str, name: str, content: Content, condition: Condition, crc32c: str) -> None:
        """Write an object on a condition, a large one in parts.

        Raises:
            ConditionNotMetError: The condition does not hold.
            Exception: Of the client.
        """
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        store = self._store(bucket)
        if len(content) > PARTS.least_bytes and self.put_in_parts(store, bucket, name, content, condition, crc32c):
            return
        mode: PutMode = "create" if "If-None-Match" in condition else "overwrite"
        if "If-Match" in condition:
            mode = {"e_tag": condition["If-Match"]}
        attributes = {"Content-Type": content_type(name), _CRC32C: crc32c}
        whole = content.mapped() if isinstance(content, FileBytes) else content
        try:
            obstore.put(store, name, whole, mode=mode, use_multipart=False, attributes=attributes)
        except (AlreadyExistsError, PreconditionError):
            raise ConditionNotMetError from None

    def delete(self, uri: str) -> None:
        import obstore

        bucket, name = split_uri(uri)
        with in_plain_words(OutputWriteError), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store(bucket), name)

    def written_sec(self, uri: str) -> float:
        source = self.find(uri)
        return float(source.version.partition("-")[0]) if source else math.inf

    def _store(self, bucket: str) -> Any:
        if _process_of_client() != os.getpid():
            raise SourceReadError("buckets of S3 and Azure cannot be used in a forked process: start processes by `spawn`")
        if bucket not in self._opened:
            client: ClientConfig = {
                "connect_timeout": timedelta(seconds=LIMITS.connect_sec),
                "timeout": timedelta(seconds=LIMITS.request_sec),
                "allow_http": os.environ.get(self.http_variable, "").lower() in ("true", "1"),
            }
            retry: RetryConfig = {
                "max_retries": LIMITS.retries,
                "retry_timeout": timedelta(seconds=LIMITS.retry_sec),
            }
            self._opened[bucket] = self.connect(bucket, client, retry)
        return self._opened[bucket]


class S3Storage(ObjectStorage):
    """`s3://bucket/name`. Credentials as usual: the variables of AWS, a role, a profile."""

    http_variable = "AWS_ALLOW_HTTP"

    def connect(self, bucket: str, client: ClientConfig, retry: RetryConfig) -> Any:
        from obstore.store import S3Store

        provider: Any = None
        if _has_profile():
            from obstore.auth.boto3 import Boto3CredentialProvider

            provider = Boto3CredentialProvider()
        # The service compares what it receives.
        config: Any = {"checksum_algorithm": "SHA256"}
        return S3Store(bucket, config=config, client_options=client, retry_config=retry, credential_provider=provider)

    def check(self, store: Any, bucket: str, name: str, e_tag: str, md5: bytes) -> None:
        # Of an object that was written in one piece the ETag is the MD5, unless a key of its owner encrypts it.
        if not _MD5.fullmatch(e_tag) or bucket.endswith("--x-s3") or md5.hex() == e_tag:
            return
        if _headers(store, name, "HEAD").get("x-amz-server-side-encryption", "").startswith("aws:kms"):
            return
        raise SourceReadError("the content is not what its checksum says")

    def put_in_parts(self, store: Any, bucket: str, name: str, content: Content, condition: Condition, crc32c: str) -> bool:
        client = s3_client(LIMITS.connect_sec, LIMITS.request_sec, LIMITS.retries)
        about = {"ContentType": content_type(name), "Metadata": {_CRC32C: crc32c}, **s3_encryption()}
        put_to_s3(client, bucket, name, content, condition, about)
        return True


class AzureStorage(ObjectStorage):
    """`az://container/name` and `abfs[s]://container[@account.dfs.core.windows.net]/name`.

    Credentials as usual: the variables of Azure, a managed identity, the CLI.
    """

    http_variable = "AZURE_ALLOW_HTTP"

    def connect(self, bucket: str, client: ClientConfig, retry: RetryConfig) -> Any:
        from obstore.store import AzureStore

        container, _, host = bucket.partition("@")
        config: Any = {"account_name": host.partition(".")[0]} if host else {}
        return AzureStore(container, config=config, client_options=client, retry_config=retry)

    def check(self, store: Any, bucket: str, name: str, e_tag: str, md5: bytes) -> None:
        # The permission to read is one for GET and HEAD.
        headers = _headers(store, name, "GET")
        stated = headers.get("content-md5")
        if stated and _bare(headers.get("etag")) == e_tag and base64.b64encode(md5).decode() != stated:
            raise SourceReadError("the content is not what its checksum says")

    def put_in_parts(self, store: Any, bucket: str, name: str, content: Content, condition: Condition, crc32c: str) -> bool:
        import obstore
        from obstore.exceptions import BaseError

        def signed_url() -> str:
            return obstore.sign(store, "PUT", name, _SIGNED_FOR)

        try:
            is_plain = quote(name) in signed_url()
        except BaseError:  # A shared access signature signs nothing.
            return False
        if is_plain:
            about = {"x-ms-blob-content-type": content_type(name), f"x-ms-meta-{_CRC32C}": crc32c}
            put_to_azure(signed_url, content, condition, about, LIMITS.request_sec)
        return is_plain


def _has_profile() -> bool:
    """Whether credentials are in a file of AWS' own tools, which obstore does not read, and not in a variable."""
    if any(name in os.environ for name in ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_SKIP_SIGNATURE")):
        return False
    file = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or Path.home() / ".aws" / "credentials"
    return "AWS_PROFILE" in os.environ or Path(file).is_file()


def _headers(store: Any, name: str, signed_as: Any) -> Mapping[str, str]:
    """The headers of an object with names in lower case, of which obstore shows few; none where it cannot sign or may not.

    Raises:
        SourceReadError: The service does not answer.
    """
    import obstore
    from obstore.exceptions import BaseError

    try:
        request = urllib.request.Request(obstore.sign(store, signed_as, name, _SIGNED_FOR), method="HEAD")
        answer = in_time(lambda: urllib.request.urlopen(request, timeout=LIMITS.connect_sec), LIMITS.request_sec)
        with answer:
            return {key.lower(): value for key, value in answer.headers.items()}
    except BaseError:
        return {}
    except urllib.error.HTTPError as error:
        if error.code < 500:
            return {}
        raise SourceReadError("the checksum of the object cannot be read") from None
    except OSError:
        raise SourceReadError("the checksum of the object cannot be read") from None


def _crc32c_of(content: Content) -> int:
    return functools.reduce(google_crc32c.extend, chunks(content), 0)


def _source(uri: str, meta: Any) -> Source:
    # A listing of some services has milliseconds, the headers of an object have none.
    return Source(uri, meta["size"], f"{int(meta['last_modified'].timestamp())}-{_bare(meta['e_tag'])}")


def _e_tag(source: Source) -> str:
    return source.version.partition("-")[2]


def _bare(e_tag: str | None) -> str:
    """An ETag without quotes: listings of Azure have none."""
    if not e_tag:
        raise SourceReadError("the store states no ETag, so that no version can be told from another")
    return e_tag.strip('"')


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
