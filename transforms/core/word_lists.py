"""Reads lists of words from text files beside the modules that use them."""

from __future__ import annotations

import functools
from importlib import resources


@functools.cache
def load_words(package: str, *names: str) -> frozenset[str]:
    """The words of these files of a package, in upper case as written there."""
    folder = resources.files(package)
    return frozenset(word for name in names for word in words_of(folder.joinpath(name).read_text(encoding="utf-8")))


def words_of(text: str) -> list[str]:
    """The words of a list. Lines that begin with # are comments."""
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
