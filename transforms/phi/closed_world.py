"""The closed world of pictures: a line stays only if every part of it is explained.

A word is explained by the lexicon. A number is explained by its unit, by the label of a setting in front of it, by its form (a
size, a ratio, a decimal number), by a scale that it belongs to, or because it is short and stands alone. A word that the
lexicon calls ambiguous, a term and a surname, is explained by an unambiguous term beside it, and so is a plain word of a
sentence. Any other term that somebody may be called like stays, but not in the form of a name.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .digit_groups import find_scale_spans
from .lexicon import is_ambiguous, is_compound_of_plain_word, is_known, is_marker, is_number, is_setting, is_unit, is_word
from .phrases import Phrases, known_phrases, words_in_phrases
from .rules import Rule
from .setting_forms import find_setting_forms
from .spellings import plain
from .term_or_name import (
    has_form_of_name,
    has_initial_or_comma,
    is_body_part,
    is_name_of_a_country,
    is_person_beside_region,
    is_turned_name,
    may_be_name,
    may_have_age,
    vouches,
)

_WORD = re.compile(r"[^\W_]+(?:[.'/%-][^\W_]+)*%?")
_BARE = re.compile(r"\d+")
_WINDOW = re.compile(
    r"(?<![\w.])(?:\d{1,4}\s*[/,]\s*-\d{1,4}|W\s?[:=]?\s?\d{1,4}\s?[,/]?\s?[LC]\s?[:=]?\s?-?\d{1,4})(?![\w.])", re.I
)
"""Width and level of a window, with their labels, or with a level below zero."""
_ZEROS = re.compile("00+")
"""What readers make of square letters of scripts that they do not know."""
_NUMERO = frozenset({"NO", "NR", "NUM"})
"""Words between a label and its number: "Image No. 112"."""


@dataclass(frozen=True)
class NumberLimits:
    """Which numbers stay without a unit, a label or a form that explains them.

    Attributes:
        digits_alone: Digits of a line that is nothing but a number. A bed or a room has as many, a record number has more.
        digits_beside_a_term: Digits of a number beside a term that is no setting: "VIEW 2", "KIDNEY 2".
        numbers_a_setting: Numbers that one label explains: "W/L 2500 480".
    """

    digits_alone: int = 3
    digits_beside_a_term: int = 2
    numbers_a_setting: int = 2


LIMITS = NumberLimits()


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a line.

    Attributes:
        start, end: Half-open range of characters.
        rule: What explains it, or `Rule.UNKNOWN_WORD` or `Rule.UNKNOWN_NUMBER`.
    """

    start: int
    end: int
    text: str
    rule: Rule


def words_of_line(text: str) -> list[str]:
    """The words and numbers of a line, without what separates them."""
    return _WORD.findall(text)


def explain(text: str, own_words: Collection[str] = (), kept_phrases: Phrases | None = None) -> list[Token]:
    """Each word and number of a line with what explains it.

    Args:
        text: Without lost spaces (`lexicon.part_words`).
        own_words: Words that a policy keeps, in lower case.
        kept_phrases: Phrases that a policy keeps.
    """
    found = list(_WORD.finditer(text))
    if is_marker(text):
        return [Token(*one.span(), one.group(), Rule.MARKER) for one in found]
    words = [one.group() for one in found]
    rules = [_rule_of_word(word, own_words) for word in words]
    _count_plain_words(words, rules)
    of_lexicon = words_in_phrases(words, known_phrases())
    of_policy = words_in_phrases(words, kept_phrases) if kept_phrases else ()
    for indexes, rule in ((of_lexicon, Rule.TERM), (of_policy, Rule.POLICY_KEEPS_WORD)):
        for index in indexes:
            rules[index] = rule
    for index in _within(found, find_setting_forms(text)):
        rules[index] = Rule.MEASURE
    bare = _explain_numbers(text, found, words, rules)
    _doubt_names(text, words, rules, bare, {*of_lexicon, *of_policy})
    return [Token(*one.span(), one.group(), rule) for one, rule in zip(found, rules, strict=True)]


def _within(found: Sequence[re.Match[str]], spans: Sequence[tuple[int, int]]) -> Iterator[int]:
    """The indices of the words that lie within any of some ranges of characters, both in the order of the text."""
    waiting = deque(spans)
    for index, one in enumerate(found):
        while waiting and waiting[0][1] < one.end():
            waiting.popleft()
        if waiting and waiting[0][0] <= one.start():
            yield index


def _rule_of_word(word: str, own_words: Collection[str]) -> Rule:
    if word.casefold() in own_words:
        return Rule.POLICY_KEEPS_WORD
    if is_number(word):
        return Rule.UNKNOWN_NUMBER if _BARE.fullmatch(word) else Rule.MEASURE
    if is_known(word):
        return Rule.TERM
    return Rule.AMBIGUOUS_TERM if is_ambiguous(word) else Rule.UNKNOWN_WORD


def _count_plain_words(words: Sequence[str], rules: list[Rule]) -> None:
    """Let a plain word of a sentence count as a term beside others, in place: in small letters, first, or a compound."""
    for index, word in enumerate(words):
        is_first = index == 0 and len(words) > 1 and words[1].islower() and word.istitle()
        if rules[index] is Rule.UNKNOWN_WORD and (
            ((word.islower() or is_first) and is_word(word)) or (word.istitle() and is_compound_of_plain_word(word))
        ):
            rules[index] = Rule.AMBIGUOUS_TERM


def _doubt_names(
    text: str, words: Sequence[str], rules: list[Rule], bare: Collection[int], in_phrases: Collection[int]
) -> None:
    """Replace the rule of each word that is rather a name than a term here, in place.

    Args:
        text: The line.
        words: Its words and numbers, with their rules.
        bare: The indices of the numbers that are only short.
        in_phrases: The indices of the words that others explain as a phrase.
    """
    terms = [index for index, rule in enumerate(rules) if rule in (Rule.TERM, Rule.AMBIGUOUS_TERM) and words[index].isalpha()]
    names = [
        index
        for index in terms
        if index not in in_phrases and (rules[index] is Rule.AMBIGUOUS_TERM or may_be_name(words[index]))
    ]
    has_case = not text.islower()
    shown = {index for index in terms if not (has_case and words[index].islower())}
    rare = [index for index in shown.difference(names, in_phrases) if is_name_of_a_country(words[index])]
    if not (names or rare) or is_body_part(text, words):
        return
    has_number = any(rule in (Rule.MEASURE, Rule.SCALE, Rule.SHORT_NUMBER) for rule in rules)
    vouching = [
        index
        for index, rule in enumerate(rules)
        if rule is Rule.POLICY_KEEPS_WORD or (rule is Rule.TERM and vouches(words[index], has_number=has_number))
    ]
    if is_turned_name(text, words, names):
        vouching = []
    has_initial = has_initial_or_comma(text, words, names, rare)
    is_name = has_initial or has_form_of_name(text, words, names, bare)
    for index in (*names, *rare) if has_initial else names:
        is_vouched = len(vouching) > 1 or (vouching and vouching[0] != index)
        if len(words) == 2 and is_person_beside_region(words[index], words[1 - index]):
            rules[index] = Rule.UNKNOWN_WORD
        if not is_vouched and (is_name or rules[index] is Rule.AMBIGUOUS_TERM):
            rules[index] = Rule.UNKNOWN_WORD


def _explain_numbers(text: str, found: Sequence[re.Match[str]], words: Sequence[str], rules: list[Rule]) -> list[int]:
    """Replace the rule of each bare number that something explains, in place; returns the indices of the others."""
    for index, word in enumerate(words):
        is_numbered = index and word[-1].isdigit() and plain(words[index - 1]) in _NUMERO
        if is_numbered and rules[index] is Rule.MEASURE and not _has_context(words, index):
            rules[index] = Rule.UNKNOWN_NUMBER
    bare = [index for index, rule in enumerate(rules) if rule is Rule.UNKNOWN_NUMBER]
    if not bare:
        return []
    scales = find_scale_spans(plain(text)) if len(bare) > 2 else []
    windows = [one.span() for one in _WINDOW.finditer(text)]
    in_scale, in_window = set(_within(found, scales)), set(_within(found, windows))
    for index in bare:
        if index in in_scale:
            rules[index] = Rule.SCALE
        elif index in in_window or _has_context(words, index):
            rules[index] = Rule.MEASURE
    unexplained = [index for index in bare if rules[index] is Rule.UNKNOWN_NUMBER]
    if _are_short([words[index] for index in unexplained], has_words=len(unexplained) < len(rules)):
        for index in unexplained:
            rules[index] = Rule.SHORT_NUMBER
    return unexplained


def _are_short(numbers: Sequence[str], *, has_words: bool) -> bool:
    """Whether numbers are too short to identify: some beside words, or one that is the whole line."""
    limit = LIMITS.digits_beside_a_term if has_words else LIMITS.digits_alone
    are_short = all(len(number) <= limit and not _ZEROS.fullmatch(number) for number in numbers)
    return are_short and (has_words or len(numbers) <= 1)


def _has_context(words: Sequence[str], index: int) -> bool:
    """Whether a number has a unit behind it, a factor beside it, or the label of a setting in front of it."""
    after = words[index + 1] if index + 1 < len(words) else ""
    before = words[index - 1] if index else ""
    is_factor = any(
        other.upper() == "X" and 0 <= at < len(words) and words[at][0].isdigit()
        for other, at in ((after, index + 2), (before, index - 2))
    )
    if is_factor or (after and is_unit(after)):
        return True
    numbers = 0
    for at in range(index - 1, -1, -1):
        word = words[at]
        if plain(word) in _NUMERO:
            continue
        if not is_number(word):
            return is_setting(word) and not (len(words) == 2 and may_have_age(*words))
        numbers += 1
        if numbers >= LIMITS.numbers_a_setting:
            return False
    return False
