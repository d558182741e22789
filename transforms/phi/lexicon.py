"""The words that may stay: clinical terms, acquisition parameters, markers and short numbers."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from ..core.word_lists import load_words
from .spellings import plain, skeleton

_SETTINGS = "setting_labels.txt"
_TERMS = ("clinical_terms.txt", "acquisition_terms.txt", "report_words.txt", _SETTINGS)
_AMBIGUOUS = "ambiguous_terms.txt"
_MARKERS = frozenset("L R LT RT LEFT RIGHT A P H F AL AR PL PR LA RA LP RP HL HR FL FR AH PH AF PF I S".split())  # noqa: SIM905
_CROSS = "\u5341"
"""The Chinese ten: multi-script readers read the cross of a caliper as this character."""
UNIT = (
    r"(?:MM|CM|M|KM|µM|UM|NM|ML|L|CC|MS|S|SEC|MIN|MMS|CMS|MM/S|CM/S|M/S|HZ|KHZ|MHZ|FPS|BPM|KV|KVP|MV|MA|MAS|UAS|DB|%|W"
    r"|MW|T|G|KG|DEG|°|C|HU|GY|CGY|MGY|UGY|[DMUC]?GY[.*]?C?M[23]?|[CM]?M[23]|[MU]?SV|ML/MIN|L/MIN|KG/M2|PX|X|BIT|DPI|MMHG"
    r"|PPM|FR|MBQ|MCI)"
)
_CODE = re.compile(
    r"(?:[CDL]|TH?)\d{1,2}(?:-(?:[CDLS]|TH?)?\d{1,2})?|S[1-5]"  # vertebrae: L4-5, TH12-L1
    r"|[A-Z]{1,2}\d{1,2}-\d{1,2}[A-Z]?"  # transducers: C5-1, EC9-5
    r"|\d{1,2}[CLPS]\d"  # transducers: 12L5
    r"|\d{1,2}W(?:\dD)?"  # gestational age: 21w4d
    r"|\dV"  # views
    r"|V[1-9]R?|[AMP][1-4]|N\d"  # leads; segments of arteries; centimetres from the nipple
    r"|W\d{1,4}|[LC]\d{1,3}"  # windows
    r"|B(?:0|[1-9]0|[1-9]\d?[05]0|[1-9]000)|[BHID][1-9]\d[A-Z]"  # b-values; reconstruction kernels: B31f
)
"""Codes of which the form says what they are."""


@dataclass(frozen=True)
class LexiconThresholds:
    """Limits of what counts as a term, set on frequent surnames (`tests/phi/test_lexicon.py`).

    Attributes:
        number_digits: A number with more digits before its point may identify.
        part_letters: The shortest term that counts within a run of words without spaces. Shorter terms make up surnames.
        longest_parted: A longer run is not parted: no line of a picture is so long, and every place in it would be looked up.
    """

    number_digits: int = 4
    part_letters: int = 4
    longest_parted: int = 200


THRESHOLDS = LexiconThresholds()
_CACHED_WORDS = 1 << 15
"""Pictures of a series show the same words again and again."""
_DIGITS = rf"\d{{1,{THRESHOLDS.number_digits}}}"
_NUMBER = re.compile(rf"[-+<>~=]?{_DIGITS}(?:[.,]\d{{1,3}})?{UNIT}?(?:[/X]{_DIGITS}(?:\.\d{{1,3}})?{UNIT}?)?")
_RUN = re.compile(r"[A-Z]+|[-+<>~=]?\d+(?:[.,]\d+)?%?")


@functools.cache
def _skeletons() -> frozenset[str]:
    return frozenset(skeleton(word) for word in load_words(__package__, *_TERMS) if len(word) >= THRESHOLDS.part_letters)


@functools.lru_cache(maxsize=_CACHED_WORDS)
def is_known(word: str) -> bool:
    """Whether a word, in any case, is a clinical or acquisition term. A compound is one when each of its parts is."""
    shown, words = plain(word), load_words(__package__, *_TERMS)
    if shown in words or _CODE.fullmatch(shown) or re.fullmatch(UNIT, shown):
        return True
    if any(map(str.isdigit, shown)) and len(shown) >= THRESHOLDS.part_letters and skeleton(shown) in _skeletons():
        return True  # K1DNEY, 2OOM
    parts = [part for part in re.split(r"[-/.']", shown) if part]
    terms = [part for part in parts if part in words]
    numbers = [part for part in parts if part not in words]
    return len(parts) > 1 and any(len(term) > 1 for term in terms) and all(re.fullmatch(r"\d{1,2}", part) for part in numbers)


def list_of(word: str) -> str:
    """The name of the list that a word stands in, without its ending; "" for what is known by its form, and for other words."""
    shown = plain(word)
    return next((name.removesuffix(".txt") for name in (*_TERMS, _AMBIGUOUS) if shown in load_words(__package__, name)), "")


def is_unit(word: str) -> bool:
    """Whether a word is a unit of measurement."""
    return re.fullmatch(UNIT, plain(word)) is not None


def is_setting(word: str) -> bool:
    """Whether a word is the label of a setting or a measurement, so that the number behind it is explained."""
    return plain(word) in load_words(__package__, _SETTINGS)


def is_ambiguous(word: str) -> bool:
    """Whether a word is both a term and a name. It stays only next to a term that is no name."""
    return plain(word) in load_words(__package__, _AMBIGUOUS)


def part_words(text: str) -> str:
    """Puts back the spaces that a reader lost ("GAIN50", "MI0.9", "DLP431mGycm").

    A word is parted only if all of it comes apart into terms and numbers.
    """
    text = re.sub(r"(?<=[A-Z]{2})l|l(?=[A-Z]{2})", "I", text)  # CTDlvol
    return " ".join(_parted(word) for word in text.split(" "))


@functools.lru_cache(maxsize=_CACHED_WORDS)
def _parted(word: str) -> str:
    if len(word) > THRESHOLDS.longest_parted or is_number(word) or is_known(word):
        return word
    for cut in range(THRESHOLDS.part_letters, len(word) - THRESHOLDS.part_letters + 1):
        first, last = word[:cut], word[cut:]
        if (min(len(first), len(last)) > THRESHOLDS.part_letters or is_marker(first)) and is_known(first) and is_known(last):
            return f"{first} {last}"
    runs = _RUN.findall(plain(word))
    is_whole = len(runs) > 1 and "".join(runs) == plain(word).rstrip(".,:;")
    # One letter and digits are no term and its value, but an identifier as likely as not. The window's width is an exception.
    has_term = any(is_known(run) and (len(run) > 1 or run == "W") for run in runs)
    return " ".join(runs) if is_whole and has_term and all(is_known(run) or is_number(run) for run in runs) else word


def is_marker(text: str) -> bool:
    """Whether a text is a marker of laterality or orientation, or the cross of a caliper."""
    return plain(text.strip(" .:()[]<>-|")) in _MARKERS or text == _CROSS


@functools.lru_cache(maxsize=_CACHED_WORDS)
def is_number(word: str) -> bool:
    """Whether a word is a number of at most four digits before its point, with or without a unit."""
    return _NUMBER.fullmatch(plain(word)) is not None
