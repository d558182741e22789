"""Patterns in, sources out."""

from __future__ import annotations

from dataclasses import dataclass

import apache_beam as beam

from .core.instance import Source
from .instance.listing import sources_of


@dataclass
class ListSources(beam.PTransform[beam.PCollection[str], beam.PCollection[Source]]):
    """Lists every source of the patterns, with the members of archives, then spreads them over the workers."""

    def expand(self, patterns: beam.PCollection[str]) -> beam.PCollection[Source]:
        sources: beam.PCollection[Source] = (
            patterns
            | "List" >> beam.FlatMap(sources_of).with_input_types(str).with_output_types(Source)
            | "Spread sources" >> beam.Reshuffle()
        )
        return sources
