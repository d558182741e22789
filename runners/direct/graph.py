"""The graph on Beam's local runner. No other file names that runner."""

from __future__ import annotations

from collections.abc import Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.runners.portability.portable_runner import JobServiceHandle

from efface.pipeline.deidentify import Deidentify
from efface.pipeline.job import Job
from efface.pipeline.policy import Policy
from efface.transforms.core.instance import Source


def run_graph(sources: Sequence[Source], policy: Policy, job: Job, beam_flags: Sequence[str]) -> None:
    """De-identify sources by the graph, in this process."""
    options = pipeline_options(list(beam_flags))
    with beam.Pipeline(runner=local_runner(options), options=options) as pipeline:
        listed = pipeline | "List batch" >> beam.Create(list(sources)).with_output_types(Source)
        _ = listed | "De-identify" >> Deidentify(policy, job)


def pipeline_options(flags: list[str]) -> PipelineOptions:
    """Options of a graph that runs in this process."""
    return PipelineOptions([*flags, "--direct_running_mode=in_memory", "--direct_num_workers=1"])


def local_runner(options: PipelineOptions) -> fn_runner.FnApiRunner:
    """The runner object of one machine.

    Beam's `DirectRunner` first tries to download another runner, and a runner chosen by name does not pass the options to its
    workers.
    """
    encoded = JobServiceHandle.encode_pipeline_options(options.get_all_options())
    info = beam_provision_api_pb2.ProvisionInfo(pipeline_options=encoded)
    return fn_runner.FnApiRunner(provision_info=fn_runner.ExtendedProvisionInfo(info))
