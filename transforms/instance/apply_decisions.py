"""Applies what people decided about boxes to what was found.

What was decided comes after every look, so that nothing is looked at less for it, and before the pixels are rewritten, so that
the checks of the output see it. Regions come first, then the series, then the Instance; later decisions come last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..core.box import Box
from ..core.decisions import Action, Decision, Scope
from ..core.evidence import Evidence, Finding, Verdict
from ..core.file_bytes import Content
from ..core.instance import PixelFacts
from ..phi.reasons import Reason
from ..phi.rules import RULES, Rule
from .grow_boxes import grown_findings


@dataclass(frozen=True)
class DecisionThresholds:
    """Which findings a decided box is about. A person takes the box of a finding; another model draws it a little otherwise.

    Attributes:
        inside_share: Share of a finding within a decided box from which on the decision is about it.
        opposed_share: Share of the smaller of a decided and a filled box that both have in common, from which on what was
            decided has no effect.
    """

    inside_share: float = 0.75
    opposed_share: float = 0.5


THRESHOLDS = DecisionThresholds()
PROTECTED = frozenset(
    {
        Reason.HEADER_NAME,
        Reason.HEADER_ID,
        Reason.HEADER_DATE,
        Reason.HEADER_PLACE,
        Reason.HEADER_PHONE,
        Reason.BAR_CODE,
        Reason.FACE,
    }
)
"""What never stays by a decision on a box."""
KEPT_ON_DEVICES = frozenset({Reason.UNKNOWN_TEXT, Reason.UNREADABLE_TEXT, Reason.DECISION})
"""All that stays by a decision on a device: most of its images nobody has looked at, and they may show something else there."""


def decided_evidence(source_data: Content, evidence: Evidence) -> Evidence:
    """The evidence as the audit shows it: every filled box with all pixels that change, and the decisions applied.

    A person takes the boxes of the audit, so decisions are about grown boxes; those that they add grow after that.

    Args:
        source_data: The whole object.
        evidence: As it was judged.

    Raises:
        EffaceError: See `grown_findings`.
    """
    decided = apply_decisions(replace(evidence, findings=grown_findings(source_data, evidence.findings)))
    added = tuple(filter(_is_added, decided.findings))
    others = tuple(one for one in decided.findings if not _is_added(one))
    return replace(decided, findings=(*others, *grown_findings(source_data, added)))


def apply_decisions(evidence: Evidence) -> Evidence:
    """The evidence with the boxes that people added, kept or resized, and the number of decisions that could not be applied.

    Decisions are about the pixels of the Instance, not about its overlay planes.
    """
    instance, findings, not_applied = evidence.instance, evidence.findings, 0
    for decision in instance.decided.decisions:
        if decision.box is None:
            continue
        facts = instance.pixels if not instance.is_slide_label else None
        findings, is_applied = _applied(decision, decision.box, findings, facts)
        not_applied += not is_applied
    return replace(evidence, findings=findings, decisions_not_applied=not_applied)


def _applied(
    decision: Decision, box: Box, findings: tuple[Finding, ...], facts: PixelFacts | None
) -> tuple[tuple[Finding, ...], bool]:
    """The findings after one decision, and whether it was applied in full."""
    if facts is None:
        return findings, False
    frames = tuple(frame for frame in decision.frames or range(facts.frames) if frame < facts.frames)
    box = box.clip(facts.columns, facts.rows)
    if not frames or not box.area_px:
        return findings, False
    has_all_frames = len(frames) == len(decision.frames or frames)
    if decision.action is Action.REDACT:
        return _redacted(findings, frames, box, _rule_of(decision)), has_all_frames
    is_general = decision.scope is Scope.DEVICE
    others, found, is_opposed = _found(findings, frames, box, is_general=is_general)
    if decision.action is Action.KEEP:
        kept = tuple(map(_kept, found))
        if not (kept or is_opposed or is_general):  # Nothing was found there: the second look may find something.
            kept = (_decided(frames, box, Verdict.KEEP, Rule.DECIDED_KEEP),)
        return (*others, *kept), has_all_frames and not is_opposed
    new_box = (decision.new_box or box).clip(facts.columns, facts.rows)
    if not new_box.area_px:
        return findings, False
    rest = tuple(replace(_kept(one), box=part) for one in found for part in one.box.minus(new_box))
    is_applied = has_all_frames and bool(found) and not is_opposed
    return (*_redacted(others, frames, new_box, _rule_of(decision)), *rest), is_applied


def _redacted(findings: tuple[Finding, ...], frames: tuple[int, ...], box: Box, rule: Rule) -> tuple[Finding, ...]:
    """With a box that is filled; what would be kept within it does not stay."""
    others, _ = _divided(findings, frames, box, Verdict.KEEP)
    return (*others, _decided(frames, box, Verdict.REDACT, rule))


def _found(
    findings: tuple[Finding, ...], frames: tuple[int, ...], box: Box, *, is_general: bool
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], bool]:
    """The findings that a decision leaves alone, those that it is about, and whether one of the former fills the same place."""

    def may_stay(finding: Finding) -> bool:
        return finding.reason in KEPT_ON_DEVICES if is_general else finding.reason not in PROTECTED

    others, found = _divided(findings, frames, box, Verdict.REDACT)
    others += tuple(one for one in found if not may_stay(one))
    filled = (one.box for one in others if one.verdict is Verdict.REDACT and not one.overlay and set(one.frames) & set(frames))
    is_opposed = any(other.overlap(box) >= THRESHOLDS.opposed_share for other in filled)
    return others, tuple(filter(may_stay, found)), is_opposed


def _divided(
    findings: Iterable[Finding], frames: tuple[int, ...], box: Box, verdict: Verdict
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings without, and those with this verdict on these Frames within a box. A finding on other Frames too is cut."""
    meant = frozenset(frames)
    others: list[Finding] = []
    within: list[Finding] = []
    for finding in findings:
        common = tuple(frame for frame in finding.frames if frame in meant)
        is_within = finding.box.intersection(box).area_px >= THRESHOLDS.inside_share * finding.box.area_px
        if finding.overlay or finding.verdict is not verdict or not common or not is_within:
            others.append(finding)
            continue
        within.append(replace(finding, frames=common))
        if len(common) < len(finding.frames):
            others.append(replace(finding, frames=tuple(frame for frame in finding.frames if frame not in meant)))
    return tuple(others), tuple(within)


def _kept(finding: Finding) -> Finding:
    reason, _ = RULES[Rule.DECIDED_KEEP]
    return replace(finding, verdict=Verdict.KEEP, reason=reason, rule=Rule.DECIDED_KEEP, score=1.0)


def _decided(frames: tuple[int, ...], box: Box, verdict: Verdict, rule: Rule) -> Finding:
    return Finding(frames, box, verdict, RULES[rule][0], rule, 1.0)


def _is_added(finding: Finding) -> bool:
    return finding.rule in (Rule.DECIDED_BOX, Rule.REGION)


def _rule_of(decision: Decision) -> Rule:
    return Rule.REGION if decision.scope is Scope.DEVICE else Rule.DECIDED_BOX
