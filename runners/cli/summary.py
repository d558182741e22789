"""What `efface run` prints at its end: a summary for people, or one JSON object for a program. Neither has an identifier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from efface.pipeline.job import Job
from efface.transforms.audit.layout import audit_prefix, instances_prefix

from .exit_codes import MEANINGS, ExitCode


def exit_code_of_run(report: Mapping[str, Any]) -> ExitCode:
    """The exit code of a complete run.

    Args:
        report: The content of the run file.
    """
    counts = report["counts"]
    needs_attention = counts["quarantined"] or _publishes_none(counts) or report["withdrawal"]["matched_nobody"]
    return ExitCode.QUARANTINED if needs_attention else ExitCode.OK


def _publishes_none(counts: Mapping[str, int]) -> bool:
    """Whether the input held objects, and none of them is published, now or earlier."""
    return bool(counts["listed"]) and not counts["published"] + counts["unchanged"]


def print_json(job: Job, report: Mapping[str, Any] | None, code: ExitCode) -> None:
    """Print the run file with the output and the exit code; the counts are null for a job that was only written to a file."""
    content = report or {"run": job.run_id, "counts": None, "codes": None}
    print(json.dumps({**content, "output": job.output, "exit_code": int(code), "exit_meaning": MEANINGS[code]}))


def print_summary(job: Job, report: Mapping[str, Any], issuer: str) -> None:
    """Print the results of a run by number, and the locations of its output.

    Args:
        job: The run.
        report: The content of the run file.
        issuer: The policy's `metadata.issuer`.
    """
    counts, codes = report["counts"], report["codes"]
    print(f"{counts['listed']} objects: " + ", ".join(f"{count} {name}" for name, count in counts.items() if name != "listed"))
    for code, count in sorted(codes.items()):
        print(f"  {count} x {code}")
    if _publishes_none(counts):
        print("No object of the input is published.")
    if heads := report.get("heads_not_defaced"):
        print(f"CT and MR instances that show the head: {heads}; they are not defaced, and a face can be rendered from them.")
    if missed := report.get("decisions_not_applied"):
        print(f"decisions on boxes that could not be applied, or not in full: {missed} (docs/decisions.md)")
    if report["removal_skipped"]:
        print(
            "A part of the input could not be listed. No output was deleted because its source is not listed: "
            "repair or remove the archive or the DICOMDIR, and run again."
        )
    print(f"instances: {instances_prefix(job.output)}")
    print(f"audit:     {audit_prefix(job.output)} (run {job.run_id})")
    if codes and not job.vault:
        print(
            "The audit identifies sources by ref. A run with --vault PREFIX writes refs.csv, which maps each ref to its source."
        )
    _print_patients(report, issuer)


def print_table_of_patients(table: Mapping[str, int] | None, what: str) -> None:
    """Print how the policy's table of patients fits; nothing without a table.

    Args:
        table: Of the run file.
        what: Which objects the patients of the table were looked for in.
    """
    if not table:
        return
    print(
        f"table of patients: {table['patients']} patients, {table['matched_nobody']} of them without {what}; "
        f"patients without a line: {table['patients_without_line']}"
    )
    if nearly := table["nearly_matched"]:
        print(
            f"{nearly} of the {table['matched_nobody']} are spelled otherwise than a patient without a line: case, spaces, "
            "zeros in front or decimals. Correct the Patient IDs in the table."
        )


def print_withdrawal(report: Mapping[str, Any]) -> None:
    """Print how a withdrawal list fits, without any identifier."""
    entries, unmatched = report["withdrawal"]["entries"], report["withdrawal"]["matched_nobody"]
    if entries:
        print(f"entries of the withdrawal list: {entries}, of which {unmatched} matched nobody")
    if unmatched:
        print("No listed or published instance belongs to these entries: compare their spelling with the Patient IDs.")


def _print_patients(report: Mapping[str, Any], issuer: str) -> None:
    """Counts about patients, without any identifier."""
    print_withdrawal(report)
    print_table_of_patients(report["table_of_patients"], "a published instance")
    if mixed := report["patient_ids_of_several_people"]:
        print(f"Patient IDs of several people (another name, and another sex or date of birth): {mixed} (metadata.shared_ids)")
    if split := report["people_of_several_patient_ids"]:
        print(f"people with several Patient IDs (same name, date of birth and sex): {split} (metadata.several_ids)")
    if shared_ids := report["patient_ids_of_several_issuers"]:
        meaning = "one patient" if issuer == "ignored" else "one patient per issuer"
        print(
            f"Patient IDs with several issuers, or both with and without one: {shared_ids}; "
            f"each is treated as {meaning} (metadata.issuer: {issuer})"
        )
