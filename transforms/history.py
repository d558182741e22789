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


class History:
    """The last thing that the audit tells about each source; built for a million of them.

    Args:
        output: The output prefix. Runs are read in order of their names, which begin with the time.
        versions: What instances would be made with now.
    """

    def __init__(self, output: str, versions: Versions) -> None:
        table = pa.concat_tables([_SCHEMA.empty_table(), *_tables(output)])
        last = {ref: row for row, ref in enumerate(table["ref"].to_pylist())}
        table = table.take(pa.array(sorted(last.values()), pa.int64()))
        self._table = table.filter(pc.is_in(table["verdict"], pa.array(sorted(PUBLISHED_VERDICTS)))).combine_chunks()
        self._row_of = {ref: row for row, ref in enumerate(self._table["ref"].to_pylist())}
        self._source_versions = self._table["source_version"].to_pylist()
        self._is_current = _is_current(self._table, versions)

    def __len__(self) -> int:
        return len(self._row_of)

    def is_done(self, ref: str, source_version: str) -> bool:
        """Whether this version of the source is published, under what would be made with now."""
        row = self._row_of.get(ref)
        return row is not None and bool(self._is_current[row]) and self._source_versions[row] == source_version

    def output_of(self, ref: str) -> str:
        """Where the source's output stands, relative to `instances/`; "" when there is none."""
        row = self._row_of.get(ref)
        return "" if row is None else str(self._table["output"][row])

    def outputs_of_others(self, refs: Iterable[str]) -> dict[str, str]:
        """ref -> output of every source in the audit that is none of these."""
        gone = self._row_of.keys() - set(refs)
        return {ref: self.output_of(ref) for ref in sorted(gone)}

    def outputs_of_patients(self, patient_refs: Iterable[str]) -> dict[str, str]:
        """ref -> output of every source that belongs to one of these patients."""
        wanted = pc.is_in(self._table["patient_ref"], pa.array(sorted(patient_refs), pa.string()))
        rows = self._table.filter(wanted)
        return dict(sorted(zip(rows["ref"].to_pylist(), rows["output"].to_pylist(), strict=True)))


def _is_current(table: pa.Table, versions: Versions) -> np.ndarray:
    """Rows whose instance would be made the same way now.

    What a policy says about pixels cannot change an instance without frames, so there only its part about metadata counts.
    """
    is_same = pc.and_(pc.equal(table["policy"], versions.policy), pc.equal(table["models"], versions.models))
    has_same_metadata = pc.and_(
        pc.equal(pc.cast(table["frames"], pa.int64()), 0),
        pc.starts_with(table["policy"], versions.metadata_part),
    )
    current = pc.and_(pc.or_(is_same, has_same_metadata), pc.equal(table["key_id"], versions.key_id))
    return np.asarray(pc.fill_null(current, False).to_numpy(), dtype=bool)


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
