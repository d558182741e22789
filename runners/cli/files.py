"""Commands that look at files one by one, as a run does, and publish nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TypeVar

from efface.transforms.audit.rows import verdict_of
from efface.transforms.core.failures import NOT_FAILURES, explain_failure
from efface.transforms.core.instance import Source
from efface.transforms.storage import reason_of, storage_of

from .errors import PictureError, UsageError
from .exit_codes import ExitCode
from .tables import printable

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
    """Write a page where the user wants it, also in place of an earlier one.

    Raises:
        UsageError: It cannot be written there.
    """
    try:
        storage_of(place).write(place, page.encode("utf-8"), replace=True)
    except Exception as error:  # Whatever a bucket's client raises.
        raise UsageError(f"the page cannot be written: {reason_of(error)}") from None
