"""Commands that look at files and publish nothing: files one by one as a run takes them, and what is written beside them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from efface.transforms.audit.rows import verdict_of
from efface.transforms.core.failures import NOT_FAILURES, explain_failure
from efface.transforms.core.instance import Source
from efface.transforms.storage import reason_of, storage_of

from .errors import PictureError, UsageError
from .exit_codes import ExitCode
from .tables import printable

if TYPE_CHECKING:
    from PIL.Image import Image

T = TypeVar("T")


def look_at_files(sources: Iterable[Source], look: Callable[[int, Source], T], show: Callable[[Source, T], None]) -> ExitCode:
    """Show what is found in each file. A file that a run would not publish is a line on standard error, with its code.

    Args:
        sources: The files.
        look: Called with the position of a file, from 1, and the file.
        show: Called with a file and what `look` returned for it.

    Returns:
        3 like a run that would quarantine a file, or publish none.
    """
    shown = quarantined = 0
    for number, source in enumerate(sources, 1):
        try:
            found = look(number, source)
        except (*NOT_FAILURES, PictureError):
            raise
        except BaseException as error:
            code, reason = explain_failure(error)
            quarantined += verdict_of(code) == "quarantined"
            print(f"{printable(source.uri)}: {code} ({reason})", file=sys.stderr)
            continue
        show(source, found)
        shown += 1
    return ExitCode.OK if shown and not quarantined else ExitCode.QUARANTINED


def write_page(place: str, page: str) -> None:
    """Write a text where the user wants it; see `write_object`."""
    write_object(place, page.encode("utf-8"))


def write_object(place: str, data: bytes) -> None:
    """Write a file or an object where the user wants it, also in place of an earlier one.

    Raises:
        UsageError: It cannot be written there.
    """
    try:
        storage_of(place).write(place, data, replace=True)
    except Exception as error:  # Whatever a bucket's client raises.
        raise UsageError(f"the result cannot be written: {reason_of(error)}") from None


def read_object(place: str) -> bytes:
    """The content of a file or an object that the user names.

    Raises:
        UsageError: It is not there, or cannot be read.
    """
    try:
        data = storage_of(place).read(place)
    except Exception as error:  # Whatever a bucket's client raises.
        raise UsageError(f"a file cannot be read: {reason_of(error)}") from None
    if data is None:
        raise UsageError("a file that is named does not exist")
    return data


def make_folder(folder: Path) -> None:
    """Make the folder of pictures where there is none.

    Raises:
        UsageError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the pictures cannot be written ({error.strerror})") from None


def save_picture(picture: Image, path: Path) -> None:
    """Write a picture.

    Raises:
        PictureError: It cannot be written.
    """
    try:
        picture.save(path)
    except OSError as error:
        raise PictureError(f"the pictures cannot be written ({error.strerror or type(error).__name__})") from None
