"""Finds the words of a free text that nothing explains: under `closed` all of them go, under `names` those that may be names.

The rules for texts (`find_identifying`) come first. What they leave are names without a label or a title: "repeat for
Oglethorpe". In the closed world such a word goes because no list explains it, as on pictures. A text differs from a line of a
picture in three ways: sentences have function words, so a term somewhere in it says nothing about a word that is a surname as
well, only one beside it does; letters in small case speak for a term; and numbers stay, for the rules have judged them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from ..core.word_lists import load_words, words_of
from .lexicon import (
    is_ambiguous,
    is_ambiguous_word,
    is_known,
    is_listed_name,
    is_marker,
    is_number,
    is_setting,
    is_small_word,
    is_unit,
    is_word,
    list_of,
    part_words,
)
from .name_words import is_common, is_frequent_name
from .other_scripts import is_explained_in_another_script
from .phrases import known_phrases, own_phrases, words_in_phrases
from .rules import Found, Rule
from .spellings import plain
from .term_or_name import is_short_name, is_written_beside_anybody, vouches
from .unexplained_numbers import find_unexplained_numbers, has_long_number
from .vocabulary import CLINICAL_WORDS
from .word_forms import is_derived_in_small_letters

RULES_ALONE, NAMES, CLOSED = "rules", "names", "closed"
FREE_TEXT = (CLOSED, NAMES, RULES_ALONE)
"""What a policy may ask for. `rules` asks for nothing beyond the rules for texts."""

_NAME_LISTS = ("surnames.txt", "given_names.txt", "names_of_countries.txt")
_POSSESSIVE = re.compile(r"['’ʼ]s?\Z", re.I)
_ELIDED = re.compile(r"(?:[dlsncjmt]|qu|dell|dall|all|nell|sull|un|quest|quell|coll|sant)['’ʼ](?=\w{2})", re.I)
"""Articles and pronouns of French and Italian without their vowel: "d'aria", "l'épaule"."""
_RUNS = re.compile(r"[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]{1,60}|[A-ZÀ-ÖØ-Þ]{1,60}|\d{1,60}")
_CODE = re.compile(r"[A-Za-z]{1,2}\d{1,3}[A-Za-z]?|\d{1,3}[A-Za-z]{1,2}")
"""A letter or two and a short number: "p2", "s3", "2e". Nobody is called like that."""
_ABBREVIATION = re.compile("[BCDFGHJKLMNPQRSTVWXZ]{4,8}")
"""Four consonants and more: nobody is called like that, and has so many initials."""
_BETWEEN_NEIGHBOURS = re.compile(r"[ \t]{1,3}|[_/-]")
_OF_A_TREE = re.compile(r"\^\d")
"""Behind the region in a protocol's place in a tree: "Head^01_Brain"."""
_BETWEEN_PARTS_OF_A_NAME = re.compile(r"[ \t_.,'’^-]{1,3}")
_FUNCTION_WORDS = frozenset(
    words_of(
        """
    A AN THE AND OR BUT OF TO IN ON AT BY FOR FROM WITH WITHOUT PER VIA AS IS ARE WAS WERE BE BEEN HAS HAD HAVE NOT NO THIS THAT
    SEEN SENT CALL CALLED INFORMED ASKED TOLD REQUESTED ORDERED REFERRED REVIEWED READ REPORTED SIGNED DICTATED DISCUSSED
    DER DIE DAS DEN DEM DES UND ODER VON VOM ZU ZUM ZUR MIT OHNE FUR BEI AM IM AUS NACH VOR DURCH EIN EINE EINER
    LE LA LES UN UNE DES DU ET OU A AU AUX AVEC SANS PAR POUR DANS SUR CHEZ VU VUE
    EL LOS LAS UNO UNA Y E DEL AL CON SIN POR PARA EN DE VISTO VISTA
    IL LO I GLI UNO DI DA DAL DALLA SENZA PER SU NEL NELLA
    HET EEN VAN VOOR DOOR MET ZONDER OP TE BIJ
    """
    )
)
_PERSONS = frozenset(
    words_of(
        """
    PATIENT PATIENTS PT NAME PERSON DOCTOR PHYSICIAN SURGEON NURSE OPERATOR TECHNOLOGIST TECH RADIOGRAPHER RADIOLOGIST
    MOTHER FATHER BROTHER SISTER WIFE HUSBAND SON DAUGHTER CHILD MR MRS MS MISS DR PROF HERR FRAU SR SRA
    """
    )
)
_NO_VOUCHERS = _FUNCTION_WORDS | _PERSONS
"""Words that stand beside names as well as beside terms, by their plain spelling."""
_BEFORE_PERSONS = frozenset(
    words_of("FOR WITH BY TO MIT FUR FUER VON AN PAR POUR AVEC CHEZ POR CON PARA DA PER VAN DOOR VOOR BIJ")
)
"""Prepositions that stand before persons."""
_OF_PERSONS = frozenset(
    words_of(
        """
    INFORMED NOTIFIED AWARE AGREED AGREES CALLED PHONED PAGED ADVISED CONSULTED INFORMIERT VERSTANDIGT BENACHRICHTIGT INFORME
    PREVENU AVISE INFORMADO AVISADO INFORMADA AVISADA INFORMATO AVVISATO INFORMATA AVVISATA GEINFORMEERD INGELICHT
    """
    )
)
"""Participles that stand behind whom somebody spoke with, by their plain spelling."""
_STOP = re.compile(r"[^\w\s'’./_-]|\.(?:\s|\Z)|\s-\s")
"""What ends the part of a text that a name fills alone."""
_SPACES = (" ", ". ")
_DIMENSIONS = re.compile(r"[23][dD]")
"""Of a sequence: "tfl3d1rr"."""
_OF_ADDRESSES = (".", "@", "\\")
_OF_PROTOCOLS = frozenset(("acquisition", "defined", "drugs", "imaging", "latin", "setting_labels"))
"""Lists of words that stand alone in descriptions of series."""
_FOREIGN = re.compile("[^\x00-\xffŒœẞ\u2010-\u201fµμ]")
"""What none of the languages of the lexicon is written with: "Thị" is no THI."""
_LONGEST_TERM = 64
"""No term has more characters, so that a run of them takes no longer than its length."""
_FIRST_PARTS = frozenset({"AL", "EL", "BEN", "BIN", "IBN", "ABU", "ABD"})
"""What Arabic and Hebrew names begin with, in front of a hyphen."""
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_INITIALS = _LETTERS - {"L", "R"}
"""All letters but those with which sides are abbreviated: "L. Knee"."""
_FEWEST_RUNS_OF_A_CODE = 4
"""Of so many letters and numbers in turn, such as K7M2, nothing says what they are."""
_LONGEST_PARTICLE = 3
"""Longer function words are parts of no name: "Le", "Van", "Per" with a capital may be."""
_CACHED_WORDS = 1 << 15


@dataclass(frozen=True)
class FreeTextSettings:
    """What happens to the words of a free text that no rule finds.

    Attributes:
        words: One of `FREE_TEXT`.
        keep_words: Words and phrases of a policy that stay whatever lists say.
    """

    words: str = RULES_ALONE
    keep_words: tuple[str, ...] = ()


class Standing(Enum):
    """What the lists say about a word."""

    NUMBER = "number"
    TERM = "term"
    AMBIGUOUS = "ambiguous"
    DERIVED = "derived"
    """No list has it, and its small letters and its ending say that it is no name. A name model may know better."""
    UNKNOWN = "unknown"


class Word(NamedTuple):
    """A word of a text: a half-open range of characters, and what the lists say."""

    start: int
    end: int
    text: str
    standing: Standing

    @property
    def span(self) -> tuple[int, int]:
        """Half-open range of characters."""
        return self.start, self.end


def find_unexplained(
    text: str, settings: FreeTextSettings, apart: Iterable[tuple[int, int]] = (), named: Collection[tuple[int, int]] = ()
) -> list[Found]:
    """The words of a free text that go although no rule finds them.

    Args:
        text: Any text.
        settings: Which words go.
        apart: Half-open ranges of characters that something else judges, such as dates.
        named: Those of the words that a name model takes for names.
    """
    if settings.words == RULES_ALONE:
        return []
    words = split_words(text, settings.keep_words)
    doubted = _doubted(text, words)
    if settings.words == NAMES:
        starts = {start for start, _ in named}
        doubted = {number for number in doubted if words[number].start in starts or may_be_name(words[number].text)}
        doubted |= set(_beside(text, words, doubted, _is_unknown_with_capital)) if any(map(str.islower, text)) else set()
    listed = {number for number in doubted if may_be_name(words[number].text)}
    doubted |= set(_beside(text, words, listed, _is_name_too)) | set(_beside_initials(text, words))
    doubted |= set(_beside(text, words, doubted, _may_be_part_of_name))
    if settings.words == CLOSED:
        doubted |= set(_alone(text, words)) | set(_glued(text, words, doubted))
    doubted -= {number for number in doubted if _is_region_of_a_protocol(text, words[number])}
    taken = {at for start, end in apart for at in range(start, end)}
    spans = [(*words[number].span, Rule.UNKNOWN_WORD) for number in sorted(doubted)]
    if settings.words == CLOSED:
        kept = {number for number, word in enumerate(words) if word.standing is Standing.TERM and not word.text.isalpha()}
        kept_at = {at for number in kept for at in range(*words[number].span)}
        numbers = (span for span in find_unexplained_numbers(text) if kept_at.isdisjoint(range(*span)))
        spans += ((*span, Rule.UNKNOWN_NUMBER) for span in numbers)
    return [Found(start, end, rule) for start, end, rule in spans if taken.isdisjoint(range(start, end))]


def split_words(text: str, keep_words: Collection[str] = ()) -> list[Word]:
    """The words of a text with what the lists say. A compound with a hyphen is one word, one with a slash often several.

    Small letters say that a word is no name only where a term beside it has a capital.
    """
    words = list[Word]()
    for found in _word().finditer(text):
        shown, start = found.group(), found.start()
        if "/" not in shown or standing_of(shown) is Standing.TERM:
            words.append(Word(start, found.end(), shown, standing_of(shown)))
            continue
        for part in shown.split("/"):
            words.append(Word(start, start + len(part), part, standing_of(part)))
            start += len(part) + 1
    phrases = [known_phrases(), own_phrases(tuple(keep_words))] if len(words) > 1 else [own_phrases(tuple(keep_words))]
    for number in words_in_phrases([word.text for word in words], *phrases):
        words[number] = words[number]._replace(standing=Standing.TERM)
    if any(word.standing is Standing.TERM and any(map(str.isupper, word.text)) for word in words):
        return words
    return [word._replace(standing=Standing.UNKNOWN) if word.standing is Standing.DERIVED else word for word in words]


def without_kept(text: str, spans: Iterable[tuple[int, int]], keep_words: Collection[str]) -> list[tuple[int, int]]:
    """The half-open ranges of characters of words that are none of a policy's own, alone or within a phrase."""
    if not keep_words:
        return list(spans)
    terms = {(word.start, word.end) for word in split_words(text, keep_words) if word.standing is Standing.TERM}
    return [span for span in spans if span not in terms]


@functools.lru_cache(maxsize=_CACHED_WORDS)
def may_be_name(word: str) -> bool:
    """Whether a word that no list explains is a frequent name of a country, or of a script that no term is written in."""
    if any("LATIN" not in unicodedata.name(char, "") for char in word if char.isalpha()):
        return True
    names = load_words(__package__, *_NAME_LISTS)
    shown = _POSSESSIVE.sub("", plain(word))
    parts = [part for part in re.split(r"[-'’ʼ]", shown) if len(part) > 1]
    if len(parts) > 1 and parts[0] in _FIRST_PARTS:
        return True
    return re.sub(r"[^A-Z]", "", shown) in names or any(part in names for part in parts)


@functools.cache
def _word() -> re.Pattern[str]:
    """A word with the marks within it: those that are no letters, such as the vowel signs of Devanagari, do not part it."""
    marks = "".join(re.escape(chr(code)) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
    letter = rf"(?:[^\W_]|[{marks}\ufffd])"  # U+FFFD stands for a letter in another character set.
    return re.compile(rf"{letter}++(?:[-'’ʼ‐‑/]{letter}++|[.,]\d++)*+%?")


def standing_of(word: str) -> Standing:
    """What the lists say about a word."""
    return _standing_of(word) if len(word) <= _LONGEST_TERM else Standing.UNKNOWN


@functools.lru_cache(maxsize=_CACHED_WORDS)
def _standing_of(word: str) -> Standing:
    if not word.isascii() and _FOREIGN.search(unicodedata.normalize("NFC", word)):
        return Standing.TERM if is_explained_in_another_script(word) else Standing.UNKNOWN
    if not any(map(str.isalpha, word)) or is_number(word):
        return Standing.NUMBER
    stem = _POSSESSIVE.sub("", word)
    if _is_explained(word) or _names_nobody(word) or (stem != word and _is_explained(stem)):
        return Standing.TERM
    if is_ambiguous_word(stem):
        return Standing.AMBIGUOUS
    elided = _ELIDED.match(word)
    if elided and word[elided.end() :].islower():
        return _standing_of(word[elided.end() :])
    return Standing.DERIVED if _is_derived(word) else Standing.UNKNOWN


def _is_derived(word: str) -> bool:
    """Whether each part of a word is explained, some of them by their form alone: "l'épaississement", "atrio-portocaval"."""
    parts = [part for part in re.split("[-'’ʼ‐‑]", word) if len(part) > 1]
    return bool(parts) and all(
        is_word(part) or is_small_word(part) or (is_derived_in_small_letters(part) and not is_listed_name(part))
        for part in parts
    )


def _is_explained(word: str) -> bool:
    if is_word(word) or is_marker(word) or _CODE.fullmatch(word) or _ABBREVIATION.fullmatch(word):
        return True
    parted = part_words(word)
    if parted != word and all(is_known(part) or is_number(part) for part in parted.split(" ")):
        return not has_long_number(word) or any(is_setting(part) or is_unit(part) for part in parted.split(" "))
    if "-" in word:
        parts = [part for part in word.split("-") if part]
        return all(is_word(part) or is_marker(part) or not any(map(str.isalpha, part)) for part in parts)
    return _has_known_runs(word)


def _names_nobody(word: str) -> bool:
    """Whether a word is a common one: one that stands beside labels, or between words, and is no frequent name as well."""
    shown = plain(word)
    is_function_word = shown in _FUNCTION_WORDS and (word.islower() or len(word) > _LONGEST_PARTICLE)
    return (is_function_word and word.islower()) or ((is_function_word or is_common(word)) and not is_frequent_name(word))


def _has_known_runs(word: str) -> bool:
    """Whether a word without spaces comes apart at its capitals and digits into terms, or into what is too short for a name.

    "SagT2" and "T1wFLAIR", "tfl3d1rr".
    """
    runs = _RUNS.findall(word)
    if len(runs) < 2 or "".join(runs) != word:
        return False
    letters = [run for run in runs if not run.isdigit() and len(run) > 1]
    if has_long_number(word) or not (letters or len(runs) < _FEWEST_RUNS_OF_A_CODE):
        return False
    if len(letters) < len(runs) and all(len(run) <= _LONGEST_PARTICLE and not may_be_name(run) for run in letters):
        return any(map(is_known, letters)) or _DIMENSIONS.search(word) is not None or not letters
    return bool(letters) and all(map(is_known, letters))


def _doubted(text: str, words: Sequence[Word]) -> set[int]:
    """The numbers of the words that nothing explains: unknown ones, and names that nothing beside them makes a term."""
    unknown = {number for number, word in enumerate(words) if word.standing is Standing.UNKNOWN}
    ambiguous = [number for number, word in enumerate(words) if word.standing is Standing.AMBIGUOUS or _is_short_name(word)]
    shows_case = has_both_cases(text)
    return unknown | {number for number in ambiguous if not _is_meant_as_term(text, words, number, shows_case=shows_case)}


def has_both_cases(text: str) -> bool:
    """Whether a text has capitals and small letters, so that a name in it would have a capital."""
    return any(map(str.isupper, text)) and any(map(str.islower, text))


def _is_meant_as_term(text: str, words: Sequence[Word], number: int, *, shows_case: bool) -> bool:
    word = words[number].text
    if (shows_case and word.islower()) or _is_beside_number(text, words, number):
        return True
    both = (at for at in (number - 1, number + 1) if 0 <= at < len(words))
    beside = [words[at] for at in both if _BETWEEN_NEIGHBOURS.fullmatch(_gap(text, words, number, at))]
    if any(other.standing is Standing.UNKNOWN for other in beside):
        return False
    may_be_vouched = is_ambiguous(word) or not is_frequent_name(
        word
    )  # "LONG AXIS", but neither "SMITH CHEST" nor "Chest Baker"
    return word.lower() in CLINICAL_WORDS or (may_be_vouched and any(map(_vouches, beside)))


def _is_region_of_a_protocol(text: str, word: Word) -> bool:
    return word.text.lower() in CLINICAL_WORDS and _OF_A_TREE.match(text, word.end) is not None


def _is_short_name(word: Word) -> bool:
    """Whether a term of two letters is written like a name, as abbreviations seldom are: "Li", "Na", "Fu"."""
    if len(word.text) != 2 or not word.text.istitle():
        return False
    return plain(word.text) not in _FUNCTION_WORDS and may_be_name(word.text)


def _is_beside_number(text: str, words: Sequence[Word], number: int) -> bool:
    """Whether a word of two letters is the label or the unit of a number beside it."""
    beside = (at for at in (number - 1, number + 1) if 0 <= at < len(words) and len(words[number].text) == 2)
    return any(words[at].standing is Standing.NUMBER and len(_gap(text, words, number, at)) < 2 for at in beside)


def _vouches(word: Word) -> bool:
    is_term = word.standing is Standing.TERM and is_known(word.text) and plain(word.text) not in _NO_VOUCHERS
    return is_term and vouches(word.text, has_number=False)


def _gap(text: str, words: Sequence[Word], one: int, other: int) -> str:
    first, second = sorted((one, other))
    return text[words[first].end : words[second].start]


def _beside(text: str, words: Sequence[Word], doubted: Collection[int], also: Callable[[Word], bool]) -> Iterator[int]:
    """The numbers of the words that go because a part of a name stands beside them."""
    for number in doubted:
        for step in (-1, 1):
            at = number + step
            while 0 <= at < len(words) and at not in doubted and also(words[at]):
                if not _BETWEEN_PARTS_OF_A_NAME.fullmatch(_gap(text, words, at - step, at)):
                    break
                yield at
                at += step


def _beside_initials(text: str, words: Sequence[Word]) -> Iterator[int]:
    """The numbers of terms that an initial with a dot makes names: "Y. BAG", "Bag, Y."."""
    for number, word in enumerate(words):
        if word.text in _INITIALS and text[word.end : word.end + 1] == ".":
            for at, gap in ((number - 1, ", "), (number + 1, ". ")):
                if 0 <= at < len(words) and _gap(text, words, number, at) == gap and _is_name_too(words[at]):
                    yield at


def _alone(text: str, words: Sequence[Word]) -> Iterator[int]:
    """The numbers of short words and frequent names that stand where a name does, and explain nothing: "CHEST (HAI)"."""
    for number, word in enumerate(words):
        if word.standing is Standing.NUMBER or word.text.islower() or not _is_rather_name(word.text):
            continue
        first, last = number - 1, number + 1
        while last < len(words) and words[last].text in _LETTERS and text[words[last - 1].end : words[last].start] in _SPACES:
            last += 1
        before = text[words[first].end : word.start] if first >= 0 else ""
        after = text[words[last - 1].end : words[last].start] if last < len(words) else text[words[last - 1].end :]
        is_first = first < 0 or _STOP.search(before) is not None or plain(words[first].text) in _BEFORE_PERSONS
        is_last = last >= len(words) or _STOP.search(after) is not None or plain(words[last].text) in _OF_PERSONS
        has_value = last < len(words) and words[last].standing is Standing.NUMBER
        if is_first and is_last and not has_value:
            yield number


@functools.lru_cache(maxsize=_CACHED_WORDS)
def _is_rather_name(word: str) -> bool:
    """Whether a word that lists explain is a frequent name, and none of the words that equipment and protocols have."""
    of_list = list_of(word)
    if of_list in _OF_PROTOCOLS or is_marker(word) or word.lower() in CLINICAL_WORDS or plain(word) in _PERSONS:
        return False
    if is_explained_in_another_script(word):
        return False
    is_name = is_frequent_name if of_list or plain(word) in _FUNCTION_WORDS else may_be_name
    return len(word) > 1 and word.isalpha() and (is_short_name(word) or is_name(word))


def _glued(text: str, words: Sequence[Word], doubted: Collection[int]) -> Iterator[int]:
    """The numbers of the words that a sign of addresses glues to a doubted one: "radiology.okonkwo", "hosp\\okonkwo"."""
    for number in doubted:
        for step in (-1, 1):
            at = number + step
            while 0 <= at < len(words) and at not in doubted and _gap(text, words, at - step, at) in _OF_ADDRESSES:
                if list_of(words[at].text) in _OF_PROTOCOLS:  # "AX.T2.okonkwo"
                    break
                yield at
                at += step


def _is_unknown_with_capital(word: Word) -> bool:
    return word.standing is Standing.UNKNOWN and word.text[0].isupper()


def _is_name_too(word: Word) -> bool:
    """Whether a term is a frequent name as well, and written like one: "TORE" beside "JOHANSEN"."""
    if word.standing is Standing.NUMBER or word.text.islower() or is_written_beside_anybody(word.text):
        return False
    return len(word.text) > 1 and may_be_name(word.text)


def _may_be_part_of_name(word: Word) -> bool:
    """Whether a word is an initial, or a short one with a capital, such as "Thi", "Bin" or "Van"."""
    if not (word.text.istitle() and word.text.isalpha() and len(word.text) <= _LONGEST_PARTICLE):
        return False
    is_of_protocol = list_of(word.text) in _OF_PROTOCOLS and not may_be_name(word.text)  # "Ax", "Cor"
    return not is_of_protocol and not is_marker(word.text) and plain(word.text) not in _PERSONS
