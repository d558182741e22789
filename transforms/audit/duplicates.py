"""Two sources that claim one output: corrects the audit, so that it names the one that was written."""

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
    """Move every source of the run whose bytes do not stand under its output from the published ones to the failures.

    Which one stands there does not depend on the order of work (see `PublishInstance`), so neither does the audit.

    Args:
        output: The output prefix.
        run_id: The run.
        contested: Outputs that more than one source of the run claims.

    Returns:
        ref -> its earlier verdict in `instances`, for each source that was moved.
    """
    displaced: dict[str, str] = {}
    if not contested:
        return displaced
    storage = storage_of(output)
    standing = pa.array(sorted(contested))
    digests = pa.array([storage.checksum(instance_uri(output, path)) or "" for path in standing.to_pylist()])
    for source in list(storage.list(partition_prefix(output, "instances", run_id))):
        table = require_table(source.uri)
        expected = digests.take(pc.index_in(table["output"], standing))
        is_displaced = pc.fill_null(pc.not_equal(table["output_sha256"], expected), False)
        gone = table.filter(is_displaced)
        if not gone.num_rows:
            continue
        refs = gone["ref"].to_pylist()
        displaced |= zip(refs, gone["verdict"].to_pylist(), strict=True)
        # The failures come first: a source with two rows counts as failed, one without a row would be lost.
        name = source.uri.rpartition("/")[2]
        _add_failures(join_uri(partition_prefix(output, "failures", run_id), name), refs)
        for other in TABLES.keys() - {"failures"}:
            _remove_rows(join_uri(partition_prefix(output, other, run_id), name), refs)
    return displaced


def _add_failures(uri: str, refs: list[str]) -> None:
    table = read_table(uri)
    there = table.to_pylist() if table is not None else []
    new = [failure_row(Failure(ref, "publish_instance", OutputConflictError.code)) for ref in refs]
    storage_of(uri).write(uri, to_parquet(FAILURES, [*there, *new]), replace=True)


def _remove_rows(uri: str, refs: list[str]) -> None:
    table = read_table(uri)
    if table is not None:
        write_table(uri, table.filter(pc.invert(pc.is_in(table["ref"], pa.array(refs)))), replace=True)
