"""A run on another engine: one pipeline over all pending sources, whose last step finalizes the run."""

from __future__ import annotations

import csv
import io
import json
import math
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
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

from efface.pipeline.deidentify import Deidentify
from efface.pipeline.job import Job
from efface.pipeline.options import runner_name
from efface.pipeline.policy import Policy
from efface.transforms.audit.run_plan import delete_run_plan
from efface.transforms.core.instance import Source
from efface.transforms.read_manifest import ReadManifest
from efface.transforms.storage import join_uri, storage_of

from . import dataflow, flink
from .finalize import Totals, finalize_run, run_file
from .graph_run import CompleteRun, Run
from .phases import Phase, Progress
from .refresh_plan import RefreshPlan
from .remote_errors import RemoteFailedError, RemoteRefusedError


@dataclass(frozen=True)
class RemoteLimits:
    """Sizes and times of a remote run.

    Attributes:
        sources_in_graph: More sources than this are sent in manifest files. A graph is stored and sent as one message, which
            Dataflow limits to 20 MB; a source takes a few hundred bytes of it.
        sources_per_shard: Sources whose audit rows one file holds.
        manifest_rows: Sources in one manifest file, which one worker reads.
        connect_timeout_sec: Time that an engine has to accept a connection.
    """

    sources_in_graph: int = 20_000
    sources_per_shard: int = 1_000
    manifest_rows: int = 5_000
    connect_timeout_sec: float = 10.0


LIMITS = RemoteLimits()


def remote_options(beam_flags: Sequence[str], locations: Sequence[str]) -> PipelineOptions:
    """The pipeline options of a remote run, checked before any work.

    Args:
        beam_flags: Beam's flags as the user gave them.
        locations: Input, output, vault and key file, if given.

    Raises:
        RemoteRefusedError: An option is missing, or the engine's address does not answer.
    """
    runner = runner_name(beam_flags)
    engine = dataflow if runner == "DataflowRunner" else flink
    try:
        options: PipelineOptions = engine.pipeline_options(beam_flags, locations)
    except ValueError as error:
        raise RemoteRefusedError(str(error)) from None
    _check_reachable(runner, options)
    return options


def run_remote(
    policy: Policy, job: Job, options: PipelineOptions, plan: RefreshPlan, progress: Progress
) -> dict[str, Any] | None:
    """De-identify the pending sources on the engine that the options name.

    Returns:
        The content of the run file, or None if the job was only written to a file (a template, a dry run).

    Raises:
        RemoteRefusedError: The runner does not accept the options.
        RemoteFailedError: The job failed.
    """
    shards = max(1, math.ceil(len(plan.pending) / LIMITS.sources_per_shard))
    job = replace(job, part="all", shards=shards, accelerator=dataflow.accelerator_of(options))
    if not plan.pending:
        return finalize_run(job, plan, Totals(listed=plan.up_to_date, up_to_date=plan.up_to_date), datetime.now(UTC))
    progress.begin(Phase.SENDING)
    manifest = _write_manifest(job, options, plan)
    try:
        pipeline = beam.Pipeline(options=options)
    except ValueError as error:  # Beam's own check of the options. Its message names them.
        raise RemoteRefusedError(" ".join(str(error).split())) from None
    build_graph(pipeline, policy, job, plan, manifest)
    try:
        result = pipeline.run()
    except ValueError as error:
        raise RemoteRefusedError(" ".join(str(error).split())) from None
    except Exception as error:  # Each engine has its own, whose messages hold its requests.
        raise RemoteFailedError(f"the engine does not take the job ({type(error).__name__})") from None
    if options.view_as(TestOptions).dry_run:
        delete_run_plan(job.output, job.run_id)
        return None
    if options.view_as(GoogleCloudOptions).template_location:
        return None
    progress.begin(Phase.WAITING)
    try:
        result.wait_until_finish()
    except KeyboardInterrupt:
        result.cancel()
        raise
    except Exception:  # Each engine has its own.
        raise RemoteFailedError(f"the job ended as {result.state}; see the engine's own log for the reason") from None
    for uri in manifest:
        storage_of(uri).delete(uri)
    report = storage_of(run_file(job)).read(run_file(job))
    if report is None:
        raise RemoteFailedError("the job ended, but did not finalize the run; the same command resumes it")
    return dict(json.loads(report))


def build_graph(pipeline: beam.Pipeline, policy: Policy, job: Job, plan: RefreshPlan, manifest: Sequence[str] = ()) -> None:
    """The whole run as one graph: sources, `Deidentify`, and the step that finalizes the run once everything is written."""
    if manifest:
        uris = pipeline | "List manifest" >> beam.Create(list(manifest))
        sources = uris | "Read manifest" >> ReadManifest()
    else:
        sources = pipeline | "List sources" >> beam.Create(plan.pending).with_output_types(Source)
    written = (sources | "De-identify" >> Deidentify(policy, job)).written
    _ = written | "Finalize run" >> CompleteRun(Run(policy, job, plan), len(plan.pending))


def _write_manifest(job: Job, options: PipelineOptions, plan: RefreshPlan) -> list[str]:
    """Write the pending sources to files in the temporary location if they are too many for the graph."""
    if len(plan.pending) <= LIMITS.sources_in_graph:
        return []
    temp_location = options.view_as(GoogleCloudOptions).temp_location
    if not temp_location:
        raise RemoteRefusedError(
            f"more than {LIMITS.sources_in_graph} sources: give --temp_location, a folder that launcher and workers share; "
            "the list of sources is written there, and paths may identify patients"
        )
    uris = []
    for first in range(0, len(plan.pending), LIMITS.manifest_rows):
        text = io.StringIO(newline="")
        rows = plan.pending[first : first + LIMITS.manifest_rows]
        csv.writer(text).writerows((row.uri, row.size_bytes, row.version) for row in rows)
        uri = join_uri(temp_location, f"efface-{job.run_id}", f"sources-{first:09d}.csv")
        storage_of(uri).write(uri, text.getvalue().encode("utf-8", "surrogateescape"), replace=True)
        uris.append(uri)
    return uris


def _check_reachable(runner: str, options: PipelineOptions) -> None:
    """Connect to the engine's address, since Beam itself retries for minutes and ends with a stack trace."""
    addresses = {"the job server (--job_endpoint)": options.view_as(PortableOptions).job_endpoint}
    if runner == "FlinkRunner":
        addresses["the Flink cluster (--flink_master)"] = options.view_as(FlinkRunnerOptions).flink_master
    for name, address in addresses.items():
        if not address or address == "embed" or address.startswith("["):
            continue
        parts = urlsplit(address if "://" in address else f"//{address}")
        try:
            port = parts.port or {"http": 80, "https": 443}[parts.scheme]
            socket.create_connection((parts.hostname or "", port), LIMITS.connect_timeout_sec).close()
        except (OSError, ValueError, KeyError):
            raise RemoteRefusedError(
                f"{name} does not answer at {address}: check that it runs and that the port is right"
            ) from None
