"""Says what is wrong with a name that is not one of those allowed, and which of them is nearest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: object, allowed: Iterable[str]) -> str:
    """The allowed name that is most like another one, in either case of letters; "" when none is."""
    by_small_letters = {one.casefold(): str(one) for one in allowed}
    found = difflib.get_close_matches(str(name).casefold(), by_small_letters, n=1)
    return by_small_letters[found[0]] if found else ""


def did_you_mean(name: object, allowed: Iterable[str]) -> str:
    """The end of a message about a name that does not exist: the nearest one, or "" when none is near."""
    near = nearest(name, allowed)
    return f"; did you mean {near!r}?" if near else ""


def not_one_of(value: object, allowed: Iterable[str]) -> str:
    """The message for a value that is not allowed."""
    names = list(allowed)
    return f"{value!r} is not one of: {', '.join(names)}{did_you_mean(value, names)}"


def require_one_of(name: str, value: object, allowed: Iterable[str]) -> None:
    """Check the value of a setting or an argument.

    Raises:
        ValueError: It is not allowed; the message names what is.
    """
    names = list(allowed)
    if value not in names:
        raise ValueError(f"{name}: {not_one_of(value, names)}")
