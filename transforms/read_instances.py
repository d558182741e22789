"""Stored objects in, instances out. Reads headers only, and ignores file names."""

from __future__ import annotations

from dataclasses import dataclass

import apache_beam as beam

from .core.instance import Instance, Source
from .instance.describe import EVERY_INSTANCE, ReadOptions
from .step import Outcome, apply_step
from .steps.read_instance import ReadInstance
from .storage.key_source import KeySource


@dataclass
class ReadInstances(beam.PTransform[beam.PCollection[Source], Outcome[Instance]]):
    """Reads the header of each source; what is not DICOM becomes a failure with its reason.

    Args:
        key: Where the key is.
        options: Which instances are taken.
    """

    key: KeySource
    options: ReadOptions = EVERY_INSTANCE

    def expand(self, sources: beam.PCollection[Source]) -> Outcome[Instance]:
        return apply_step(sources, ReadInstance(self.key, self.options), Source, Instance)
