"""Merges the many small files that runs leave in the audit."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from ..storage import join_uri, storage_of
from .layout import COMPACTED, run_of
from .schemas import TABLES
from .store import complete_runs, require_schema_version, require_table, table_files, write_table


def compact_audit(output: str) -> tuple[int, int]:
    """Merge the files of each table and complete run, in order, and delete the parts.

    The merged file is written before the parts are deleted: a reader in between may see rows twice, and never misses one. A
    run that is not complete is left as it is. Idempotent, also after an interruption.

    Returns:
        Number of files before and after.

    Raises:
        SchemaVersionError: Another version of efface wrote the audit.
    """
    require_schema_version(output)
    storage = storage_of(output)
    complete = complete_runs(output)
    before = after = 0
    for table, schema in TABLES.items():
        files: defaultdict[str, list[str]] = defaultdict(list)
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
