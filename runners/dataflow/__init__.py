"""Dataflow: options, the Flex Template and its image."""

from .options import accelerator_of, pipeline_options

__all__ = ["accelerator_of", "pipeline_options"]
