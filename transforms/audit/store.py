"""Reads, writes and lists the files of the audit."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..core.errors import SourceReadError
from ..core.instance import Source
from ..storage import storage_of
from ..storage.parallel import in_parallel
from .layout import is_table_file, part_uri, plans_prefix, run_of, run_of_run_file, runs_prefix, table_file_name, table_prefix
from .marks import is_named, read_marks
from .rows import Row, as_parquet, schema_version_of, to_parquet
from .schemas import MIGRATED_VERSIONS, SCHEMA_VERSION, TABLES


class SchemaVersionError(ValueError):
    """Another version of efface wrote the audit; the message says what to do."""


def read_table(uri: str, schema: pa.Schema | None = None, columns: Collection[str] | None = None) -> pa.Table | None:
    """The rows of a file, or None when there is none.

    Args:
        schema: The columns to read; one that the file lacks is null.
        columns: The columns to read; the file must have them.
    """
    return _table(storage_of(uri).read(uri), schema, columns)


def read_tables(files: Iterable[Source], schema: pa.Schema) -> Iterator[pa.Table | None]:
    """As `read_table`, of many files, in order."""
    return (_table(data, schema) for data in in_parallel(_content, files))


def read_reports(run_files: Iterable[Source]) -> Iterator[dict[str, Any]]:
    """The content of run files, in order.

    Raises:
        SourceReadError: One is gone.
    """
    for data in in_parallel(_content, run_files):
        if data is None:
            raise SourceReadError("a run file is gone")
        yield dict(json.loads(data))


def _content(listed: Source) -> bytes | None:
    return storage_of(listed.uri).read(listed.uri)


def _table(data: bytes | None, schema: pa.Schema | None, columns: Collection[str] | None = None) -> pa.Table | None:
    if data is None:
        return None
    names = schema.names if schema is not None else columns
    # Without threads, and not by `pq.read_table`: a thread that still holds the data aborts the process at its exit.
    table = pq.ParquetFile(io.BytesIO(data)).read(columns=names and list(names), use_threads=False)
    return table if schema is None else _with_schema(table, schema)


def _with_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    for field in schema:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table.select(schema.names).cast(schema)


def require_table(uri: str, schema: pa.Schema | None = None) -> pa.Table:
    """The rows of a file that must exist.

    Raises:
        SourceReadError: There is none.
    """
    table = read_table(uri, schema)
    if table is None:
        raise SourceReadError("a file of the audit is gone")
    return table


def write_table(uri: str, table: pa.Table, *, replace: bool = False) -> None:
    """Write a file of rows; see `Storage.write`."""
    storage_of(uri).write(uri, as_parquet(table), replace=replace)


def table_files(output: str, table: str) -> Iterator[Source]:
    """Every file of an audit table that a mark names, in order of the run ids, which begin with the time."""
    marks = read_marks(output)
    return (source for source in storage_of(output).list(table_prefix(output, table)) if is_named(marks, source.uri, table))


def complete_runs(output: str) -> dict[str, Source]:
    """Run id -> run file of every complete run."""
    listed = storage_of(output).list(runs_prefix(output))
    return {run_id: source for source in listed if (run_id := run_of_run_file(source.uri)) is not None}


def require_schema_version(output: str) -> None:
    """Check that this version of efface can read the audit of an output, and add to it.

    One object of each run is read: the run file, or what a run left that was cut off.

    Raises:
        SchemaVersionError: A run has another schema version.
    """
    for found in schema_versions(output):
        if found != str(SCHEMA_VERSION):
            old = "use a new output prefix, or the efface that wrote it"
            raise SchemaVersionError(
                f"the audit of this output has schema version {found}, and this efface writes version {SCHEMA_VERSION}: "
                + ("run `efface audit migrate`" if found in MIGRATED_VERSIONS else old)
            )


def schema_versions(output: str) -> Iterator[str]:
    """The schema version of each part of an audit, as often as it is told."""
    complete, marks = complete_runs(output), read_marks(output)
    yield from (str(report.get("schema", 1)) for report in read_reports(complete.values()))
    yield from (version for run_id, mark in marks.items() if run_id not in complete for version in mark.versions)
    for table in TABLES:
        files = (source for source in storage_of(output).list(table_prefix(output, table)) if is_table_file(source.uri))
        for run_id, sources in itertools.groupby(files, lambda source: run_of(source.uri)):
            if run_id not in complete and run_id not in marks:
                yield _schema_version_of_file(next(sources))
    for source in storage_of(output).list(plans_prefix(output)):
        if is_table_file(source.uri):
            yield _schema_version_of_file(source)


def _schema_version_of_file(source: Source) -> str:
    with storage_of(source.uri).open(source) as stream:
        return schema_version_of(pq.read_schema(stream))


@dataclass(frozen=True)
class AuditPart:
    """Writes the rows of one part of a run (a batch): one file for each table and shard, the same bytes on a retry.

    Attributes:
        output: The output prefix.
        run_id: The run.
        part: The part of the run.
    """

    output: str
    run_id: str
    part: str

    def write(self, table: str, shard: int, rows: Iterable[Row]) -> tuple[str, str]:
        """Write the rows of a shard, in place of those of an earlier try; returns "audit" and what a mark calls the file."""
        uri = part_uri(self.output, table, self.run_id, self.part, shard)
        storage_of(uri).write(uri, to_parquet(TABLES[table], rows), replace=True)
        return "audit", table_file_name(uri, table)
