"""The report as one HTML page that needs nothing else, to print and to sign."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from efface.pipeline.policy import Policy, PolicyError, keyed_version, load_policy
from efface.pipeline.shipped import SHIPPED
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.failure_texts import FAILURE_TEXTS, FailureText
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.instance.output_layout import OutputLayout
from efface.transforms.instance.selection import Selection
from efface.transforms.metadata.private_rules import KEPT, OVERRIDE
from efface.transforms.phi.reasons import MEANINGS, Reason
from efface.transforms.phi.rules import RULES, Rule

from .facts import OUTCOMES, Facts, LineCount
from .policy_words import OPTIONS, policy_in_words
from .sizes import FEWEST, SizeTotal
from .templates import fill_template, share_in_words, size_in_words

ACTIONS = {
    "X": "removed",
    "Z": "blanked",
    "D": "replaced",
    "U": "new UID",
    "C": "cleaned",
    "K": "kept",
    "R": "value of the policy",
}
"""Action of Table E.1-1a -> what was done, in a word."""
ATTRIBUTE_RULES = {
    "E.1-1": "PS3.15 Table E.1-1, the basic profile",
    **{str(option): f"Option {name}" for option, (name, _) in OPTIONS.items()},
    "private": "private, and on no list of what may stay",
    KEPT: "private, and kept by the policy",
    "unlisted": "in no table, judged by its VR",
    "carrier": "overlays, curves and other carriers that go whole",
    OVERRIDE: "an exception of the policy",
    "malformed": "of another kind than the standard says",
    "undecodable": "text that cannot be decoded",
}
"""`attributes.rule` -> what it means; another rule is shown by its name."""
METHODS = {
    "none": "there are none",
    "unchanged": "copied as they are",
    "in_place": "only the filled pixels changed",
    "reencoded": "changed frames compressed anew, without loss, in the same transfer syntax",
    "blanked": "blocks of JPEG under the boxes made blank; no other coefficient changed",
    "transcoded": "written in another transfer syntax, without further loss",
    "unknown": "made by an earlier efface, which did not record it",
}
"""`instances.pixel_method` -> what it means."""
_RUNS_SHOWN = 10


def report_page(facts: Facts, policy_note: str, policy: Policy | None = None, sizes: Sequence[SizeTotal] = ()) -> str:
    """The page. Holds no identifier: counts, names of devices as the outputs tell them, and texts of efface.

    Args:
        facts: What the audit says.
        policy_note: Which policy the words are of (`policy_of_report`).
        policy: That policy; None where it is not known.
        sizes: Totals of sources and outputs.
    """
    last = facts.runs[-1] if facts.runs else None
    statements = policy_in_words(policy) if policy else ()
    return fill_template(
        "report.html.j2",
        facts=facts,
        last=last,
        misses=facts.misses,
        quarantined=quarantined(facts),
        redacted=redacted(facts),
        policy_note=policy_note,
        statements=statements,
        outcomes=[outcome.replace("_", " ") for outcome in OUTCOMES],
        runs=[(run.run, run.ended, run.efface, *run.outcomes.values()) for run in facts.runs[-_RUNS_SHOWN:]],
        runs_caption=f"The last {_RUNS_SHOWN} of {len(facts.runs)} runs" if len(facts.runs) > _RUNS_SHOWN else "Runs",
        failures=failure_rows(facts),
        decisions=decision_rows(facts),
        fewest=FEWEST,
        sizes=[(one.modality or "not stated", one.instances, *map(size_in_words, one[2:])) for one in sizes],
        utility=utility_rows(facts),
        methods=[(method, METHODS.get(method, ""), count) for method, count in facts.pixels.methods.items()],
        **_instances(facts),
        **_texts(facts.lines),
        **_header(facts),
        **_changes(facts),
    )


def policy_of_report(facts: Facts, given: str = "", pseudonyms: Pseudonyms | None = None) -> tuple[Policy | None, str]:
    """The policy to put in words, and a sentence that says how sure it is that it ran.

    An audit names a policy and its version, and does not hold it, since a site's words may identify.

    Args:
        facts: What the audit says.
        given: Name or file of a policy; "" for the shipped one of the recorded name and version.
        pseudonyms: Of the key, without which the version of a policy with words of a site cannot be compared.

    Raises:
        PolicyError: The given policy cannot be read.
    """
    recorded = {policy for policy, *_ in facts.versions}
    names = [given] if given else [name for name in SHIPPED if any(version.startswith(f"{name}-") for version in recorded)]
    for policy in map(load_policy, names):
        versions = _versions(policy, pseudonyms)
        alike = {version for version in recorded if {_without_metadata(version)} & set(map(_without_metadata, versions))}
        for same, note in ((versions & recorded, _SAME), (alike, _ALIKE)):
            if same:
                made = sum(count for version, *_, count in facts.versions if version in same)
                return policy, note.format(made=f"{made:,}", instances=f"{facts.instances:,}")
        if given:
            return policy, _OTHER
    return None, "The audit names the policy and does not hold it. Give the policy to this command to have it in words here."


_SAME = "This policy made {made} of the {instances} instances: its version is the recorded one."
_ALIKE = (
    "By its name and the version of its pixel part, this policy made {made} of the {instances} instances. The version of its "
    "metadata part is keyed, and was not compared."
)
_OTHER = (
    "This is the policy that was given for this page. Its version is none of the recorded ones: another policy ran, or this "
    "machine reads with another engine."
)


def _versions(policy: Policy, pseudonyms: Pseudonyms | None) -> set[str]:
    """What an audit calls a policy, as far as that is known here."""
    try:
        resolved, _ = policy.resolve()
    except PolicyError:  # The packages of its engine or the folder of its name model are not here.
        return set()
    inside = dataclasses.replace(resolved, selection=Selection(), layout=OutputLayout())
    return {inside.version, *([keyed_version(resolved, pseudonyms)] if pseudonyms else [])}


def _without_metadata(version: str) -> tuple[str, str]:
    """Name and pixel part of a version."""
    name, _, pixels = version.rsplit("-", 2)
    return name, pixels


def quarantined(facts: Facts) -> int:
    """Sources in quarantine."""
    return sum(facts.failures.get("quarantined", {}).values())


def redacted(facts: Facts) -> int:
    """Text regions that were filled."""
    return sum(line.regions for line in facts.lines if line.verdict == Verdict.REDACT)


_UNKNOWN = FailureText("A code of a later efface.", "See docs/reasons.md of that version.")


def failure_rows(facts: Facts) -> list[tuple[str, str, int, FailureText]]:
    """(verdict, code, sources, text) of what is not published: what needs attention first."""
    return [
        (verdict.replace("_", " "), code, count, FAILURE_TEXTS.get(code, _UNKNOWN))
        for verdict, codes in sorted(facts.failures.items())
        for code, count in codes.items()
    ]


def utility_rows(facts: Facts) -> list[tuple[str, str, str]]:
    """(measure, value, of what) of what stays useful."""
    pixels, dates = facts.pixels, facts.dates
    kept = sum(line.regions for line in facts.lines if line.verdict == Verdict.KEEP)
    of_instances, of_pixels = f"{facts.instances:,} instances", f"{pixels.pixels:,} pixels of {pixels.instances:,} instances"
    if pixels.unknown:
        of_pixels += f"; {pixels.unknown:,} more are not counted, whose size the audit does not tell"
    return [
        ("Pixels that were filled", share_in_words(pixels.filled_share), of_pixels),
        ("Lines of text that stay on images", f"{kept:,}", f"{kept + redacted(facts):,} text regions that were found"),
        (
            "Dates that moved, with all intervals of a patient",
            f"{dates.moved:,}",
            f"{dates.moved + dates.gone:,} dates",
        ),
        ("Outputs in another transfer syntax", f"{pixels.changed_syntax:,}", of_instances),
        ("Size of all outputs", size_in_words(facts.output_bytes), of_instances),
    ]


def decision_rows(facts: Facts) -> list[tuple[str, int]]:
    """(what, number) of the decisions of people; none where nothing was decided."""
    used = facts.decisions
    if not used.instances:
        return []
    return [
        ("Instances about which something was decided", used.instances),
        ("Boxes that people filled", used.filled),
        ("Boxes that people kept", used.kept),
        ("Decisions on boxes that could not be applied, or not in full", used.not_applied),
        ("Instances with such a decision", used.not_applied_instances),
    ]


def _instances(facts: Facts) -> dict[str, Any]:
    by_modality: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in facts.devices:
        parts = by_modality[one.modality or "not stated"]
        for index, count in enumerate((one.filled, one.instances - one.filled - one.without_pixels, one.without_pixels)):
            parts[index] += count
    outcomes = {"published": facts.instances} | {
        verdict.replace("_", " "): sum(codes.values()) for verdict, codes in sorted(facts.failures.items())
    }
    return {
        "modalities": list(by_modality.items()),
        "devices": [
            (
                one.modality or "not stated",
                one.manufacturer or "not stated",
                one.model or "not stated",
                *dataclasses.astuple(one)[3:],
            )
            for one in facts.devices
        ],
        "outcome_bars": [(outcome, [count]) for outcome, count in outcomes.items() if count],
        "outcome_rows": list(outcomes.items()),
    }


def _texts(lines: Iterable[LineCount]) -> dict[str, Any]:
    by_reason: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    by_rule: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        place = line.verdict != Verdict.REDACT
        by_reason[line.reason][place] += line.regions
        by_rule[line.rule][place] += line.regions
    reasons = sorted(by_reason.items(), key=lambda row: (-sum(row[1]), row[0]))
    rules = sorted(by_rule.items(), key=lambda row: (-sum(row[1]), row[0]))
    return {
        "reason_bars": [(reason.replace("_", " "), counts) for reason, counts in reasons],
        "reasons": [(reason, _meaning_of_reason(reason), *counts) for reason, counts in reasons],
        "rules": [(rule, _meaning_of_rule(rule), *counts) for rule, counts in rules],
    }


def _meaning_of_reason(reason: str) -> str:
    return MEANINGS[Reason(reason)] if reason in list(Reason) else ""


def _meaning_of_rule(rule: str) -> str:
    name = rule.partition(" ")[0].partition("@")[0]
    return RULES[Rule(name)][1] if name in list(Rule) else ""


def _header(facts: Facts) -> dict[str, Any]:
    used = [action for action in ACTIONS if any(action in counts for counts in facts.attributes.values())]
    rows = sorted(facts.attributes.items(), key=lambda row: (-sum(row[1].values()), row[0]))
    return {
        "action_heads": [f"{ACTIONS[action]} ({action})" for action in used],
        "attributes": [(ATTRIBUTE_RULES.get(rule, rule), *(counts.get(action, 0) for action in used)) for rule, counts in rows],
        "carriers": [
            (carrier.replace("_", " "), done.replace("_", " "), count)
            for carrier, dones in facts.carriers.items()
            for done, count in dones.items()
        ],
    }


def _changes(facts: Facts) -> dict[str, Any]:
    if len(facts.runs) < 2:
        return {"changes": [], "code_changes": []}
    before, last = facts.runs[-2:]
    codes = sorted({*before.codes, *last.codes})
    return {
        "changes": [_change(name.replace("_", " "), before.outcomes[name], last.outcomes[name]) for name in OUTCOMES],
        "code_changes": [_change(code, before.codes.get(code, 0), last.codes.get(code, 0)) for code in codes],
    }


def _change(name: str, before: int, now: int) -> tuple[str, int, int, str]:
    return name, before, now, f"{now - before:+,}"
