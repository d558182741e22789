"""The lists of words that stand next to this module."""

from __future__ import annotations

import functools
from importlib import resources


@functools.cache
def load_words(*names: str) -> frozenset[str]:
    """The words of these lists together, in upper case as they stand there; lines that begin with # are comments."""
    folder = resources.files(__package__)
    lines = (line for name in names for line in folder.joinpath(name).read_text(encoding="utf-8").splitlines())
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
