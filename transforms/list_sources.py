"""Patterns in, sources out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import apache_beam as beam

from .core.instance import Source
from .instance.listing import sources_of


@dataclass
class ListSources(beam.PTransform[beam.PCollection[str], beam.PCollection[Source]]):
    """Lists every source of the patterns, with the members of archives, each once, and spreads them over the workers."""

    def expand(self, patterns: beam.PCollection[str]) -> beam.PCollection[Source]:
        sources: beam.PCollection[Source] = (
            patterns
            | "List" >> beam.FlatMap(sources_of).with_input_types(str).with_output_types(Source)
            | "Key by URI" >> beam.Map(_by_uri).with_output_types(tuple[str, Source])
            | "Group by URI" >> beam.GroupByKey()
            | "Take each once" >> beam.Map(_first).with_output_types(Source)
        )
        return sources


def _by_uri(source: Source) -> tuple[str, Source]:
    return source.uri, source


def _first(listed: tuple[str, Iterable[Source]]) -> Source:
    """The source in the version with the lowest text, if it changed between two listings."""
    return min(listed[1], key=lambda source: source.version)
