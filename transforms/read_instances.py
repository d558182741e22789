"""Stored objects in, instances out. Reads headers only, and ignores file names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.instance import Instance, Source
from .instance.describe import EVERY_INSTANCE, ReadOptions, read_instance
from .step import Outcome, StepFn, apply_step
from .storage.key_source import KeySource


class _ReadFn(StepFn):
    stage = "read_instances"

    def __init__(self, key: KeySource, options: ReadOptions) -> None:
        self.key, self.options = key, options

    def ref_of(self, element: Source) -> str:
        return self.key.pseudonyms().ref(element.uri)

    def handle(self, element: Source) -> Iterator[Instance]:
        yield read_instance(element, self.key.pseudonyms(), self.options)


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
        return apply_step(sources, _ReadFn(self.key, self.options), Source, Instance)
