"""The words that may stay: clinical terms, acquisition parameters, markers and short numbers."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass

from ..core.word_lists import load_words
from .spellings import plain, skeleton

_TERMS = ("clinical_terms.txt", "acquisition_terms.txt")
_AMBIGUOUS = "ambiguous_terms.txt"
_MARKERS = frozenset("L R LT RT LEFT RIGHT A P H F AL AR PL PR LA RA LP RP HL HR FL FR AH PH AF PF I S".split())  # noqa: SIM905
_FIRST_NAMES_AND_TITLES = frozenset("MAX MIN CHI SID MR MRS".split())  # noqa: SIM905
_SEX_AND_AGE = re.compile(r"[MF][-/.]?\d{1,3}")
_BODY_PARTS = re.compile(r"[LR] HAND|HAND [LR]|MR (?:HEAD|HAND|BONE)|(?:HEAD|HAND|BONE) MR")
_CROSS = "\u5341"
"""The Chinese ten: multi-script readers read the cross of a caliper as this character."""
UNIT = (
    r"(?:MM|CM|M|KM|µM|UM|NM|ML|L|CC|MS|S|SEC|MIN|MMS|CMS|MM/S|CM/S|M/S|HZ|KHZ|MHZ|FPS|BPM|KV|KVP|MV|MA|MAS|UAS|DB|%|W"
    r"|MW|T|G|KG|DEG|°|C|"
    r"HU|GY|CGY|MGY|UGY|MGYCM|MGY[.*]CM|PX|X|BIT|DPI|MMHG|PPM|FR|MBQ)"
)
_CODE = re.compile(r"[A-Z]{1,2}\d{1,2}(?:-[A-Z]?\d{1,2})?[A-Z]?|[WLC]\d{1,4}")
"""Vertebrae, transducers, leads, pulse sequences, windows: L4-5, C5-1, V6, T2, W400."""


@dataclass(frozen=True)
class LexiconThresholds:
    """Limits of what counts as a term, set on frequent surnames (`tests/phi/test_lexicon.py`).

    Attributes:
        number_digits: A number with more digits before its point may identify.
        part_letters: The shortest term that counts within a run of words without spaces. Shorter terms make up surnames.
    """

    number_digits: int = 4
    part_letters: int = 4


THRESHOLDS = LexiconThresholds()
_DIGITS = rf"\d{{1,{THRESHOLDS.number_digits}}}"
_NUMBER = re.compile(rf"[-+<>~=]?{_DIGITS}(?:[.,]\d{{1,3}})?{UNIT}?(?:[/X]{_DIGITS}(?:\.\d{{1,3}})?{UNIT}?)?")
_RUN = re.compile(r"[A-Z]+|[-+<>~=]?\d+(?:[.,]\d+)?%?")


@functools.cache
def _skeletons() -> frozenset[str]:
    return frozenset(skeleton(word) for word in load_words(__package__, *_TERMS) if len(word) >= THRESHOLDS.part_letters)


def is_known(word: str) -> bool:
    """Whether a word, in any case, is a clinical or acquisition term. A compound is one when each of its parts is."""
    shown, words = plain(word), load_words(__package__, *_TERMS)
    if shown in words or _CODE.fullmatch(shown) or re.fullmatch(UNIT, shown):
        return True
    if any(map(str.isdigit, shown)) and len(shown) >= THRESHOLDS.part_letters and skeleton(shown) in _skeletons():
        return True  # K1DNEY, 2OOM
    parts = [part for part in re.split(r"[-/.']", shown) if part]
    return len(parts) > 1 and all(part in words or is_number(part) for part in parts)


def is_ambiguous(word: str) -> bool:
    """Whether a word is both a term and a name. It stays only next to a term that is no name."""
    return plain(word) in load_words(__package__, _AMBIGUOUS)


def vouches(term: str, *, has_number: bool) -> bool:
    """Whether a term next to an ambiguous word shows that the word is a term as well.

    One letter may be an initial as well ("M. Long", "BAUER L"), and some terms are also first names or titles ("Colon, Max"),
    a sex and an age ("Long M/45"), or, without a number that it is the unit of, two initials ("LONG MA").
    """
    shown = plain(term)
    is_initials = len(shown) == 1 or (not has_number and re.fullmatch(UNIT, shown) is not None)
    return not is_initials and shown not in _FIRST_NAMES_AND_TITLES and _SEX_AND_AGE.fullmatch(shown) is None


def says_no_name(text: str) -> bool:
    """Whether a text is a body part with its side or the modality, although a surname is spelled alike: "HAND L", "MR HEAD"."""
    return _BODY_PARTS.fullmatch(text) is not None


def part_words(text: str) -> str:
    """Puts back the spaces that a reader lost ("GAIN50", "MI0.9", "DLP431mGycm").

    A word is parted only if all of it comes apart into terms and numbers.
    """
    text = re.sub(r"(?<=[A-Z])l|l(?=[A-Z])", "I", text)  # CTDlvol
    return " ".join(_parted(word) for word in text.split(" "))


def _parted(word: str) -> str:
    if is_number(word) or is_known(word):
        return word
    for cut in range(THRESHOLDS.part_letters, len(word) - THRESHOLDS.part_letters + 1):
        first, last = word[:cut], word[cut:]
        if (min(len(first), len(last)) > THRESHOLDS.part_letters or is_marker(first)) and is_known(first) and is_known(last):
            return f"{first} {last}"
    runs = _RUN.findall(plain(word))
    is_whole = "".join(runs) == plain(word).rstrip(".,:;")
    # One letter and digits are no term and its value, but an identifier as likely as not. The window's width is an exception.
    has_term = any(is_known(run) and (len(run) > 1 or run == "W") for run in runs)
    return " ".join(runs) if is_whole and has_term and all(is_known(run) or is_number(run) for run in runs) else word


def is_marker(text: str) -> bool:
    """Whether a text is a marker of laterality or orientation, or the cross of a caliper."""
    return plain(text.strip(" .:()[]<>-|")) in _MARKERS or text == _CROSS


def is_number(word: str) -> bool:
    """Whether a word is a number of at most four digits before its point, with or without a unit."""
    return _NUMBER.fullmatch(plain(word)) is not None


def _version() -> str:
    words = load_words(__package__, *_TERMS), load_words(__package__, _AMBIGUOUS)
    digest = hashlib.sha256("\n\n".join("\n".join(sorted(part)) for part in words).encode()).hexdigest()
    return f"lexicon {digest[:8]}"


LEXICON_VERSION = _version()
"""Changes when the words do."""
