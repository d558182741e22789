"""What `efface run` does: checks arguments, policy, key and locations before work starts, then calls the runner."""

from __future__ import annotations

import contextlib
import os
from argparse import ArgumentError
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from efface.pipeline.job import Job, new_job
from efface.pipeline.options import LOCAL_RUNNERS, REMOTE_RUNNERS, flag_names, runner_name, unknown_flags
from efface.pipeline.policy import Policy, load_policy
from efface.transforms.core.choices import did_you_mean
from efface.transforms.core.errors import EffaceError
from efface.transforms.storage import reason_of
from efface.transforms.storage.key_source import KeySource

from ..direct.fork_server import ForkServer
from ..direct.messages import BatchJob
from ..direct.run import WORKER_MODULE, run_batches
from ..finalize import Totals, finalize_run
from ..phases import Phase, Progress
from ..refresh_plan import RefreshPlan, begin_run
from ..run_lock import run_lock
from ..withdrawal import WithdrawalEntry, WithdrawalError, read_withdrawn
from . import run
from .errors import UsageError, option_names
from .exit_codes import ExitCode
from .locations import check_locations, list_input
from .progress import ProgressDisplay
from .summary import exit_code_of_run, print_json, print_summary, print_withdrawal

if TYPE_CHECKING:
    from apache_beam.options.pipeline_options import PipelineOptions


@dataclass(frozen=True)
class RunArguments:
    """The arguments of `efface run`; `run.py` describes them.

    Attributes:
        workers: None for one per usable core.
        beam_flags: What efface does not know, in order.
    """

    input: tuple[str, ...]
    output: str
    policy: str
    key_file: str
    vault: str
    workers: int | None
    batch_size: int
    redo: bool
    rekey: bool
    on_removed: str
    withdrawn: str
    as_json: bool
    beam_flags: tuple[str, ...]


def launch(arguments: RunArguments) -> int:
    """De-identify all instances of the input, and print the result. Returns the exit code."""
    _check_flags(arguments.beam_flags)
    is_remote = runner_name(arguments.beam_flags) not in LOCAL_RUNNERS
    # First of all: until a thread or the client of a store begins, it can be a fork of this process.
    with contextlib.nullcontext() if is_remote else ForkServer(WORKER_MODULE) as fork_server:
        return _launch(arguments, fork_server)


def _launch(arguments: RunArguments, fork_server: ForkServer | None) -> int:
    policy = load_policy(arguments.policy)
    key = KeySource(arguments.key_file)
    key.pseudonyms()  # A missing key is an error before any other work.
    is_remote = fork_server is None
    if is_remote and arguments.workers:
        raise UsageError(
            "--workers sets the processes of this machine; set the workers of an engine with the engine's own option"
        )
    check_locations(arguments.input, arguments.output, arguments.vault)
    withdrawn = _withdrawn(arguments.withdrawn, key)
    vaults = [arguments.vault] if arguments.vault else []
    locations = [*arguments.input, arguments.output, *vaults, arguments.key_file]
    options = None
    if is_remote:
        from ..remote import remote_options  # It imports Beam, which takes seconds; so do those below.

        options = remote_options(arguments.beam_flags, locations)
    with ProgressDisplay() as progress:
        job, report = _run(arguments, policy, key, options, withdrawn, progress, fork_server)
    code = exit_code_of_run(report) if report is not None else ExitCode.OK
    if arguments.as_json:
        print_json(job, report, code)
    elif report is None:
        print(f"The job of run {job.run_id} is written to a file. Its last step finalizes the run when it is launched.")
    else:
        print_summary(job, report, policy.profile.issuer)
    return code


def withdraw(output: str, file: str, key_file: str, *, as_json: bool) -> int:
    """Delete what is published of the patients of a list: a run without an input. Returns the exit code."""
    key = KeySource(key_file)
    withdrawn = _withdrawn(file, key)
    job = new_job(None, key, output)
    with run_lock(job.output, job.run_id):
        plan = begin_run(job, [], withdrawn=withdrawn)
        report = finalize_run(job, plan, Totals(), datetime.now(UTC))
    code = exit_code_of_run(report)
    if as_json:
        print_json(job, report, code)
    else:
        print(f"{report['counts']['removed']} instances removed (run {job.run_id})")
        print_withdrawal(report)
    return code


def _run(
    arguments: RunArguments,
    policy: Policy,
    key: KeySource,
    options: PipelineOptions | None,
    withdrawn: tuple[WithdrawalEntry, ...],
    progress: Progress,
    fork_server: ForkServer | None,
) -> tuple[Job, dict[str, Any] | None]:
    """List, plan and run: on this machine without `options`. The report is None for a job that was only written to a file."""
    progress.begin(Phase.LISTING)
    sources = list_input(arguments.input)
    progress.begin(Phase.MODELS)
    prepared = policy.resolve()
    job = replace(new_job(prepared, key, arguments.output), vault=arguments.vault, withdrawn=frozenset[str]().union(*withdrawn))
    with run_lock(job.output, job.run_id):
        progress.begin(Phase.HISTORY)
        deletes_removed = arguments.on_removed == "delete"
        plan = begin_run(
            job,
            sources,
            redo=arguments.redo,
            rekey=arguments.rekey,
            deletes_removed=deletes_removed,
            withdrawn=withdrawn,
            policy=prepared.policy,
        )
        if plan.outdated:
            progress.tell(
                f"{plan.outdated} of {len(sources)} objects are published with another policy, model, table of patients or "
                "decision, and are done again"
            )
        if options is not None:
            from ..remote import run_remote

            return job, run_remote(prepared.policy, job, options, plan, progress)
        return job, _run_here(BatchJob(prepared.policy, job, arguments.beam_flags), plan, arguments, progress, fork_server)


def _run_here(
    batch_job: BatchJob, plan: RefreshPlan, arguments: RunArguments, progress: Progress, fork_server: ForkServer | None
) -> dict[str, Any]:
    started = datetime.now(UTC)
    workers = arguments.workers or len(os.sched_getaffinity(0))
    totals = run_batches(
        batch_job, plan, workers=workers, batch_size=arguments.batch_size, progress=progress, fork_server=fork_server
    )
    progress.begin(Phase.FINALIZING)
    return finalize_run(batch_job.job, plan, totals, started)


def _withdrawn(file: str, key: KeySource) -> tuple[WithdrawalEntry, ...]:
    try:
        return read_withdrawn(file, key.pseudonyms()) if file else ()
    except WithdrawalError as error:
        raise UsageError(f"the withdrawal list cannot be used: {error}") from None
    except (OSError, UnicodeDecodeError, EffaceError) as error:
        raise UsageError(
            f"the withdrawal list cannot be read ({reason_of(error)}); give a text file with one Patient ID per line"
        ) from None


def _check_flags(beam_flags: Sequence[str]) -> None:
    """Check what is passed to Beam, which itself ignores what it does not know."""
    if not beam_flags:
        return
    try:
        unknown = unknown_flags(beam_flags)
    except ArgumentError as error:
        raise UsageError(f"{error} (see `efface run --help` and Beam's own options)") from None
    if unknown:
        raise UsageError(f"{_describe_unknown(unknown[0])} (see `efface run --help`)")
    runner = runner_name(beam_flags)
    if runner not in LOCAL_RUNNERS and runner not in REMOTE_RUNNERS:
        raise UsageError(
            f"--runner={runner} is not one of: {', '.join(REMOTE_RUNNERS)}{did_you_mean(runner, REMOTE_RUNNERS)} "
            "(omit --runner to run on this machine)"
        )


def _describe_unknown(flag: str) -> str:
    name = flag.partition("=")[0]
    if not name.startswith("-"):  # A path, which may identify a patient.
        return "an argument without an option: give each input its own --input, and put a pattern in quotes"
    return f"unknown option {name}{did_you_mean(name, [*option_names(run.command), *flag_names()])}"
