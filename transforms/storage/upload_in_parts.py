"""Writes large objects in parts, on a condition that the service checks when it puts them together.

obstore knows no condition on an upload in parts. Until its last request an object does not exist, and a writer that dies leaves
parts without a name. Sources: Amazon S3 API, CompleteMultipartUpload; Azure Blob Storage REST API, Put Block, Put Block List.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core.file_bytes import Content

Condition = Mapping[str, str]
"""`If-None-Match` or `If-Match` of HTTP and its value; empty to replace whatever stands there."""


@dataclass(frozen=True)
class PartLimits:
    """How an object is cut.

    Attributes:
        least_bytes: An object of more is written in parts. One request of S3 takes 5 GB, one of Azure 5,000 MiB.
        part_bytes: What is in memory at once. S3 allows 10,000 parts, of 5 MiB or more but the last.
        attempts: Of one part.
    """

    least_bytes: int = 256 << 20
    part_bytes: int = 32 << 20
    attempts: int = 4


LIMITS = PartLimits()
_HTTP_CONFLICTS = (409, 412)
_LOST = (404, 500, 502, 503, 504)


class ConditionNotMetError(Exception):
    """The service says that the condition does not hold."""


class UnknownOutcomeError(Exception):
    """The service did not say whether the object was written."""


def put_to_s3(client: Any, bucket: str, name: str, content: Content, condition: Condition, about: Mapping[str, Any]) -> None:
    """Write an object of S3 in parts, each with a SHA-256 that the service compares.

    Args:
        client: Of boto3.
        about: Further arguments of CreateMultipartUpload: content type, metadata, encryption.

    Raises:
        ConditionNotMetError: See there. Nothing was written.
        UnknownOutcomeError: See there.
        botocore.exceptions.ClientError: The service refuses it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    place = {"Bucket": bucket, "Key": name}
    place["UploadId"] = client.create_multipart_upload(**place, ChecksumAlgorithm="SHA256", **about)["UploadId"]
    try:
        parts = []
        for number, part in enumerate(_parts_of(content), start=1):
            sent = client.upload_part(**place, PartNumber=number, Body=part, ChecksumAlgorithm="SHA256")
            parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": sent["ChecksumSHA256"]})
        conditions = {header.replace("-", ""): value for header, value in condition.items()}
        client.complete_multipart_upload(**place, MultipartUpload={"Parts": parts}, **conditions)
    except BaseException as error:
        with contextlib.suppress(Exception):  # A rule of the bucket removes what stays.
            client.abort_multipart_upload(**place)
        status = error.response["ResponseMetadata"]["HTTPStatusCode"] if isinstance(error, ClientError) else 0
        if status in _HTTP_CONFLICTS:
            raise ConditionNotMetError from None
        # An upload that a lost answer completed is gone when its last request is tried again.
        if status in _LOST or isinstance(error, BotoCoreError):
            raise UnknownOutcomeError from None
        raise


def s3_client(connect_sec: float, request_sec: float, retries: int) -> Any:
    """A client of boto3 that reads the same variables as obstore does."""
    import boto3
    from botocore.config import Config

    is_virtual = os.environ.get("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "").lower() in ("true", "1")
    config = Config(
        connect_timeout=connect_sec,
        read_timeout=request_sec,
        retries={"max_attempts": retries, "mode": "standard"},
        s3={"addressing_style": "virtual" if is_virtual else "path"},
    )
    return boto3.client("s3", region_name=os.environ.get("AWS_REGION"), config=config)


def s3_encryption() -> dict[str, str]:
    """Arguments of boto3 for the encryption that the variables ask for."""
    names = {"AWS_SERVER_SIDE_ENCRYPTION": "ServerSideEncryption", "AWS_SSE_KMS_KEY_ID": "SSEKMSKeyId"}
    return {argument: os.environ[name] for name, argument in names.items() if os.environ.get(name)}


def put_to_azure(
    signed_url: Callable[[], str], content: Content, condition: Condition, about: Mapping[str, str], request_sec: float
) -> None:
    """Write a block blob, each block with an MD5 that the service compares. The blob gets the MD5 of its whole content.

    Args:
        signed_url: Gives a URL of the blob by which it may be written for some minutes.
        about: Headers of Put Block List: content type, metadata.

    Raises:
        ConditionNotMetError: See there. Nothing was written.
        UnknownOutcomeError: See there.
        OSError: The service refuses it.
    """
    md5, names = hashlib.md5(usedforsecurity=False), []
    for number, part in enumerate(_parts_of(content)):
        md5.update(part)
        names.append(base64.b64encode(b"%08d" % number).decode())
        query = f"&comp=block&blockid={urllib.parse.quote(names[-1], safe='')}"
        _put(signed_url, query, part, {"Content-Type": "application/octet-stream"}, request_sec)
    listed = "".join(f"<Uncommitted>{name}</Uncommitted>" for name in names)
    body = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{listed}</BlockList>'.encode()
    headers = {"Content-Type": "text/xml", "x-ms-blob-content-md5": base64.b64encode(md5.digest()).decode()}
    _put(signed_url, "&comp=blocklist", body, {**headers, **about, **condition}, request_sec)


def _put(signed_url: Callable[[], str], query: str, body: bytes, headers: Mapping[str, str], request_sec: float) -> None:
    """One request. What found the service busy is tried again.

    Raises:
        ConditionNotMetError, UnknownOutcomeError, OSError: See `put_to_azure`.
    """
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    for attempt in range(1, LIMITS.attempts + 1):
        request = urllib.request.Request(signed_url() + query, body, {"Content-MD5": md5, **headers}, method="PUT")
        try:
            with urllib.request.urlopen(request, timeout=request_sec):
                return
        except urllib.error.HTTPError as error:
            if error.code in _HTTP_CONFLICTS:
                raise ConditionNotMetError from None
            if error.code < 500:
                raise OSError("the store does not take a part of the object") from None
            if attempt == LIMITS.attempts:
                raise UnknownOutcomeError from None
        except (OSError, http.client.HTTPException):
            if attempt == LIMITS.attempts:
                raise UnknownOutcomeError from None
        time.sleep(attempt)


def _parts_of(content: Content) -> Iterator[bytes]:
    for start in range(0, len(content), LIMITS.part_bytes):
        yield content[start : start + LIMITS.part_bytes]
