"""Stored objects in, instances out: header only, whatever the file is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.errors import WithdrawnError
from .core.malformed import malformed
from .core.records import Instance, Source
from .dicom.parse import describe_instance, read_header
from .key_source import KeySource
from .metadata.roster import header_terms
from .open_instance import open_source
from .outcome import Outcome, StepFn, apply_step


class _ReadFn(StepFn):
    stage = "read_instances"

    def __init__(self, key: KeySource, withdrawn: frozenset[str]) -> None:
        self.key, self.withdrawn = key, withdrawn

    def ref_of(self, element: Source) -> str:
        return self.key.pseudonyms().ref(element.uri)

    def handle(self, element: Source) -> Iterator[Instance]:
        with open_source(element) as file:
            header = read_header(file)
        pseudonyms = self.key.pseudonyms()
        with malformed(raised_in="pydicom."):
            patient_id = str(header.get("PatientID") or "")
        patient_ref = pseudonyms.patient_ref(patient_id) if self.withdrawn else ""
        if patient_ref in self.withdrawn:
            raise WithdrawnError("the patient is on the withdrawal list", patient_ref)
        yield describe_instance(header, element, self.ref_of(element), header_terms(header), pseudonyms.draw)


@dataclass
class ReadInstances(beam.PTransform):
    """Reads the header of each source; what is not DICOM becomes a failure with its reason.

    Args:
        key: Where the key is.
        withdrawn: `Pseudonyms.patient_ref` of each patient whose instances are left out.
    """

    key: KeySource
    withdrawn: frozenset[str] = frozenset()

    def expand(self, sources: beam.PCollection[Source]) -> Outcome:
        return apply_step(sources, _ReadFn(self.key, self.withdrawn), Source, Instance)
