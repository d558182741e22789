"""Pipeline options of a run on Dataflow."""

from __future__ import annotations

from collections.abc import Sequence

from apache_beam.options.pipeline_options import GoogleCloudOptions, PipelineOptions, WorkerOptions

from efface.pipeline.options import with_defaults
from efface.transforms.storage import is_local

_DEFAULTS = {
    # Libraries log values of the data. The audit contains what a user needs to know.
    "default_sdk_harness_log_level": "ERROR",
    # The image contains all packages, so a worker installs nothing when it starts.
    "sdk_location": "container",
}

_GPU_DEFAULTS = {
    # The threads of the one process share its model. More threads only hold more frames in memory.
    "number_of_worker_harness_threads": "4",
}

_ACCELERATOR = "worker_accelerator="
_ONE_PROCESS = "no_use_multiple_sdk_containers"


def pipeline_options(flags: Sequence[str], locations: Sequence[str] = ()) -> PipelineOptions:
    """The user's flags, completed by those that efface needs.

    With an accelerator, a machine runs one worker process, so that its memory holds one model instead of one per core.

    Args:
        flags: Beam's flags as the user gave them.
        locations: Input, output, vault and key file. The workers can only reach buckets.

    Raises:
        ValueError: The image is missing, or the workers cannot reach a location.
    """
    options = PipelineOptions(with_defaults(flags, _DEFAULTS))
    if not options.view_as(WorkerOptions).sdk_container_image:
        raise ValueError(
            "--runner=DataflowRunner needs workers that have efface: build runners/dataflow/Containerfile and pass "
            "--sdk_container_image=IMAGE"
        )
    for location in locations:
        if is_local(location):
            raise ValueError(
                "Dataflow's workers can only reach buckets: give gs://, s3:// or az:// locations for input, output, vault and "
                "--key-file"
            )
    if accelerator_of(options):
        options = PipelineOptions([*with_defaults(flags, _DEFAULTS | _GPU_DEFAULTS), f"--experiments={_ONE_PROCESS}"])
    return options


def accelerator_of(options: PipelineOptions) -> str:
    """The accelerator of the workers, from `--dataflow_service_options=worker_accelerator=...`; "" for none."""
    services = options.view_as(GoogleCloudOptions).dataflow_service_options or []
    found = (service.removeprefix(_ACCELERATOR) for service in services if service.startswith(_ACCELERATOR))
    return next(found, "")
