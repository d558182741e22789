"""`efface run`: checks everything that can be checked before the run, then starts the runner."""

from __future__ import annotations

import os
import secrets
from argparse import ArgumentError, Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions

from efface.pipeline.deidentify import Job
from efface.pipeline.options import LOCAL_RUNNERS, REMOTE_RUNNERS, runner_name, unknown_flags
from efface.pipeline.policy import Policy, load_policy
from efface.transforms.audit.rows import Versions
from efface.transforms.core.errors import EffaceError
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.storage.key_source import KeySource

from ..direct.messages import BatchJob
from ..direct.run import run_batches
from ..finalize import Totals, finalize_run
from ..refresh_plan import RefreshPlan, begin_run
from ..remote import remote_options, run_remote
from ..run_lock import run_lock
from ..withdrawal import Entry, WithdrawalError, read_withdrawn
from .errors import UsageError
from .exit_codes import ExitCode
from .places import check_places, list_input
from .progress import ProgressLine


def carry_out(arguments: Namespace) -> int:
    """De-identify every instance below the input."""
    beam_flags: list[str] = arguments.beam_flags
    policy = load_policy(arguments.policy)
    key = KeySource(arguments.key_file)
    key_id = key.pseudonyms().key_id
    key = replace(key, key_id=key_id)
    _check_flags(beam_flags)
    is_remote = runner_name(beam_flags) not in LOCAL_RUNNERS
    if is_remote and arguments.workers:
        raise UsageError("--workers counts processes of this machine; an engine has an option of its own for its workers")
    check_places(arguments.input, arguments.output, arguments.vault)
    withdrawn = _withdrawn(arguments.withdrawn, key)
    places = [*arguments.input, arguments.output, *([arguments.vault] if arguments.vault else []), arguments.key_file]
    options = remote_options(beam_flags, places) if is_remote else None
    sources = list_input(arguments.input)
    policy, models = policy.resolve()

    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    versions = Versions(policy_version(policy, key.pseudonyms()), models, key_id)
    job = Job(
        arguments.output,
        arguments.vault,
        key,
        run_id,
        part="",
        shards=1,
        versions=versions,
        withdrawn=frozenset[str]().union(*withdrawn),
        began_sec=datetime.now(UTC).timestamp(),
    )
    with run_lock(job.output, run_id):
        deletes_removed = arguments.on_removed == "delete"
        plan = begin_run(job, sources, redo=arguments.redo, deletes_removed=deletes_removed, withdrawn=withdrawn)
        if options is not None:
            return _run_elsewhere(policy, job, options, plan)
        return _run_here(BatchJob(policy, job, tuple(beam_flags)), plan, arguments)


def _run_here(batch_job: BatchJob, plan: RefreshPlan, arguments: Namespace) -> int:
    job, line = batch_job.job, ProgressLine()

    def report_progress(totals: Totals, in_flight_done: int) -> None:
        done = totals.done + in_flight_done
        line.update(totals.listed, totals.known, done, totals.verdicts["quarantined"])

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
    return _report(job, batch_job.policy, finalize_run(job, plan, totals, started))


def _run_elsewhere(policy: Policy, job: Job, options: PipelineOptions, plan: RefreshPlan) -> int:
    report = run_remote(policy, job, options, plan)
    if report is None:
        print(f"The job of run {job.run_id} is written down. Its last step closes the run, wherever it is started.")
        return ExitCode.OK
    return _report(job, policy, report)


def _report(job: Job, policy: Policy, report: dict[str, Any]) -> int:
    _print_summary(job.output, job.run_id, report["counts"], report["codes"], bool(job.vault))
    unmatched = report["withdrawal"]["matched_nobody"]
    _print_patients(report["withdrawal"]["entries"], unmatched, report["patient_ids_of_several_issuers"], policy.profile.issuer)
    return ExitCode.QUARANTINED if report["counts"]["quarantined"] or unmatched else ExitCode.OK


def _print_summary(output: str, run_id: str, totals: Mapping[str, int], codes: Mapping[str, int], has_vault: bool) -> None:
    """The last lines of a run: what became of every source, and where to look."""
    print(f"{totals['listed']} objects: " + ", ".join(f"{count} {name}" for name, count in totals.items() if name != "listed"))
    for code, count in sorted(codes.items()):
        print(f"  {count} x {code}")
    print(f"instances: {output}/instances")
    print(f"audit:     {output}/audit (run {run_id})")
    if codes and not has_vault:
        print("The audit names sources by their ref. With --vault PREFIX, its refs.csv gives the file of each ref.")


def _print_patients(entries: int, unmatched: int, of_several_issuers: int, issuer: str) -> None:
    """Print the numbers of withdrawn patients and of issuers."""
    if entries:
        print(f"entries of the withdrawal list: {entries}, of which {unmatched} matched nobody")
    if unmatched:
        print("No listed or published instance belongs to these entries: compare their spelling with the Patient IDs.")
    if of_several_issuers:
        taken = "one patient" if issuer == "ignored" else "another patient with each issuer"
        print(
            f"Patient IDs that came with several issuers, or with one and without: {of_several_issuers}; "
            f"each was taken for {taken} (metadata.issuer: {issuer})"
        )


def policy_version(policy: Policy, pseudonyms: Pseudonyms) -> str:
    """The policy's version for the audit. With a table of patients it is keyed: by a bare hash their IDs could be tried out."""
    if not policy.profile.patients:
        return policy.version
    name, metadata, pixels = policy.version.rsplit("-", 2)
    return f"{name}-{pseudonyms.token('policy', metadata, 10)}-{pixels}"


def _withdrawn(file: str, key: KeySource) -> tuple[Entry, ...]:
    try:
        return read_withdrawn(file, key.pseudonyms()) if file else ()
    except WithdrawalError as error:
        raise UsageError(f"the withdrawal list cannot be used: {error}") from None
    except (OSError, UnicodeDecodeError, EffaceError) as error:
        raise UsageError(
            f"the withdrawal list cannot be read ({type(error).__name__}); it holds one Patient ID a line"
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
        raise UsageError(
            f"--runner={runner} is not one of: {', '.join(REMOTE_RUNNERS)}; leave --runner out to run on this machine"
        )
