"""The verdicts on the text of an Instance: what the rewrite acts on. They hold no text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .box import Box
from .instance import Instance
from .search_plan import SearchPlan
from .text_line import TileText


class Verdict(StrEnum):
    """The decision on a text region."""

    REDACT = "redact"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Finding:
    """One text region with its verdict and the reason for it. Holds no text: it is what the audit shows.

    Attributes:
        frames: The 0-based frames it holds for.
        box: The region in pixels of the frame; for REDACT it is padded already, and exactly what is filled.
        reason: Why: "header_name", "pattern_date", "lexicon", "unknown_text", ... (see transforms/phi).
        rule: Which rule, term list or model said so, with its version where it has one.
        score: Confidence of whatever decided, 0 to 1.
        prefilter_score: How sure the prefilter is that there is text, 0 to 1.
        overlay: The group of the overlay plane whose frames and pixels are meant; 0 for the instance's own.
    """

    frames: tuple[int, ...]
    box: Box
    verdict: Verdict
    reason: str
    rule: str
    score: float
    engine: str = ""
    rendering: str = ""
    prefilter_score: float = 1.0
    overlay: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """An instance and the number of tiles that were sent out for it: what the join counts against."""

    instance: Instance
    tiles: int
    search: SearchPlan = field(default_factory=SearchPlan)

    @property
    def ref(self) -> str:
        return self.instance.ref

    @property
    def output_uid(self) -> str:
        return self.instance.output_uid


@dataclass(frozen=True, slots=True)
class InstanceText:
    """A plan with the text of all of its tiles, in their order: what the verdicts are made from."""

    plan: Plan
    tiles: tuple[TileText, ...]

    @property
    def ref(self) -> str:
        return self.plan.ref

    @property
    def output_uid(self) -> str:
        return self.plan.output_uid


@dataclass(frozen=True, slots=True)
class Evidence:
    """An instance with everything that was found in all of its tiles: what the rewrite acts on.

    Attributes:
        decisions_not_applied: Decisions on boxes that could not be applied, or not in full.
    """

    instance: Instance
    tiles: int
    findings: tuple[Finding, ...]
    search: SearchPlan = field(default_factory=SearchPlan)
    decisions_not_applied: int = 0

    @property
    def ref(self) -> str:
        return self.instance.ref

    @property
    def output_uid(self) -> str:
        return self.instance.output_uid
