"""The plan of a run: written before the run starts, read by its workers and its last step, deleted when it is complete.

A plan that outlives its run shows that the run was cut off. Outputs that no audit names then belong to that run.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ..storage import storage_of
from .layout import plan_uri, plans_prefix, run_of_plan
from .marks import read_marks
from .schemas import column
from .store import complete_runs, read_table, write_table

OBSOLETE = pa.schema(
    [
        column("ref", pa.string(), "ref of the source; empty for an output of a run that was cut off", required=True),
        column("output", pa.string(), "path below <output>/instances/", required=True),
        column("has_other_source", pa.bool_(), "another source leads to this output, which therefore stays", required=True),
        column("exists", pa.bool_(), "the output exists", required=True),
    ]
)
"""Sources that no longer lead to their outputs, unless the run publishes them there again."""

ISSUERS = pa.schema(
    [
        column("patient_ref", pa.string(), "keyed hash of the Patient ID"),
        column("issuer_ref", pa.string(), "keyed hash of Issuer of Patient ID; empty without one"),
    ]
)
"""Issuers of the Patient IDs of the outputs that the run leaves as they are; each pair once."""

RANKS = pa.schema(
    [
        column("ref", pa.string(), "ref of a listed source", required=True),
        column("rank", pa.int32(), "its place in the order of all listed sources by their times of writing", required=True),
    ]
)
"""Only where the policy publishes the newest of several sources of one instance. It tells the order, and no time."""

MAPPED = pa.schema(
    [
        column("patient_id_ref", pa.string(), "keyed hash of the original Patient ID in its own spelling", required=True),
        column("patient_ref", pa.string(), "keyed hash of the Patient ID in any spelling", required=True),
    ]
)
"""The patients of the policy's table of patients."""

REVIEWED = pa.schema(
    [
        column("ref", pa.string(), "ref of the source", required=True),
        column("output", pa.string(), "path below <output>/instances/", required=True),
    ]
)
"""Published sources that the policy's new choice of instances still takes, and whose outputs keep their names."""

_KEY_ID = b"key_id"
_NAMES = _OBSOLETE, _ISSUERS, _RANKS, _MAPPED, _REVIEWED = "obsolete", "issuers", "ranks", "mapped", "reviewed"


@dataclass(frozen=True)
class RunPlan:
    """What the workers and the last step of a run have to know."""

    obsolete: pa.Table = field(default_factory=OBSOLETE.empty_table)
    issuers: pa.Table = field(default_factory=ISSUERS.empty_table)
    ranks: pa.Table = field(default_factory=RANKS.empty_table)
    mapped: pa.Table = field(default_factory=MAPPED.empty_table)
    reviewed: pa.Table = field(default_factory=REVIEWED.empty_table)


def write_run_plan(output: str, run_id: str, key_id: str, plan: RunPlan) -> None:
    """Write the plan of a run. The table of obsolete outputs is written last and marks the start of the run."""
    tables = {_RANKS: plan.ranks, _MAPPED: plan.mapped, _REVIEWED: plan.reviewed, _ISSUERS: plan.issuers}
    for name, table in {**tables, _OBSOLETE: plan.obsolete}.items():
        write_table(plan_uri(output, run_id, name), table.replace_schema_metadata({_KEY_ID: key_id}), replace=True)


def read_run_plan(output: str, run_id: str) -> RunPlan:
    """The plan of a run without the ranks; an empty one when there is none."""
    return RunPlan(
        _read(output, run_id, _OBSOLETE, OBSOLETE),
        _read(output, run_id, _ISSUERS, ISSUERS),
        mapped=_read(output, run_id, _MAPPED, MAPPED),
        reviewed=_read(output, run_id, _REVIEWED, REVIEWED),
    )


def read_ranks(output: str, run_id: str) -> dict[str, int]:
    """ref -> rank of the sources that were listed when the run began."""
    table = _read(output, run_id, _RANKS, RANKS)
    return dict(zip(table["ref"].to_pylist(), table["rank"].to_pylist(), strict=True))


def ended_claims(pairs: Iterable[tuple[str, str]], *, has_other_source: bool = True) -> pa.Table:
    """Claims of `OBSOLETE` whose outputs stand and go, unless another source has them."""
    rows = [{"ref": ref, "output": output, "has_other_source": has_other_source, "exists": True} for ref, output in pairs]
    return pa.Table.from_pylist(rows, OBSOLETE)


def delete_run_plan(output: str, run_id: str) -> None:
    """Delete the plan of a complete run."""
    for name in reversed(_NAMES):  # The one that shows the run as unfinished goes last.
        uri = plan_uri(output, run_id, name)
        storage_of(uri).delete(uri)


def planned_runs(output: str) -> set[str]:
    """The runs of which any table of a plan is left, also those that were cut off while they wrote it."""
    listed = storage_of(output).list(plans_prefix(output))
    return {run_id for source in listed for name in _NAMES if (run_id := run_of_plan(source.uri, name))}


def unfinished_runs(output: str) -> dict[str, str]:
    """Run id -> key id of every run that started and is not complete."""
    found = {}
    for source in storage_of(output).list(plans_prefix(output)):
        run_id = run_of_plan(source.uri, _OBSOLETE)
        obsolete = read_table(source.uri) if run_id is not None else None
        if run_id is not None and obsolete is not None:
            found[run_id] = (obsolete.schema.metadata or {}).get(_KEY_ID, b"").decode()
    return found


def incomplete_runs(output: str) -> list[str]:
    """Runs whose end is missing: those that have a plan, and what has rows and began after the last complete run.

    An earlier run without a run file was cut off, and the complete run after it did its work again.
    """
    complete = complete_runs(output)
    last = max(complete, default="")
    return sorted({*unfinished_runs(output), *(run for run in read_marks(output) if run > last)} - complete.keys())


@functools.lru_cache(maxsize=1)
def replaceable_outputs(output: str, run_id: str) -> frozenset[str]:
    """Outputs of earlier runs that this run may replace. Only a conflict needs them, so they are read once a process."""
    obsolete = read_run_plan(output, run_id).obsolete
    return frozenset(obsolete.filter(pc.invert(obsolete["has_other_source"]))["output"].to_pylist())


def _read(output: str, run_id: str, name: str, schema: pa.Schema) -> pa.Table:
    table = read_table(plan_uri(output, run_id, name), schema)
    return schema.empty_table() if table is None else table
