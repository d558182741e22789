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

NameRecognizer = Callable[[Sequence[str]], Sequence[str | None]]
"""Returns for each text the label of a name, place or identifier in it, or None."""


@dataclass(frozen=True)
class ReadingThresholds:
    """When a reading can be believed, set on annotated images of pydicom-data and on drawn text (`tests/bench/bench_text.py`).

    Attributes:
        short_score: Below this score a reading of up to `short_length` characters is unreadable: any script may be behind it.
        short_length: Characters of such a reading.
        vertical_score: Below this score a line that runs up or down is unreadable.
    """

    short_score: float = 0.8
    short_length: int = 3
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
    # What the policy keeps, no model is asked about.
    asked = [part_words(text) for text in read if _rule_of_words(text, settings) is not Rule.POLICY_KEEPS_WORD]
    if recognizer is not None and any(recognizer(asked)):
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
    reason = matcher_of(tuple(identifiers)).find_in_line(text) if identifiers else None
    return None if reason is None else Rule(reason)


def _first(rules: Iterable[Rule | None]) -> Rule | None:
    """The rule of the first reading that has one."""
    return next((rule for rule in rules if rule is not None), None)


def _holds_word(text: str, words: Sequence[str]) -> bool:
    wanted = {word.casefold() for word in words}
    return bool(wanted) and any(word.casefold() in wanted for word in words_of_line(part_words(text)))


def _is_readable(lines: Sequence[TextLine], read: Sequence[str], best: float, settings: PhiSettings) -> bool:
    least_score = max(settings.min_score, THRESHOLDS.vertical_score if any(line.is_vertical for line in lines) else 0.0)
    return bool(read) and best >= least_score and not (best < THRESHOLDS.short_score and all(map(_is_short, read)))


def _is_short(text: str) -> bool:
    """Whether a reading is a marker, or has only a few characters."""
    return is_marker(text) or len(re.findall(r"\w", text)) <= THRESHOLDS.short_length


def explain_line(text: str, identifiers: Sequence[HeaderIdentifier], settings: PhiSettings) -> list[tuple[str, Rule, str]]:
    """What a verdict on a line rests on: (part of the text, rule, list) for what identifies, then for each word and number.

    The list is the one that a word stands in, or "".
    """
    parted = part_words(text)
    of_header = _rule_of_header(text, identifiers)
    found = [] if of_header is None else [(text, of_header, "")]
    found += [(parted[one.start : one.end], one.rule, "") for one in find_patterns(parted)]
    found += [(text[one.start : one.end], one.rule, "") for one in find_as_read(text)]
    tokens = explain_words(text, settings)
    return list(dict.fromkeys(found)) + [(token.text, token.rule, list_of(token.text)) for token in tokens]
