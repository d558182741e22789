"""Looks at published instances again after a change of `select` or `output.layout`: which of them would be the same still."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from efface.transforms.audit.history import latest_rows
from efface.transforms.audit.layout import instance_uri
from efface.transforms.core.instance import Source
from efface.transforms.core.published import OutputNames
from efface.transforms.dicom.parse import read_header
from efface.transforms.instance.open import open_source
from efface.transforms.instance.output_layout import DEFAULT, OutputLayout
from efface.transforms.instance.selection import EVERYTHING, Selection, require_selected
from efface.transforms.storage import is_local, open_listed, storage_of

_READERS, _READERS_OF_BUCKETS = 4, 16
"""Headers that are read at the same time."""
_NAMES = ("patient_id", "study_instance_uid", "series_instance_uid", "sop_instance_uid")


@dataclass(frozen=True)
class Reexamination:
    """What a policy says about which instances are taken, and what they are called.

    Neither decides what is in an output, so a source that is still taken, under the same name, is not processed again.
    """

    selection: Selection = EVERYTHING
    layout: OutputLayout = DEFAULT

    def keeps(self, output: str, refs: Sequence[str], sources: Sequence[Source], paths: Sequence[str]) -> list[bool]:
        """Whether each published source is still taken, and its output still has its name.

        What cannot be read counts as neither: the run meets it again, and gives it a code.

        Args:
            output: The output prefix.
            refs: `Pseudonyms.ref` of each source.
            sources: The sources.
            paths: The path of each output below `instances/`.
        """
        recorded = latest_rows(output, refs, ("ref", "output", *_NAMES))
        names = {(row["ref"], row["output"]): [row[name] or "" for name in _NAMES] for row in recorded.to_pylist()}

        def keeps(ref: str, source: Source, path: str) -> bool:
            try:
                self._require_taken(source)
                return self._path(output, path, names[ref, path]) == path
            except Exception:
                return False

        with ThreadPoolExecutor(_READERS if is_local(output) else _READERS_OF_BUCKETS) as pool:
            return list(pool.map(keeps, refs, sources, paths))

    def _require_taken(self, source: Source) -> None:
        if self.selection:
            with open_source(source) as file:
                require_selected(read_header(file), self.selection)

    def _path(self, output: str, path: str, names: Sequence[str]) -> str:
        """The path that an output would have now, by its own header."""
        pseudonyms = OutputNames(*names)
        if self.layout.is_default:
            return pseudonyms.path
        uri = instance_uri(output, path)
        [listed] = storage_of(uri).list(uri)
        with open_listed(listed) as file:
            return self.layout.names(pseudonyms, read_header(file)).path
