"""The vault: tables that lead from outputs back to their sources. Identifying: only the owner may read its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ..core.published import Linkage, OutputNames
from ..storage import storage_of
from .layout import table_file_name, vault_file_name, vault_part_uri, vault_parts_prefix, vault_uri

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

_DECIDERS = "deciders"
_COLUMNS = VAULT_COLUMNS | {_DECIDERS: ("decided_by", "name")}
"""With the table that no run writes: who decided about boxes and quarantine."""

VaultRow = tuple[str, ...]


def vault_rows(source: str, new: OutputNames, linkage: Linkage) -> Iterator[tuple[str, VaultRow]]:
    """(table, row) of originals next to their pseudonyms, which only the vault may hold.

    Args:
        source: The URI of the source.
        new: The names of its output.
        linkage: The originals of these names.
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
    """Vault rows as CSV with a header line, sorted, without duplicates."""
    lines = map(_as_line, (_COLUMNS[table], *sorted(set(rows))))
    return "".join(lines).encode("utf-8", "surrogatepass")


def _as_line(row: VaultRow) -> str:
    """One line of CSV. The writer quotes a carriage return only when its own line ends contain one."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(row)
    return line.getvalue().removesuffix("\r\n") + "\n"


def from_csv(data: bytes) -> list[VaultRow]:
    """The rows of a vault table, without its header line."""
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8", "surrogatepass"), newline=""))][1:]


@dataclass(frozen=True)
class VaultPart:
    """Writes the rows of one part of a run (a batch): one file for each table and shard, the same bytes on a retry.

    Attributes:
        vault: The vault's prefix.
        run_id: The run.
        part: The part of the run.
    """

    vault: str
    run_id: str
    part: str

    def write(self, table: str, shard: int, rows: Iterable[VaultRow]) -> tuple[str, str]:
        """Write the rows of a shard, in place of those of an earlier try; returns "vault" and what a mark calls the file."""
        uri = vault_part_uri(self.vault, table, vault_file_name(self.run_id, self.part, shard))
        storage_of(uri).write(uri, to_csv(table, rows), replace=True, private=True)
        return "vault", table_file_name(uri, table)


def assemble_vault(
    vault: str, committed: Collection[str], runs: Collection[str] = (), without: frozenset[str] = frozenset()
) -> None:
    """Merge committed parts into the tables of the vault: one CSV each, sorted, without duplicates. Idempotent.

    Args:
        vault: The vault's prefix. Runs on other outputs may have parts there, which stay.
        committed: The parts to merge, as marks call them.
        runs: The runs whose other parts are deleted: no mark names them.
        without: Refs of sources that lost their output to another source; they get no row in `instances`.
    """
    storage = storage_of(vault)
    rows: dict[str, list[VaultRow]] = {}
    merged: dict[str, list[str]] = {}
    ended: list[str] = []
    for table in VAULT_COLUMNS:
        parts = [source.uri for source in storage.list(vault_parts_prefix(vault, table))]
        merged[table] = [uri for uri in parts if table_file_name(uri, table) in committed]
        beginnings = tuple(f"{run_id}-" for run_id in runs)
        ended += [uri for uri in parts if uri in merged[table] or uri.rpartition("/")[2].startswith(beginnings)]
        files = (vault_uri(vault, table), *merged[table])
        rows[table] = [row for uri in files for row in from_csv(storage.read(uri) or b"")]
    displaced = {source for ref, source in rows["refs"] if ref in without}
    rows["instances"] = [row for row in rows["instances"] if row[0] not in displaced]
    for table, uris in merged.items():
        if uris:
            storage.write(vault_uri(vault, table), to_csv(table, rows[table]), replace=True, private=True)
    for uri in ended:
        storage.delete(uri)


def note_decider(vault: str, decided_by: str, name: str) -> None:
    """Note the name behind the pseudonym of a person who decides. Idempotent.

    Raises:
        OutputConflictError: Somebody else writes the table at this moment.
        EffaceError: It cannot be read or written.
    """
    uri = vault_uri(vault, _DECIDERS)
    stored = storage_of(uri).find(uri)
    rows = from_csv(storage_of(uri).read(uri) or b"")
    if decided_by not in {row[0] for row in rows}:
        data = to_csv(_DECIDERS, [*rows, (decided_by, name)])
        storage_of(uri).write(uri, data, replace=stored or False, private=True)
