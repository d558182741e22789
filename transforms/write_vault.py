"""Published instances and sources in, the vault's identifying parts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from .audit.vault import VaultPart, VaultRow
from .core.instance import Source
from .core.published import Published
from .steps.parts import TableRow, WrittenFile, identifying_rows
from .storage.key_source import KeySource
from .write_parts import WriteParts


@dataclass(frozen=True)
class _Row:
    """A row of the vault between two steps. Beam's coder of plain texts refuses a file name that is not in UTF-8."""

    values: VaultRow

    def __getitem__(self, index: int) -> str:
        return self.values[index]


@dataclass(frozen=True)
class _Part:
    """Writes rows that travelled as `_Row`."""

    part: VaultPart

    def write(self, table: str, shard: int, rows: Iterable[_Row]) -> WrittenFile:
        return self.part.write(table, shard, (row.values for row in rows))


class _VaultRowsFn(beam.DoFn):
    def __init__(self, key: KeySource) -> None:
        self.key = key

    def process(self, element: Published | Source) -> Iterator[TableRow]:
        for table, row in identifying_rows(element, self.key.pseudonyms()):
            yield table, _Row(row)


@dataclass
class WriteVault(beam.PTransform[beam.PCollection[Published | Source], beam.PCollection[WrittenFile]]):
    """Writes the identifying maps to the vault, in parts that `assemble_vault` unites after the run.

    Args:
        vault: The vault's prefix: a place of its own, for few eyes.
        key: The key that refs are made with.
        run_id, part: As in `WriteAudit`.
        shards: As in `WriteAudit`.
    """

    vault: str
    key: KeySource
    run_id: str
    part: str
    shards: int = 1

    def expand(self, records: beam.PCollection[Published | Source]) -> beam.PCollection[WrittenFile]:
        written: beam.PCollection[WrittenFile] = (
            records
            | "Vault rows" >> beam.ParDo(_VaultRowsFn(self.key)).with_output_types(tuple[str, Any])
            | "Write rows" >> WriteParts(_Part(VaultPart(self.vault, self.run_id, self.part)), self.shards)
        )
        return written
