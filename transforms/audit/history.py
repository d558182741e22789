"""The history of each source: what earlier runs did with it, by the audit of the same output."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..storage import storage_of
from .layout import instance_path, instances_prefix, run_of
from .rows import PUBLISHED_VERDICTS, Versions
from .schemas import INSTANCES
from .store import read_table, table_files

_COLUMNS = (
    "ref",
    "verdict",
    "output",
    "frames",
    "source_version",
    "policy",
    "models",
    "key_id",
    "patient_ref",
    "issuer_ref",
)
_HELD = ("ref", "output", "source_version", "patient_ref", "issuer_ref", "key_id")
_CLAIMS = pa.schema(
    [*(INSTANCES.field(name) for name in _HELD), pa.field("is_published", pa.bool_()), pa.field("is_current", pa.bool_())]
)


class History:
    """The audit's record of each source and output. Holds arrays, not objects, for a million of them.

    Attributes:
        claims: One row for each source and output of which the last word is that the source was published there, oldest
            first. A source has more than one only where a run was cut off before it took the older output away.
        refs: Their sources, of dtype S.
        is_last: Which of them is the newest of its source.
        patient_refs: Every patient of whom something was published at any time.

    Args:
        output: The output prefix. Runs are read in order of their names, which begin with the time.
        versions: What instances would be made with now.
    """

    def __init__(self, output: str, versions: Versions) -> None:
        tables = (_shortened(table, versions) for table in _tables(output, _COLUMNS))
        read = pa.concat_tables([_CLAIMS.empty_table(), *tables])
        self.patient_refs = frozenset(pc.unique(read["patient_ref"]).to_pylist())
        last_words = read.take(_last_rows(read, ["ref", "output"]))
        self.claims = last_words.filter(last_words["is_published"])
        self.refs = _as_bytes(self.claims["ref"])
        self.is_last = np.zeros(len(self.refs), bool)
        self.is_last[_last_rows(self.claims, ["ref"]).to_numpy()] = True
        rows = np.flatnonzero(self.is_last)
        self._by_ref = rows[np.argsort(self.refs[rows])]
        self._sorted_refs = self.refs[self._by_ref]
        self._source_versions = _as_bytes(self.claims["source_version"])
        self._is_current = np.asarray(self.claims["is_current"], bool)

    def claims_of(self, refs: np.ndarray, source_versions: np.ndarray) -> np.ndarray:
        """The row of the claim that says that this version of a source is published under what would be made with now.

        Args:
            refs: `Pseudonyms.ref` of each source, of dtype S.
            source_versions: `Pseudonyms.version_ref` of each, of dtype S.

        Returns:
            One row for each source, -1 where there is none.
        """
        if not len(self._by_ref):
            return np.full(len(refs), -1)
        places = np.minimum(np.searchsorted(self._sorted_refs, refs), len(self._by_ref) - 1)
        rows = self._by_ref[places]
        is_done = (self.refs[rows] == refs) & self._is_current[rows] & (self._source_versions[rows] == source_versions)
        return np.where(is_done, rows, -1)

    def holds_other_keys(self, key_id: str) -> bool:
        """Whether something published was made under another key."""
        return bool(pc.any(pc.fill_null(pc.not_equal(self.claims["key_id"], key_id), True)).as_py())


class KnownOutputs(NamedTuple):
    """Outputs that the audit knows: their paths below `instances/` and their SHA-256 digests."""

    outputs: frozenset[str]
    digests: frozenset[str]


@functools.lru_cache(maxsize=1)
def outputs_of_other_runs(output: str, run_id: str) -> KnownOutputs:
    """The outputs of all other runs, read once a process. Only a conflict needs them."""
    outputs: set[str] = set()
    digests: set[str] = set()
    for table in _tables(output, ("output", "output_sha256"), without_run=run_id):
        outputs.update(table["output"].to_pylist())
        digests.update(table["output_sha256"].drop_null().to_pylist())
    return KnownOutputs(frozenset(outputs), frozenset(digests))


def standing_outputs(output: str) -> pa.Array:
    """Every object that stands below `instances/`, listed once: one request each would take hours for a million."""
    listed = storage_of(output).list(instances_prefix(output))
    return pa.array((instance_path(output, source.uri) for source in listed), pa.string())


def _last_rows(table: pa.Table, keys: Sequence[str]) -> pa.Array:
    """The number of the last row of each group of rows with the same keys, in order."""
    numbered = table.select(list(keys)).append_column("row", pa.array(np.arange(table.num_rows)))
    rows = numbered.group_by(list(keys)).aggregate([("row", "max")])["row_max"]
    return pa.array(np.sort(rows.to_numpy()), pa.int64())


def _as_bytes(column: pa.ChunkedArray) -> np.ndarray:
    """Texts as an array of dtype S, made piece by piece; nothing stands for a missing one."""
    pieces = [np.array(chunk.fill_null("").to_pylist(), dtype=bytes) for chunk in column.chunks if len(chunk)]
    return np.concatenate(pieces) if pieces else np.array([], dtype="S1")


def _shortened(table: pa.Table, versions: Versions) -> pa.Table:
    """The columns of one file that are held in memory for all files."""
    is_published = pc.is_in(table["verdict"], pa.array(sorted(PUBLISHED_VERDICTS)))
    rows = {name: table[name] for name in _HELD}
    return pa.table(rows | {"is_published": is_published, "is_current": _is_current(table, versions)}, schema=_CLAIMS)


def _is_current(table: pa.Table, versions: Versions) -> pa.ChunkedArray:
    """Rows whose instance would be made the same way now.

    What a policy says about pixels cannot change an instance without frames, so there only its part about metadata counts.
    """
    is_same = pc.and_(pc.equal(table["policy"], versions.policy), pc.equal(table["models"], versions.models))
    has_same_metadata = pc.and_(
        pc.equal(pc.cast(table["frames"], pa.int64()), 0),
        pc.starts_with(table["policy"], versions.metadata_part),
    )
    current = pc.and_(pc.or_(is_same, has_same_metadata), pc.equal(table["key_id"], versions.key_id))
    return pc.fill_null(current, False)


def _tables(output: str, columns: Iterable[str], without_run: str = "") -> Iterator[pa.Table]:
    schema = pa.schema([INSTANCES.field(name) for name in columns])
    for source in table_files(output, "instances"):
        if run_of(source.uri) != without_run and (table := read_table(source.uri, schema)) is not None:
            yield table
