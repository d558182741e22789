"""Two sources that claim one output: the audit is made to tell which of them stands there."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from efface.pipeline.deidentify import Job
from efface.transforms.audit.rows import failure_row, to_parquet
from efface.transforms.audit.schemas import FAILURES, TABLES
from efface.transforms.core.errors import OutputConflictError
from efface.transforms.core.records import Failure
from efface.transforms.storage import join_uri, storage_of


def settle_conflicts(job: Job, contested: Collection[str]) -> dict[str, str]:
    """Move every source of the run whose bytes do not stand under its output from the published ones to the failures.

    Which one stands there does not depend on the order of work (see `PublishInstance`), so neither does the audit.

    Args:
        job: The run.
        contested: Outputs that more than one source of the run claims.

    Returns:
        ref -> what `instances` told about it before, of each that was moved.
    """
    displaced: dict[str, str] = {}
    if not contested:
        return displaced
    standing = pa.array(sorted(contested))
    digests = pa.array([_sha256(join_uri(job.output, "instances", output)) for output in standing.to_pylist()])
    for source in list(storage_of(job.output).list(_partition(job, "instances"))):
        table = _table(storage_of(source.uri).read(source.uri))
        expected = digests.take(pc.index_in(table["output"], standing))
        is_displaced = pc.fill_null(pc.not_equal(table["output_sha256"], expected), False)
        gone = table.filter(is_displaced)
        if not gone.num_rows:
            continue
        refs = gone["ref"].to_pylist()
        displaced |= zip(refs, gone["verdict"].to_pylist(), strict=True)
        # The failures come first: a source that is told twice counts as failed, one that is told nowhere is lost.
        name = source.uri.rpartition("/")[2]
        _add_failures(join_uri(_partition(job, "failures"), name), refs)
        for other in TABLES.keys() - {"failures"}:
            _remove_rows(join_uri(_partition(job, other), name), refs)
    return displaced


def _partition(job: Job, table: str) -> str:
    return join_uri(job.output, "audit", table, f"run={job.run_id}")


def _sha256(uri: str) -> str:
    return hashlib.sha256(storage_of(uri).read(uri) or b"").hexdigest()


def _table(data: bytes | None) -> pa.Table:
    return pq.read_table(io.BytesIO(data or b""))


def _add_failures(uri: str, refs: list[str]) -> None:
    data = storage_of(uri).read(uri)
    there = _table(data).to_pylist() if data else []
    new = [failure_row(Failure(ref, "publish_instance", OutputConflictError.code)) for ref in refs]
    storage_of(uri).write(uri, to_parquet(FAILURES, [*there, *new]), replace=True)


def _remove_rows(uri: str, refs: list[str]) -> None:
    data = storage_of(uri).read(uri)
    if data is None:
        return
    table = _table(data)
    rest = table.filter(pc.invert(pc.is_in(table["ref"], pa.array(refs))))
    buffer = io.BytesIO()
    pq.write_table(rest, buffer, compression="zstd")
    storage_of(uri).write(uri, buffer.getvalue(), replace=True)
