"""Audit rows as runs write them, without running anything."""

import json

from efface.transforms.audit.layout import table_file_name
from efface.transforms.audit.marks import write_mark
from efface.transforms.audit.rows import to_parquet
from efface.transforms.audit.schemas import INSTANCES, SCHEMA_VERSION
from efface.transforms.core.published import Versions
from efface.transforms.storage import join_uri, storage_of

VERSIONS = Versions("basic-meta1-pixels1", "engine 1", "KEY1")


def row(ref, version="1", *, verdict="published", frames=1, versions=VERSIONS, patient_ref="P", output=None, issuer_ref=""):
    return {
        "ref": ref,
        "verdict": verdict,
        "output": output or f"{patient_ref}/{ref}.dcm",
        "frames": frames,
        "source_version_ref": version,
        "policy": versions.policy,
        "models": versions.models,
        "key_id": versions.key_id,
        "patient_ref": patient_ref,
        "issuer_ref": issuer_ref,
    }


def write_run(output, run_id, rows, *, name="part-000000-00000", is_complete=True):
    """Write one file of `instances`, and the run file that marks the run as complete."""
    uri = join_uri(output, "audit", "instances", f"run={run_id}", f"{name}.parquet")
    storage_of(uri).write(uri, to_parquet(INSTANCES, rows))
    write_mark(output, run_id, name, [table_file_name(uri, "instances")])
    if is_complete:
        end = join_uri(output, "audit", "runs", f"{run_id}.json")
        storage_of(end).write(end, json.dumps({"schema": SCHEMA_VERSION}).encode(), replace=True)
