"""Brings the audit of an output to the schema version of this efface."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection

from ..storage import join_uri, storage_of
from .layout import COMPACTED, is_table_file, plans_prefix, run_of, table_file_name, table_prefix
from .marks import WHOLE_RUN, delete_uncommitted, read_marks, write_mark
from .run_plan import unfinished_runs
from .schemas import MIGRATED_VERSIONS, SCHEMA_VERSION, TABLES
from .store import SchemaVersionError, complete_runs, read_reports, require_table, schema_versions, write_table


def migrate_audit(output: str) -> int:
    """Rewrite an audit of version 2, which had columns of times and no marks. Idempotent, also after an interruption.

    The rows of a run that was cut off are deleted: a part of them may be missing, and the next run does its work again.

    Returns:
        Number of runs whose audit was rewritten.

    Raises:
        SchemaVersionError: The audit has a version that cannot be brought to this one.
    """
    if unknown := set(schema_versions(output)) - MIGRATED_VERSIONS - {str(SCHEMA_VERSION)}:
        raise SchemaVersionError(
            f"the audit of this output has schema version {max(unknown)}, which cannot be brought to version {SCHEMA_VERSION}"
        )
    files = _files(output, without={*unfinished_runs(output), *read_marks(output)})
    for run_id, uris in files.items():
        for uri, table in uris.items():
            write_table(uri, require_table(uri, TABLES[table]), replace=True)
        write_mark(output, run_id, WHOLE_RUN, (table_file_name(uri, table) for uri, table in uris.items()), replace=True)
    delete_uncommitted(output)
    for source in list(storage_of(output).list(plans_prefix(output))):
        if is_table_file(source.uri):
            write_table(source.uri, require_table(source.uri), replace=True)
    run_files = list(complete_runs(output).values())
    for source, report in zip(run_files, read_reports(run_files), strict=True):
        data = json.dumps(report | {"schema": SCHEMA_VERSION}, indent=2).encode() + b"\n"
        storage_of(source.uri).write(source.uri, data, replace=True)
    return len(files)


def _files(output: str, without: Collection[str]) -> dict[str, dict[str, str]]:
    """Run id -> URI -> table of each file of an audit without marks; of a merged run only the merged files."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for table in TABLES:
        folders: defaultdict[str, list[str]] = defaultdict(list)
        for source in storage_of(output).list(table_prefix(output, table)):
            if is_table_file(source.uri) and run_of(source.uri) not in without:
                folders[source.uri.rpartition("/")[0]].append(source.uri)
        for folder, uris in folders.items():
            merged = join_uri(folder, COMPACTED)
            found[run_of(folder)] |= dict.fromkeys([merged] if merged in uris else uris, table)
    return found
