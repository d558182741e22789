"""Errors of the clients of object stores, in words without a request: their own messages hold URLs, names and keys."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from io import UnsupportedOperation

from ..core.errors import EffaceError

_NOT_ALLOWED = "the bucket does not exist, or you may not use it"
_NO_CREDENTIALS = (
    "there are no credentials for the bucket: run `gcloud auth application-default login`, or set the variables of AWS or Azure"
)
_NO_ACCOUNT = "the account of the container is not named: set AZURE_STORAGE_ACCOUNT_NAME"
_CLASSES = {
    "DefaultCredentialsError": _NO_CREDENTIALS,
    "Forbidden": _NOT_ALLOWED,
    "NotFound": _NOT_ALLOWED,
    "PermissionDeniedError": _NOT_ALLOWED,
    "Unauthorized": _NOT_ALLOWED,
    "TimeoutError": "the store sends too slowly, or not at all",
    "UnauthenticatedError": _NOT_ALLOWED,
    "FileNotFoundError": _NOT_ALLOWED,
    "InvalidPathError": "a name in the bucket has an empty part, a part `.` or `..`, or a control character",
}
"""Class of an error -> what it means."""
_MARKS = {
    "Account must be specified": _NO_ACCOUNT,
    "NoSuchBucket": _NOT_ALLOWED,
    "ContainerNotFound": _NOT_ALLOWED,
    "404 Not Found": _NOT_ALLOWED,
    "169.254.169.254": _NO_CREDENTIALS,  # The service of a machine in the cloud, which is asked last.
    "token request": _NO_CREDENTIALS,
    "session.get_credentials": _NO_CREDENTIALS,
    "Could not parse path": _CLASSES["InvalidPathError"],
}
"""What the message of an error of no class of its own holds -> what it means."""


def reason_of(error: Exception) -> str:
    """Why a place cannot be used, for a message: nothing but the class of an error whose message may hold its name."""
    return str(error) if isinstance(error, EffaceError | UnsupportedOperation) else type(error).__name__


@contextlib.contextmanager
def in_plain_words(kind: type[EffaceError]) -> Iterator[None]:
    """Turn every error of a client into an error of efface that names no request, and none of its causes.

    Raises:
        EffaceError: Of the given kind.
    """
    try:
        yield
    except EffaceError:
        raise
    except Exception as error:
        raise kind(_meaning_of(error)) from None


def _meaning_of(error: Exception) -> str:
    name, message = type(error).__name__, str(error)
    found = _CLASSES.get(name) or next((meaning for mark, meaning in _MARKS.items() if mark in message), None)
    return found or f"the bucket cannot be used ({name})"
