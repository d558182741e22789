"""A whole run on this machine: runs bounded batches, and counts the results from the audit."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from efface.transforms.audit.marks import delete_mark, write_mark
from efface.transforms.audit.rows import failure_row
from efface.transforms.audit.schemas import TABLES
from efface.transforms.audit.store import AuditPart
from efface.transforms.core.errors import Failure
from efface.transforms.core.instance import Source
from efface.transforms.storage import storage_of

from ..finalize import Totals, audit_file
from ..phases import Phase, Progress
from ..refresh_plan import RefreshPlan
from .fork_server import ForkServer
from .messages import Batch, BatchJob, split_into_batches
from .supervisor import BatchDone, BatchLost, InFlight, InstanceLost, WorkerReady, supervise


@dataclass(frozen=True)
class BatchLimits:
    """Bounds of a batch beside its number of instances, which `--batch-size` gives.

    Attributes:
        max_bytes: Size of its sources, which bounds the work that a retry repeats.
        name_letters: Length of its name in audit files: 60 bits, so that no two batches of an output share a name.
    """

    max_bytes: int = 256 << 20
    name_letters: int = 12


LIMITS = BatchLimits()
_NUMBERS = re.compile(r"\d+")
WORKER_MODULE = f"{__package__}.worker"
"""What every worker imports."""


def run_worker(connection: Connection, batch_job: BatchJob) -> None:
    """The main function of a worker process. Only there is Beam imported: the supervisor works without it."""
    from .worker import run_worker as run

    run(connection, batch_job)


def run_batches(
    batch_job: BatchJob,
    plan: RefreshPlan,
    *,
    workers: int,
    batch_size: int,
    progress: Progress,
    fork_server: ForkServer | None = None,
) -> Totals:
    """De-identify the pending sources on this machine.

    Args:
        batch_job: What all batches have in common.
        plan: The pending sources, and the number of those that are up to date.
        workers: Maximum number of worker processes.
        batch_size: Maximum number of instances of a batch.
        progress: Shows the phases: starting, and de-identifying once a worker is ready.
        fork_server: See `supervise`.

    Raises:
        WorkerStartError: See `supervise`.
    """
    totals = Totals(listed=plan.up_to_date + len(plan.pending), up_to_date=plan.up_to_date)
    is_ready = False
    if plan.pending:
        progress.begin(Phase.STARTING)
    batches = _batches(batch_job, plan.pending, batch_size)
    # Closed here: an interruption ends the workers before the lock of the output is released.
    with contextlib.closing(supervise(batch_job, batches, workers, run_worker, fork_server)) as events:
        for event in events:
            match event:
                case WorkerReady() if not is_ready:
                    is_ready = True
                    progress.begin(Phase.DEIDENTIFYING, totals.listed, totals.up_to_date)
                case BatchDone(batch):
                    totals.add_part(batch_job.job, batch.part, len(batch.sources))
                case BatchLost(batch):
                    delete_mark(batch_job.job.output, batch_job.job.run_id, batch.part)
                    for table in TABLES:
                        uri = audit_file(batch_job.job, batch.part, table)
                        storage_of(uri).delete(uri)
                case InstanceLost(batch, code):
                    _quarantine(batch_job, batch, code)
                    totals.has_lost = True
                    totals.add_part(batch_job.job, batch.part, len(batch.sources))
                case InFlight(done) if is_ready:
                    progress.show(totals.done + done, totals.verdicts["quarantined"])
    return totals


def _batches(batch_job: BatchJob, sources: Sequence[Source], batch_size: int) -> list[Batch]:
    """Batches of sources that stand together, whose series are then mostly in one batch.

    An audit file shows which sources were in one batch, and the times of files show the order of work. Neither may reveal the
    order of names, which people may follow. So folders, and names without their numbers, have a keyed order, and so have the
    sources within these, the batches, and the sources of a batch. Only where the instances of a series are compared do the
    numbers of names decide what is in one batch.
    """
    pseudonyms, run_id = batch_job.job.key.pseudonyms(), batch_job.job.run_id
    order = {group: pseudonyms.token("group", group, LIMITS.name_letters) for group in map(_group, sources)}
    uris = [source.uri for source in sources]
    refs = dict(zip(uris, pseudonyms.refs(uris).tolist(), strict=True))
    keeps_neighbours = batch_job.policy.ocr.series == "agree"
    ordered = sorted(sources, key=lambda one: (order[_group(one)], b"" if keeps_neighbours else refs[one.uri]))
    batches = [
        replace(
            batch,
            part=pseudonyms.token("part", f"{run_id} {batch.part}", LIMITS.name_letters),
            sources=tuple(sorted(batch.sources, key=lambda one: refs[one.uri])),
        )
        for batch in split_into_batches(ordered, batch_size, LIMITS.max_bytes)
    ]
    return sorted(batches, key=lambda batch: batch.part)


def _group(source: Source) -> str:
    folder, _, name = source.uri.rpartition("/")
    return f"{folder}/{_NUMBERS.sub('', name)}"


def _quarantine(batch_job: BatchJob, batch: Batch, code: str) -> None:
    ref = batch_job.job.key.pseudonyms().ref(batch.sources[0].uri)
    rows = [failure_row(Failure(ref, "worker", code))]
    part = AuditPart(batch_job.job.output, batch_job.job.run_id, batch.part)
    write_mark(part.output, part.run_id, part.part, [part.write("failures", 0, rows)[1]])
