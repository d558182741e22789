"""A whole run on one machine: list, leave out what is done, work through bounded batches, sum up from the audit."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pyarrow.parquet as pq

from efface.transforms.audit.rows import failure_row, to_parquet
from efface.transforms.audit.schemas import FAILURES, TABLES
from efface.transforms.core.records import Failure, Source
from efface.transforms.storage import join_uri, storage_of

from ..refresh_plan import RefreshPlan
from .supervisor import BatchDone, BatchLost, InstanceLost, Progress, supervise
from .worker import Batch, Order, batches

MAX_BATCH_BYTES = 256 << 20


@dataclass
class Totals:
    """What became of the sources of a run.

    Attributes:
        listed: Sources that the patterns matched.
        known: Of these, published by an earlier run under the same versions, so not touched again.
        verdicts: "published", "unchanged", "quarantined", "skipped" -> how many of the rest.
        codes: Reason code -> how many, of what was not published.
        outputs: Every output that stands there now because of this run.
    """

    listed: int = 0
    known: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    outputs: set[str] = field(default_factory=set)

    @property
    def done(self) -> int:
        return self.known + self.verdicts.total()


def list_sources(patterns: Sequence[str]) -> list[Source]:
    """Every object of the patterns, each once, in name order."""
    found = {source.uri: source for pattern in patterns for source in storage_of(pattern).list(pattern)}
    return [found[uri] for uri in sorted(found)]


def run_batches(
    order: Order,
    plan: RefreshPlan,
    *,
    workers: int,
    batch_size: int,
    tell: Callable[[Totals, int], None],
) -> Totals:
    """De-identify the sources on this machine.

    Args:
        order: What all batches have in common.
        plan: What is waiting, and what is done already.
        workers: Worker processes.
        batch_size: Instances a batch, at most.
        tell: Called with the totals so far and the number of instances that are through in unfinished batches.

    Raises:
        WorkerRefusedError: See `supervise`.
    """
    totals = Totals(listed=plan.known + len(plan.waiting), known=plan.known)
    tell(totals, 0)
    for event in supervise(order, batches(plan.waiting, batch_size, MAX_BATCH_BYTES), workers):
        in_flight_done = 0
        match event:
            case BatchDone(batch):
                _add_part(totals, order, batch)
            case BatchLost(batch):
                for uri in _audit_files(order, batch):
                    storage_of(uri).delete(uri)
            case InstanceLost(batch, code):
                _quarantine(order, batch, code)
                _add_part(totals, order, batch)
            case Progress(in_flight_done):
                pass
        tell(totals, in_flight_done)
    return totals


def _audit_files(order: Order, batch: Batch) -> list[str]:
    return [_audit_file(order, batch, table) for table in TABLES]


def _audit_file(order: Order, batch: Batch, table: str) -> str:
    job = order.job
    return join_uri(job.output, "audit", table, f"run={job.run_id}", f"part-{batch.part}-{0:05d}.parquet")


def _quarantine(order: Order, batch: Batch, code: str) -> None:
    ref = order.job.key.pseudonyms().ref(batch.sources[0].uri)
    rows = [failure_row(Failure(ref, "worker", code))]
    uri = _audit_file(order, batch, "failures")
    storage_of(uri).write(uri, to_parquet(FAILURES, rows), replace=True)


def _add_part(totals: Totals, order: Order, batch: Batch) -> None:
    """Count a part from its audit: what is not told there did not happen."""
    told = 0
    for table, columns in (("instances", ["verdict", "output"]), ("failures", ["verdict", "code"])):
        uri = _audit_file(order, batch, table)
        data = storage_of(uri).read(uri)
        if data is not None:
            rows = pq.read_table(io.BytesIO(data), columns=columns)
            told += rows.num_rows
            totals.verdicts.update(rows["verdict"].to_pylist())
            if table == "failures":
                totals.codes.update(rows["code"].to_pylist())
            else:
                totals.outputs.update(rows["output"].to_pylist())
    if told != len(batch.sources):
        raise RuntimeError("the audit of a batch does not account for every source of it")
