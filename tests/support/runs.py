"""Whole runs for tests: the product's own command, and the graph in this process where another would add nothing."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from efface.pipeline.job import Job
from efface.pipeline.policy import Policy, PreparedPolicy, load_policy
from efface.runners.direct.messages import Batch, BatchJob
from efface.runners.direct.worker import run_batch
from efface.runners.finalize import Totals, finalize_run
from efface.runners.refresh_plan import begin_run
from efface.transforms.audit.marks import read_marks
from efface.transforms.audit.vault import assemble_vault
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.instance.listing import list_sources
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.storage import join_uri, storage_of
from efface.transforms.storage.key_source import KeySource
from support import fake_engine

QUICK = OcrSettings(engine=fake_engine.FakeDetector.name, device="cpu")
"""Finds white blocks and reads nothing: for tests that are not about reading."""


def quick_policy(name: str = "basic") -> Policy:
    """A shipped policy with the quick engine."""
    return dataclasses.replace(load_policy(name), ocr=QUICK)


def job_of(output: str, key_file: Path, policy: Policy, vault: str = "", run_id: str = "run-1") -> Job:
    """A job of one run."""
    versions = PreparedPolicy(policy, "test").versions(Pseudonyms(b"k" * 32))
    return Job(
        output,
        KeySource(str(key_file)),
        dataclasses.replace(versions, key_id="KEY"),
        run_id,
        part="",
        vault=vault,
        on_conflict=policy.on_conflict,
        on_shared_ids=policy.on_shared_ids,
        on_several_ids=policy.on_several_ids,
        decisions=policy.decisions.read(KeySource(str(key_file)).pseudonyms()) if policy.decisions else None,
    )


def deidentify_here(
    source: str,
    output: str,
    key_file: Path,
    policy: Policy,
    *,
    vault: str = "",
    part: str = "000000",
    run_id: str = "run-1",
    began_sec: float = 0.0,
) -> None:
    """Run the graph over everything below `source` in this process."""
    job = job_of(output, key_file, policy, vault, run_id)
    run_batch(BatchJob(policy, job), Batch(part, tuple(storage_of(source).list(source)), began_sec=began_sec))


def refresh_here(
    source: str,
    output: str,
    key_file: Path,
    policy: Policy,
    *,
    run_id: str,
    vault: str = "",
    redo: bool = False,
    deletes_removed: bool = False,
    withdrawn: Sequence[frozenset[str]] = (),
) -> dict:
    """A whole refresh in this process, as `efface run` does one; returns what it says at its end."""
    job = job_of(output, key_file, policy, vault, run_id)
    patient_refs = frozenset[str]().union(*withdrawn)
    job = dataclasses.replace(job, withdrawn=patient_refs, began_sec=time.time(), part="000000")
    plan = begin_run(
        job,
        list_sources([source]),
        redo=redo,
        deletes_removed=deletes_removed,
        withdrawn=withdrawn,
        policy=policy,
    )
    totals = Totals(listed=plan.up_to_date + len(plan.pending), up_to_date=plan.up_to_date)
    if plan.pending:
        run_batch(BatchJob(policy, job), Batch(job.part, tuple(plan.pending)))
        totals.add_part(job, job.part, len(plan.pending))
    return finalize_run(job, plan, totals, datetime.now(UTC))


def assemble(vault: Path, output: Path) -> None:
    """Merge what the runs on an output left in a vault, as the end of a run does."""
    marks = read_marks(str(output))
    assemble_vault(str(vault), {name for mark in marks.values() for name in mark.vault}, marks)


def table(output: str, name: str) -> list[dict]:
    """The rows of an audit table, of all runs."""
    folder = Path(output, "audit", name)
    return pq.read_table(folder).to_pylist() if folder.exists() else []


def instances(output: str) -> dict[str, bytes]:
    """Relative path -> bytes of every published instance, local or in a bucket."""
    prefix = join_uri(output, "instances")
    storage = storage_of(prefix)
    return {source.uri.removeprefix(prefix): storage.read(source.uri) or b"" for source in storage.list(prefix)}


def all_bytes(folder: Path) -> bytes:
    """Every file name and every byte below a folder, joined; Parquet tables as the text of their rows."""
    parts = []
    for path in sorted(folder.rglob("*")):
        parts.append(str(path.relative_to(folder)).encode())
        if path.suffix == ".parquet":
            parts.append(repr(pq.read_table(path).to_pylist()).encode())
        if path.is_file():
            parts.append(path.read_bytes())
    return b"\n".join(parts)
