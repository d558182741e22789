"""Brings the audit of an output to the schema version of this efface."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping

from ..storage import join_uri, storage_of
from .layout import COMPACTED, is_table_file, plans_prefix, run_of, table_file_name, table_prefix
from .marks import WHOLE_RUN, delete_uncommitted, merge_marks, read_marks, write_mark
from .run_plan import unfinished_runs
from .schemas import MIGRATED_VERSIONS, SCHEMA_VERSION, TABLES
from .store import SchemaVersionError, complete_runs, read_reports, require_table, schema_versions, table_files, write_table


def migrate_audit(output: str) -> int:
    """Rewrite an audit of version 2 or 3. Idempotent, also after an interruption.

    Version 2 had columns of times and no marks. There the rows of a run that was cut off are deleted: a part of them may be
    missing, and the next run does its work again. Version 3 had marks, and no columns of the device, which become null.

    Returns:
        Number of runs whose audit was rewritten.

    Raises:
        SchemaVersionError: The audit has a version that cannot be brought to this one.
    """
    if unknown := set(schema_versions(output)) - MIGRATED_VERSIONS - {str(SCHEMA_VERSION)}:
        raise SchemaVersionError(
            f"the audit of this output has schema version {max(unknown)}, which cannot be brought to version {SCHEMA_VERSION}"
        )
    marks = read_marks(output)
    files = _files(output, without={*unfinished_runs(output), *marks})
    for run_id, uris in files.items():
        _rewrite(uris)
        write_mark(output, run_id, WHOLE_RUN, (table_file_name(uri, table) for uri, table in uris.items()), replace=True)
    marked = _marked_files(output, {run_id for run_id, mark in marks.items() if mark.versions != {str(SCHEMA_VERSION)}})
    for run_id, uris in marked.items():
        _rewrite(uris)
        merge_marks(output, run_id)
    delete_uncommitted(output)
    for source in list(storage_of(output).list(plans_prefix(output))):
        if is_table_file(source.uri):
            write_table(source.uri, require_table(source.uri), replace=True)
    run_files = list(complete_runs(output).values())
    for source, report in zip(run_files, read_reports(run_files), strict=True):  # Last: they are what tells the version.
        data = json.dumps(report | {"schema": SCHEMA_VERSION}, indent=2).encode() + b"\n"
        storage_of(source.uri).write(source.uri, data, replace=True)
    return len(files) + len(marked)


def _rewrite(uris: Mapping[str, str]) -> None:
    for uri, table in uris.items():
        write_table(uri, require_table(uri, TABLES[table]), replace=True)


def _marked_files(output: str, runs: Collection[str]) -> dict[str, dict[str, str]]:
    """Run id -> URI -> table of each file that a mark of some runs names; a run may have no file."""
    found: dict[str, dict[str, str]] = {run_id: {} for run_id in runs}
    for table in TABLES:
        for source in table_files(output, table):
            if (run_id := run_of(source.uri)) in found:
                found[run_id][source.uri] = table
    return found


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
