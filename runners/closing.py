"""The end of a run, wherever it ran: count from the audit, take away what must not stay, and write down what ran."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from efface.pipeline.deidentify import Job
from efface.transforms.core.errors import OutputConflictError
from efface.transforms.storage import join_uri, storage_of
from efface.transforms.write_tables import assemble_vault

from .conflicts import settle_conflicts
from .refresh_plan import RefreshPlan, remove_outputs


@dataclass
class Totals:
    """What became of the sources of a run.

    Attributes:
        listed: Sources that the patterns matched.
        known: Of these, published by an earlier run under the same versions, so not touched again.
        verdicts: "published", "unchanged", "quarantined", "skipped" -> how many of the rest.
        codes: Reason code -> how many, of what was not published.
        outputs: Every output that stands there now because of this run.
        contested: Outputs that more than one source of this run claims.
    """

    listed: int = 0
    known: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    outputs: set[str] = field(default_factory=set)
    contested: set[str] = field(default_factory=set)

    @property
    def done(self) -> int:
        return self.known + self.verdicts.total()

    def add_part(self, job: Job, part: str, sources: int) -> None:
        """Count a part of the run from its audit: what is not told there did not happen.

        Raises:
            RuntimeError: The audit does not account for exactly this many sources.
        """
        told = 0
        for shard in range(job.shards):
            failed = _read(audit_file(job, part, "failures", shard), ["ref", "verdict", "code"])
            published = _read(audit_file(job, part, "instances", shard), ["ref", "verdict", "output"])
            # A settled conflict may be told twice, if the settling was interrupted.
            published = published.filter(pc.invert(pc.is_in(published["ref"], failed["ref"].combine_chunks())))
            told += failed.num_rows + published.num_rows
            self.verdicts.update(failed["verdict"].to_pylist() + published["verdict"].to_pylist())
            self.codes.update(failed["code"].to_pylist())
            outputs = published["output"].to_pylist()
            self.contested.update(name for name, times in Counter(outputs).items() if times > 1 or name in self.outputs)
            self.outputs.update(outputs)
        if told != sources:
            raise RuntimeError("the audit of a part of the run does not account for every source of it")

    def settle(self, job: Job) -> frozenset[str]:
        """Count those as failed whose output another source of the run took, and return their refs."""
        displaced = settle_conflicts(job, self.contested)
        for verdict in displaced.values():
            self.verdicts[verdict] -= 1
            self.verdicts["quarantined"] += 1
            self.codes[OutputConflictError.code] += 1
        self.contested.clear()
        return frozenset(displaced)


def _read(uri: str, columns: list[str]) -> pa.Table:
    """These columns of an audit file; no rows where there is none."""
    data = storage_of(uri).read(uri)
    return (
        pq.read_table(io.BytesIO(data), columns=columns)
        if data
        else pa.table({name: pa.array([], pa.string()) for name in columns})
    )


def audit_file(job: Job, part: str, table: str, shard: int = 0) -> str:
    """Where a part of the run writes a shard of an audit table."""
    return join_uri(job.output, "audit", table, f"run={job.run_id}", f"part-{part}-{shard:05d}.parquet")


def run_file(job: Job) -> str:
    """Where it says what ran."""
    return join_uri(job.output, "audit", "runs", f"{job.run_id}.json")


def close_run(job: Job, plan: RefreshPlan, totals: Totals, started: datetime) -> dict[str, Any]:
    """Take away what must not stay, then write what ran.

    That is the last object of a run: where it stands, the run is complete. Doing it twice does no harm.

    Returns:
        What was written.
    """
    displaced = totals.settle(job)
    # What is made anew may have got another name, and then its old output must not stay beside the new one.
    stale = {ref: path for ref, path in plan.superseded.items() if path not in totals.outputs}
    removed = remove_outputs(job, plan.removed | stale, kept=sorted(totals.outputs))
    if job.vault:
        assemble_vault(job.vault, without=displaced)
    counts = {"listed": totals.listed, **{name: totals.verdicts[name] for name in ("published", "quarantined", "skipped")}}
    counts["unchanged"] = totals.known + totals.verdicts["unchanged"]
    counts["removed"] = removed
    told = {
        "run": job.run_id,
        "efface": metadata.version("efface"),
        "policy": job.versions.policy,
        "models": job.versions.models,
        "key_id": job.versions.key_id,
        "started": f"{started:%Y-%m-%dT%H:%M:%SZ}",
        "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "counts": counts,
        "codes": dict(sorted(totals.codes.items())),
    }
    storage_of(run_file(job)).write(run_file(job), json.dumps(told, indent=2).encode() + b"\n", replace=True)
    return told
