"""The options of a run on Dataflow."""

from __future__ import annotations

from collections.abc import Sequence

from apache_beam.options.pipeline_options import GoogleCloudOptions, PipelineOptions, WorkerOptions

from efface.pipeline.options import with_defaults

_DEFAULTS = {
    # Libraries log values of the data; what a user needs to know is in the audit.
    "default_sdk_harness_log_level": "ERROR",
    # The image has everything, so nothing is installed when a worker starts.
    "sdk_location": "container",
}

_GPU_DEFAULTS = {
    # Threads of the one process share its model; more of them only hold more frames in memory.
    "number_of_worker_harness_threads": "4",
}

_ACCELERATOR = "worker_accelerator="
_ONE_PROCESS = "no_use_multiple_sdk_containers"


def pipeline_options(flags: Sequence[str], places: Sequence[str] = ()) -> PipelineOptions:
    """The user's flags, and what efface needs beside them.

    With an accelerator, a machine runs one worker process, so that its memory holds one model and not one a core.

    Args:
        flags: Beam's flags as the user gave them.
        places: Input, output, vault and key file: workers in a data centre can only reach a bucket.

    Raises:
        ValueError: An image is missing, or a place is out of the workers' reach.
    """
    options = PipelineOptions(with_defaults(flags, _DEFAULTS))
    if not options.view_as(WorkerOptions).sdk_container_image:
        raise ValueError(
            "--runner=DataflowRunner needs workers that have efface: build runners/dataflow/Containerfile and pass "
            "--sdk_container_image=IMAGE"
        )
    for place in places:
        if not place.startswith("gs://"):
            raise ValueError("Dataflow's workers only reach gs:// places: input, output, vault and --key-file must be there")
    if accelerator_of(options):
        options = PipelineOptions([*with_defaults(flags, _DEFAULTS | _GPU_DEFAULTS), f"--experiments={_ONE_PROCESS}"])
    return options


def accelerator_of(options: PipelineOptions) -> str:
    """The accelerator that the workers have, as `--dataflow_service_options=worker_accelerator=...` says it; "" for none."""
    services = options.view_as(GoogleCloudOptions).dataflow_service_options or []
    found = (service.removeprefix(_ACCELERATOR) for service in services if service.startswith(_ACCELERATOR))
    return next(found, "")
