"""The facts of an instance from the header of its stored object."""

from __future__ import annotations

from ..core.errors import WithdrawnError
from ..core.instance import Instance, Source
from ..core.malformed import malformed
from ..core.pseudonyms import Pseudonyms
from ..dicom.parse import describe_instance, read_header
from ..metadata.header_identifiers import header_identifiers
from .open import open_source


def read_instance(
    source: Source,
    pseudonyms: Pseudonyms | None = None,
    withdrawn: frozenset[str] = frozenset(),
    *,
    takes_slide_labels: bool = False,
) -> Instance:
    """The instance of a stored object.

    Args:
        source: Any stored object.
        pseudonyms: Of the key: they name the instance and draw it for samples. Without them its ref is "".
        takes_slide_labels: See `describe_instance`.
        withdrawn: `Pseudonyms.patient_ref` of each patient whose instances are left out.

    Raises:
        WithdrawnError: Its patient is one of them.
        EffaceError: See `open_source`, `read_header` and `describe_instance`.
    """
    with open_source(source) as file:
        header = read_header(file)
    if pseudonyms is None:
        return describe_instance(header, source, "", header_identifiers(header), takes_slide_labels=takes_slide_labels)
    with malformed(raised_in="pydicom."):
        patient_id = str(header.get("PatientID") or "")
    patient_ref = pseudonyms.patient_ref(patient_id) if withdrawn else ""
    if patient_ref in withdrawn:
        raise WithdrawnError("the patient is on the withdrawal list", patient_ref)
    ref, identifiers = pseudonyms.ref(source.uri), header_identifiers(header)
    return describe_instance(header, source, ref, identifiers, pseudonyms.draw, takes_slide_labels=takes_slide_labels)
