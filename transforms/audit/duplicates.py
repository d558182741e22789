"""Corrects the audit where several sources of a run claim one output."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import Failure, OutputConflictError
from ..storage import join_uri, storage_of
from .layout import instance_uri, partition_prefix
from .rows import failure_row, to_parquet
from .schemas import FAILURES, TABLES
from .store import read_table, require_table, write_table


def settle_duplicates(output: str, run_id: str, contested: Collection[str]) -> dict[str, str]:
    """Move every source of the run whose bytes are not those of its output from `instances` to `failures`.

    The bytes of the output do not depend on the order of work (see `PublishInstance`), nor does the audit.

    Args:
        output: The output prefix.
        run_id: The run.
        contested: Outputs that more than one source of the run claims.

    Returns:
        ref -> former verdict in `instances`, of each source that was moved.
    """
    displaced: dict[str, str] = {}
    if not contested:
        return displaced
    storage = storage_of(output)
    paths = pa.array(sorted(contested))
    digests = pa.array([storage.checksum(instance_uri(output, path)) or "" for path in paths.to_pylist()])
    for source in list(storage.list(partition_prefix(output, "instances", run_id))):
        table = require_table(source.uri)
        expected = digests.take(pc.index_in(table["output"], paths))
        is_displaced = pc.fill_null(pc.not_equal(table["output_sha256"], expected), False)
        moved = table.filter(is_displaced)
        if not moved.num_rows:
            continue
        refs = moved["ref"].to_pylist()
        displaced |= zip(refs, moved["verdict"].to_pylist(), strict=True)
        # Failures are written first: after an interruption a source in both tables counts as failed.
        name = source.uri.rpartition("/")[2]
        _add_failures(join_uri(partition_prefix(output, "failures", run_id), name), refs)
        for other in TABLES.keys() - {"failures"}:
            _remove_rows(join_uri(partition_prefix(output, other, run_id), name), refs)
    return displaced


def _add_failures(uri: str, refs: list[str]) -> None:
    table = read_table(uri)
    existing = table.to_pylist() if table is not None else []
    new = [failure_row(Failure(ref, "publish_instance", OutputConflictError.code)) for ref in refs]
    storage_of(uri).write(uri, to_parquet(FAILURES, [*existing, *new]), replace=True)


def _remove_rows(uri: str, refs: list[str]) -> None:
    table = read_table(uri)
    if table is not None:
        write_table(uri, table.filter(pc.invert(pc.is_in(table["ref"], pa.array(refs)))), replace=True)
