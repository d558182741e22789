"""The end of a run on any engine: counts from the audit, deletes outputs that must not stay, writes the run file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from efface.pipeline.deidentify import Job
from efface.transforms.audit.duplicates import settle_duplicates
from efface.transforms.audit.layout import part_uri, run_uri
from efface.transforms.audit.run_plan import delete_run_plan, read_run_plan, unfinished_runs
from efface.transforms.audit.schemas import SCHEMA_VERSION
from efface.transforms.audit.store import read_table
from efface.transforms.audit.vault import assemble_vault
from efface.transforms.core.errors import OutputConflictError
from efface.transforms.storage import storage_of

from .refresh_plan import RefreshPlan, remove_outputs


@dataclass
class Totals:
    """The results of a run, by its audit.

    Attributes:
        listed: Sources that the patterns matched.
        known: Of these, published by an earlier run under the same versions, so not touched again.
        verdicts: "published", "unchanged", "quarantined", "skipped" -> how many of the rest.
        codes: Reason code -> how many, of what was not published.
        published: ref -> output of everything that stands there now because of this run.
        outputs: These outputs.
        duplicate_outputs: Outputs that more than one source of this run claims.
        withdrawn: `Pseudonyms.patient_ref` of each patient who is listed and withdrew.
        issuers: (`patient_ref`, `issuer_ref`) of everything published, each pair once.
    """

    listed: int = 0
    known: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    published: dict[str, str] = field(default_factory=dict)
    outputs: set[str] = field(default_factory=set)
    duplicate_outputs: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    issuers: set[tuple[str, str]] = field(default_factory=set)

    @property
    def done(self) -> int:
        return self.known + self.verdicts.total()

    def add_part(self, job: Job, part: str, sources: int) -> None:
        """Count a part of the run from its audit. What the audit lacks did not happen.

        Raises:
            RuntimeError: The audit does not account for exactly this many sources.
        """
        report = 0
        for shard in range(job.shards):
            failed = _read(audit_file(job, part, "failures", shard), ["ref", "verdict", "code", "patient_ref"])
            columns = ["ref", "verdict", "output", "patient_ref", "issuer_ref"]
            published = _read(audit_file(job, part, "instances", shard), columns)
            # A settled conflict may have two rows, if the settling was interrupted.
            published = published.filter(pc.invert(pc.is_in(published["ref"], failed["ref"].combine_chunks())))
            report += failed.num_rows + published.num_rows
            self.verdicts.update(failed["verdict"].to_pylist() + published["verdict"].to_pylist())
            self.codes.update(failed["code"].to_pylist())
            self.withdrawn.update(filter(None, failed["patient_ref"].to_pylist()))
            self.issuers.update(zip(published["patient_ref"].to_pylist(), published["issuer_ref"].to_pylist(), strict=True))
            outputs = published["output"].to_pylist()
            self.duplicate_outputs.update(name for name, times in Counter(outputs).items() if times > 1 or name in self.outputs)
            self.outputs.update(outputs)
            self.published.update(zip(published["ref"].to_pylist(), outputs, strict=True))
        if report != sources:
            raise RuntimeError("the audit of a part of the run does not account for every source of it")

    def settle(self, job: Job) -> frozenset[str]:
        """Count those as failed whose output another source of the run took, and return their refs."""
        displaced = settle_duplicates(job.output, job.run_id, self.duplicate_outputs)
        for ref, verdict in displaced.items():
            self.published.pop(ref, None)
            self.verdicts[verdict] -= 1
            self.verdicts["quarantined"] += 1
            self.codes[OutputConflictError.code] += 1
        self.duplicate_outputs.clear()
        return frozenset(displaced)


def _read(uri: str, columns: list[str]) -> pa.Table:
    """These columns of an audit file; no rows where there is none."""
    table = read_table(uri, columns=columns)
    return table if table is not None else pa.table({name: pa.array([], pa.string()) for name in columns})


def audit_file(job: Job, part: str, table: str, shard: int = 0) -> str:
    """The path of one shard that a part of the run writes of an audit table."""
    return part_uri(job.output, table, job.run_id, part, shard)


def run_file(job: Job) -> str:
    """The path of the run file."""
    return run_uri(job.output, job.run_id)


def finalize_run(job: Job, plan: RefreshPlan, totals: Totals, started: datetime) -> dict[str, Any]:
    """Delete outputs that must not stay, then write the run file.

    It is the last object of a run: once it exists, the run is complete. Idempotent.

    Returns:
        What was written.
    """
    there = storage_of(run_file(job)).read(run_file(job))
    if there is not None:  # An engine may carry out its last step once more.
        return dict(json.loads(there))
    written = read_run_plan(job.output, job.run_id)
    displaced = totals.settle(job)
    removed = remove_outputs(job, written.obsolete, totals.published)
    if job.vault:
        assemble_vault(job.vault, without=displaced)
    counts = {"listed": totals.listed, **{name: totals.verdicts[name] for name in ("published", "quarantined", "skipped")}}
    counts["unchanged"] = totals.known + totals.verdicts["unchanged"]
    counts["removed"] = removed
    report = {
        "run": job.run_id,
        "schema": SCHEMA_VERSION,
        "efface": metadata.version("efface"),
        "policy": job.versions.policy,
        "models": job.versions.models,
        "key_id": job.versions.key_id,
        "started": f"{started:%Y-%m-%dT%H:%M:%SZ}",
        "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "counts": counts,
        "codes": dict(sorted(totals.codes.items())),
        "withdrawal": {
            "entries": plan.entries,
            "matched_nobody": sum(not entry & totals.withdrawn for entry in plan.unmatched),
        },
        "patient_ids_of_several_issuers": _of_several(totals.issuers.union(_pairs(written.issuers))),
    }
    storage_of(run_file(job)).write(run_file(job), json.dumps(report, indent=2).encode() + b"\n", replace=True)
    # What earlier runs left that were cut off is settled with this one.
    for run_id in {job.run_id, *unfinished_runs(job.output)}:
        if run_id <= job.run_id:
            delete_run_plan(job.output, run_id)
    return report


def _pairs(issuers: pa.Table) -> Iterable[tuple[str, str]]:
    return zip(issuers["patient_ref"].to_pylist(), issuers["issuer_ref"].to_pylist(), strict=True)


def _of_several(issuers: Iterable[tuple[str, str]]) -> int:
    """The number of Patient IDs with several issuers, or with one and without."""
    times = Counter(patient_ref for patient_ref, _ in set(issuers) if patient_ref)
    return sum(count > 1 for count in times.values())
