"""Pipeline options of a run on Flink, or on another engine with a job server."""

from __future__ import annotations

from collections.abc import Sequence

from apache_beam.options.pipeline_options import FlinkRunnerOptions, PipelineOptions, PortableOptions, WorkerOptions

from efface.pipeline.options import runner_name, with_defaults

_DEFAULTS = {
    # Libraries log values of the data. The audit contains what a user needs to know.
    "default_sdk_harness_log_level": "ERROR",
}


def pipeline_options(flags: Sequence[str], locations: Sequence[str] = ()) -> PipelineOptions:
    """The user's flags, completed by those that efface needs.

    Args:
        flags: Beam's flags as the user gave them.
        locations: Not checked, since a cluster may share folders with the launcher.

    Raises:
        ValueError: An option is missing.
    """
    options = PipelineOptions(with_defaults(flags, _DEFAULTS))
    portable = options.view_as(PortableOptions)
    runner = runner_name(flags)
    runs_here = runner == "PrismRunner" or options.view_as(FlinkRunnerOptions).flink_master == "[local]"
    has_workers = portable.environment_type or portable.environment_config or options.view_as(WorkerOptions).sdk_container_image
    if not has_workers and not runs_here:
        raise ValueError(
            f"--runner={runner} needs workers that have efface: build runners/flink/Containerfile and pass "
            "--environment_config=IMAGE"
        )
    if runner == "PortableRunner" and not portable.job_endpoint:
        raise ValueError("--runner=PortableRunner needs --job_endpoint=HOST:PORT")
    return options
