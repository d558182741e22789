"""The end of a run, wherever it ran: count from the audit, take away what must not stay, and write down what ran."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import pyarrow.parquet as pq

from efface.pipeline.deidentify import Job
from efface.transforms.storage import join_uri, storage_of
from efface.transforms.write_tables import assemble_vault

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
    """

    listed: int = 0
    known: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    outputs: set[str] = field(default_factory=set)

    @property
    def done(self) -> int:
        return self.known + self.verdicts.total()

    def add_part(self, job: Job, part: str, sources: int) -> None:
        """Count a part of the run from its audit: what is not told there did not happen.

        Raises:
            RuntimeError: The audit does not account for exactly this many sources.
        """
        told = 0
        for table, columns in (("instances", ["verdict", "output"]), ("failures", ["verdict", "code"])):
            for shard in range(job.shards):
                uri = audit_file(job, part, table, shard)
                data = storage_of(uri).read(uri)
                if data is None:
                    continue
                rows = pq.read_table(io.BytesIO(data), columns=columns)
                told += rows.num_rows
                self.verdicts.update(rows["verdict"].to_pylist())
                if table == "failures":
                    self.codes.update(rows["code"].to_pylist())
                else:
                    self.outputs.update(rows["output"].to_pylist())
        if told != sources:
            raise RuntimeError("the audit of a part of the run does not account for every source of it")


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
    # What is made anew may have got another name, and then its old output must not stay beside the new one.
    stale = {ref: path for ref, path in plan.superseded.items() if path not in totals.outputs}
    removed = remove_outputs(job, plan.removed | stale, kept=sorted(totals.outputs))
    if job.vault:
        assemble_vault(job.vault)
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
