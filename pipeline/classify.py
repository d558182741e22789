"""Explains verdicts on texts that a user gives: the verdict of a picture's line, and what stays of a free text."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.instance import HeaderIdentifier, Source
from efface.transforms.core.text_line import TextLine
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.instance.models import load_name_recognizer
from efface.transforms.instance.open import read_source
from efface.transforms.metadata.header_identifiers import header_identifiers
from efface.transforms.phi import judge
from efface.transforms.phi.ages import find_ages
from efface.transforms.phi.clean_text import cleaner_of
from efface.transforms.phi.dates_in_text import find_dates
from efface.transforms.phi.find_identifying import find_identifying
from efface.transforms.phi.match_identifiers import matcher_of
from efface.transforms.phi.rules import RULES, Found, Rule

from .policy import Policy

EXAMPLE_OFFSET_DAYS = -1092
"""By so much the dates of a free text move here. A run moves the dates of each patient by a number of days of their own."""


@dataclass(frozen=True)
class Classified:
    """A verdict on a text.

    Attributes:
        remaining: What would stay of it in a header; None unless it was judged as free text.
    """

    verdict: Verdict
    rule: Rule
    score: float
    remaining: str | None = field(default=None, repr=False)

    def as_json(self) -> str:
        """One line of JSON."""
        values = {
            "verdict": str(self.verdict),
            "reason": str(RULES[self.rule][0]),
            "rule": str(self.rule),
            "score": round(self.score, 4),
        }
        if self.remaining is not None:
            values["text"] = self.remaining
        return json.dumps(values, ensure_ascii=False)


def read_identifiers(source: Source) -> tuple[HeaderIdentifier, ...]:
    """The identifying values of the header of a stored instance.

    Raises:
        EffaceError: It is no DICOM object, or does not parse.
    """
    return header_identifiers(read_dataset(io.BytesIO(read_source(source))))


def classify_line(text: str, policy: Policy, identifiers: Sequence[HeaderIdentifier] = ()) -> Classified:
    """The verdict on a line as if it were read from a picture with certainty.

    Raises:
        ModelError: The name model of the policy cannot be loaded.
    """
    line = TextLine(Box(0, 0, max(len(text), 1), 1), text, 1.0, "", "")
    judgement = judge.judge_readings([line], identifiers, policy.phi, load_name_recognizer(policy.phi.model))
    return Classified(judgement.verdict, judgement.rule, judgement.score)


def explain_line(text: str, policy: Policy, identifiers: Sequence[HeaderIdentifier] = ()) -> list[tuple[str, str, str]]:
    """What the verdict on a line rests on: (part, rule, list or meaning), first what identifies, then each word and number."""
    found = judge.explain_line(text, identifiers, policy.phi)
    if not found:
        return [(text.strip(), str(Rule.UNREADABLE), "no letter and no digit")]
    return [(part, str(rule), word_list or RULES[rule][1]) for part, rule, word_list in found]


def clean_free_text(text: str, policy: Policy, identifiers: Sequence[HeaderIdentifier] = ()) -> Classified:
    """What would stay of a text in a free-text attribute that the policy cleans.

    Raises:
        ModelError: The name model of the policy cannot be loaded.
    """
    counted, offset_days = policy.profile.counted(identifiers), policy.profile.offset_of(EXAMPLE_OFFSET_DAYS)
    recognizer = load_name_recognizer(policy.phi.model)
    find_names = recognizer.find_spans if recognizer else None
    redact = tuple(rule.redact for rule in policy.profile.text_rules)
    remaining = cleaner_of(counted, offset_days, find_names, redact).clean_text(text)
    if remaining == text:
        return Classified(Verdict.KEEP, Rule.FREE_TEXT, 1.0, remaining)
    found = min(_found_in(text, counted), default=None)
    rule = found.rule if found is not None else Rule.NAME_MODEL if recognizer else Rule.POLICY_WORD
    return Classified(Verdict.REDACT, rule, 1.0, remaining)


def _found_in(text: str, identifiers: Sequence[HeaderIdentifier]) -> list[Found]:
    """All that the rules find in a free text."""
    matcher = matcher_of(tuple(identifiers))
    found = [*matcher.matches(text), *find_identifying(text)]
    found += [Found(*date.span, Rule.DATE) for date in find_dates(text, matcher.days)]
    return found + [Found(age.start, age.end, Rule.GREAT_AGE) for age in find_ages(text) if age.is_great]
