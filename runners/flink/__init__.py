"""Flink and all other engines that Beam reaches through a job server: options, the workers' image, a Kubernetes example."""

from .options import pipeline_options

__all__ = ["pipeline_options"]
