"""`efface run`: checks arguments, policy, key and locations before work starts, then calls the runner."""

from __future__ import annotations

import os
from argparse import ArgumentError, Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions

from efface.pipeline.deidentify import Job, new_job
from efface.pipeline.options import LOCAL_RUNNERS, REMOTE_RUNNERS, runner_name, unknown_flags
from efface.pipeline.policy import Policy, load_policy
from efface.transforms.audit.layout import audit_prefix, instances_prefix
from efface.transforms.core.errors import EffaceError
from efface.transforms.storage.key_source import KeySource

from ..direct.messages import BatchJob
from ..direct.run import run_batches
from ..finalize import Totals, finalize_run
from ..refresh_plan import RefreshPlan, begin_run
from ..remote import remote_options, run_remote
from ..run_lock import run_lock
from ..withdrawal import WithdrawalEntry, WithdrawalError, read_withdrawn
from .errors import UsageError
from .exit_codes import ExitCode
from .locations import check_locations, list_input
from .progress import ProgressLine


def run(arguments: Namespace) -> int:
    """De-identify all instances of the input."""
    beam_flags: list[str] = arguments.beam_flags
    policy = load_policy(arguments.policy)
    key = KeySource(arguments.key_file)
    key.pseudonyms()  # A missing key is an error before any other work.
    _check_flags(beam_flags)
    is_remote = runner_name(beam_flags) not in LOCAL_RUNNERS
    if is_remote and arguments.workers:
        raise UsageError(
            "--workers sets the processes of this machine; set the workers of an engine with the engine's own option"
        )
    check_locations(arguments.input, arguments.output, arguments.vault)
    withdrawn = _withdrawn(arguments.withdrawn, key)
    vaults = [arguments.vault] if arguments.vault else []
    locations = [*arguments.input, arguments.output, *vaults, arguments.key_file]
    options = remote_options(beam_flags, locations) if is_remote else None
    sources = list_input(arguments.input)
    policy, models = policy.resolve()

    job = replace(
        new_job(policy, models, key, arguments.output), vault=arguments.vault, withdrawn=frozenset[str]().union(*withdrawn)
    )
    with run_lock(job.output, job.run_id):
        deletes_removed = arguments.on_removed == "delete"
        plan = begin_run(job, sources, redo=arguments.redo, deletes_removed=deletes_removed, withdrawn=withdrawn)
        if options is not None:
            return _run_remote(policy, job, options, plan)
        return _run_local(BatchJob(policy, job, tuple(beam_flags)), plan, arguments)


def _run_local(batch_job: BatchJob, plan: RefreshPlan, arguments: Namespace) -> int:
    job, line = batch_job.job, ProgressLine()

    def report_progress(totals: Totals, in_flight_done: int) -> None:
        done = totals.done + in_flight_done
        line.update(totals.listed, totals.up_to_date, done, totals.verdicts["quarantined"])

    started = datetime.now(UTC)
    try:
        totals = run_batches(
            batch_job,
            plan,
            workers=arguments.workers or len(os.sched_getaffinity(0)),
            batch_size=arguments.batch_size,
            report_progress=report_progress,
        )
    finally:
        line.close()
    return _report(batch_job.policy, job, finalize_run(job, plan, totals, started))


def _run_remote(policy: Policy, job: Job, options: PipelineOptions, plan: RefreshPlan) -> int:
    report = run_remote(policy, job, options, plan)
    if report is None:
        print(f"The job of run {job.run_id} is written to a file. Its last step finalizes the run when it is launched.")
        return ExitCode.OK
    return _report(policy, job, report)


def _report(policy: Policy, job: Job, report: dict[str, Any]) -> int:
    _print_summary(job, report["counts"], report["codes"])
    unmatched = report["withdrawal"]["matched_nobody"]
    shared_ids = report["patient_ids_of_several_issuers"]
    _print_patients(report["withdrawal"]["entries"], unmatched, shared_ids, policy.profile.issuer)
    return ExitCode.QUARANTINED if report["counts"]["quarantined"] or unmatched else ExitCode.OK


def _print_summary(job: Job, counts: Mapping[str, int], codes: Mapping[str, int]) -> None:
    """The results of a run by number, and the locations of its output."""
    print(f"{counts['listed']} objects: " + ", ".join(f"{count} {name}" for name, count in counts.items() if name != "listed"))
    for code, count in sorted(codes.items()):
        print(f"  {count} x {code}")
    print(f"instances: {instances_prefix(job.output)}")
    print(f"audit:     {audit_prefix(job.output)} (run {job.run_id})")
    if codes and not job.vault:
        print(
            "The audit identifies sources by ref. A run with --vault PREFIX writes refs.csv, which maps each ref to its source."
        )


def _print_patients(entries: int, unmatched: int, shared_ids: int, issuer: str) -> None:
    """Counts about patients, without any identifier."""
    if entries:
        print(f"entries of the withdrawal list: {entries}, of which {unmatched} matched nobody")
    if unmatched:
        print("No listed or published instance belongs to these entries: compare their spelling with the Patient IDs.")
    if shared_ids:
        meaning = "one patient" if issuer == "ignored" else "one patient per issuer"
        print(
            f"Patient IDs with several issuers, or both with and without one: {shared_ids}; "
            f"each is treated as {meaning} (metadata.issuer: {issuer})"
        )


def _withdrawn(file: str, key: KeySource) -> tuple[WithdrawalEntry, ...]:
    try:
        return read_withdrawn(file, key.pseudonyms()) if file else ()
    except WithdrawalError as error:
        raise UsageError(f"the withdrawal list cannot be used: {error}") from None
    except (OSError, UnicodeDecodeError, EffaceError) as error:
        raise UsageError(
            f"the withdrawal list cannot be read ({type(error).__name__}); give a text file with one Patient ID per line"
        ) from None


def _check_flags(beam_flags: list[str]) -> None:
    try:
        unknown = unknown_flags(beam_flags)
    except ArgumentError as error:
        raise UsageError(f"{error}; see `efface run --help` and Beam's own options") from None
    if unknown:
        raise UsageError(f"unknown option {unknown[0]}: neither efface nor Beam has it; see `efface run --help`")
    runner = runner_name(beam_flags)
    if runner not in LOCAL_RUNNERS and runner not in REMOTE_RUNNERS:
        raise UsageError(f"--runner={runner} is not one of: {', '.join(REMOTE_RUNNERS)}; omit --runner to run on this machine")
