"""Published instances and failures in, the audit's Parquet tables out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from .audit.store import AuditPart
from .core.errors import Failure
from .core.published import Published, Versions
from .steps.parts import TableRow, WrittenFile, audit_rows
from .storage.key_source import KeySource
from .write_parts import WriteParts


class _AuditRowsFn(beam.DoFn):
    def __init__(self, versions: Versions, key: KeySource) -> None:
        self.versions, self.key = versions, key

    def process(self, element: Published | Failure) -> Iterator[TableRow]:
        yield from audit_rows(element, self.versions, self.key.pseudonyms())


@dataclass
class WriteAudit(beam.PTransform[beam.PCollection[Published | Failure], beam.PCollection[WrittenFile]]):
    """Writes the tables of `audit/` for one part of a run.

    Args:
        output: The output prefix.
        run_id: The run, which is the hive partition.
        part: The part of the run (a batch); each part writes files of its own.
        versions: What the instances were made with.
        key: Of the keyed hashes.
        shards: Files a table and part.
    """

    output: str
    run_id: str
    part: str
    versions: Versions
    key: KeySource
    shards: int = 1

    def expand(self, records: beam.PCollection[Published | Failure]) -> beam.PCollection[WrittenFile]:
        written: beam.PCollection[WrittenFile] = (
            records
            | "Audit rows" >> beam.ParDo(_AuditRowsFn(self.versions, self.key)).with_output_types(tuple[str, Any])
            | "Write rows" >> WriteParts(AuditPart(self.output, self.run_id, self.part), self.shards)
        )
        return written
