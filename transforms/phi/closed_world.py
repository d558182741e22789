"""The closed world of pictures: a line stays only if every part of it is explained.

A word is explained by the lexicon. A number is explained by its unit, by the label of a setting in front of it, by its form (a
size, a ratio, a decimal number), by a scale that it belongs to, or because it is short and stands alone. A word that is both a
term and a surname is explained by an unambiguous term beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from .digit_groups import find_scale_spans
from .lexicon import is_ambiguous, is_known, is_marker, is_number, is_setting, is_unit, says_no_name, vouches
from .phrases import Phrases, known_phrases, words_in_phrases
from .rules import Rule
from .spellings import plain

_WORD = re.compile(r"[^\W_]+(?:[.'/%-][^\W_]+)*%?")
_BARE = re.compile(r"\d+")
_WINDOW = re.compile(
    r"(?<![\w.])(?:\d{1,4}\s*[/,]\s*-\d{1,4}|W\s?[:=]?\s?\d{1,4}\s?[,/]?\s?[LC]\s?[:=]?\s?-?\d{1,4})(?![\w.])", re.I
)
"""Width and level of a window, with their labels, or with a level below zero."""
_SHORT_NAMES = frozenset({"CHI", "HU", "KIM", "LI", "MA", "MAX", "MIN", "SID", "TI"})
"""Units and labels of settings that are names as well. Without a number or another term they explain nothing: "Hu, Ma"."""
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


def explain(text: str, own_words: Collection[str] = (), own_phrases: Phrases = MappingProxyType({})) -> list[Token]:
    """Each word and number of a line with what explains it.

    Args:
        text: Without lost spaces (`lexicon.part_words`).
        own_words: Words that a policy keeps, in lower case.
        own_phrases: Phrases that a policy keeps.
    """
    found = list(_WORD.finditer(text))
    if is_marker(text):
        return [Token(*one.span(), one.group(), Rule.MARKER) for one in found]
    words = [one.group() for one in found]
    rules = [_rule_of_word(word, own_words) for word in words]
    for rule, phrases in ((Rule.TERM, known_phrases()), (Rule.POLICY_KEEPS_WORD, own_phrases)):
        for index in words_in_phrases(words, phrases) if len(words) > 1 or rule is not Rule.TERM else ():
            rules[index] = rule
    _explain_numbers(text, found, words, rules)
    shown = set(map(plain, words))
    if shown <= _SHORT_NAMES and shown != {"MIN", "MAX"}:
        rules = [Rule.UNKNOWN_WORD] * len(rules)
    if Rule.AMBIGUOUS_TERM in rules and not _is_meant_as_term(text, words, rules):
        rules = [Rule.UNKNOWN_WORD if rule is Rule.AMBIGUOUS_TERM else rule for rule in rules]
    return [Token(*one.span(), one.group(), rule) for one, rule in zip(found, rules, strict=True)]


def _rule_of_word(word: str, own_words: Collection[str]) -> Rule:
    if word.casefold() in own_words:
        return Rule.POLICY_KEEPS_WORD
    if is_number(word):
        return Rule.UNKNOWN_NUMBER if _BARE.fullmatch(word) else Rule.MEASURE
    if is_known(word):
        return Rule.TERM
    return Rule.AMBIGUOUS_TERM if is_ambiguous(word) else Rule.UNKNOWN_WORD


def _is_meant_as_term(text: str, words: Sequence[str], rules: Sequence[Rule]) -> bool:
    """Whether something beside a word that is also a surname shows that it is a term."""
    has_number = any(rule in (Rule.MEASURE, Rule.SCALE, Rule.SHORT_NUMBER) for rule in rules)
    return says_no_name(text) or any(
        rule is Rule.POLICY_KEEPS_WORD or (rule is Rule.TERM and vouches(word, has_number=has_number))
        for word, rule in zip(words, rules, strict=True)
    )


def _explain_numbers(text: str, found: Sequence[re.Match[str]], words: Sequence[str], rules: list[Rule]) -> None:
    """Replace the rule of each bare number that something explains, in place."""
    for index, word in enumerate(words):
        is_numbered = index and word[-1].isdigit() and plain(words[index - 1]) in _NUMERO
        if is_numbered and rules[index] is Rule.MEASURE and not _has_context(words, index):
            rules[index] = Rule.UNKNOWN_NUMBER
    bare = [index for index, rule in enumerate(rules) if rule is Rule.UNKNOWN_NUMBER]
    if not bare:
        return
    scales, windows = find_scale_spans(plain(text)) if len(bare) > 2 else [], [one.span() for one in _WINDOW.finditer(text)]
    for index in bare:
        start, end = found[index].span()
        if any(first <= start and end <= last for first, last in scales):
            rules[index] = Rule.SCALE
        elif any(first <= start and end <= last for first, last in windows) or _has_context(words, index):
            rules[index] = Rule.MEASURE
    unexplained = [index for index in bare if rules[index] is Rule.UNKNOWN_NUMBER]
    has_words = len(unexplained) < len(rules)
    digits = [sum(map(str.isdigit, words[index])) for index in unexplained]
    is_short = max(digits, default=0) <= LIMITS.digits_beside_a_term if has_words else sum(digits) <= LIMITS.digits_alone
    if is_short:
        for index in unexplained:
            rules[index] = Rule.SHORT_NUMBER


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
            return is_setting(word)
        numbers += 1
        if numbers >= LIMITS.numbers_a_setting:
            return False
    return False
