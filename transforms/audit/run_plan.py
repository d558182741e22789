"""The outputs that a run is about to delete, written before it starts, for its workers and its end.

It exists while the run lasts. If it remains, the run was interrupted, and every output that no audit knows belongs to it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ..storage import storage_of
from .layout import plan_uri, plans_prefix, run_of_plan
from .store import read_table, write_table

LEAVING = pa.schema(
    [
        pa.field("ref", pa.string(), nullable=False),  # "" for what a run that was cut off left and no audit knows
        pa.field("output", pa.string(), nullable=False),
        pa.field("is_held", pa.bool_(), nullable=False),  # another source leads to this output as well, so it stays
        pa.field("stands", pa.bool_(), nullable=False),
    ]
)
"""Sources that lead to their outputs no more, unless the run publishes them there anew."""

ISSUERS = pa.schema([pa.field("patient_ref", pa.string()), pa.field("issuer_ref", pa.string())])
"""Who issued the IDs of the patients whose outputs the run leaves alone; each pair once."""

_KEY_ID = b"key_id"


@dataclass(frozen=True)
class RunPlan:
    """The plan of a run, for its workers and its end."""

    leaving: pa.Table = field(default_factory=LEAVING.empty_table)
    issuers: pa.Table = field(default_factory=ISSUERS.empty_table)


def write_run_plan(output: str, run_id: str, key_id: str, plan: RunPlan) -> None:
    """Write a run's plan; that the file of what leaves stands there says that the run has begun."""
    for name, table in (("issuers", plan.issuers), ("leaving", plan.leaving)):
        write_table(plan_uri(output, run_id, name), table.replace_schema_metadata({_KEY_ID: key_id}), replace=True)


def read_run_plan(output: str, run_id: str) -> RunPlan:
    """A run's plan; an empty one where none is written."""
    return RunPlan(_read(output, run_id, "leaving", LEAVING), _read(output, run_id, "issuers", ISSUERS))


def delete_run_plan(output: str, run_id: str) -> None:
    """Take a run's plan away, once the run is complete."""
    for name in ("issuers", "leaving"):
        uri = plan_uri(output, run_id, name)
        storage_of(uri).delete(uri)


def unfinished_runs(output: str) -> dict[str, str]:
    """Run -> id of its key, of every run that began and did not end."""
    found = {}
    for source in storage_of(output).list(plans_prefix(output)):
        run_id = run_of_plan(source.uri, "leaving")
        leaving = read_table(source.uri) if run_id is not None else None
        if run_id is not None and leaving is not None:
            found[run_id] = (leaving.schema.metadata or {}).get(_KEY_ID, b"").decode()
    return found


@functools.lru_cache(maxsize=1)
def outputs_that_leave(output: str, run_id: str) -> frozenset[str]:
    """Outputs of earlier runs that this run may replace, read once a process: only a conflict asks for it."""
    leaving = read_run_plan(output, run_id).leaving
    return frozenset(leaving.filter(pc.invert(leaving["is_held"]))["output"].to_pylist())


def _read(output: str, run_id: str, name: str, schema: pa.Schema) -> pa.Table:
    table = read_table(plan_uri(output, run_id, name), schema)
    return schema.empty_table() if table is None else table
