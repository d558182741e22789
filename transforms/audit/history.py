"""Reads from the audit of an output what earlier runs did with each source."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..core.decisions import NO_DECISIONS, SCOPES, Decisions, Scope, Targets
from ..core.instance import Source
from ..core.pseudonyms import Pseudonyms
from ..core.published import Versions
from ..storage import storage_of
from .layout import instance_path, instances_prefix, run_of
from .rows import PUBLISHED
from .schemas import INSTANCES
from .store import read_tables, require_table, table_files

_COLUMNS = (
    "ref",
    "verdict",
    "output",
    "frames",
    "source_version_ref",
    "policy",
    "models",
    "selection",
    "layout",
    "key_id",
    "patient_ref",
    "issuer_ref",
    "patient_id_ref",
    "mapping_ref",
    "decisions_ref",
    *Targets._fields,
)
_COPIED = ("ref", "output", "source_version_ref", "patient_ref", "issuer_ref", "key_id")
_STANDING = pa.schema(
    [
        *(INSTANCES.field(name) for name in ("ref", "output", "output_bytes", "output_sha256")),
        *(INSTANCES.field(name) for name in ("series_instance_uid", "sop_instance_uid", "patient_id")),
        *(INSTANCES.field(name) for name in ("name_ref", "birth_date_ref", "sex_ref", "person_ref")),
        pa.field("run", pa.string()),
        pa.field("is_published", pa.bool_()),
    ]
)
_CLAIMS = pa.schema(
    [
        *(INSTANCES.field(name) for name in _COPIED),
        *(pa.field(name, pa.bool_()) for name in ("is_published", "is_current", "needs_review")),
    ]
)


class History:
    """The latest state of each source and output, as arrays: built for a million sources.

    Attributes:
        claims: One row for each pair of source and output whose last row in the audit says "published" or "unchanged", oldest
            first. A source has several only when a run was cut off before it removed the older output.
        refs: The source of each claim, of dtype S.
        is_last: True for the newest claim of each source.
        needs_review: True for a claim whose policy took other instances, or called outputs otherwise, than the run that is
            planned. Whether that concerns its own instance is to be seen (`runners.reexamine`).
        patient_refs: `patient_ref` of every patient with an output at any time.

    Args:
        output: The output prefix. Runs are read in order of their ids, which begin with the time.
        versions: The versions of the run that is planned.
        mapping_refs: `patient_id_ref` and `mapping_ref` of each patient in the table of patients of that run.
        requires_line: Whether that run takes only patients who are in the table.
        decisions: What people decided, by the policy of that run.
        pseudonyms: Of the key, where there are decisions now or were earlier.
    """

    def __init__(
        self,
        output: str,
        versions: Versions,
        mapping_refs: Mapping[str, str] | None = None,
        *,
        requires_line: bool = False,
        decisions: Decisions = NO_DECISIONS,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        mappings, decided = _Mappings(mapping_refs or {}, requires_line), _DecisionRefs(decisions, pseudonyms)
        tables = (_claims(table, versions, mappings, decided) for table in _tables(output, _COLUMNS))
        rows = pa.concat_tables([_CLAIMS.empty_table(), *tables])
        self.patient_refs: frozenset[str] = frozenset(pc.unique(rows["patient_ref"]).to_pylist())
        self.claims = _latest_claims(rows)
        del rows
        pa.default_memory_pool().release_unused()  # Of a million claims, 200 MB.
        self.refs = _as_bytes(self.claims["ref"])
        self.is_last = np.zeros(len(self.refs), bool)
        self.is_last[_last_rows(self.claims, ["ref"]).to_numpy()] = True
        last = np.flatnonzero(self.is_last)
        self._by_ref = last[np.argsort(self.refs[last])]
        self._sorted_refs = self.refs[self._by_ref]
        self._source_versions = _as_bytes(self.claims["source_version_ref"])
        self._is_current = np.asarray(self.claims["is_current"], bool)
        self.needs_review = np.asarray(self.claims["needs_review"], bool)

    def claims_of(self, refs: npt.NDArray[np.bytes_], source_versions: npt.NDArray[np.bytes_]) -> npt.NDArray[np.intp]:
        """The claim of each source that is published in this version and with the versions of the run that is planned.

        Args:
            refs: `Pseudonyms.ref` of each source, of dtype S.
            source_versions: `Pseudonyms.version_ref` of each, of dtype S.

        Returns:
            Row of `claims` for each source; -1 when it has no such claim.
        """
        return self.current(self.claims_of_any_versions(refs, source_versions))

    def current(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Of rows of `claims`, those with the versions of the run that is planned; -1 in place of the others."""
        is_current = rows >= 0
        is_current[is_current] = self._is_current[rows[is_current]]
        return np.where(is_current, rows, -1)

    def claims_of_any_versions(
        self, refs: npt.NDArray[np.bytes_], source_versions: npt.NDArray[np.bytes_]
    ) -> npt.NDArray[np.intp]:
        """As `claims_of`, also where policy, models or the table of patients were others."""
        if not len(self._by_ref):
            return np.full(len(refs), -1)
        indices = np.minimum(np.searchsorted(self._sorted_refs, refs), len(self._by_ref) - 1)
        rows = self._by_ref[indices]
        return np.where((self.refs[rows] == refs) & (self._source_versions[rows] == source_versions), rows, -1)

    def is_of_other_key(self, key_id: str) -> npt.NDArray[np.bool_]:
        """True for each claim whose output was made with another key."""
        return np.asarray(pc.fill_null(pc.not_equal(self.claims["key_id"], key_id), True), bool)


class RecordedOutputs(NamedTuple):
    """Outputs in the audit of some runs.

    Attributes:
        paths: Their paths below `instances/`.
        digests: SHA-256 of those that were published.
    """

    paths: frozenset[str]
    digests: frozenset[str]


@functools.lru_cache(maxsize=1)
def outputs_of_other_runs(output: str, run_id: str) -> RecordedOutputs:
    """The outputs in the audit of all other runs. Only a conflict needs them, so they are read once a process."""
    paths: set[str] = set()
    digests: set[str] = set()
    for table in _tables(output, ("output", "output_sha256"), without_run=run_id):
        paths.update(table["output"].to_pylist())
        digests.update(table["output_sha256"].drop_null().to_pylist())
    return RecordedOutputs(frozenset(paths), frozenset(digests))


def existing_outputs(output: str) -> pa.Array:
    """The path of every object below `instances/`, by one listing: a request for each of a million would take hours."""
    listed = storage_of(output).list(instances_prefix(output))
    return pa.array((instance_path(output, source.uri) for source in listed), pa.string())


class RecordedInstance(NamedTuple):
    """A published instance that stands there.

    Attributes:
        path: Below `instances/`.
        series_instance_uid, sop_instance_uid: Its pseudonyms, by the audit; "" where the audit lacks them.
    """

    source: Source
    path: str
    series_instance_uid: str
    sop_instance_uid: str


def recorded_instances(output: str) -> tuple[list[RecordedInstance], int]:
    """The published instances of an output that the audit records, in order of their paths.

    Returns:
        The instances, and the number of instances that do not stand there in the size that the audit says. An object that no
        source leads to any more is neither.
    """
    claims = recorded_outputs(output)
    columns = ("output_bytes", "series_instance_uid", "sop_instance_uid")
    values = zip(*(claims[name].to_pylist() for name in columns), strict=True)
    recorded = dict(zip(claims["output"].to_pylist(), values, strict=True))
    listed = storage_of(output).list(instances_prefix(output))
    found = {path: source for source in listed if (path := instance_path(output, source.uri)) in recorded}
    standing = []
    for path, source in sorted(found.items()):
        size_bytes, series, instance = recorded[path]
        if size_bytes in (None, source.size_bytes):
            standing.append(RecordedInstance(source, path, series or "", instance or ""))
    return standing, len(recorded) - len(standing)


def recorded_outputs(output: str, more: Sequence[str] = ()) -> pa.Table:
    """The source, run, path, size, digest and pseudonyms of each output that has to stand, by the audit alone.

    Args:
        more: Further columns of `instances`.
    """
    return _standing_claims(output, more)


def claims_of_other_runs(output: str, run_id: str) -> pa.Table:
    """As `recorded_outputs`, of all runs but one, and only instances whose SOP Instance UID the audit tells."""
    claims = _standing_claims(output, without_run=run_id)
    return claims.filter(pc.is_valid(claims["sop_instance_uid"]))


def _standing_claims(output: str, more: Sequence[str] = (), without_run: str = "") -> pa.Table:
    schema = pa.schema([*map(INSTANCES.field, more), *_STANDING])
    columns = [name for name in schema.names if name in INSTANCES.names]
    tables = _tables_of_runs(output, (*columns, "verdict"), without_run)
    rows = pa.concat_tables([schema.empty_table(), *(_standing(table, run, schema) for run, table in tables)])
    claims = _latest_claims(rows)
    for key in ("ref", "output"):  # Where a source led to another output before, only the newer one counts.
        claims = claims.take(_last_rows(claims, [key]))
    return claims


def latest_rows(output: str, refs: Sequence[str], columns: Sequence[str]) -> pa.Table:
    """The last row of each pair of source and output, of some sources.

    Args:
        columns: Of `instances`, with "ref" and "output".
    """
    wanted = pa.array(sorted(set(refs)), pa.string())
    tables = [table.filter(pc.is_in(table["ref"], wanted)) for table in _tables(output, columns)]
    rows = pa.concat_tables([pa.schema([INSTANCES.field(name) for name in columns]).empty_table(), *tables])
    return rows.take(_last_rows(rows, ["ref", "output"]))


def rewritten_rows(output: str, claims: pa.Table, versions: Versions) -> Iterator[pa.Table]:
    """The last row of each of some claims as "unchanged" under another choice and layout, in parts of bounded size.

    Args:
        claims: Pairs of `ref` and `output`.
    """
    pending = set(zip(claims["ref"].to_pylist(), claims["output"].to_pylist(), strict=True))
    for source in reversed(list(table_files(output, "instances"))):
        table = require_table(source.uri, INSTANCES) if pending else INSTANCES.empty_table()
        last: dict[tuple[str, str], int] = {}
        for row, pair in enumerate(zip(table["ref"].to_pylist(), table["output"].to_pylist(), strict=True)):
            if pair in pending:
                last[pair] = row
        pending -= last.keys()
        if last:
            found = table.take(sorted(last.values()))
            made_by = pc.coalesce(found["made_by_run"], pa.scalar(run_of(source.uri)))
            found = found.set_column(found.schema.get_field_index("made_by_run"), INSTANCES.field("made_by_run"), made_by)
            for name, value in (("verdict", "unchanged"), ("selection", versions.selection), ("layout", versions.layout)):
                place = found.schema.get_field_index(name)
                found = found.set_column(place, INSTANCES.field(name), pa.array([value] * len(found), pa.string()))
            yield found


def _standing(table: pa.Table, run: str, schema: pa.Schema) -> pa.Table:
    runs = pa.array([run]).take(pa.array(np.zeros(table.num_rows, np.int64)))
    of_run = {"run": runs, "is_published": _is_published(table)}
    return pa.table([of_run[name] if name in of_run else table[name] for name in schema.names], schema=schema)


def _latest_claims(rows: pa.Table) -> pa.Table:
    """The last row of each pair of source and output, where it says that the output is published."""
    latest = rows.take(_last_rows(rows, ["ref", "output"]))
    return latest.filter(latest["is_published"])


def _is_published(table: pa.Table) -> pa.ChunkedArray:
    return pc.is_in(table["verdict"], pa.array(sorted(PUBLISHED)))


def _last_rows(table: pa.Table, keys: Sequence[str]) -> pa.Array:
    """The index of the last row of each group of rows with equal keys, in order."""
    groups = np.zeros(table.num_rows, np.int64)
    for key in keys:  # As numbers, since a hash table of a million pairs of texts takes 250 MB.
        codes = pc.dictionary_encode(table[key].combine_chunks(), null_encoding="encode")
        groups = groups * max(1, len(codes.dictionary)) + codes.indices.to_numpy()
    _, from_end = np.unique(groups[::-1], return_index=True)
    return pa.array(np.sort(table.num_rows - 1 - from_end), pa.int64())


def _as_bytes(column: pa.ChunkedArray) -> npt.NDArray[np.bytes_]:
    """A column of text as an array of dtype S, converted chunk by chunk; a null becomes an empty text."""
    chunks = [np.array(chunk.fill_null("").to_pylist(), dtype=np.bytes_) for chunk in column.chunks if len(chunk)]
    return np.concatenate(chunks) if chunks else np.array([], dtype="S1")


class _Mappings:
    """The lines of the table of patients, as arrays."""

    def __init__(self, refs: Mapping[str, str], requires_line: bool) -> None:
        self._requires_line = requires_line
        self._patients = pa.array(refs.keys(), pa.string())
        self._refs = pa.array(refs.values(), pa.string())

    def are_current(self, table: pa.Table) -> pa.ChunkedArray:
        """True for each row whose patient has the same line now, or none then and now where none is needed."""
        now = pc.fill_null(self._refs.take(pc.index_in(table["patient_id_ref"], self._patients)), "")
        is_same = pc.equal(now, pc.fill_null(table["mapping_ref"], ""))
        return pc.and_(is_same, pc.not_equal(now, "")) if self._requires_line else is_same


class _DecisionRefs:
    """What people decided about which instances, as the audit tells these apart."""

    _UNKNOWN = "?"

    def __init__(self, decisions: Decisions, pseudonyms: Pseudonyms | None) -> None:
        self._decisions, self._pseudonyms = decisions, pseudonyms
        self._refs: dict[Targets, str] = {}
        by_scope = {scope: sorted(target for of, target in decisions.by_target if of is scope) for scope in Scope}
        self._targets = {name: pa.array(by_scope[scope], pa.string()) for name, scope in SCOPES.items()}
        self._is_about_devices = bool(by_scope[Scope.DEVICE])

    def are_current(self, table: pa.Table) -> pa.ChunkedArray:
        """True for each row about whose instance the same is decided now. An audit without devices cannot tell about these."""
        expected = np.full(table.num_rows, "", object)
        meant = {name: np.asarray(pc.is_in(table[name], targets), bool) for name, targets in self._targets.items()}
        is_meant = np.logical_or.reduce(list(meant.values()))
        rows = table.select(Targets._fields).filter(pa.array(is_meant))
        named = [pc.if_else(pa.array(meant[name][is_meant]), rows[name], "").to_pylist() for name in Targets._fields]
        expected[is_meant] = [self._ref(Targets(*targets)) for targets in zip(*named, strict=True)]
        if self._is_about_devices:
            expected[np.asarray(pc.is_null(table["device_ref"]), bool)] = self._UNKNOWN
        return pc.equal(pc.fill_null(table["decisions_ref"], ""), pa.array(expected, pa.string()))

    def _ref(self, targets: Targets) -> str:
        """The hash of what is decided about an instance. All images of a device share one unless more is decided about them."""
        if targets not in self._refs:
            about = self._decisions.about(targets, self._pseudonyms).ref if self._pseudonyms else self._UNKNOWN
            self._refs[targets] = about
        return self._refs[targets]


def _claims(table: pa.Table, versions: Versions, mappings: _Mappings, decided: _DecisionRefs) -> pa.Table:
    """The rows of one file with the columns that `History` keeps in memory."""
    copied = {name: table[name] for name in _COPIED}
    is_made_alike = pc.and_(_is_current(table, versions), mappings.are_current(table))
    is_current = pc.and_(is_made_alike, decided.are_current(table))
    is_same = [pc.equal(pc.fill_null(table[name], ""), getattr(versions, name)) for name in ("selection", "layout")]
    facts = {"is_published": _is_published(table), "is_current": is_current, "needs_review": pc.invert(pc.and_(*is_same))}
    return pa.table(copied | facts, schema=_CLAIMS)


def _is_current(table: pa.Table, versions: Versions) -> pa.ChunkedArray:
    """True for each row whose instance the planned run would make in the same way.

    The pixel rules of a policy cannot change an instance without frames, so only its metadata part counts there.
    """
    is_same = pc.and_(pc.equal(table["policy"], versions.policy), pc.equal(table["models"], versions.models))
    has_same_metadata = pc.and_(
        pc.equal(pc.cast(table["frames"], pa.int64()), 0),
        pc.starts_with(table["policy"], versions.metadata_part),
    )
    current = pc.and_(pc.or_(is_same, has_same_metadata), pc.equal(table["key_id"], versions.key_id))
    return pc.fill_null(current, False)


def _tables(output: str, columns: Iterable[str], without_run: str = "") -> Iterator[pa.Table]:
    return (table for _, table in _tables_of_runs(output, columns, without_run))


def _tables_of_runs(output: str, columns: Iterable[str], without_run: str = "") -> Iterator[tuple[str, pa.Table]]:
    schema = pa.schema([INSTANCES.field(name) for name in columns])
    files = [source for source in table_files(output, "instances") if run_of(source.uri) != without_run]
    for source, table in zip(files, read_tables(files, schema), strict=True):
        if table is not None:
            yield run_of(source.uri), table
