"""Says what is wrong with a name that is not one of those allowed, and which of them is nearest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: object, allowed: Iterable[str]) -> str:
    """The allowed name that is most like another one, in either case of letters; "" when none is."""
    by_small_letters = {one.casefold(): str(one) for one in allowed}
    found = difflib.get_close_matches(str(name).casefold(), by_small_letters, n=1)
    return by_small_letters[found[0]] if found else ""


def not_one_of(value: object, allowed: Iterable[str]) -> str:
    """The message for a value that is not allowed."""
    names = list(allowed)
    near = nearest(value, names)
    return f"{value!r} is not one of: {', '.join(names)}" + (f"; did you mean {near!r}?" if near else "")
