"""A run on another engine: one pipeline over every waiting source. Its last step finalizes the run."""

from __future__ import annotations

import csv
import io
import json
import logging
import math
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import apache_beam as beam
from apache_beam.options.pipeline_options import (
    FlinkRunnerOptions,
    GoogleCloudOptions,
    PipelineOptions,
    PortableOptions,
    TestOptions,
)

from efface.pipeline.deidentify import Deidentify, Job
from efface.pipeline.options import runner_name
from efface.pipeline.policy import Policy
from efface.transforms.audit.run_plan import RunPlan, delete_run_plan
from efface.transforms.core.instance import Source
from efface.transforms.read_manifest import ReadManifest
from efface.transforms.storage import join_uri, storage_of

from . import dataflow, flink
from .finalize import Totals, finalize_run, run_file
from .refresh_plan import RefreshPlan

MAX_SOURCES_IN_GRAPH = 20_000
"""More sources than this travel in manifest files, since the graph itself is stored and sent as one piece."""

_SOURCES_A_SHARD = 1_000
_MANIFEST_ROWS = 5_000
_ANSWER_WITHIN_SEC = 10.0


class RemoteRefusedError(ValueError):
    """The engine cannot be used as the flags say; the message says what to do, and nothing was done."""


class RemoteFailedError(RuntimeError):
    """The engine gave the job up."""


def remote_options(beam_flags: Sequence[str], places: Sequence[str]) -> PipelineOptions:
    """The pipeline options of a remote run, checked as far as they can be before any work.

    Args:
        beam_flags: Beam's flags as the user gave them.
        places: Input, output, vault and key file, as far as given.

    Raises:
        RemoteRefusedError: Something is missing, or nobody answers at the engine's address.
    """
    runner = runner_name(beam_flags)
    engine = dataflow if runner == "DataflowRunner" else flink
    try:
        options: PipelineOptions = engine.pipeline_options(beam_flags, places)
    except ValueError as error:
        raise RemoteRefusedError(str(error)) from None
    _check_reachable(runner, options)
    return options


def run_remote(policy: Policy, job: Job, options: PipelineOptions, plan: RefreshPlan) -> dict[str, Any] | None:
    """De-identify what is waiting on the engine of the options.

    Returns:
        What stands in the run's own file at the end, or None where the job was only written down (a template, a dry run).

    Raises:
        RemoteRefusedError: The runner does not accept the options.
        RemoteFailedError: The job was given up.
    """
    shards = max(1, math.ceil(len(plan.waiting) / _SOURCES_A_SHARD))
    job = replace(job, part="all", shards=shards, accelerator=dataflow.accelerator_of(options))
    started = datetime.now(UTC)
    if not plan.waiting:
        return finalize_run(job, plan, Totals(listed=plan.known, known=plan.known), started)
    # Where workers are threads of this process, their libraries would log values of the data.
    logging.disable(logging.WARNING)
    manifest = _write_manifest(job, options, plan)
    try:
        pipeline = beam.Pipeline(options=options)
    except ValueError as error:  # Beam's own check of the options; its message names them.
        raise RemoteRefusedError(" ".join(str(error).split())) from None
    build_graph(pipeline, policy, job, plan, started, manifest)
    result = pipeline.run()
    if options.view_as(TestOptions).dry_run:
        delete_run_plan(job.output, job.run_id)
        return None
    if options.view_as(GoogleCloudOptions).template_location:
        return None
    try:
        result.wait_until_finish()
    except KeyboardInterrupt:
        result.cancel()
        raise
    except RuntimeError:
        raise RemoteFailedError(f"the job ended as {result.state}; its reason is in the engine's own log") from None
    for uri in manifest:
        storage_of(uri).delete(uri)
    raw = storage_of(run_file(job)).read(run_file(job))
    if raw is None:
        raise RemoteFailedError("the job ended, but did not close the run; the same command goes on where it stopped")
    return dict(json.loads(raw))


def build_graph(
    pipeline: beam.Pipeline, policy: Policy, job: Job, plan: RefreshPlan, started: datetime, manifest: Sequence[str] = ()
) -> None:
    """The whole run as one graph: sources, `Deidentify`, and the step that closes the run once everything is written."""
    if manifest:
        uris = pipeline | "List manifest" >> beam.Create(list(manifest))
        sources = uris | "Read manifest" >> ReadManifest()
    else:
        sources = pipeline | "List sources" >> beam.Create(plan.waiting).with_output_types(Source)
    written = (sources | "De-identify" >> Deidentify(policy, job)).written
    finalize = _FinalizeFn(job, replace(plan, waiting=[], written=RunPlan()), len(plan.waiting), started)
    _ = written | "Wait for all" >> beam.combiners.Count.Globally() | "Close the run" >> beam.ParDo(finalize)


class _FinalizeFn(beam.DoFn):
    """Closes the run where the job runs, because not everybody waits for it: a template's launcher does not."""

    def __init__(self, job: Job, plan: RefreshPlan, sources: int, started: datetime) -> None:
        self.job, self.plan, self.sources, self.started = job, plan, sources, started

    def process(self, _written: int) -> Iterator[str]:
        totals = Totals(listed=self.plan.known + self.sources, known=self.plan.known)
        totals.add_part(self.job, self.job.part, self.sources)
        yield str(finalize_run(self.job, self.plan, totals, self.started)["run"])


def _write_manifest(job: Job, options: PipelineOptions, plan: RefreshPlan) -> list[str]:
    """Write the waiting sources to files in the temporary location, where they are too many for the graph."""
    if len(plan.waiting) <= MAX_SOURCES_IN_GRAPH:
        return []
    place = options.view_as(GoogleCloudOptions).temp_location
    if not place:
        raise RemoteRefusedError(
            f"more than {MAX_SOURCES_IN_GRAPH} sources: give --temp_location, a folder that launcher and workers share; "
            "the list of sources is written there, and paths may identify"
        )
    uris = []
    for first in range(0, len(plan.waiting), _MANIFEST_ROWS):
        text = io.StringIO(newline="")
        rows = plan.waiting[first : first + _MANIFEST_ROWS]
        csv.writer(text).writerows((row.uri, row.size_bytes, row.version) for row in rows)
        uri = join_uri(place, f"efface-{job.run_id}", f"sources-{first:09d}.csv")
        storage_of(uri).write(uri, text.getvalue().encode("utf-8", "surrogateescape"), replace=True)
        uris.append(uri)
    return uris


def _check_reachable(runner: str, options: PipelineOptions) -> None:
    """Try the engine's address, since Beam itself would retry for minutes and end in a stack trace."""
    addresses = {"the job server (--job_endpoint)": options.view_as(PortableOptions).job_endpoint}
    if runner == "FlinkRunner":
        addresses["the Flink cluster (--flink_master)"] = options.view_as(FlinkRunnerOptions).flink_master
    for name, address in addresses.items():
        if not address or address == "embed" or address.startswith("["):
            continue
        parts = urlsplit(address if "://" in address else f"//{address}")
        try:
            port = parts.port or {"http": 80, "https": 443}[parts.scheme]
            socket.create_connection((parts.hostname or "", port), _ANSWER_WITHIN_SEC).close()
        except (OSError, ValueError, KeyError):
            raise RemoteRefusedError(f"{name} does not answer at {address}: is it running, and is the port right?") from None
