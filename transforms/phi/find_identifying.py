"""Finds what identifies in a text without help of the header: by its form, by the label beside it, or as a name.

Dates and ages are found elsewhere (`dates_in_text`, `ages`), since they are moved and capped, not removed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from . import accounts, addresses, east_asian_names, institutions, labelled_names, labelled_numbers, phones, residences, wards
from .dates_in_text import find_dates, mask_dates
from .digit_groups import blank_scales, find_number_spans
from .finders import merged
from .full_names import find_full_names
from .laboratory import blank_results
from .lexicon import UNIT, is_word
from .name_words import names_nobody
from .national_numbers import find_national_numbers
from .network_addresses import find_network_addresses
from .person_labels import ENDS_OF_PROFESSIONS
from .rules import Found, Rule
from .spellings import lower_in_place
from .whole_addresses import find_whole_addresses

_CODES: tuple[tuple[Rule, re.Pattern[str]], ...] = (
    (Rule.UID, re.compile(r"(?<![\w.])\d+(?:\.\d+){5,}(?![\w.])")),
    (Rule.LONG_NUMBER, re.compile(rf"(?<![A-Za-z0-9.,])[A-Z]{{0,4}}\d{{5,}}+(?!\w|\.\d|\s?(?i:{UNIT})\b)")),
)
_MIXED_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?!\d{1,4}[Xx]\d)(?=[A-Za-z0-9]{6,})(?=[0-9]*[A-Za-z])(?:[A-Za-z]*[0-9]){4}[A-Za-z0-9]*+"
)
"""Letters and four or more digits."""
_SURE_IN_LABELS = frozenset(
    (
        Rule.EMAIL,
        Rule.WEB_ADDRESS,
        Rule.NETWORK_ADDRESS,
        Rule.PHONE,
        Rule.LABELLED_PHONE,
        Rule.SOCIAL_SECURITY_NUMBER,
        Rule.NATIONAL_NUMBER,
        Rule.BANK_ACCOUNT,
        Rule.PAYMENT_CARD,
        Rule.PERSON_NUMBER,
        Rule.STREET_ADDRESS,
        Rule.TITLED_NAME,
        Rule.LABELLED_NAME,
        Rule.FULL_NAME,
        Rule.UNKNOWN_WORD,
    )
)
"""The rules that no name of a product, code, version or serial number of a device follows."""
_SURE_FORMS_IN_LABELS = {
    Rule.INSTITUTION: re.compile(
        r"hospital(?!ity)|h[oô]pital|ospedal|klinikum|krankenh|spital|ziekenhui|infirmary|sjukhus|sy[gk]ehus|szpital|sairaala|nemocnice"
        r"|больниц|госпитал|клиническ|病院|医院|醫院|병원|بیمارستان|مستشفى|νοσοκομ",
        re.I,
    ),
    Rule.UID: re.compile(r"\A(?:1\.[23]|2\.16|2\.25)\.(?=.{14})(?!840\.10008\.)"),
}
"""Other rules -> the words and forms of what they find that is neither a maker of devices nor a version or a SOP class."""
_TWO_SCRIPTS = re.compile(r"(?<![^\W\d_])(?=[a-z]{1,40}[\u0400-\u04ff]|[\u0400-\u04ff]{1,40}[a-z])[^\W\d_]++", re.I)
"""A Cyrillic letter within a Latin word, which reads like it and matches no list."""
_ASSIGNED = re.compile(
    r"(?<![^\W_])(?:(?i:op|usr|perf|ref|rad|mta)[ ]?=[ ]?(?P<name>[^\W\d_]{4,40})"
    r"|(?:WS|PC)[-_](?P<station>[^\W\d_]{4,40}))(?![^\W_])"
)
"""What is set to a name without a label of its own: "op=Hollingworth", and workstations that somebody's name was given."""
_EAST_ASIAN = re.compile("[\u3400-\u9fff\uac00-\ud7a3]")
_OF_PERSONS_AND_HOUSES = frozenset((Rule.TITLED_NAME, Rule.LABELLED_NAME, Rule.ROLE_NAME, Rule.INSTITUTION))
_HEBREW = re.compile("[\u05d0-\u05ea]")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d(?:[ \t()./+,–—-]{0,4}+\d){3,}+")
_TOGETHER = re.compile(r"\d{4}")
_FEWEST_DIGITS_APART = 5
"""A number that identifies has four digits in a row, or five with nothing but separators between them."""
_FEWEST_DIGITS_IN_GROUPS = 6
_ROOM = 24
"""So many characters around digits can say what they are."""
_FEWEST_LETTERS_OF_COMPOUND = 9

_CACHED_TEXTS, _SHORT = 8192, 256
"""Instances share most of their texts up to this length, also those of other patients."""

_FINDERS = merged(
    (
        phones.FINDERS,
        labelled_names.FINDERS,
        labelled_numbers.FINDERS,
        addresses.FINDERS,
        institutions.FINDERS,
        wards.FINDERS,
        residences.FINDERS,
        accounts.FINDERS,
    )
)
"""Each word in lower case that something identifying may stand beside -> what looks there."""


def find_identifying(text: str) -> Sequence[Found]:
    """The parts of a free text that identify, in any order; they may overlap."""
    return _found_in_short(text) if len(text) <= _SHORT else _found_in(text)


@functools.lru_cache(maxsize=_CACHED_TEXTS)
def _found_in_short(text: str) -> tuple[Found, ...]:
    return tuple(_found_in(text))


def _found_in(text: str) -> list[Found]:
    found = list(_find_beside_words(text))
    found += find_network_addresses(text)
    found += accounts.find_accounts(text)
    if _EAST_ASIAN.search(text):
        found += institutions.find_east_asian_institutions(text)
        found += east_asian_names.find_east_asian_names(text)
        found += addresses.find_east_asian_addresses(text)
        found += accounts.find_east_asian_accounts(text)
        found += wards.find_east_asian_wards(text)
    if _HEBREW.search(text):
        found += labelled_names.find_hebrew_names(text)
    if not text.isascii():
        found += (Found(*match.span(), Rule.UNKNOWN_WORD) for match in _TWO_SCRIPTS.finditer(text))
    found += _find_assigned(text)
    found += labelled_numbers.find_serial_numbers(text)
    found += labelled_names.find_names_behind_signs(text)
    found += [Found(*span, Rule.FULL_NAME) for span in find_full_names(text)]
    found += residences.find_towns_behind(text, [one.end for one in found if one.rule in _OF_PERSONS_AND_HOUSES])
    if any(map(str.isdigit, text)):
        without_results = blank_results(text)
        found += addresses.find_addresses(without_results)
        found += find_whole_addresses(without_results)
        found += _find_numbers(without_results)
    return found


def _find_assigned(text: str) -> Iterator[Found]:
    for match in _ASSIGNED.finditer(text):
        group = match.lastgroup or 0
        if not (is_word(match[group]) or names_nobody(match[group])):
            yield Found(*match.span(group), Rule.LABELLED_NAME)


def find_in_label(text: str) -> list[Found]:
    """The parts of a short, structured text that identify: what no product, code, version or serial number looks like."""
    return [found for found in find_identifying(text) if _is_sure_in_label(found, text[found.start : found.end])]


def _is_sure_in_label(found: Found, shown: str) -> bool:
    form = _SURE_FORMS_IN_LABELS.get(found.rule)
    return found.rule in _SURE_IN_LABELS or (form is not None and form.search(shown) is not None)


def _find_beside_words(text: str) -> Iterator[Found]:
    for match in _WORD.finditer(lower_in_place(text)):
        word = match.group()
        if word in _FINDERS:
            for find in _FINDERS[word]:
                yield from find(text, *match.span())
        elif len(word) >= _FEWEST_LETTERS_OF_COMPOUND:
            if word.endswith(institutions.COMPOUND_ENDS):
                yield from institutions.find_compound(text, *match.span())
            elif word.endswith(ENDS_OF_PROFESSIONS):
                yield from labelled_names.find_name_beside(text, *match.span())


def _find_numbers(text: str) -> Iterator[Found]:
    for match in _MIXED_CODE.finditer(text):
        if not find_dates(text[max(0, match.start() - 1) : match.end() + 1]):
            yield Found(*match.span(), Rule.MIXED_CODE)
    for start, end in _stretches(text):
        yield from addresses.find_postal_codes(text, start, end)
        yield from (Found(start + one.start, start + one.end, one.rule) for one in _numbers_in(text[start:end]))


def _numbers_in(part: str) -> Iterator[Found]:
    part = blank_scales(part)
    without_dates = mask_dates(part)
    for rule, pattern in _CODES:
        yield from (Found(*match.span(), rule) for match in pattern.finditer(without_dates))
    if sum(map(str.isdigit, part)) >= _FEWEST_DIGITS_IN_GROUPS:
        yield from find_national_numbers(part)
        yield from phones.find_phones(without_dates)
        yield from (Found(*span, Rule.NUMBER_GROUPS) for span in find_number_spans(without_dates))


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of characters around all digits that stand close to each other."""
    start, end = 0, -1
    for digits in _DIGITS.finditer(text):
        if sum(map(str.isdigit, digits.group())) < _FEWEST_DIGITS_APART and _TOGETHER.search(digits.group()) is None:
            continue
        if digits.start() - _ROOM > end:
            if end >= 0:
                yield start, end
            start = max(0, digits.start() - _ROOM)
        end = digits.end() + _ROOM
    if end >= 0:
        yield start, min(end, len(text))
