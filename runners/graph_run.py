"""A run that is one graph: begun before the graph is built, completed by the graph's own last step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.transforms.combiners import Count

from efface.pipeline.in_process import prepare
from efface.pipeline.job import Job, new_job
from efface.pipeline.policy import Policy
from efface.transforms.audit.run_plan import RunPlan
from efface.transforms.core.instance import Source
from efface.transforms.storage.key_source import KeySource

from .finalize import Totals, finalize_run
from .refresh_plan import RefreshPlan, begin_run
from .run_lock import run_lock

_SHARDS = 16
"""Enough for ten thousand instances, whose rows one worker holds in memory, and not many files for ten."""


@dataclass(frozen=True)
class Run:
    """A run that has begun. `Deidentify(run.policy, run.job)` does its work, and `CompleteRun` ends it.

    Attributes:
        policy: The policy, with "auto" resolved for this machine.
        job: Output, key, versions and id of the run.
        plan: What its last step has to remove.
    """

    policy: Policy
    job: Job
    plan: RefreshPlan = field(repr=False)


@contextmanager
def open_run(
    policy: str | Policy = "basic", *, output: str | Path, key: str | Path = "", shards: int = _SHARDS
) -> Iterator[Run]:
    """Begin a run for a graph of the caller's own. No other run may work on the output until the block ends.

    The graph processes every source that it is given. An output that stands there with the same bytes is "unchanged"; one that
    an earlier run made in another way stays, and its source is quarantined as `output_conflict`. Only `efface run` replaces it.

    Args:
        policy: The name of a shipped policy, the path of a policy file, or a policy.
        output: Folder, or prefix of a bucket, of the de-identified instances and the audit.
        key: A file that holds the key, local or in a bucket; "" for the variable EFFACE_KEY. Workers read it as well.
        shards: Files of each audit table: about one for a thousand sources.

    Raises:
        PolicyError: The policy cannot be used.
        KeyUnavailableError: The key is missing or unusable.
        KeyMismatchError, SchemaVersionError, OutputBusyError: The output is of another key or version, or in use.
        LockLostError: Another run took the output over.
    """
    prepared = prepare(policy)
    job = replace(new_job(prepared, KeySource(str(key)), str(output)), shards=shards)
    with run_lock(job.output, job.run_id):
        yield Run(prepared.policy, job, begin_run(job, [], policy=prepared.policy))


class _CompleteFn(beam.DoFn):
    """Completes the run on the engine, since a launcher need not wait for the job: a template's does not."""

    def __init__(self, job: Job, plan: RefreshPlan) -> None:
        # The stored plan holds the rest, and a graph is sent as one message.
        self.job, self.plan = job, replace(plan, pending=[], run_plan=RunPlan())

    def process(self, _part: str, sources: int) -> Iterator[dict[str, Any]]:
        totals = Totals(listed=self.plan.up_to_date + sources, up_to_date=self.plan.up_to_date)
        totals.add_part(self.job, self.job.part, sources)
        yield finalize_run(self.job, self.plan, totals, datetime.fromtimestamp(self.job.began_sec, UTC))


@dataclass
class CompleteRun(beam.PTransform[beam.PCollection[str], beam.PCollection[dict[str, Any]]]):
    """The last step of a graph, applied to `Deidentified.written`: writes `audit/runs/<run>.json`, and yields its content.

    The step fails, and the run stays incomplete, unless the audit accounts for every source once. For bounded sources in the
    global window.

    Args:
        run: The run of the graph.
        sources: What `Deidentify` was applied to, or the number of these sources.
    """

    run: Run
    sources: beam.PCollection[Source] | int

    def expand(self, written: beam.PCollection[str]) -> beam.PCollection[dict[str, Any]]:
        number: int | beam.pvalue.AsSingleton
        if isinstance(self.sources, int):
            number = self.sources
        else:
            number = beam.pvalue.AsSingleton(self.sources | "Count sources" >> Count.Globally())
        complete = beam.ParDo(_CompleteFn(self.run.job, self.run.plan), number).with_output_types(dict[str, Any])
        completed: beam.PCollection[dict[str, Any]] = written | "Write run file" >> complete
        return completed
