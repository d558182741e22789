"""Manifest files in, the sources that they list out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.errors import SourceReadError
from .core.instance import Source
from .storage import storage_of, with_members


def _read(uri: str) -> Iterator[Source]:
    data = storage_of(uri).read(uri)
    if data is None:
        raise SourceReadError("a manifest is gone")
    for row in csv.reader(io.StringIO(data.decode("utf-8", "surrogateescape"), newline="")):
        yield from with_members(Source(row[0], int(row[1]), row[2]))


@dataclass
class ReadManifest(beam.PTransform[beam.PCollection[str], beam.PCollection[Source]]):
    """Reads files of (uri, size in bytes, version) and spreads the sources, with the members of archives, over the workers."""

    def expand(self, uris: beam.PCollection[str]) -> beam.PCollection[Source]:
        sources: beam.PCollection[Source] = (
            uris
            | "Read rows" >> beam.FlatMap(_read).with_input_types(str).with_output_types(Source)
            | "Spread sources" >> beam.Reshuffle()
        )
        return sources
