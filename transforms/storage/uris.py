"""Joins, splits and compares paths, patterns and URIs as text."""

from __future__ import annotations

import re
from pathlib import Path

WILDCARD = re.compile(r"[*?\[]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+)://")
_CONTENT_TYPES = {".dcm": "application/dicom", ".json": "application/json", ".csv": "text/csv"}


def scheme_of(uri: str) -> str:
    """The scheme in lower case, or "" for a path of this machine."""
    scheme = _SCHEME.match(uri)
    return scheme.group(1).lower() if scheme else ""


def is_local(uri: str) -> bool:
    """Whether a path, pattern or URI lies on this machine."""
    return not scheme_of(uri)


def join_uri(prefix: str, *names: str) -> str:
    """A place below a prefix."""
    return "/".join((prefix.rstrip("/"), *names))


def split_uri(uri: str) -> tuple[str, str]:
    """Bucket and name of an object, of a pattern of objects, or of a prefix."""
    bucket, _, name = uri.partition("://")[2].partition("/")
    return bucket, name


def fixed_prefix(pattern: str) -> str:
    """The part of a pattern before its first wildcard, down to a whole folder; a path that exists is taken as it is."""
    wildcard = WILDCARD.search(pattern)
    if wildcard is None or (is_local(pattern) and Path(pattern).exists()):
        return pattern
    return pattern[: wildcard.start()].rpartition("/")[0] or ("/" if pattern.startswith("/") else ".")


def is_below(place: str, prefix: str) -> bool:
    """Whether a place is the prefix itself or lies below it."""
    if is_local(place) and is_local(prefix):
        return Path(place).resolve().is_relative_to(Path(prefix).resolve())
    return f"{place.rstrip('/')}/".startswith(f"{prefix.rstrip('/')}/")


def content_type(name: str) -> str:
    """The media type that an object gets, by the end of its name."""
    return _CONTENT_TYPES.get(Path(name).suffix, "application/octet-stream")
