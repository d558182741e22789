"""Finds an identifier in texts and in bytes, however it is spelled, escaped or encoded there."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from .transliterate import drop_marks, expand_marks, fold_letters

_GLUED_LENGTH = 5
"""From this many letters on an identifier is looked for within words; a shorter one has to be a word: `Lee` is in `sleep`."""
_GLUED_IDEOGRAPHS = 2
_SHORTEST_BYTES = 6
"""Fewer bytes than this stand in pixels by chance."""
_SHORTEST_TEXT = 2
_UTF_16 = ("utf-16-le", "utf-16-be")
_CODECS = (
    *("latin-1", "utf-8", *_UTF_16),
    *("iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-9", "cp1251", "gb18030", "euc_jp", "shift_jis", "euc_kr"),
)


@dataclass(frozen=True)
class Needle:
    """One identifier.

    Attributes:
        text: In its plain spelling.
    """

    text: str
    _glued: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _words: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spelled = {fold_letters(self.text), fold_letters(expand_marks(self.text)), *map(fold_letters, _unescaped(self.text))}
        forms = [words for words in map(_words, sorted(spelled)) if words]
        long = {"".join(words) for words in forms if _is_long("".join(words))}
        short = {" ".join(words) for words in forms if not _is_long("".join(words))}
        object.__setattr__(self, "_glued", tuple(sorted(long)))
        object.__setattr__(self, "_words", re.compile("|".join(map(_bounded, sorted(short)))) if short else None)

    def in_text(self, text: str) -> bool:
        """Whether a text spells it: in any case, with or without marks, separators, escapes and line breaks."""
        return self.in_views(views_of(text))

    def in_views(self, views: Iterable[tuple[str, str]]) -> bool:
        """The same for a text that is already prepared."""
        return any(
            any(form in glued for form in self._glued) or (self._words is not None and self._words.search(spaced) is not None)
            for spaced, glued in views
        )

    def encoded(self) -> Iterator[bytes]:
        """Its usual spellings in every encoding, in lower case where that is of one byte a letter."""
        plain = {self.text, drop_marks(self.text), expand_marks(self.text)}
        spelled = {form for one in plain for form in (one, one.upper(), one.lower(), unicodedata.normalize("NFD", one))}
        found = {encoded.lower() for one in spelled for encoded in _encoded(one) if len(encoded) >= _SHORTEST_BYTES}
        yield from sorted(found)


def views_of(text: str) -> list[tuple[str, str]]:
    """How a text is looked at: as words between spaces, and as letters and digits without anything between them."""
    views = []
    for one in {text, *_unescaped(text)}:
        words = _words(fold_letters(one))
        views.append((f" {' '.join(words)} ", "".join(words)))
    return views


def texts_of_bytes(data: bytes, codecs: Iterable[str] = ()) -> list[str]:
    """What bytes may say: in one byte a letter, in UTF-8, in both orders of UTF-16 from both places, and in more encodings."""
    texts = [data.decode("latin-1"), data.decode("utf-8", "ignore")]
    texts += [data[start:].decode(codec, "ignore") for codec in _UTF_16 for start in (0, 1)]
    return texts + [data.decode(codec, "ignore") for codec in codecs]


def _is_long(glued: str) -> bool:
    return len(glued) >= _GLUED_LENGTH or (len(glued) >= _GLUED_IDEOGRAPHS and _is_ideographic(glued))


def _bounded(words: str) -> str:
    """A pattern for a few words alone, or for a short number, which letters may touch: `94Y`."""
    edge = r"\d" if words.isdigit() else r"\w"
    return rf"(?<!{edge}){re.escape(words)}(?!{edge})"


def _is_ideographic(text: str) -> bool:
    return all(unicodedata.name(letter, "").startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA")) for letter in text)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _unescaped(text: str) -> list[str]:
    """Without escapes of HTML and of URLs, where it has some."""
    plain = {html.unescape(text) if "&" in text else text, unquote(text) if "%" in text else text}
    return sorted(plain - {text})


def _encoded(text: str) -> Iterator[bytes]:
    for codec in _CODECS:
        try:
            yield text.encode(codec)
        except UnicodeEncodeError:
            continue
