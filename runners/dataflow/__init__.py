"""Dataflow: options, the Flex Template and its image."""

from .options import pipeline_options

__all__ = ["pipeline_options"]
