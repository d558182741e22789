"""Rows of tables in, one file a table and shard out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import apache_beam as beam

from .audit.layout import shard_of

TableRow = tuple[str, Any]
"""The name of a table and one row of it."""

WrittenFile = tuple[str, str]
"""Where a file was written, "audit" or "vault", and what a mark calls it."""


class Part(Protocol):
    """The files of one part of a run: `AuditPart` or `VaultPart`."""

    def write(self, table: str, shard: int, rows: Iterable[Any]) -> WrittenFile:
        """Write one file; what a first try wrote goes."""


class _ShardFn(beam.DoFn):
    """Spreads the rows of each table over a fixed number of files, by a checksum of the row's first field."""

    def __init__(self, shards: int) -> None:
        self.shards = shards

    def process(self, element: TableRow) -> Iterator[TableRow]:
        table, row = element
        first = row["ref"] if isinstance(row, dict) else row[0]
        yield f"{table}/{shard_of(first, self.shards):05d}", row


class _WriteFn(beam.DoFn):
    """Writes one file a key: all of it at once, with the same bytes on a retry."""

    def __init__(self, part: Part) -> None:
        self.part = part

    def process(self, element: tuple[str, Iterable[Any]]) -> Iterator[WrittenFile]:
        key, rows = element
        table, shard = key.split("/")
        yield self.part.write(table, int(shard), rows)


@dataclass
class WriteParts(beam.PTransform[beam.PCollection[TableRow], beam.PCollection[WrittenFile]]):
    """Writes the rows of one part of a run; yields each file, once it is written.

    Args:
        part: Where they are written.
        shards: Files a table.
    """

    part: Part
    shards: int = 1

    def expand(self, rows: beam.PCollection[TableRow]) -> beam.PCollection[WrittenFile]:
        written: beam.PCollection[WrittenFile] = (
            rows
            | "Shard" >> beam.ParDo(_ShardFn(self.shards)).with_output_types(tuple[str, Any])
            | "Group" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(_WriteFn(self.part)).with_output_types(WrittenFile)
        )
        return written
