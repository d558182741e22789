"""Phrases with a name in them that name nobody: "Robert Jones bandage", "Von Rosen view", "Swan-Ganz".

The words of a phrase explain each other only where the whole of it stands. "Robert Jones" alone is a person.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from importlib import resources

from .spellings import plain

_PHRASES = "terms/phrases.txt"
_CHOICE = re.compile(r"<([^<>]+)>|(\S+)")
_WORD = re.compile(r"[^\W_]+")
_CACHED_WORDS = 1 << 15
Phrases = Callable[[str], Sequence[tuple[str, ...]]]
"""Gives the phrases that begin with a word, each as its words."""


def read_phrases(lines: Iterable[str]) -> Phrases:
    """Phrases, one a line. `<one|other>` stands for either; lines that begin with # are comments."""
    by_first: dict[str, list[str]] = {}
    for line in lines:
        if not line.startswith("#") and (first := _WORD.search(line)):
            by_first.setdefault(plain(first.group()), []).append(line)

    @functools.cache
    def beginning_with(word: str) -> Sequence[tuple[str, ...]]:  # Few of the lines are ever needed.
        return [phrase for line in by_first.get(word, ()) for phrase in _phrases_of(line)]

    return beginning_with


def _phrases_of(line: str) -> Iterator[tuple[str, ...]]:
    choices = [(found.group(1) or found.group(2)).split("|") for found in _CHOICE.finditer(line)]
    for chosen in itertools.product(*choices):
        yield tuple(_words(" ".join(chosen)))


@functools.cache
def known_phrases() -> Phrases:
    """The phrases that come with efface."""
    return read_phrases(resources.files(__package__).joinpath(_PHRASES).read_text(encoding="utf-8").splitlines())


@functools.lru_cache(maxsize=64)
def own_phrases(phrases: tuple[str, ...] = ()) -> Phrases:
    """The phrases of a policy, as they are written."""
    read = [words for phrase in phrases if (words := tuple(_words(phrase)))]

    def beginning_with(word: str) -> Sequence[tuple[str, ...]]:
        return [words for words in read if words[0] == word]

    return beginning_with


def words_in_phrases(words: Sequence[str], *phrases: Phrases) -> Collection[int]:
    """Which words of a text belong to a phrase.

    Args:
        words: The words of the text in their order. Hyphens and apostrophes part a word, and the s of a possessive counts not.
        phrases: What is looked for.

    Returns:
        Indexes of `words`.
    """
    letters: list[str] = []
    places: list[int] = []
    for index, word in enumerate(words):
        pieces = _words_in(word)
        letters += pieces
        places += [index] * len(pieces)
    found: set[int] = set()
    for start, end in _matches(letters, phrases):
        first, last = places[start], places[end - 1]
        is_cut = (start and places[start - 1] == first) or (end < len(places) and places[end] == last)
        if not is_cut:  # "Swan-Ganz-Miller" is no phrase
            found.update(range(first, last + 1))
    return found


def _matches(letters: Sequence[str], phrases: Sequence[Phrases]) -> Iterator[tuple[int, int]]:
    beginning_with = {first: [phrase for known in phrases for phrase in known(first)] for first in set(letters)}
    for start, first in enumerate(letters):
        for phrase in beginning_with[first]:
            if tuple(letters[start : start + len(phrase)]) == phrase:
                yield start, start + len(phrase)


@functools.lru_cache(maxsize=_CACHED_WORDS)
def _words_in(word: str) -> Sequence[str]:
    return _words(word)


def _words(text: str) -> list[str]:
    words = [plain(word) for word in _WORD.findall(text)]
    return [word for at, word in enumerate(words) if word != "S" or at == 0] if "'" in text or "’" in text else words
