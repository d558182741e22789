"""The files of one part of a run: the rows of its records, which file a row goes to, and the mark that commits them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from ..audit.layout import shard_of
from ..audit.marks import write_mark
from ..audit.rows import attribute_rows, failure_row, finding_rows, instance_row
from ..audit.vault import VaultRow, vault_rows
from ..core.errors import Failure
from ..core.instance import Source
from ..core.pseudonyms import Pseudonyms
from ..core.published import Published, Versions

TableRow = tuple[str, Any]
"""The name of a table and one row of it."""

WrittenFile = tuple[str, str]
"""Where a file was written, "audit" or "vault", and what a mark calls it."""


class Part(Protocol):
    """The files of one part of a run: `AuditPart` or `VaultPart`."""

    def write(self, table: str, shard: int, rows: Iterable[Any]) -> WrittenFile:
        """Write one file; what a first try wrote goes."""


def audit_rows(record: Published | Failure, versions: Versions, pseudonyms: Pseudonyms) -> Iterator[TableRow]:
    """The rows of the audit that tell of an instance."""
    if isinstance(record, Failure):
        yield "failures", failure_row(record)
        return
    yield "instances", instance_row(record, versions, pseudonyms)
    for row in finding_rows(record):
        yield "findings", row
    for row in attribute_rows(record):
        yield "attributes", row


def identifying_rows(record: Published | Source, pseudonyms: Pseudonyms) -> Iterator[tuple[str, VaultRow]]:
    """The rows of the vault that tell of a source, or of what was published of it."""
    if isinstance(record, Source):
        yield "refs", (pseudonyms.ref(record.uri), record.uri)
    else:
        yield from vault_rows(record.evidence.instance.source.uri, record.names, record.linkage)


def file_of(table_row: TableRow, shards: int) -> str:
    """The table and the shard of a row, such as `findings/00003`: by a checksum of the row's first field."""
    table, row = table_row
    return f"{table}/{shard_of(row['ref'] if isinstance(row, dict) else row[0], shards):05d}"


def write_file(part: Part, file: str, rows: Iterable[Any]) -> WrittenFile:
    """Write the rows that `file_of` sent to one file: all of them at once, with the same bytes on a retry."""
    table, shard = file.split("/")
    return part.write(table, int(shard), rows)


def commit(output: str, run_id: str, part: str, files: Iterable[WrittenFile]) -> None:
    """Make the files of a part count as data, once all are written. See `audit.marks`."""
    named: dict[str, list[str]] = {"audit": [], "vault": []}
    for place, name in files:
        named[place].append(name)
    write_mark(output, run_id, part, named["audit"], named["vault"])
