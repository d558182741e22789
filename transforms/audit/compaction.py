"""Merges the many small files that runs leave in the audit."""

from __future__ import annotations

import pyarrow as pa

from ..storage import join_uri
from .layout import COMPACTED, partition_prefix, table_file_name
from .marks import WHOLE_RUN, delete_uncommitted, merge_marks, read_marks, write_mark
from .schemas import TABLES
from .store import complete_runs, require_schema_version, require_table, write_table


def compact_audit(output: str) -> tuple[int, int]:
    """Merge the files of each table and complete run, in order, and delete the parts.

    The mark of the run then names the merged files alone: a reader of the marks sees each row once at any moment. A run that is
    not complete is left as it is. Idempotent, also after an interruption.

    Returns:
        Number of files before and after.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit.
    """
    require_schema_version(output)
    complete, marks = complete_runs(output), read_marks(output)
    before = sum(len(mark.audit) for mark in marks.values())
    after = before
    for run_id in sorted(complete.keys() & marks.keys()):
        names = marks[run_id].audit
        merged = {name for table in TABLES if (name := _merge(output, run_id, table, names))}
        if merged != names:
            merge_marks(output, run_id)  # What follows is one write, so that no reader sees rows twice.
            write_mark(output, run_id, WHOLE_RUN, merged, replace=True)
            after += len(merged) - len(names)
    delete_uncommitted(output)
    return before, after


def _merge(output: str, run_id: str, table: str, names: frozenset[str]) -> str:
    """What a mark calls the one file with all rows of a table; "" where there are none."""
    folder = partition_prefix(output, table, run_id)
    parts = [join_uri(folder, name.partition("/")[2]) for name in sorted(names) if name.startswith(f"{table}/")]
    if not parts:
        return ""
    merged = join_uri(folder, COMPACTED)
    if parts != [merged]:
        write_table(merged, pa.concat_tables([require_table(part, TABLES[table]) for part in parts]), replace=True)
    return table_file_name(merged, table)
