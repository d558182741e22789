"""Finds the proper name of a place before or behind a keyword: "Royal Oakhollow | Infirmary", "Hôpital | Saint-Louis"."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from .lexicon import is_known
from .name_words import ends_like_a_term, ends_like_a_word, is_common, is_frequent_name

_LETTER = r"[^\W\d_]"
WORD = rf"{_LETTER}[^\W\d_]*+(?:['’.-]{{1,2}}{_LETTER}[^\W\d_]*+)*"
_LINKS = frozenset(
    [
        "of",
        "and",
        "the",
        "for",
        "&",
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "del",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "d",
        "l",
        "lo",
        "los",
        "las",
        "el",
        "y",
        "e",
        "en",
        "et",
        "sur",
        "sous",
        "am",
        "an",
        "im",
        "in",
        "auf",
        "bei",
        "der",
        "den",
        "dem",
        "und",
        "zu",
        "zum",
        "zur",
        "van",
        "von",
        "'t",
        "op",
        "aan",
        "ter",
        "ten",
        "het",
        "i",
        "rechts",
        "links",
        "st",
        "saint",
        "sankt",
        "san",
        "santa",
        "santo",
        "são",
        "sint",
        "ste",
        "sainte",
        "dr",
        "prof",
    ]
)
"""Words within a name that are none themselves."""
_CONJUNCTIONS = frozenset("and und et y e en & i for in im bei op aan zu".split())  # noqa: SIM905
_SAINTS = frozenset(("st", "saint", "sankt", "san", "santa", "sint", "ste"))
_BEHIND = re.compile(rf"(?:[ ]['’]?|-(?=\w))({WORD}|&)(?:(?<=St)\.|(?<=Ste)\.)?")
_BEFORE = re.compile(rf"({WORD}\.?|&)[ -]?$")
_WITHOUT_ARTICLE = re.compile(r"^(?:d|l|dell|all|nell|sant)['’](?=\w)", re.I)
_NUMERAL = re.compile(r"[ ][IVX]{1,4}(?![\w.-])")
_BOUNDS = ' -(\n\t,;:"'
_STOP = re.compile(r"\.[ \n]")
_LONGEST_ABBREVIATION = 5
_LONGEST_KNOWN_ABBREVIATION = 3
_VOWELS = "aeiouyäöüáéíóúàèìòùâêîôûаеёиоуыэюя"
_LONGEST_NAME = 120
_LONGEST_WORD = 42
_MOST_WORDS_WITHOUT_CASE = 2


class NameBefore(NamedTuple):
    """The name before a keyword.

    Attributes:
        start: Of its first character.
        identifies: Whether one of its words is of no other name: "Oakhollow General", not "General".
    """

    start: int
    identifies: bool


def is_sentence_end(text: str, position: int) -> bool:
    """Whether the full stop at a position ends a sentence, and no abbreviation: "Kein Erguss. ", but not "Städt. ", "St. ".

    A number with a full stop and a space behind it ends one as well.
    """
    if text[position + 1 : position + 2] not in ("", " ", "\n"):
        return False
    start = position
    while start > max(0, position - _LONGEST_WORD) and text[start - 1].isalpha():
        start -= 1
    word = text[start:position]
    if not word or word.lower() in _LINKS or len(word) == 1:
        return text[position - 1 : position].isdigit()
    if is_known(word):
        return len(word) > _LONGEST_KNOWN_ABBREVIATION or word.isupper() or word.islower()
    is_abbreviated = len(word) <= _LONGEST_ABBREVIATION and word[-1].lower() not in _VOWELS
    return not is_abbreviated or (word[0].islower() and len(word) == _LONGEST_ABBREVIATION)


def sentence_start(text: str, start: int, end: int) -> int:
    """Where the sentence begins that ends at `end`, not before `start`."""
    for stop in _STOP.finditer(text, start, end):
        if is_sentence_end(text, stop.start()):
            start = stop.end()
    return start


@functools.lru_cache(maxsize=4096)
def is_proper(word: str) -> bool:
    """Whether a word may be of a proper name: no term, no common word and, without a capital, no ending of one."""
    if is_common(word) or is_known(word) or ends_like_a_term(word):
        return False
    return (word[0].isupper() and not word.isupper()) or is_frequent_name(word) or not ends_like_a_word(word)


def end_behind(text: str, position: int, limit: int, *, also: frozenset[str] = frozenset()) -> int | None:
    """Where the name ends that stands behind a keyword, or None if there is none.

    Args:
        text: Any text.
        position: Where the keyword ends.
        limit: The most words of the name, links between them aside.
        also: Words in lower case that do not identify, but may be of the name.
    """
    end, count, first = None, 0, ""
    while count < limit and (found := _BEHIND.match(text, position)):
        word, position = _WITHOUT_ARTICLE.sub("", found.group(1)), found.end()
        if word.lower() in _LINKS:
            if word.lower() in _CONJUNCTIONS and end is None:
                break
            continue
        first = first or word
        is_shared = word.lower() in also
        if word[0].islower() != first[0].islower() or not (is_shared or is_proper(word)):
            break
        end = position if end is not None or not is_shared else None
        count += 1
        if first[0].islower() and count >= _MOST_WORDS_WITHOUT_CASE:
            break
    numeral = _NUMERAL.match(text, end) if end is not None else None
    return numeral.end() if numeral else end


def _follows_capital(before: str, word: str) -> bool:
    """Whether a word in small letters ends a name that a capital begins: "Gyeongjusi hwangnamgu | General Hospital"."""
    found = _BEFORE.search(before, max(0, len(before) - _LONGEST_WORD))
    first = found.group(1) if found else ""
    is_rare = word[0].islower() and len(word) > _LONGEST_ABBREVIATION and not ends_like_a_word(word)
    return is_rare and first.istitle() and not first.endswith(".") and is_proper(first)


def start_before(text: str, position: int, limit: int, *, also: frozenset[str] = frozenset()) -> NameBefore | None:
    """The name that stands before a keyword, or None if there is none.

    Args:
        text: Any text.
        position: Where the keyword begins.
        limit: The most words of the name, links between them aside.
        also: Words in lower case that do not identify, but may be of the name.
    """
    base = max(0, position - _LONGEST_NAME)
    start, last, count, identifies, before = None, "", 0, False, text[base:position]
    while count < limit and (found := _BEFORE.search(before, max(0, len(before) - _LONGEST_WORD))):
        word = found.group(1)
        bare = word.lower().strip(".")
        if found.start() and before[found.start() - 1] not in _BOUNDS:
            break
        if word.endswith(".") and is_sentence_end(text, base + found.end(1) - 1):
            break
        if bare not in _LINKS:
            last = last or word
            is_word_proper = is_proper(word.strip("."))
            is_shared = bare.removesuffix("'s") in also
            if not (is_word_proper or is_shared):
                break
            if word[0].islower() != last[0].islower() and not _follows_capital(before[: found.start()], word):
                break
            start, count, identifies = found.start(), count + 1, identifies or is_word_proper
        elif start is None and bare not in ("of", "&", "and"):
            break
        elif start is not None and bare in _SAINTS:
            start = found.start()
        before = before[: found.start()]
        if before[-1:] and before[-1] in ',;:(\n"':
            break
        before = before.rstrip(" -")
    return None if start is None else NameBefore(base + start, identifies)
