"""Flink, and every other engine with a Beam job server: options, the workers' image, a Kubernetes example."""

from .options import pipeline_options

__all__ = ["pipeline_options"]
