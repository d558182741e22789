"""Stored objects in, instances out. Reads headers only, and ignores file names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.instance import Instance, Source
from .instance.describe import read_instance
from .instance.selection import EVERYTHING, Selection
from .step import Outcome, StepFn, apply_step
from .storage.key_source import KeySource


class _ReadFn(StepFn):
    stage = "read_instances"

    def __init__(self, key: KeySource, withdrawn: frozenset[str], selection: Selection) -> None:
        self.key, self.withdrawn, self.selection = key, withdrawn, selection

    def ref_of(self, element: Source) -> str:
        return self.key.pseudonyms().ref(element.uri)

    def handle(self, element: Source) -> Iterator[Instance]:
        yield read_instance(element, self.key.pseudonyms(), self.withdrawn, self.selection)


@dataclass
class ReadInstances(beam.PTransform[beam.PCollection[Source], Outcome[Instance]]):
    """Reads the header of each source; what is not DICOM becomes a failure with its reason.

    Args:
        key: Where the key is.
        withdrawn: `Pseudonyms.patient_ref` of each patient whose instances are left out.
        selection: Which instances the policy takes.
    """

    key: KeySource
    withdrawn: frozenset[str] = frozenset()
    selection: Selection = EVERYTHING

    def expand(self, sources: beam.PCollection[Source]) -> Outcome[Instance]:
        return apply_step(sources, _ReadFn(self.key, self.withdrawn, self.selection), Source, Instance)
