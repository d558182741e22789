"""Asks a name model about the words that the lists leave open: unknown ones, and terms that are names as well.

Whatever a model says, it can only redact, and never an unambiguous term.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence

from .free_text import Standing, Word, has_both_cases, split_words
from .name_entities import FindEntities, NameEntity

_CACHED_PIECES = 1 << 14
"""The instances of a series share most of their texts."""
_LONGEST_PIECE = 400
"""Longer texts are asked about in pieces: models read some hundred characters at once."""


class NameRecognizer:
    """A model with what it said so far. Calling it gives, for each text, the label of the surest name in it, or None.

    Args:
        find: The model. It is asked about each text once, and about many at a time.
    """

    def __init__(self, find: FindEntities) -> None:
        self._find, self._lock = find, threading.Lock()
        self._known: OrderedDict[str, tuple[NameEntity, ...]] = OrderedDict()

    def __call__(self, texts: Sequence[str]) -> list[str | None]:
        return [_surest(entities) for entities in self.find(texts)]

    def find_spans(self, text: str) -> list[tuple[int, int]]:
        """Half-open ranges of characters of the words of a text that the model takes for names, places or identifiers."""
        [entities] = self.find([text])
        return [(entity.start, entity.end) for entity in entities]

    def find(self, texts: Sequence[str]) -> list[list[NameEntity]]:
        """The words that the lists leave open and that the model takes for parts of names, by text."""
        pieces = [list(_pieces(text)) for text in texts]
        with self._lock:
            said = self._ask({piece for of_text in pieces for _, piece in of_text})
        return [
            [entity._replace(start=entity.start + at, end=entity.end + at) for at, piece in of_text for entity in said[piece]]
            for of_text in pieces
        ]

    def _ask(self, pieces: Iterable[str]) -> dict[str, tuple[NameEntity, ...]]:
        """What the model says of each piece, now or earlier."""
        said = {piece: self._known[piece] for piece in pieces if piece in self._known}
        open_words = {piece: _open_words(piece) for piece in pieces if piece not in said}
        asked = sorted((piece for piece, words in open_words.items() if words), key=len)
        found = dict(zip(asked, self._find(asked), strict=True)) if asked else {}
        for piece, words in open_words.items():
            said[piece] = tuple(_of_words(words, found.get(piece, ())))
            self._known[piece] = said[piece]
        while len(self._known) > _CACHED_PIECES:
            self._known.popitem(last=False)
        return said


_UNLISTED = (Standing.UNKNOWN, Standing.DERIVED)


def _open_words(text: str) -> list[Word]:
    shows_case = has_both_cases(text)
    return [word for word in split_words(text) if word.standing in _UNLISTED or _is_open(word, shows_case=shows_case)]


def _is_open(word: Word, *, shows_case: bool) -> bool:
    return word.standing is Standing.AMBIGUOUS and not (shows_case and word.text.islower())


def _of_words(words: Sequence[Word], entities: Sequence[NameEntity]) -> Iterator[NameEntity]:
    """Whole words that an entity touches, each with the surest entity."""
    for word in words:
        touching = [entity for entity in entities if entity.start < word.end and word.start < entity.end]
        if touching:
            surest = max(touching, key=lambda entity: entity.score)
            yield surest._replace(start=word.start, end=word.end)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Parts of a text, cut at spaces where there are some, each with the place where it begins."""
    start = 0
    while len(text) - start > _LONGEST_PIECE:
        cut = text.rfind(" ", start, start + _LONGEST_PIECE) + 1
        end = cut if cut > start else start + _LONGEST_PIECE
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _surest(entities: Sequence[NameEntity]) -> str | None:
    return max(entities, key=lambda entity: entity.score).label if entities else None


_loaded: dict[str, NameRecognizer] = {}
_loading = threading.Lock()


def load_recognizer(version: str, load: Callable[[], FindEntities]) -> NameRecognizer:
    """A model, loaded at the first call and shared by all threads of the process from then on.

    Args:
        version: `ModelSource.version`; equal versions are equal models.
        load: Loads it.
    """
    with _loading:
        if version not in _loaded:
            _loaded[version] = NameRecognizer(load())
        return _loaded[version]
