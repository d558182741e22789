"""Verdicts on texts that a user gives, by the judge of a run."""

import json

import pytest

from efface.pipeline.classify import classify_line, clean_free_text, explain_line, read_identifiers
from efface.pipeline.policy import load_policy, parse_policy
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.phi.rules import RULES, Rule
from efface.transforms.storage import storage_of
from support.samples import SAMPLES

TCIA, BASIC = load_policy("tcia"), load_policy("basic")
HEADER = (HeaderIdentifier(IdentifierKind.NAME, "Müller^Hans"), HeaderIdentifier(IdentifierKind.DATE, "19570412"))


def test_a_line_is_judged_as_on_a_picture() -> None:
    assert classify_line("LEFT KIDNEY", BASIC).rule is Rule.TERM
    assert classify_line("Kowalska", BASIC).rule is Rule.UNKNOWN_WORD
    assert classify_line("MUELLER", BASIC, HEADER).rule is Rule.HEADER_NAME


@pytest.mark.parametrize("text", ["LEFT KIDNEY 12.4 cm", "Name: Kowalska", "mueller 12.4.57", "GAIN 50", "DR STONE", ""])
def test_the_explanation_names_every_word_and_the_rule_of_the_verdict(text: str) -> None:
    classified, parts = classify_line(text, BASIC, HEADER), explain_line(text, BASIC, HEADER)
    assert {word.casefold() for word in text.replace(":", "").split()} <= {part.casefold() for part, _, _ in parts}
    assert not parts or classified.rule in {rule for _, rule, _ in parts}
    assert all(Rule(rule) in RULES and about for _, rule, about in parts)


def test_what_stays_of_a_free_text_is_what_a_run_would_leave() -> None:
    text = "axial, seen by Dr. Ellsworthy on 2021-03-17"
    moved, removed = clean_free_text(text, TCIA), clean_free_text(text, BASIC)
    assert (moved.verdict, moved.remaining) == (Verdict.REDACT, "axial, seen by Dr. on 2018-03-21")
    assert removed.remaining == "axial, seen by Dr. on"
    assert clean_free_text("axial T2", TCIA).verdict is Verdict.KEEP


def test_json_holds_the_verdict_and_the_rest_of_the_text() -> None:
    line = json.loads(classify_line("Kowalska", BASIC).as_json())
    assert line == {"verdict": "redact", "reason": "unknown_text", "rule": "unknown_word", "score": 1.0}
    assert json.loads(clean_free_text("axial T2", TCIA).as_json())["text"] == "axial T2"


def test_the_identifiers_are_those_of_the_header() -> None:
    [source] = storage_of(str(SAMPLES["CT_small.dcm"])).list(str(SAMPLES["CT_small.dcm"]))
    assert HeaderIdentifier(IdentifierKind.ID, "1CT1") in read_identifiers(source)


def test_a_free_text_shows_what_the_policy_makes_of_words_that_no_list_explains() -> None:
    closed = clean_free_text("axial T2 qvortex Oyelowo", TCIA)
    assert (closed.verdict, closed.rule, closed.remaining) == (Verdict.REDACT, Rule.UNKNOWN_WORD, "axial T2")
    rules = parse_policy("{extends: tcia, metadata: {free_text: rules}, text: {model: null}}")
    assert clean_free_text("axial T2 qvortex Oyelowo", rules).verdict is Verdict.KEEP
    own = parse_policy("{extends: tcia, text: {keep_words: [qvortex], keep_phrases: [zorba view]}}")
    assert clean_free_text("axial T2 qvortex, Zorba view", own).verdict is Verdict.KEEP
