"""Reads, writes and lists the files of the audit."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from ..core.errors import SourceReadError
from ..core.instance import Source
from ..storage import storage_of
from .layout import is_table_file, part_uri, table_prefix
from .rows import Row, as_parquet, to_parquet
from .schemas import TABLES, check_version


def read_table(uri: str, schema: pa.Schema | None = None, columns: Collection[str] | None = None) -> pa.Table | None:
    """The rows of a file, or None when there is none.

    Args:
        schema: What is read. A column that the file lacks is empty.
        columns: What is read, of a file that has all of them.

    Raises:
        AuditVersionError: See `check_version`.
    """
    data = storage_of(uri).read(uri)
    if data is None:
        return None
    check_version(pq.read_schema(io.BytesIO(data)).metadata)
    return pq.read_table(io.BytesIO(data), schema=schema, columns=columns and list(columns))


def require_table(uri: str, schema: pa.Schema | None = None) -> pa.Table:
    """The rows of a file that has to be there.

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
    """Every file of an audit table, in order of the runs' names, which begin with the time."""
    return (source for source in storage_of(output).list(table_prefix(output, table)) if is_table_file(source.uri))


@dataclass(frozen=True)
class AuditPart:
    """The audit files of one part of a run (a batch): one a table and shard, with the same bytes on a retry.

    Attributes:
        output: The output prefix.
        run_id: The run.
        part: The part of the run.
    """

    output: str
    run_id: str
    part: str

    def write(self, table: str, shard: int, rows: Iterable[Row]) -> None:
        """Write the rows of a shard; those that a first try wrote go."""
        uri = part_uri(self.output, table, self.run_id, self.part, shard)
        storage_of(uri).write(uri, to_parquet(TABLES[table], rows), replace=True)
