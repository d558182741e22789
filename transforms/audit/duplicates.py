"""Settles at the end of a run which of several sources with one SOP Instance UID, and other content, is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import Failure, OutputConflictError, SupersededError
from ..storage import join_uri, storage_of
from .history import claims_of_other_runs
from .layout import contested_prefix, contested_uri, instance_uri, partition_prefix, table_file_name, uid_of_contested
from .marks import write_mark
from .rows import failure_row, to_parquet
from .schemas import FAILURES, INSTANCES, TABLES
from .store import read_table, require_table, write_table

_COLUMNS = pa.schema([INSTANCES.field(name) for name in ("ref", "output", "output_sha256", "sop_instance_uid", "verdict")])


@dataclass(frozen=True)
class Settled:
    """What was decided.

    Attributes:
        displaced: ref -> (former verdict, code) of each source of the run that is not published after all.
        superseded: (ref, output) of each source of an earlier run whose output is another one's now, or gone.
    """

    displaced: dict[str, tuple[str, str]] = field(default_factory=dict)
    superseded: list[tuple[str, str]] = field(default_factory=list)


class _Claim(NamedTuple):
    """A source that claims an instance."""

    ref: str
    output: str
    sha256: str

    @property
    def content(self) -> tuple[str, str]:
        return self.output, self.sha256


def settle_duplicates(
    output: str,
    run_id: str,
    contested: Collection[str],
    *,
    read_ranks: Callable[[], Mapping[str, int]] | None = None,
    leaving: pa.Table | None = None,
) -> Settled:
    """Leave at most one content for each SOP Instance UID, by a rule that does not depend on the order of work.

    Without ranks all sources of the run with other content than one of them are quarantined; what an earlier run published
    from a source that stays is left alone. With ranks the newest source is published; of several that are equally new, none.

    Args:
        output: The output prefix.
        run_id: The run.
        contested: Pseudonymous UIDs that more than one source of the run claims; those that a worker met are added.
        read_ranks: Gives for each ref the place in the order of the sources by time; the newest has the highest.
        leaving: `ref` and `output` of claims of earlier runs that end with this one.
    """
    staged = {uid_of_contested(source.uri): source.uri for source in storage_of(output).list(contested_prefix(output, run_id))}
    uids = {*contested, *staged}
    staying = without_claims(claims_of_other_runs(output, run_id), leaving)
    # A re-export with another Patient ID has the UID, and another path.
    uids.update(_common_uids(output, run_id, staying))
    if not uids:
        return Settled()
    own = _own_claims(output, run_id, uids)
    refs = {claim.ref for claims in own.values() for claim in claims}
    earlier: defaultdict[str, list[_Claim]] = defaultdict(list)
    for row in staying.filter(pc.is_in(staying["sop_instance_uid"], pa.array(sorted(uids), pa.string()))).to_pylist():
        if row["ref"] not in refs:
            earlier[row["sop_instance_uid"]].append(_Claim(row["ref"], row["output"], row["output_sha256"]))
    ranks = read_ranks() if read_ranks else None
    codes: dict[str, str] = {}
    superseded: list[tuple[str, str]] = []
    for uid, claims in own.items():
        _settle(output, run_id, uid, claims, earlier[uid], ranks, codes, superseded)
    return Settled(displace(output, run_id, codes), superseded)


def delete_contested(output: str, run_id: str) -> None:
    """Delete what workers put aside for `settle_duplicates`."""
    storage = storage_of(output)
    for source in list(storage.list(contested_prefix(output, run_id))):
        storage.delete(source.uri)


def _settle(
    output: str,
    run_id: str,
    uid: str,
    own: list[_Claim],
    earlier: list[_Claim],
    ranks: Mapping[str, int] | None,
    codes: dict[str, str],
    superseded: list[tuple[str, str]],
) -> None:
    winner = _winner(own, earlier, ranks)
    if winner is not None and winner in {claim.content for claim in own} and not _make_stand(output, run_id, uid, winner):
        winner = None
    stays = {winner} if winner else {claim.content for claim in earlier} if ranks is None else set()
    code = SupersededError.code if winner and ranks is not None else OutputConflictError.code
    for claim in own:
        if claim.content not in stays:
            codes[claim.ref] = code
    if ranks is not None:
        superseded.extend((claim.ref, claim.output) for claim in earlier if claim.content not in stays)
    for path in {claim.output for claim in (*own, *earlier)} - {path for path, _ in stays}:
        storage_of(output).delete(instance_uri(output, path))


def _winner(own: list[_Claim], earlier: list[_Claim], ranks: Mapping[str, int] | None) -> tuple[str, str] | None:
    """The content that is published; None where none is, or where what earlier runs published stays."""
    claims = [*own, *earlier]
    contents = {claim.content for claim in claims}
    if ranks is not None and len(contents) > 1:
        newest = max(ranks.get(claim.ref, -1) for claim in claims)
        contents = {claim.content for claim in claims if ranks.get(claim.ref, -1) == newest}
    return contents.pop() if len(contents) == 1 else None


def _make_stand(output: str, run_id: str, uid: str, content: tuple[str, str]) -> bool:
    """Put a content under its name, from what a worker put aside if another one stands there; False where it is nowhere."""
    path, sha256 = content
    uri = instance_uri(output, path)
    storage = storage_of(uri)
    if storage.checksum(uri) == sha256:
        return True
    data = storage.read(contested_uri(output, run_id, uid, sha256))
    if data is not None:
        storage.write(uri, data, replace=True)
    return data is not None


def without_claims(claims: pa.Table, leaving: pa.Table | None) -> pa.Table:
    """Claims without the pairs of `ref` and `output` that end."""
    if leaving is None or not leaving.num_rows:
        return claims
    pairs = pc.binary_join_element_wise(claims["ref"], claims["output"], " ")
    gone = pc.binary_join_element_wise(leaving["ref"], leaving["output"], " ")
    return claims.filter(pc.invert(pc.is_in(pairs, gone.combine_chunks())))


def _own_tables(output: str, run_id: str) -> Iterator[tuple[str, pa.Table]]:
    """Each file of `instances` of the run, with its rows of published instances."""
    for source in list(storage_of(output).list(partition_prefix(output, "instances", run_id))):
        table = read_table(source.uri, _COLUMNS)
        if table is not None:
            yield source.uri, table.filter(pc.not_equal(table["verdict"], "removed"))


def _common_uids(output: str, run_id: str, staying: pa.Table) -> set[str]:
    known = staying["sop_instance_uid"].combine_chunks()
    found: set[str] = set()
    for _, table in _own_tables(output, run_id):
        found.update(table["sop_instance_uid"].filter(pc.is_in(table["sop_instance_uid"], known)).to_pylist())
    return found


def _own_claims(output: str, run_id: str, uids: Collection[str]) -> dict[str, list[_Claim]]:
    """UID -> the claims of the run."""
    claims: defaultdict[str, list[_Claim]] = defaultdict(list)
    wanted = pa.array(sorted(uids), pa.string())
    for _, table in _own_tables(output, run_id):
        for row in table.filter(pc.is_in(table["sop_instance_uid"], wanted)).to_pylist():
            claims[row["sop_instance_uid"]].append(_Claim(row["ref"], row["output"], row["output_sha256"]))
    return claims


def displace(output: str, run_id: str, codes: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Move the rows of sources of the run to `failures`.

    Failures are written first: after an interruption a source in both tables counts as failed.

    Args:
        codes: ref -> code of the failure.

    Returns:
        ref -> (former verdict, code) of each source that was moved.
    """
    moved: dict[str, tuple[str, str]] = {}
    refs = pa.array(sorted(codes), pa.string())
    for file, table in _own_tables(output, run_id) if codes else ():
        found = table.filter(pc.is_in(table["ref"], refs))
        if not found.num_rows:
            continue
        name, own = file.rpartition("/")[2], found["ref"].to_pylist()
        failures = join_uri(partition_prefix(output, "failures", run_id), name)
        _add_failures(failures, {ref: codes[ref] for ref in own})
        write_mark(output, run_id, f"displaced-{name.removesuffix('.parquet')}", [table_file_name(failures, "failures")])
        for other in TABLES.keys() - {"failures"}:
            _remove_rows(join_uri(partition_prefix(output, other, run_id), name), own)
        moved |= {ref: (verdict, codes[ref]) for ref, verdict in zip(own, found["verdict"].to_pylist(), strict=True)}
    return moved


def _add_failures(uri: str, codes: Mapping[str, str]) -> None:
    table = read_table(uri)
    existing = table.to_pylist() if table is not None else []
    new = [failure_row(Failure(ref, "publish_instance", code)) for ref, code in codes.items()]
    storage_of(uri).write(uri, to_parquet(FAILURES, [*existing, *new]), replace=True)


def _remove_rows(uri: str, refs: list[str]) -> None:
    if read_table(uri, columns=["ref"]) is not None:
        table = require_table(uri)
        write_table(uri, table.filter(pc.invert(pc.is_in(table["ref"], pa.array(refs)))), replace=True)
