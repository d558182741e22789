"""The files of the vault, which link outputs to their sources. Identifying: only the owner may read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..core.published import Linkage, OutputNames
from ..storage import storage_of
from .layout import part_name, vault_part_uri, vault_parts_prefix, vault_uri

VAULT_COLUMNS = {
    "instances": (
        "source",
        "output",
        "original_sop_instance_uid",
        "sop_instance_uid",
        "original_series_instance_uid",
        "series_instance_uid",
        "original_study_instance_uid",
        "study_instance_uid",
    ),
    "uids": ("original_uid", "uid"),
    "patients": ("old_id", "new_id", "offset_days"),  # as `metadata.patients` of a policy reads it
    "refs": ("ref", "source"),
}

VaultRow = tuple[str, ...]


def vault_rows(source: str, new: OutputNames, linkage: Linkage) -> Iterator[tuple[str, VaultRow]]:
    """(table, row) of everything that only the vault may hold: originals next to their pseudonyms.

    Args:
        source: The URI of the source.
        new: What its output is called.
        linkage: What it was called.
    """
    old = linkage.originals
    yield (
        "instances",
        (
            source,
            new.path,
            old.sop_instance_uid,
            new.sop_instance_uid,
            old.series_instance_uid,
            new.series_instance_uid,
            old.study_instance_uid,
            new.study_instance_uid,
        ),
    )
    for pair in linkage.uids:
        yield "uids", pair
    if old.patient_id.strip():
        yield "patients", (old.patient_id, new.patient_id, str(linkage.offset_days))


def to_csv(table: str, rows: Iterable[VaultRow]) -> bytes:
    """Vault rows as CSV with a header line; sorted and each once."""
    lines = map(_as_line, (VAULT_COLUMNS[table], *sorted(set(rows))))
    return "".join(lines).encode("utf-8", "surrogatepass")


def _as_line(row: VaultRow) -> str:
    """One line of CSV; the writer quotes a carriage return, as it has to be, only where its lines end with one as well."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(row)
    return line.getvalue().removesuffix("\r\n") + "\n"


def from_csv(data: bytes) -> list[VaultRow]:
    """The rows of a vault table, without its header line."""
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8", "surrogatepass"), newline=""))][1:]


@dataclass(frozen=True)
class VaultPart:
    """The vault files of one part of a run (a batch): one a table and shard, with the same bytes on a retry.

    Attributes:
        vault: The vault's prefix.
        part: The part of the run.
    """

    vault: str
    part: str

    def write(self, table: str, shard: int, rows: Iterable[VaultRow]) -> None:
        """Write the rows of a shard; those that a first try wrote go."""
        uri = vault_part_uri(self.vault, table, part_name(self.part, shard))
        storage_of(uri).write(uri, to_csv(table, rows), replace=True, private=True)


def assemble_vault(vault: str, without: frozenset[str] = frozenset()) -> None:
    """Unite the parts that runs left in the vault with what it held before: one CSV a table, sorted, each row once.

    Args:
        vault: The vault's prefix.
        without: Refs whose instances are left out, because another source took their output.
    """
    storage = storage_of(vault)
    rows: dict[str, list[VaultRow]] = {}
    parts: dict[str, list[str]] = {}
    for table in VAULT_COLUMNS:
        parts[table] = [part.uri for part in storage.list(vault_parts_prefix(vault, table))]
        files = (vault_uri(vault, table), *parts[table])
        rows[table] = [row for uri in files for row in from_csv(storage.read(uri) or b"")]
    displaced = {source for ref, source in rows["refs"] if ref in without}
    rows["instances"] = [row for row in rows["instances"] if row[0] not in displaced]
    for table, uris in parts.items():
        if uris:
            storage.write(vault_uri(vault, table), to_csv(table, rows[table]), replace=True, private=True)
        for uri in uris:
            storage.delete(uri)
