"""What earlier runs did with each source, read from the audit tables under the same output."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .audit.rows import PUBLISHED_VERDICTS, Versions
from .audit.schemas import INSTANCES
from .storage import join_uri, storage_of

_COLUMNS = ("ref", "verdict", "output", "frames", "source_version", "policy", "models", "key_id", "patient_ref")
_SCHEMA = pa.schema([INSTANCES.field(name) for name in _COLUMNS])
_HELD = ("ref", "output", "source_version", "patient_ref")
_KEPT = pa.schema(
    [*(_SCHEMA.field(name) for name in _HELD), pa.field("is_published", pa.bool_()), pa.field("is_current", pa.bool_())]
)


class History:
    """The last thing that the audit tells about each source; built for a million of them, so it holds arrays and no objects.

    Args:
        output: The output prefix. Runs are read in order of their names, which begin with the time.
        versions: What instances would be made with now.
    """

    def __init__(self, output: str, versions: Versions) -> None:
        table = pa.concat_tables([_KEPT.empty_table(), *(_shortened(told, versions) for told in _tables(output))])
        refs = _as_bytes(table["ref"])
        order = np.argsort(refs, kind="stable")
        is_last = np.append(refs[order][1:] != refs[order][:-1], np.ones(min(1, len(refs)), bool))
        last = order[is_last]
        last = last[np.asarray(table["is_published"])[last]]
        self._table = table.take(pa.array(last))
        self._refs = refs[last]
        self._source_versions = _as_bytes(self._table["source_version"])
        self._is_current = np.asarray(self._table["is_current"])

    def __len__(self) -> int:
        return len(self._refs)

    def are_done(self, refs: np.ndarray, source_versions: np.ndarray) -> np.ndarray:
        """Whether these versions of the sources are published, under what would be made with now.

        Args:
            refs, source_versions: One of each a source, of dtype S.
        """
        if not len(self):
            return np.zeros(len(refs), bool)
        rows = np.minimum(np.searchsorted(self._refs, refs), len(self) - 1)
        is_done: np.ndarray = (
            (self._refs[rows] == refs) & self._is_current[rows] & (self._source_versions[rows] == source_versions)
        )
        return is_done

    def is_done(self, ref: str, source_version: str) -> bool:
        """`are_done` for one source."""
        return bool(self.are_done(np.array([ref.encode()]), np.array([source_version.encode()]))[0])

    def output_of(self, ref: str) -> str:
        """Where the source's output stands, relative to `instances/`; "" when there is none."""
        row = int(np.searchsorted(self._refs, ref.encode())) if len(self) else 0
        is_known = row < len(self) and self._refs[row] == ref.encode()
        return str(self._table["output"][row]) if is_known else ""

    def outputs_of_others(self, refs: np.ndarray) -> dict[str, str]:
        """ref -> output of every source in the audit that is none of these (of dtype S)."""
        gone = np.flatnonzero(~np.isin(self._refs, refs))
        return {self._refs[row].decode(): str(self._table["output"][int(row)]) for row in gone}

    def outputs_of_patients(self, patient_refs: Iterable[str]) -> dict[str, str]:
        """ref -> output of every source that belongs to one of these patients."""
        wanted = pc.is_in(self._table["patient_ref"], pa.array(sorted(patient_refs), pa.string()))
        rows = self._table.filter(wanted)
        return dict(sorted(zip(rows["ref"].to_pylist(), rows["output"].to_pylist(), strict=True)))


def _as_bytes(column: pa.ChunkedArray) -> np.ndarray:
    """Texts as an array of dtype S, made piece by piece; nothing stands for a missing one."""
    pieces = [np.array(chunk.fill_null("").to_pylist(), dtype=bytes) for chunk in column.chunks if len(chunk)]
    return np.concatenate(pieces) if pieces else np.array([], dtype="S1")


def _shortened(table: pa.Table, versions: Versions) -> pa.Table:
    """Of one file of the audit only what has to be held of all files at once."""
    is_published = pc.is_in(table["verdict"], pa.array(sorted(PUBLISHED_VERDICTS)))
    told = {name: table[name] for name in _HELD}
    return pa.table(told | {"is_published": is_published, "is_current": _is_current(table, versions)}, schema=_KEPT)


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


@functools.lru_cache(maxsize=1)
def outputs_of_other_runs(output: str, run_id: str) -> frozenset[str]:
    """Every output that any other run tells about, read once a process: only a conflict asks for it."""
    tables = _tables(output, ("output",), without_run=run_id)
    return frozenset(path for table in tables for path in table["output"].to_pylist())


def _tables(output: str, columns: Sequence[str] = _COLUMNS, without_run: str = "") -> Iterator[pa.Table]:
    storage = storage_of(output)
    schema = pa.schema([_SCHEMA.field(name) for name in columns])
    for source in storage.list(join_uri(output, "audit", "instances")):
        if not source.uri.endswith(".parquet") or f"/run={without_run}/" in source.uri:
            continue
        data = storage.read(source.uri)
        if data is not None:
            yield pq.read_table(io.BytesIO(data), columns=list(columns)).cast(schema)
