"""Published instances and failures in, the audit's Parquet tables and the vault's parts out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import apache_beam as beam

from .audit.rows import (
    VAULT_COLUMNS,
    Versions,
    attribute_rows,
    failure_row,
    finding_rows,
    from_csv,
    instance_row,
    to_csv,
    to_parquet,
    vault_rows,
)
from .audit.schemas import TABLES
from .core.records import Failure, Published, Source
from .key_source import KeySource
from .storage import join_uri, storage_of

_Keyed = tuple[str, Any]


class _AuditRowsFn(beam.DoFn):
    def __init__(self, versions: Versions, key: KeySource) -> None:
        self.versions, self.key = versions, key

    def process(self, element: Published | Failure) -> Iterator[_Keyed]:
        if isinstance(element, Failure):
            yield "failures", failure_row(element)
            return
        yield "instances", instance_row(element, self.versions, self.key.pseudonyms())
        for row in finding_rows(element):
            yield "findings", row
        for row in attribute_rows(element):
            yield "attributes", row


class _VaultRowsFn(beam.DoFn):
    def __init__(self, key: KeySource) -> None:
        self.key = key

    def process(self, element: Published | Source) -> Iterator[_Keyed]:
        if isinstance(element, Source):
            yield "refs", (self.key.pseudonyms().ref(element.uri), element.uri)
        else:
            yield from vault_rows(element.evidence.instance.source.uri, element.names, element.linkage)


class _ShardFn(beam.DoFn):
    """Spreads the rows of each table over a fixed number of files, by a checksum of the row's first field."""

    def __init__(self, shards: int) -> None:
        self.shards = shards

    def process(self, element: _Keyed) -> Iterator[_Keyed]:
        table, row = element
        first = row["ref"] if isinstance(row, dict) else row[0]
        shard = zlib.crc32(first.encode("utf-8", "surrogatepass")) % self.shards
        yield f"{table}/{shard:05d}", row


class _WriteFn(beam.DoFn):
    """Writes one file a key: all of it at once, with the same bytes on a retry."""

    is_private: ClassVar[bool] = False

    def __init__(self, prefix: str, part: str) -> None:
        self.prefix, self.part = prefix, part

    def file_of(self, table: str, name: str, rows: Iterable[Any]) -> tuple[str, bytes]:
        """URI and bytes of the file that holds the rows."""
        raise NotImplementedError

    def process(self, element: tuple[str, Iterable[Any]]) -> Iterator[str]:
        key, rows = element
        table, shard = key.split("/")
        uri, data = self.file_of(table, f"part-{self.part}-{shard}", rows)
        storage_of(uri).write(uri, data, replace=True, private=self.is_private)
        yield table


class _WriteAuditFn(_WriteFn):
    def __init__(self, output: str, run_id: str, part: str) -> None:
        super().__init__(output, part)
        self.run_id = run_id

    def file_of(self, table: str, name: str, rows: Iterable[Any]) -> tuple[str, bytes]:
        uri = join_uri(self.prefix, "audit", table, f"run={self.run_id}", f"{name}.parquet")
        return uri, to_parquet(TABLES[table], rows)


class _WriteVaultFn(_WriteFn):
    is_private = True

    def file_of(self, table: str, name: str, rows: Iterable[Any]) -> tuple[str, bytes]:
        return join_uri(self.prefix, "parts", table, f"{name}.csv"), to_csv(table, rows)


@dataclass
class WriteAudit(beam.PTransform):
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

    def expand(self, told: beam.PCollection[Published | Failure]) -> beam.PCollection[str]:
        return (
            told
            | "Audit rows" >> beam.ParDo(_AuditRowsFn(self.versions, self.key)).with_output_types(tuple[str, Any])
            | "Shard" >> beam.ParDo(_ShardFn(self.shards)).with_output_types(tuple[str, Any])
            | "Group" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(_WriteAuditFn(self.output, self.run_id, self.part)).with_output_types(str)
        )


@dataclass
class WriteVault(beam.PTransform):
    """Writes the identifying maps to the vault, in parts that `assemble_vault` unites after the run.

    Args:
        vault: The vault's prefix: a place of its own, for few eyes.
        key: The key that refs are made with.
        part: As in `WriteAudit`.
        shards: As in `WriteAudit`.
    """

    vault: str
    key: KeySource
    part: str
    shards: int = 1

    def expand(self, told: beam.PCollection[Published | Source]) -> beam.PCollection[str]:
        return (
            told
            | "Vault rows" >> beam.ParDo(_VaultRowsFn(self.key)).with_output_types(tuple[str, Any])
            | "Shard" >> beam.ParDo(_ShardFn(self.shards)).with_output_types(tuple[str, Any])
            | "Group" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(_WriteVaultFn(self.vault, self.part)).with_output_types(str)
        )


def assemble_vault(vault: str, without: frozenset[str] = frozenset()) -> None:
    """Unite the parts that runs left in the vault with what it held before: one CSV a table, sorted, each row once.

    Args:
        vault: The vault's prefix.
        without: Refs whose instances are left out, because another source took their output.
    """
    storage = storage_of(vault)
    rows: dict[str, list[tuple[str, ...]]] = {}
    parts: dict[str, list[str]] = {}
    for table in VAULT_COLUMNS:
        parts[table] = [part.uri for part in storage.list(join_uri(vault, "parts", table))]
        files = (join_uri(vault, f"{table}.csv"), *parts[table])
        rows[table] = [row for uri in files for row in from_csv(storage.read(uri) or b"")]
    displaced = {source for ref, source in rows["refs"] if ref in without}
    rows["instances"] = [row for row in rows["instances"] if row[0] not in displaced]
    for table, uris in parts.items():
        if uris:
            storage.write(join_uri(vault, f"{table}.csv"), to_csv(table, rows[table]), replace=True, private=True)
        for uri in uris:
            storage.delete(uri)
