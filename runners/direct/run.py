"""A whole run on one machine, in bounded batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from efface.transforms.audit.rows import failure_row, to_parquet
from efface.transforms.audit.schemas import FAILURES, TABLES
from efface.transforms.core.errors import Failure
from efface.transforms.core.instance import Source
from efface.transforms.storage import storage_of

from ..finalize import Totals, audit_file
from ..refresh_plan import RefreshPlan
from .messages import Batch, BatchJob, batches
from .supervisor import BatchDone, BatchLost, InstanceLost, Progress, supervise
from .worker import work

MAX_BATCH_BYTES = 256 << 20
_PART_LETTERS = 12


def list_sources(patterns: Sequence[str]) -> list[Source]:
    """Every object of the patterns, each once, in name order."""
    found = {source.uri: source for pattern in patterns for source in storage_of(pattern).list(pattern)}
    return [found[uri] for uri in sorted(found)]


def run_batches(
    batch_job: BatchJob,
    plan: RefreshPlan,
    *,
    workers: int,
    batch_size: int,
    report_progress: Callable[[Totals, int], None],
) -> Totals:
    """De-identify the sources on this machine.

    Args:
        batch_job: What all batches have in common.
        plan: What is waiting, and what is done already.
        workers: Worker processes.
        batch_size: Instances a batch, at most.
        report_progress: Called with the totals so far and the number of instances that are through in unfinished batches.

    Raises:
        WorkerRefusedError: See `supervise`.
    """
    totals = Totals(listed=plan.known + len(plan.waiting), known=plan.known)
    report_progress(totals, 0)
    for event in supervise(batch_job, _batches(batch_job, plan.waiting, batch_size), workers, work):
        in_flight_done = 0
        match event:
            case BatchDone(batch):
                totals.add_part(batch_job.job, batch.part, len(batch.sources))
            case BatchLost(batch):
                for table in TABLES:
                    uri = audit_file(batch_job.job, batch.part, table)
                    storage_of(uri).delete(uri)
            case InstanceLost(batch, code):
                _quarantine(batch_job, batch, code)
                totals.add_part(batch_job.job, batch.part, len(batch.sources))
            case Progress(in_flight_done):
                pass
        report_progress(totals, in_flight_done)
    return totals


def _batches(batch_job: BatchJob, sources: Sequence[Source], batch_size: int) -> list[Batch]:
    """Batches in order of the sources' names. The names of the batches, which name audit files, do not reveal that order."""
    token = batch_job.job.key.pseudonyms().token
    cut = batches(sources, batch_size, MAX_BATCH_BYTES)
    return [replace(batch, part=token("part", f"{batch_job.job.run_id} {batch.part}", _PART_LETTERS)) for batch in cut]


def _quarantine(batch_job: BatchJob, batch: Batch, code: str) -> None:
    ref = batch_job.job.key.pseudonyms().ref(batch.sources[0].uri)
    rows = [failure_row(Failure(ref, "worker", code))]
    uri = audit_file(batch_job.job, batch.part, "failures")
    storage_of(uri).write(uri, to_parquet(FAILURES, rows), replace=True)
