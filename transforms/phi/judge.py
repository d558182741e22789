"""The verdict on a line of a picture: redacts everything that is not known to be harmless.

The rules apply in the order of trust: the header's identifiers, the policy's words, patterns, then the closed world of the
lexicon and the grammar of numbers. Unknown text is redacted.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from ..core.evidence import Verdict
from ..core.instance import HeaderIdentifier
from ..core.text_line import TextLine
from .closed_world import Token, explain, words_of_line
from .labels import is_label
from .lexicon import is_marker, list_of, part_words
from .match_identifiers import matcher_of
from .patterns import find_as_read, find_patterns
from .phrases import own_phrases
from .reasons import Reason
from .rules import RULES, Rule
from .settings import PhiSettings
from .spellings import plain

NameRecognizer = Callable[[Sequence[str]], Sequence[str | None]]
"""Returns for each text the label of a name, place or identifier in it, or None."""


@dataclass(frozen=True)
class ReadingThresholds:
    """When a reading can be believed, set on annotated images of pydicom-data and on drawn text (`tests/bench/bench_text.py`).

    What a reader makes of a script that it does not know is short for its place, in mixed case, or has a low score: names in
    Cyrillic, Hebrew and Devanagari became "T", "000" and "facT" (`tests/bench/bench_scripts.py`).

    Attributes:
        short_score: Below this score a reading that says little is unreadable: any script may be behind it.
        short_length: Up to so many characters say little ...
        word_letters: ... and so do more, without a word of so many letters in one case or as many digits as `short_length`.
        letter_width: A letter takes up no more than so many heights of its line ...
        only_letter_width: ... and a letter alone no more than so many, since its box has room at both ends.
        vertical_score: Below this score a line that runs up or down is unreadable.
    """

    short_score: float = 0.8
    short_length: int = 3
    word_letters: int = 4
    letter_width: float = 1.3
    only_letter_width: float = 2.0
    vertical_score: float = 0.9


THRESHOLDS = ReadingThresholds()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a text with the rule that gave it.

    Attributes:
        score: Confidence of whatever decided, 0 to 1: of the reading, where the text was read from a picture.
    """

    verdict: Verdict
    rule: Rule
    score: float

    @property
    def reason(self) -> Reason:
        return RULES[self.rule][0]


def judge_readings(
    lines: Sequence[TextLine],
    identifiers: Sequence[HeaderIdentifier],
    settings: PhiSettings,
    recognizer: NameRecognizer | None = None,
) -> Judgement:
    """The verdict on one place of a picture. One reading that identifies is enough.

    Args:
        lines: The readings of the place, by different engines and on different renderings.
        identifiers: The identifying values of the instance's header.
        settings: What may stay.
        recognizer: Finds names in texts that would stay; None for none.
    """
    read = sorted({line.text.strip() for line in lines if re.search(r"\w", line.text)})
    best = max((line.score for line in lines if line.text.strip()), default=0.0)
    is_readable = _is_readable(lines, read, best, settings)
    redacting = _redacting_rule(read, identifiers, settings, is_readable=is_readable)
    if redacting is not None:
        return Judgement(Verdict.REDACT, redacting, 1.0 if redacting in _OF_THE_POLICY else best)
    if all(map(is_label, read)):
        return Judgement(Verdict.KEEP, Rule.LABEL, best)
    if recognizer is not None and any(recognizer([part_words(text) for text in read])):
        return Judgement(Verdict.REDACT, Rule.NAME_MODEL, best)
    return Judgement(Verdict.KEEP, _rule_of_words(read[0], settings), best)


_OF_THE_POLICY = (Rule.POLICY_KEEPS_NOTHING, Rule.POLICY_WORD)


def _redacting_rule(
    read: Sequence[str], identifiers: Sequence[HeaderIdentifier], settings: PhiSettings, *, is_readable: bool
) -> Rule | None:
    """The first rule, in order of trust, by which any of the readings of a place must not stay; None if all may stay."""
    if settings.keep == "nothing":
        return Rule.POLICY_KEEPS_NOTHING
    rule = _first(_rule_of_header(text, identifiers) for text in read)
    if rule is None and any(_holds_word(text, settings.redact_words) for text in read):
        rule = Rule.POLICY_WORD
    if rule is not None or (is_readable and all(map(is_label, read))):
        return rule
    return _first(map(_rule_of_patterns, read)) or (_unexplained(read, settings) if is_readable else Rule.UNREADABLE)


def _unexplained(read: Sequence[str], settings: PhiSettings) -> Rule | None:
    return next((rule for text in read if (rule := _rule_of_words(text, settings)) in _UNEXPLAINED), None)


_CACHED_LINES = 1 << 13
"""The pictures of a series show the same lines."""


@functools.lru_cache(maxsize=_CACHED_LINES)
def _rule_of_patterns(text: str) -> Rule | None:
    """The first rule, in order of trust, by which a text identifies whatever the header says."""
    return next((found.rule for found in chain(find_patterns(part_words(text)), find_as_read(text))), None)


@functools.lru_cache(maxsize=_CACHED_LINES)
def _rule_of_words(text: str, settings: PhiSettings) -> Rule:
    return rule_of_tokens(explain_words(text, settings))


def explain_words(text: str, settings: PhiSettings) -> list[Token]:
    """Each word and number of a line, with lost spaces put back, with what explains it."""
    return explain(part_words(text), {word.casefold() for word in settings.keep_words}, own_phrases(settings.keep_phrases))


_UNEXPLAINED = (Rule.UNKNOWN_WORD, Rule.UNKNOWN_NUMBER)
_BY_WEIGHT = (*_UNEXPLAINED, Rule.AMBIGUOUS_TERM, Rule.POLICY_KEEPS_WORD, Rule.TERM, Rule.MARKER, Rule.MEASURE, Rule.SCALE)


def rule_of_tokens(tokens: Sequence[Token]) -> Rule:
    """The rule of a line: what explains nothing outweighs what explains, and words outweigh numbers."""
    rules = {token.rule for token in tokens}
    return next((rule for rule in _BY_WEIGHT if rule in rules), Rule.SHORT_NUMBER)


def _rule_of_header(text: str, identifiers: Sequence[HeaderIdentifier]) -> Rule | None:
    return matcher_of(tuple(identifiers)).find_in_line(text) if identifiers else None


def _first(rules: Iterable[Rule | None]) -> Rule | None:
    """The rule of the first reading that has one."""
    return next((rule for rule in rules if rule is not None), None)


def _holds_word(text: str, words: Sequence[str]) -> bool:
    wanted = {word.casefold() for word in words}
    return bool(wanted) and any(word.casefold() in wanted for word in words_of_line(part_words(text)))


def _is_readable(lines: Sequence[TextLine], read: Sequence[str], best: float, settings: PhiSettings) -> bool:
    least_score = max(settings.min_score, THRESHOLDS.vertical_score if any(line.is_vertical for line in lines) else 0.0)
    if not read or best < least_score or all(map(_is_too_short, lines)):
        return False
    return best >= THRESHOLDS.short_score or not all(_is_short(text) or _says_little(text) for text in read)


def _is_short(text: str) -> bool:
    """Whether a reading is a marker, or has only a few characters."""
    return is_marker(text) or len(re.findall(r"\w", text)) <= THRESHOLDS.short_length


def _says_little(text: str) -> bool:
    """Whether a reading has no word in one case and no number: letters of an unknown script come out as any letters."""
    words = re.findall(r"[^\W\d_]+", text)
    has_word = any(len(word) >= THRESHOLDS.word_letters and _is_in_one_case(word) for word in words)
    return not has_word and sum(map(str.isdigit, text)) < THRESHOLDS.short_length


def _is_in_one_case(word: str) -> bool:
    return word.isupper() or word[1:].islower()


def _is_too_short(line: TextLine) -> bool:
    """Whether a reading of a few characters is of a place that has room for many more."""
    characters = len(line.text.strip())
    height_px, length_px = sorted((line.box.width, line.box.height))
    widest = THRESHOLDS.only_letter_width if characters == 1 else THRESHOLDS.letter_width * characters
    return 0 < characters <= THRESHOLDS.short_length and length_px > widest * height_px


def explain_line(text: str, identifiers: Sequence[HeaderIdentifier], settings: PhiSettings) -> list[tuple[str, Rule, str]]:
    """What a verdict on a line rests on: (part of the text, rule, list) for what identifies, then for each word and number.

    The list is the one that a word stands in, or "".
    """
    of_header = _rule_of_header(text, identifiers)
    if of_header is None and is_label(text):
        return [(text, Rule.LABEL, "")]
    parted = part_words(text)
    found = [] if of_header is None else [(text, of_header, "")]
    found += [(parted[one.start : one.end], one.rule, "") for one in find_patterns(parted)]
    found += [(text[one.start : one.end], one.rule, "") for one in find_as_read(text)]
    tokens = explain_words(text, settings)
    return _without_repeats(found) + [(token.text, token.rule, list_of(token.text)) for token in tokens]


def _without_repeats(found: Sequence[tuple[str, Rule, str]]) -> list[tuple[str, Rule, str]]:
    """The parts without those that a longer one of the same rule contains."""
    shown = {(plain(part).strip(), rule): (part.strip(), rule, about) for part, rule, about in reversed(found)}
    return [
        row
        for (part, rule), row in reversed(shown.items())
        if not any(rule is other_rule and part != other and part in other for other, other_rule in shown)
    ]
