"""Writes the tables of `docs/reasons.md` anew from the code: python -m tools.generate_reasons."""

from __future__ import annotations

from pathlib import Path

from efface.transforms.core.failure_texts import FAILURE_TEXTS
from efface.transforms.phi.reasons import MEANINGS
from efface.transforms.phi.rules import RULES

DOCUMENT = Path(__file__).parents[1] / "docs" / "reasons.md"
_HEADING = "## Failures"
_ABOUT_FAILURES = """`not_dicom`, `dicomdir`, `withdrawn`, `superseded` and `rejected` have the verdict `skipped`,
`not_selected` has a verdict of its own name, all others have `quarantined`."""
_ABOUT_REASONS = "The first reason that holds is reported; what the header says comes first."
_ABOUT_RULES = """Which rule gave the reason: the column `findings.rule`, and what `efface classify` shows. The rules of free
text in headers are among them."""


def sections() -> str:
    """The tables of the failures, and of the reasons and rules of texts, in Markdown."""
    failures = [f"| `{code}` | {meaning} | {advice} |" for code, (meaning, advice) in FAILURE_TEXTS.items()]
    reasons = [f"| `{reason}` | {meaning} |" for reason, meaning in MEANINGS.items()]
    rules = [f"| `{rule}` | {reason} | {meaning} |" for rule, (reason, meaning) in RULES.items()]
    tables = (
        [_HEADING, "", _ABOUT_FAILURES, "", "| Code | Meaning | What to do |", "|---|---|---|", *failures, ""],
        ["## Text regions", "", _ABOUT_REASONS, "", "| Reason | Meaning |", "|---|---|", *reasons, ""],
        ["## Rules", "", _ABOUT_RULES, "", "| Rule | Reason | Meaning |", "|---|---|---|", *rules, ""],
    )
    return "\n".join(line for table in tables for line in table)


def main() -> None:
    """Replace everything from the heading on."""
    before, _, _ = DOCUMENT.read_text(encoding="utf-8").partition(_HEADING)
    DOCUMENT.write_text(before + sections(), encoding="utf-8")


if __name__ == "__main__":
    main()
