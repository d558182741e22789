"""The shape of what looks beside a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .rules import Found

Finder = Callable[[str, int, int], Iterator[Found]]
"""Takes a text and the half-open range of characters of one of its words, and yields what identifies around that word."""
Finders = Mapping[str, tuple[Finder, ...]]
"""Words in lower case, letters alone, -> what looks around each."""


def merged(tables: tuple[Finders, ...]) -> dict[str, tuple[Finder, ...]]:
    """All finders of several tables."""
    finders: dict[str, tuple[Finder, ...]] = {}
    for table in tables:
        for word, more in table.items():
            finders[word] = (*finders.get(word, ()), *more)
    return finders
