"""What happened to one instance, without any identifier: what `deidentify` and `deidentify_file` return."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from efface.transforms.audit.rows import verdict_of
from efface.transforms.core.box import Box
from efface.transforms.core.errors import Failure
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.published import AttributeAction, Published, Versions
from efface.transforms.instance.rewrite import Rewritten


@dataclass(frozen=True, repr=False)
class Report:
    """The result for one instance, in the words of the audit. Holds no identifier, and no text that was read.

    Attributes:
        ref: The public name of the source under the key, as in the audit; "" for a data set that is no file.
        verdict: "published", "quarantined", "skipped" for what is no instance, or "not_selected" by the policy.
        code: Why it is not published (docs/reasons.md); "" for a published one.
        reason: The rule that it broke, in words; "" for a published one.
        output: `<patient>/<study>/<series>/<instance>.dcm` of pseudonyms: its name below `instances/` of a run.
        boxes: The text regions, redacted and kept, each with its reason.
        actions: What was done to each attribute.
        carriers: (carrier of identifiers, what was done with it).
        pixel_method: How the pixel data was written: "none", "unchanged", "in_place", "reencoded", "blanked"
            or "transcoded".
        policy: The version of the policy.
        models: The versions of the models.
        key_id: The public name of the key.
    """

    ref: str
    verdict: str
    code: str = ""
    reason: str = ""
    output: str = ""
    boxes: tuple[Finding, ...] = ()
    actions: tuple[AttributeAction, ...] = ()
    carriers: tuple[tuple[str, str], ...] = ()
    pixel_method: str = ""
    policy: str = ""
    models: str = ""
    key_id: str = ""

    @property
    def is_published(self) -> bool:
        """Whether there is an output."""
        return self.verdict == "published"

    @property
    def redacted(self) -> tuple[Finding, ...]:
        """The boxes that were filled."""
        return tuple(finding for finding in self.boxes if finding.verdict is Verdict.REDACT)

    def to_json(self) -> str:
        """The report as JSON, from which `from_json` makes it again."""
        return json.dumps(dataclasses.asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Report:
        """The report that `to_json` wrote.

        Raises:
            ValueError, TypeError, KeyError: It is no report.
        """
        values: dict[str, Any] = json.loads(text)
        values["boxes"] = tuple(_finding(box) for box in values["boxes"])
        values["actions"] = tuple(AttributeAction(**action) for action in values["actions"])
        values["carriers"] = tuple((name, done) for name, done in values["carriers"])
        return cls(**values)

    def __repr__(self) -> str:
        return f"<Report: {self}>"

    def __str__(self) -> str:
        if not self.is_published:
            return " ".join(filter(None, (self.verdict, self.ref))) + f": {self.code} ({self.reason})"
        kept = len(self.boxes) - len(self.redacted)
        return f"published: {len(self.redacted)} boxes redacted, {kept} kept, {len(self.actions)} actions on attributes"


class Quarantined(Exception):  # What happened to the instance, not a mistake of the caller.
    """An instance that must not be published.

    Args:
        report: Says why. A process that raises the error of another one again, as a data loader does, gives its text.
    """

    def __init__(self, report: Report | str) -> None:
        super().__init__(report)
        self.report = report if isinstance(report, Report) else None

    @property
    def code(self) -> str:
        """The stable name of the reason (docs/reasons.md); "" without a report."""
        return self.report.code if self.report else ""


def report_of(result: Published | Failure, versions: Versions) -> Report:
    """The report on a result of `Deidentify`, which itself holds what may identify a patient.

    Args:
        result: An element of `Deidentified.published` or `Deidentified.failed`.
        versions: Those of the job.
    """
    if isinstance(result, Failure):
        return failure_report(result.ref, result.code, result.detail)
    return published_report(result.evidence, result, versions)


def published_report(evidence: Evidence, rewritten: Rewritten | Published, versions: Versions) -> Report:
    """The report on an instance that was verified."""
    return Report(
        evidence.ref,
        "published",
        output=rewritten.names.path,
        boxes=evidence.findings,
        actions=rewritten.actions,
        carriers=rewritten.carriers,
        pixel_method=rewritten.pixel_method,
        policy=versions.policy,
        models=versions.models,
        key_id=versions.key_id,
    )


def failure_report(ref: str, code: str, reason: str) -> Report:
    """The report on an instance that must not be published."""
    return Report(ref, verdict_of(code), code, reason)


def _finding(values: dict[str, Any]) -> Finding:
    return Finding(
        **values | {"frames": tuple(values["frames"]), "box": Box(*values["box"]), "verdict": Verdict(values["verdict"])}
    )
