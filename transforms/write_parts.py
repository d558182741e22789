"""Rows of tables in, one file a table and shard out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from .steps.parts import Part, TableRow, WrittenFile, file_of, write_file


class _ShardFn(beam.DoFn):
    """Spreads the rows of each table over a fixed number of files, by a checksum of the row's first field."""

    def __init__(self, shards: int) -> None:
        self.shards = shards

    def process(self, element: TableRow) -> Iterator[TableRow]:
        yield file_of(element, self.shards), element[1]


class _WriteFn(beam.DoFn):
    """Writes one file a key: all of it at once, with the same bytes on a retry."""

    def __init__(self, part: Part) -> None:
        self.part = part

    def process(self, element: tuple[str, Iterable[Any]]) -> Iterator[WrittenFile]:
        yield write_file(self.part, *element)


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
