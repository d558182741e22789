"""Phrases with a name in them that name nobody: "Robert Jones bandage", "Von Rosen view", "Swan-Ganz".

The words of a phrase explain each other only where the whole of it stands. "Robert Jones" alone is a person.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib import resources

from .spellings import plain

_PHRASES = "terms/phrases.txt"
_CHOICE = re.compile(r"<([^<>]+)>|(\S+)")
_WORD = re.compile(r"[^\W_]+")
Phrases = Mapping[str, Sequence[tuple[str, ...]]]
"""First word -> the phrases that begin with it, each as its words."""


def read_phrases(lines: Iterable[str]) -> Phrases:
    """Phrases, one a line. `<one|other>` stands for either; lines that begin with # are comments."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for line in lines:
        if not line.startswith("#") and line.strip():
            choices = [(found.group(1) or found.group(2)).split("|") for found in _CHOICE.finditer(line)]
            for chosen in itertools.product(*choices):
                words = _words(" ".join(chosen))
                by_first.setdefault(words[0], []).append(tuple(words))
    return by_first


@functools.cache
def known_phrases() -> Phrases:
    """The phrases that come with efface."""
    return read_phrases(resources.files(__package__).joinpath(_PHRASES).read_text(encoding="utf-8").splitlines())


@functools.lru_cache(maxsize=64)
def own_phrases(phrases: tuple[str, ...]) -> Phrases:
    """The phrases of a policy."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(_words(phrase))
        if words:
            by_first.setdefault(words[0], []).append(words)
    return by_first


def words_in_phrases(words: Sequence[str], *phrases: Phrases) -> Collection[int]:
    """Which words of a text belong to a phrase.

    Args:
        words: The words of the text in their order. Hyphens and apostrophes part a word, and the s of a possessive counts not.
        phrases: What is looked for.

    Returns:
        Indexes of `words`.
    """
    pieces = [(piece, index) for index, word in enumerate(words) for piece in _words(word)]
    letters = [piece for piece, _ in pieces]
    found: set[int] = set()
    for start, end in _matches(letters, phrases):
        first, last = pieces[start][1], pieces[end - 1][1]
        is_cut = (start and pieces[start - 1][1] == first) or (end < len(pieces) and pieces[end][1] == last)
        if not is_cut:  # "Swan-Ganz-Miller" is no phrase
            found.update(range(first, last + 1))
    return found


def _matches(letters: Sequence[str], phrases: Sequence[Phrases]) -> Iterator[tuple[int, int]]:
    for start, first in enumerate(letters):
        for phrase in itertools.chain.from_iterable(known.get(first, ()) for known in phrases):
            if tuple(letters[start : start + len(phrase)]) == phrase:
                yield start, start + len(phrase)


def _words(text: str) -> list[str]:
    words = [plain(word) for word in _WORD.findall(text)]
    return [word for at, word in enumerate(words) if word != "S" or at == 0] if "'" in text or "’" in text else words
