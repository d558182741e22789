"""Tells whether a word that is both a term and a name is meant as a term, by what stands beside it on a line of a picture."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..core.word_lists import load_words, words_of
from .lexicon import is_ambiguous, is_marker, is_unit
from .spellings import plain

_NAMES = ("given_names.txt", "surnames.txt", "names_that_are_terms.txt", "short_names.txt")
_SHORT_NAMES = "short_names.txt"
_NAMES_OF_COUNTRIES = "names_of_countries.txt"
_BESIDE_ANYBODY = frozenset(
    words_of(
        """
    L R LT RT LEFT RIGHT BILAT BILATERAL AP PA LAT LATERAL OBL OBLIQUE LL RL LLD RLD LM ML CC MLO LPO RPO LAO RAO AX SAG COR
    CT MR MRI US XR CR DX DR XA RF NM PT PET MG IO PX OT SC ECG HR SUPINE PRONE ERECT UPRIGHT STANDING SITTING SEATED PORTABLE
    MOBILE PORT PRE POST
    """
    )
)
"""What technologists write beside a name as well as beside a body part: sides, projections, modalities, positions."""
_BESIDE_NAMES = "words_beside_names.txt"
_ANATOMY = frozenset(
    words_of(
        """
    ANKLE ARM BACK BLOOD BODY BONE BONES BRAIN BREAST CHEEK CHEST CHIN COLON ELBOW EYE FINGER FOOT HAND HEAD HEART HIP KIDNEY
    KNEE LEG LIVER LUNG MATTER NECK ORGAN PATIENT RIB RIBS SHOULDER SHOULDERS SPINE THUMB TOE WRIST
    """
    )
)
"""Body parts that few people are called after, so that a side or a modality beside them is explanation enough."""
_WITH_SIDES = frozenset(
    words_of(
        """
    ABD ACL AXL BRUST CANAL CIA CINE COSCIA DENTE ECA EIA FEM FUSS HALS HEEL HEMI HILA HILAR HILE ICA INT KNIE LENS LINSE LOW
    LOWER MAIN MAMMIS NAIL NASE NEZ NOSE PATELLA PILOT RAD SHIN SIDE SMA STUMP TENDON TETE TOMO VENA VENE
    """
    )
)
"""Further terms that a list of names has, and that a side of one letter stands beside: "R HILAR", "L TOMO"."""
_SIDES_AND_POSITIONS = frozenset(
    words_of(
        """
    L R LT RT LEFT RIGHT BILAT BILATERAL CT MR MRI US XR CR DX NM PT PET MG AP PA LAT LATERAL OBL OBLIQUE SUPINE PRONE ERECT
    UPRIGHT STANDING SITTING SEATED PORTABLE MOBILE
    """
    )
)
_SEX_AND_AGE = re.compile(r"[MF][-/.]?\d{1,3}")
_TURNED = re.compile(r"\W*[^\W\d_][^\s,^]*\s?[,^]")
"""A first word with a comma or a caret behind it, as surnames have in front of given names."""
_FEWEST_LETTERS = 3
"""Shorter terms are spelled like initials, and like the abbreviations that follow names (RT, PA-C, RN)."""
_FEWEST_YEARS = 10
"""A bare number beside a name is an age from here on; below, it counts views and levels."""


def may_be_name(word: str) -> bool:
    """Whether somebody may be called like a term."""
    return is_ambiguous(word) or plain(word) in load_words(__package__, *_NAMES)


def is_name_of_a_country(word: str) -> bool:
    """Whether a term is the name of people of some country. Few are called so: it is one beside an initial alone."""
    return not _stands_beside_names(word) and plain(word) in load_words(__package__, _NAMES_OF_COUNTRIES)


def is_short_name(word: str) -> bool:
    """Whether a word is spelled like a surname of two or three letters, as many of China, Korea and Vietnam are."""
    return plain(word) in load_words(__package__, _SHORT_NAMES)


def is_written_beside_anybody(word: str) -> bool:
    """Whether a word is a side, a projection, a modality or a position in capitals: "US", "POST". It is no part of a name."""
    return word.isupper() and word in _BESIDE_ANYBODY


def vouches(term: str, *, has_number: bool) -> bool:
    """Whether a term next to an ambiguous word shows that the word is a term as well.

    What stands beside names too does not: one or two letters ("M. Long", "LONG RT"), sides, projections, modalities and titles
    ("STONE LAT", "CT GRAY"), other names ("Colon, Max"), a sex and an age ("Long M/45"). A unit does with its number.
    """
    shown = plain(term)
    if has_number and is_unit(shown) and len(shown) > 1:
        return True
    letters = sum(map(str.isalpha, shown))
    is_code = any(map(str.isdigit, shown)) and _SEX_AND_AGE.fullmatch(shown) is None
    return (
        (is_code or (letters >= _FEWEST_LETTERS and _longest_part(shown) >= _FEWEST_LETTERS))
        and shown not in _BESIDE_ANYBODY
        and shown not in load_words(__package__, _BESIDE_NAMES)
        and (shown in _ANATOMY or not may_be_name(shown))
    )


def is_body_part(text: str, words: Sequence[str]) -> bool:
    """Whether a line is a body part with its side, modality or projection alone: "HAND L", "MR HEAD", "Knee, left"."""
    shown = list(map(plain, words))
    parts = [word for word in shown if word in _ANATOMY]
    if not parts or not all(word in _ANATOMY or word in _SIDES_AND_POSITIONS for word in shown):
        return False
    is_initial = any(len(word) == 1 for word in shown) and re.search(r"[.,^]", text) is not None
    return len(shown) > len(parts) and not is_initial


def has_form_of_name(text: str, words: Sequence[str], names: Collection[int], unexplained: Collection[int]) -> bool:
    """Whether nothing stands beside a possible name but what stands beside names: another short name, an age.

    Args:
        text: The line.
        words: Its words and numbers.
        names: The indices of the words that may be names.
        unexplained: The indices of the bare numbers that nothing explains.
    """
    others = sorted(set(range(len(words))).difference(names))
    if all(is_short_name(words[index]) for index in names) and all(_stands_beside_names(words[index]) for index in others):
        return set(map(plain, words)) != {"MIN", "MAX"}
    ages = [index for index in unexplained if int(words[index]) >= _FEWEST_YEARS]
    return bool(ages) and all(index in ages or _stands_beside_names(words[index]) for index in others)


def has_initial_or_comma(text: str, words: Sequence[str], names: Collection[int], rare: Collection[int]) -> bool:
    """Whether possible names stand beside initials, or before a comma, and beside nothing else that tells what they are.

    Of the initials, L and R are sides beside a body part.

    Args:
        text: The line.
        words: Its words and numbers.
        names: The indices of the words that may be names.
        rare: The indices of further words that few people are called like.
    """
    if is_turned_name(text, words, [*names, *(index for index in rare if index == 0)]):
        return True
    either = {*names, *rare}
    others = [word for index, word in enumerate(words) if index not in either]
    initials = {plain(word) for word in others if len(word) == 1 and word.isalpha()}
    if any(plain(words[index]) in _ANATOMY | _WITH_SIDES for index in either):
        initials -= {"L", "R"}
    return bool(initials) and all(map(_stands_beside_names, others))


def is_turned_name(text: str, words: Sequence[str], names: Collection[int]) -> bool:
    """Whether a line is a possible name, a comma, and another or what stands beside names: "LUNG, CHI", "Stone, Left"."""
    others = set(range(len(words))).difference(names)
    is_turned = _TURNED.match(text) is not None and 0 in names and len(words) > 1
    return is_turned and all(_stands_beside_names(words[index]) for index in others)


def is_person_beside_region(name: str, region: str) -> bool:
    """Whether a surname of three letters stands beside the region that was examined: "CHEST TAN". Two letters are a code."""
    return len(name) == _FEWEST_LETTERS and is_short_name(name) and plain(region) in _ANATOMY | {"ABD", "ABDOMEN", "PELVIS"}


def may_have_age(label: str, number: str) -> bool:
    """Whether a label and its number may be a surname and an age: "MA 37", but neither "mA 37" nor "TI 150"."""
    return label[0].isupper() and len(label) == 2 and is_short_name(label) and re.fullmatch(r"\d{1,2}", number) is not None


def _stands_beside_names(word: str) -> bool:
    shown = plain(word)
    if not any(map(str.isdigit, shown)) and _longest_part(shown) <= (1 if shown.isalpha() else 2):  # an initial; PA-C
        return True
    return shown in _BESIDE_ANYBODY or is_marker(shown)


def _longest_part(word: str) -> int:
    return max(map(len, re.split(r"[-/.']", word)))
