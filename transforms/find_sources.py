"""URIs in, the sources that they name out, each in its current version."""

from __future__ import annotations

from dataclasses import dataclass

import apache_beam as beam

from .core.errors import EffaceError
from .core.instance import Source
from .instance.listing import find_source
from .storage.uris import absolute

_NO_VERSION = "1"
"""No object of any storage has it, so opening such a source fails."""


def _find(uri: str) -> Source:
    """The object under a URI. One that cannot be found becomes a source that no step can open.

    Raises:
        io.UnsupportedOperation: There is no storage for the scheme.
    """
    try:
        return find_source(uri)
    except EffaceError:
        return Source(absolute(uri), 0, _NO_VERSION)


@dataclass
class FindSources(beam.PTransform[beam.PCollection[str], beam.PCollection[Source]]):
    """Looks up each URI of a list, a table or a query, once, and spreads the sources over the workers.

    Members of archives: each is looked up in a listing of its whole archive, so take `ListSources` for many of them.
    A URI without an object becomes a failure of `Deidentify` (`source_changed`), so that the audit accounts for each row.
    """

    def expand(self, uris: beam.PCollection[str]) -> beam.PCollection[Source]:
        sources: beam.PCollection[Source] = (
            uris
            | "Spell alike" >> beam.Map(absolute).with_input_types(str).with_output_types(str)
            | "Name each once" >> beam.Distinct()
            | "Find" >> beam.Map(_find).with_input_types(str).with_output_types(Source)
        )
        return sources
