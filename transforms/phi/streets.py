"""Finds streets with the number of a house: "12 Oak Street", "Lindenstraße 14", "12 rue de la Paix", "Calle Mayor 5"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.word_lists import words_of
from .lexicon import UNIT, is_known
from .name_words import is_common
from .proper_words import WORD, is_proper, start_before
from .street_words import ENDS, FIRST_WORDS, MAYBE_IN_FRONT, NAMED_ALONE, NO_STREETS, SURE_BEHIND, SURE_ENDS, UNITS

Span = tuple[int, int]
NUMBER = r"\d{1,6}(?:(?:[ ]?(?:bis|ter|quater|[A-Ea-e])|[A-Za-z])(?![^\W_]))?(?:[ ]?[-/][ ]?\d{1,4}[A-Za-z]?(?![^\W_]))?"
UNIT_PARTS = (
    rf"(?:,?[ \n](?:(?i:{UNITS})\b\.?[ ]?#?[ ]?(?:\d[\w-]{{0,5}}|[A-Z]\d{{0,3}})\b|\#[ ]?[\w-]{{1,6}}"
    rf"|\d{{1,2}}[ºª°](?:[ ]?[A-Z]\b)?)){{0,3}}"
)
_MEASURE = re.compile(rf"[ ]?(?:{UNIT}|GG|ANNI|D[IÍ]AS|JAHRE|ANS|YEARS?)\b|[%°]|[.,]\d", re.I)
_NUMBER = re.compile(NUMBER)
_UNIT_PARTS = re.compile(UNIT_PARTS)
_LOOK_BACK = 100
_DIGIT = re.compile(r"\d")

_NUMBER_AND_NAME = re.compile(
    rf"(?:(?<![\w.,/-])|(?<=[ (]))(?P<house>(?:(?i:{UNITS})\b\.?[ ]?#?\w{{1,5}},?[ ])?{NUMBER},?[ ]"
    rf"(?:(?:[NSEW]{{1,2}}|North|South|East|West)\b\.?[ ])?)"
    rf"(?P<name>(?:(?:{WORD}\.?|\d{{1,3}}(?i:st|nd|rd|th))[ ]){{1,4}})$"
)
_ALSO_IN_SMALL_LETTERS = frozenset(("lane", "drive", "terrace", "st", "ln", "court"))
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)", re.I)
_DIRECTION = re.compile(r"\.?(?:[ ](?:NE|NW|SE|SW|North|South|East|West|N|S|E|W)\b)?\.?(?=[ ,\n;)]|$)")


def street_before(text: str, start: int, end: int) -> Span | None:
    """The street that ends with one word, if the word is "street" or the like, with a name and a number in front of it.

    Args:
        text: Any text.
        start, end: Half-open range of characters of a word.
    """
    written, word = text[start:end], text[start:end].lower()
    base = max(0, start - _LOOK_BACK)
    found = _NUMBER_AND_NAME.search(text[base:start]) if _DIGIT.search(text, base, start) else None
    if found is not None:
        names = re.findall(WORD, found["name"])
        return (base + found.start("house"), _end(text, end)) if _is_street(names, written, found["name"]) else None
    if word in SURE_BEHIND and len(word) > len("ave") and written.istitle() and text[start - 2 : start - 1].isalpha():
        named = start_before(text, start, 3)
        if named is not None and named.identifies and text[named.start].isupper():
            return named.start, _end(text, end)
    return None


def _is_street(names: list[str], written: str, shown: str) -> bool:
    word = written.lower()
    if any(len(name) > 1 and re.fullmatch(UNIT, name.upper()) for name in names):
        return False
    are_capital = written[0].isupper() and all(name[0].isupper() for name in names)
    is_named = (
        any(is_proper(name) or (are_capital and not is_known(name)) for name in names) or _ORDINAL.search(shown) is not None
    )
    if are_capital and not written.isupper():
        return word in SURE_BEHIND or (is_named and not any(map(is_known, names)))
    return is_named and (word in SURE_BEHIND or word in _ALSO_IN_SMALL_LETTERS) and not any(map(is_common, names))


def _end(text: str, position: int) -> int:
    found = _DIRECTION.match(text, position)
    return unit_end(text, found.end() if found else position)


def unit_end(text: str, position: int) -> int:
    """Where the flat or the floor ends that stands behind a street."""
    found = _UNIT_PARTS.match(text, position)
    return found.end() if found else position


_SPACE_BEFORE_NUMBER = re.compile(r"(?<=[^\W\d_])\.?[ ](?=\d{1,4}(?!\d))")
_ALL_ENDS = (*ENDS, *NAMED_ALONE)
_LONGEST_END = max(map(len, _ALL_ENDS))
_SEPARATORS = re.compile(r"[\s(,;:]")


def streets_by_ending(text: str) -> Iterator[Span]:
    """Streets whose last word ends like one: "Lindenstraße 14", "Keizersgracht 123", "Karl Johans gate 12"."""
    for space in _SPACE_BEFORE_NUMBER.finditer(text):
        word_end = space.end() - 1
        if not text[max(0, word_end - _LONGEST_END) : word_end].lower().endswith(_ALL_ENDS):
            continue
        before = text[max(0, word_end - 60) : word_end]
        last = _SEPARATORS.split(before)[-1]
        number = _NUMBER.match(text, space.end())
        if number is None or _MEASURE.match(text, number.end()) or text[number.end() : number.end() + 1].isalnum():
            continue
        start = _start_of_compound(text, word_end - len(last), last)
        if start is not None:
            yield start, unit_end(text, number.end())


def _start_of_compound(text: str, start: int, last: str) -> int | None:
    lower = last.lower()
    bare = lower.rstrip(".")
    if bare in NAMED_ALONE:
        named = start_before(text, start, 3)
        is_street = named is not None and text[named.start].isupper() and (named.identifies or last[0].isupper())
        return named.start if named is not None and is_street else None
    if is_known(bare) or is_common(bare) or not _ends_like_a_street(last):
        return None
    named = start_before(text, start, 2)  # "Albert Schweitzer-Straße"
    return named.start if named is not None and text[named.start].isupper() and last[0].isupper() else start


def _ends_like_a_street(word: str) -> bool:
    lower = word.lower()
    if lower.endswith(SURE_ENDS):
        return True
    ending = next((ending for ending in ENDS if lower.endswith(ending)), lower)
    stem = lower.removesuffix(ending).strip("-")
    return word[0].isupper() and stem not in NO_STREETS and len(stem) > 1


_HOUSE_IN_FRONT = re.compile(
    rf"(?:(?<![\w.,/-])|(?<=[ (]))(?:(?i:{UNITS})\b\.?[ ]?\w{{1,4}},?[ ])?\d{{1,4}}(?:[ ]?(?:bis|ter|quater"
    rf"|[A-Ea-e])(?![^\W_]))?,?[ ]$"
)
_LINK = (
    r"(?i:de[ ]la|de[ ]los|de[ ]las|de|du|des|del|della|delle|dei|degli|dell|di|da|do|dos|das|d|la|le|les|l|los|las|el|y|e|et"
    r"|en|sur|sous|à)"
)
_LINKS = rf"(?:{_LINK}(?:[ ]|['’])){{0,3}}"
_FIRST_NAME = re.compile(
    rf"(?:[ ]|(?<=[/.])){_LINKS}(?:{WORD}|[A-Z]\.|\d{{1,2}}(?=[ ](?:de[ ])?[^\W\d_]{{3,10}})|[IVX]{{1,5}}\b)"
)
_NEXT_NAME = re.compile(rf"[ -]{_LINKS}(?:{WORD}|[A-Z]\.|[IVX]{{1,5}}\b)(?:[ ]\(\w+\))?")
_ONE_NAME = re.compile(rf"[ ]{_LINKS}({WORD})")
_NAME_WITH_CAPITAL = re.compile(
    rf"[ -]{_LINKS}(?P<word>(?=[^\W_a-z]){WORD}|\d{{1,2}}[ ][^\W\d_]{{3,10}}(?:[ ]\d{{4}})?|[IVX]{{1,5}}\b)"
)
_HOUSE_BEHIND = re.compile(
    rf"(?:,?[ ](?:n[°ºo.]{{0,2}}[ ]?|núm\.?[ ]|numero[ ]|km[ ])?|,)(?P<number>{NUMBER})(?![\w%°]|[.,]\d|[ ]?(?:{UNIT}|gg"
    rf"|anni|días)\b)",
    re.I,
)
_ABBREVIATIONS = frozenset(("c", "r", "pl", "al", "os", "ul", "cl"))
"""A dot or a slash follows: "C/ Mayor"."""
_WITHOUT_NUMBER = frozenset(
    words_of("rue calle avenida piazza viale boulevard praça rua impasse vicolo plaza paseo avda piazzale")
)
_BEHIND_NUMBER = frozenset(("place", "quai", "cours", "av", "square", "passage", "route"))
_LONGEST_NAME = 70
_MOST_WORDS = 6


def street_behind(text: str, start: int, end: int) -> Span | None:
    """The street that begins with one word, if the word is "rue" or the like, with a name and, in front or behind, a number.

    Args:
        text: Any text.
        start, end: Half-open range of characters of a word.
    """
    word = text[start:end].lower()
    is_abbreviated = text[end : end + 1] in ("/", ".")
    if word in _ABBREVIATIONS and not is_abbreviated:
        return None
    position = end + is_abbreviated
    front = _HOUSE_IN_FRONT.search(text, max(0, start - 20), start)
    if front is not None:
        return _numbered_in_front(text, front.start(), position, word)
    name = _FIRST_NAME.match(text, position)
    while name is not None and name.end() - position < _LONGEST_NAME:
        house = _HOUSE_BEHIND.match(text, name.end())
        if house is not None:
            is_street = _names_street(word, text[start:end], text[position : name.end()])
            return (start, unit_end(text, house.end("number"))) if is_street else None
        name = _NEXT_NAME.match(text, name.end())
    stop = _capitals_end(text, position) if word in _WITHOUT_NUMBER else None
    return None if stop is None else (start, stop)


def _names_street(word: str, written: str, name: str) -> bool:
    words = [one for one in re.findall(WORD, name) if not re.fullmatch(_LINK, one)]
    if not words or all(map(is_known, words)):
        return False
    has_capital = all(one[0].isupper() for one in words)
    if word in MAYBE_IN_FRONT:
        is_loud = written.isupper() and len(written) > 2 and all(one.isupper() for one in words)
        return has_capital and (not is_loud or all(map(is_proper, words)))
    return has_capital or any(map(is_proper, words))


def _numbered_in_front(text: str, house: int, position: int, word: str) -> Span | None:
    stop = _capitals_end(text, position)
    if stop is None and (word not in MAYBE_IN_FRONT or word in _BEHIND_NUMBER):
        found = _ONE_NAME.match(text, position)  # "12 rue de la paix"
        stop = found.end() if found and is_proper(found.group(1)) else None
    return None if stop is None else (house, unit_end(text, stop))


def _capitals_end(text: str, position: int) -> int | None:
    """Where words with a capital end, with small words between them; None if the first has none or is a term."""
    end = None
    for _ in range(_MOST_WORDS):
        found = _NAME_WITH_CAPITAL.match(text, position)
        if found is None:
            break
        word = found["word"]
        if not word[0].isdigit() and (is_known(word) if end is None else not is_proper(word)):
            break
        end = position = found.end()
    return end


def first_word_before(text: str, start: int) -> int:
    """Where the small words begin that the name of a street may begin with: "An der Alster"."""
    for _ in range(3):
        found = re.search(r"([^\W\d_]{2,10})[ ]$", text[max(0, start - 12) : start])
        if found is None or found.group(1).lower() not in FIRST_WORDS:
            break
        start -= len(found.group())
    return start
