"""Patterns in, stored objects out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.instance import Source
from .storage import storage_of


def _listed(pattern: str) -> Iterator[Source]:
    return storage_of(pattern).list(pattern)


@dataclass
class ListSources(beam.PTransform[beam.PCollection[str], beam.PCollection[Source]]):
    """Lists every object of the patterns, then spreads them over the workers."""

    def expand(self, patterns: beam.PCollection[str]) -> beam.PCollection[Source]:
        sources: beam.PCollection[Source] = (
            patterns
            | "List" >> beam.FlatMap(_listed).with_input_types(str).with_output_types(Source)
            | "Spread sources" >> beam.Reshuffle()
        )
        return sources
