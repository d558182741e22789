"""The words that may stay: clinical terms, acquisition parameters, markers and short numbers."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ..core.word_lists import load_words
from .spellings import plain
from .word_forms import has_ending_of_a_word

_SETTINGS = "setting_labels.txt"
_OF_PICTURES = (
    "acquisition", "cim10", "clinical", "defined", "drugs", "dutch", "french", "german", "icd10cm", "imaging", "italian",
    "latin", "report_words", "reports", "spanish", "structures",
)  # fmt: skip
"""Lists of terms. A line of a picture that consists of them may stay."""
_TERMS = (*(f"terms/{name}.txt" for name in _OF_PICTURES), _SETTINGS)
_PLAIN_WORDS = ("terms/english_words.txt", "terms/function_words.txt", "terms/plain_words.txt")
"""Words that are no terms and no names. They explain a word of free text, where the rest of the sentence stands beside it."""
_AMBIGUOUS = "terms/ambiguous.txt"
_AMBIGUOUS_WORDS = "terms/ambiguous_words.txt"
_SMALL_WORDS = "terms/small_words.txt"
_PLAIN_PARTS = tuple(f"terms/{name}.txt" for name in ("ambiguous", "dutch", "german", "plain_words", "small_words"))
_PARTS = "terms/compound_parts.txt"
_MARKERS = frozenset("L R LT RT LEFT RIGHT A P H F AL AR PL PR LA RA LP RP HL HR FL FR AH PH AF PF I S".split())  # noqa: SIM905
_NAMES = ("surnames.txt", "given_names.txt", "names_of_countries.txt", "names_like_derived_words.txt")
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
    r"|B(?:0|[1-9]0|[1-9]\d?[05]0|[1-9]000)T?"  # b-values
    r"|[BDHIJSTU][1-9]\d[A-Z]\d?|[BHISTUQ][CDFLPRSUV][1-9]\d[A-Z]?\d?|FC\d\d(?:-H)?"  # kernels: B31f, Br40d, FC08
)
"""Codes of which the form says what they are."""


@dataclass(frozen=True)
class LexiconThresholds:
    """Limits of what counts as a term, set on frequent surnames (`tests/phi/test_lexicon.py`).

    Attributes:
        number_digits: A number with more digits before its point may identify.
        part_letters: The shortest term that counts within a run of words without spaces. Shorter terms make up surnames.
        longest_parted: A longer run is not parted: no line of a picture is so long, and every place in it would be looked up.
        compound_letters: The shortest word that may be a compound; shorter ones are surnames as well ("Herzog").
        compound_part_letters: The shortest part of a compound, with the letters that link it to the next.
        longest_compound: Longer words are looked up as a whole alone.
    """

    number_digits: int = 4
    part_letters: int = 4
    longest_parted: int = 200
    compound_letters: int = 8
    compound_part_letters: int = 3
    longest_compound: int = 48


THRESHOLDS = LexiconThresholds()
_CACHED_WORDS = 1 << 15
"""Pictures of a series show the same words again and again."""
_DIGITS = rf"\d{{1,{THRESHOLDS.number_digits}}}"
_NUMBER = re.compile(rf"[-+<>~=]?{_DIGITS}(?:[.,]\d{{1,3}})?{UNIT}?(?:[/X]{_DIGITS}(?:\.\d{{1,3}})?{UNIT}?)?")
_RUN = re.compile(r"[A-Z]+|[-+<>~=]?\d+(?:[.,]\d+)?%?")


_LOOK_ALIKES = {"0": "O", "1": "IL", "5": "S", "8": "B", "2": "Z", "6": "G"}
_MOST_DIGITS_IN_A_WORD = 4


def _letters_for_digits(word: str) -> Iterator[str]:
    """A word in which digits were read for letters, with the letters that they may have been."""
    if sum(map(str.isdigit, word)) <= _MOST_DIGITS_IN_A_WORD:
        for letters in itertools.product(*(_LOOK_ALIKES.get(char, char) for char in word)):
            yield "".join(letters)


@functools.lru_cache(maxsize=_CACHED_WORDS)
def is_known(word: str) -> bool:
    """Whether a word, in any case, is a clinical or acquisition term. A compound is one when each of its parts is."""
    shown, words = plain(word), load_words(__package__, *_TERMS)
    if shown in words or _CODE.fullmatch(shown) or re.fullmatch(UNIT, shown):
        return True
    has_digits = any(map(str.isdigit, shown)) and len(shown) >= THRESHOLDS.part_letters
    if has_digits and not words.isdisjoint(_letters_for_digits(shown)):
        return True  # K1DNEY, 2OOM
    return (_is_compound(shown) and not is_ambiguous(word)) or _is_made_of_parts(shown, words)


_ELIDED = re.compile(r"(?:[DLSNCJMT]|QU|DELL|DALL|ALL|NELL|SULL|UN|QUEST)['’](?=\w{2})")
"""Articles and pronouns of French and Italian that lose their vowel before another: "l'épaule", "dell'osso"."""


def _is_made_of_parts(shown: str, words: Collection[str]) -> bool:
    """Whether separators part a word into terms and short numbers: "SEMI-UPRIGHT", "T2/FLAIR", "LONG-AXIS"."""
    if shown[1:2] == "D" and shown[0] in "234" and shown[2:] in words:
        return True  # 3DFSPGR
    if elided := _ELIDED.match(shown):
        return shown[elided.end() :] in words
    parts = [part for part in re.split(r"[-/.']", shown) if part]
    others = [part for part in parts if part not in words and not re.fullmatch(r"\d{1,2}", part)]
    terms = [part for part in parts if part in words and len(part) > 1]
    if len(parts) < 2 or not terms:
        return False
    has_sure_term = any(len(term) >= THRESHOLDS.part_letters for term in terms)
    return all(has_sure_term and is_ambiguous(part) for part in others)


_PARTS_OF_SURNAMES = frozenset("BEIN FUSS HIRN HOHE HOHEN KALK KOPF LANGEN SPITZEN STEIN STEM STUHL WAND".split())  # noqa: SIM905
"""Medical nouns that make up surnames with other words: "Schwarzkopf", "Hasenfuss"."""
_LINKS = ("", "S", "N", "EN", "ES")
"""What German and Dutch put between the parts of a compound."""


def _is_compound(shown: str) -> bool:
    """Whether a word comes apart into medical nouns of German or Dutch: "Kniegelenkserguss", "schouderprothese"."""
    if not THRESHOLDS.compound_letters <= len(shown) <= THRESHOLDS.longest_compound or not shown.isalpha():
        return False
    pieces = _pieces(shown, load_words(__package__, _PARTS), _LINKS)
    return not _PARTS_OF_SURNAMES.issuperset(pieces)


def is_compound_of_plain_word(word: str) -> bool:
    """Whether a word comes apart into medical nouns and other words of German and Dutch: "Beatmungsschlauch", "oogzenuw"."""
    return _comes_apart(plain(word)) and not is_listed_name(word)


def _comes_apart(shown: str) -> bool:
    if not THRESHOLDS.compound_letters < len(shown) <= THRESHOLDS.longest_compound or not shown.isalpha():
        return False
    medical = _medical_parts()
    plain_words = load_words(__package__, *_PLAIN_PARTS)
    before = {0: frozenset({False})}  # Where parts may end -> whether any of the parts up to there is medical.
    for end in range(THRESHOLDS.part_letters, len(shown) + 1):
        ends = set[bool]()
        for start, are_medical in before.items():
            part = shown[start:end]
            bare = [part.removesuffix(link) for link in _LINKS if part.endswith(link)]
            if any(len(word) >= THRESHOLDS.part_letters and word in medical for word in bare):
                ends.add(True)
            elif any(len(word) > THRESHOLDS.part_letters and word in plain_words for word in bare):
                ends |= are_medical
        if ends:
            before[end] = frozenset(ends)
    return True in before.get(len(shown), ())


@functools.cache
def _medical_parts() -> frozenset[str]:
    return load_words(__package__, _PARTS) - _PARTS_OF_SURNAMES


@functools.cache
def _written_together() -> frozenset[str]:
    """Words of protocols that are often written without a space between them: "CHESTABDPEL", "HEADNECK"."""
    words = load_words(__package__, "terms/acquisition.txt", "terms/imaging.txt", "terms/defined.txt")
    return frozenset(word for word in words if len(word) >= THRESHOLDS.part_letters and word.isalpha()) | {"ABD", "PEL"}


def _pieces(shown: str, parts: Collection[str], links: Sequence[str] = ("",)) -> list[str]:
    """The parts that make up a word, each with the letters that link it to the next; none where it does not come apart."""
    before = {0: 0}
    for end in range(THRESHOLDS.compound_part_letters, len(shown) + 1):
        for start in before:
            part = shown[start:end]
            if len(part) >= THRESHOLDS.compound_part_letters and any(
                part.endswith(link) and part.removesuffix(link) in parts for link in links
            ):
                before[end] = start
                break
    pieces: list[str] = []
    end = len(shown) if len(shown) in before else 0
    while end:
        pieces.insert(0, shown[before[end] : end])
        end = before[end]
    return pieces


@functools.lru_cache(maxsize=_CACHED_WORDS)
def is_word(word: str) -> bool:
    """Whether a word is a term or a plain word that is no name: what a word of free text may be."""
    shown = plain(word)
    if is_known(word) or shown in load_words(__package__, *_PLAIN_WORDS):
        return True
    return (has_ending_of_a_word(word) and not is_listed_name(word)) or is_compound_of_plain_word(word)


def is_listed_name(word: str) -> bool:
    """Whether a list has a word as a name: a frequent one of a country, or one that is a term or a plain word as well."""
    return plain(word) in load_words(__package__, *_NAMES, _SMALL_WORDS) or is_ambiguous_word(word)


def is_ambiguous_word(word: str) -> bool:
    """Whether a word of free text is a term or a plain word, and a name as well: "Park", "Baker"."""
    return is_ambiguous(word) or plain(word) in load_words(__package__, _AMBIGUOUS_WORDS)


def is_small_word(word: str) -> bool:
    """Whether a word is in small letters, and a plain word so, while people or towns are called like it with a capital."""
    return word.islower() and plain(word) in load_words(__package__, _SMALL_WORDS)


def list_of(word: str) -> str:
    """The name of the list that a word stands in, without its ending; "" for what is known by its form, and for other words."""
    shown = plain(word)
    lists = (*_TERMS, _AMBIGUOUS)
    return next((PurePath(name).stem for name in lists if shown in load_words(__package__, name)), "")


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
    return _JOINED.sub(lambda found: _parted(found.group()), text)


_JOINED = re.compile(r"[^\s_^]+")
_SMALL_L = re.compile(r"(?<=[A-Z]{2})l|l(?=[A-Z]{2})")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]+")
_SHORTEST_IN_CAMEL_CASE = 3


@functools.lru_cache(maxsize=_CACHED_WORDS)
def _parted(word: str) -> str:
    if len(word) > THRESHOLDS.longest_parted or is_number(word) or is_known(word):
        return word
    if _SMALL_L.search(word):
        meant = _SMALL_L.sub("I", word)  # CTDlvol
        parted = meant if is_known(meant) else _parted_by_letters(meant)
        if parted != meant or is_known(meant):
            return parted
    pieces = _CAMEL.findall(word)
    if (
        len(pieces) > 1
        and "".join(pieces) == word
        and min(map(len, pieces)) >= _SHORTEST_IN_CAMEL_CASE
        and all(map(is_known, pieces))
    ):
        return " ".join(pieces)  # ThoraxRoutine
    if THRESHOLDS.compound_letters <= len(word) <= THRESHOLDS.longest_compound and word.isalpha():
        pieces = _pieces(plain(word), _written_together())
        if pieces:
            return " ".join(pieces)  # CHESTABDPEL
    return _parted_by_letters(word)


def _parted_by_letters(word: str) -> str:
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
