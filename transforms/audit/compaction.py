"""Unites the many small files that runs leave in the audit."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from ..storage import join_uri, storage_of
from .layout import COMPACTED, run_of, run_of_end, runs_prefix
from .schemas import TABLES
from .store import require_table, table_files, write_table


def compact_audit(output: str) -> tuple[int, int]:
    """Unite the files of each table and complete run, in order, and delete the parts.

    The united file is written before the parts are deleted, so nothing is ever missing; who reads in between may see rows
    twice. A run that did not end is left as it is. Idempotent, also after it was interrupted.

    Returns:
        Number of files before and after.
    """
    storage = storage_of(output)
    complete = {run_of_end(source.uri) for source in storage.list(runs_prefix(output))}
    before = after = 0
    for table, schema in TABLES.items():
        files = defaultdict(list)
        for source in table_files(output, table):
            folder, _, name = source.uri.rpartition("/")
            files[folder].append(name)
        for folder, names in files.items():
            before += len(names)
            if run_of(folder) not in complete or len(names) < 2:
                after += len(names)
                continue
            parts = [join_uri(folder, name) for name in sorted(names) if name != COMPACTED]
            if COMPACTED not in names:
                write_table(join_uri(folder, COMPACTED), pa.concat_tables([require_table(part, schema) for part in parts]))
            for part in parts:
                storage.delete(part)
            after += 1
    return before, after
