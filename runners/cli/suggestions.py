"""Suggests the nearest name for one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """The end of an error message that names the nearest of the names, or "" when none is near."""
    nearest = difflib.get_close_matches(word, sorted(names), n=1)
    return f"; did you mean {nearest[0]}?" if nearest else ""
