"""One boundary around parsers, which raise many kinds of errors on malformed bytes and values."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator

from .errors import EffaceError, SourceReadError, StructureError


@contextlib.contextmanager
def malformed(kind: type[EffaceError] = StructureError, *, raised_in: str = "") -> Iterator[None]:
    """Turn errors of a parser into the error for malformed data. Also a decorator.

    Args:
        kind: The error for malformed data.
        raised_in: Only errors from this package are turned, "" for all. Around own code, its mistakes stay visible.

    Raises:
        SourceReadError: The operating system cannot read the source.
    """
    try:
        yield
    except EffaceError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:  # Errors that a parser raises itself have no errno.
            raise SourceReadError("the source cannot be read") from None
        if not place_of(error, raised_in):
            raise
        raise kind(f"malformed data ({type(error).__name__})") from None


def place_of(error: BaseException, within: str = "") -> str:
    """Module and line of the innermost code of a package that an exception passed through; "" for none."""
    frames = traceback.walk_tb(error.__traceback__)
    lines = [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in frames]
    return next((line for line in reversed(lines) if line.startswith(within)), "")
