"""The facts of an instance from the header of its stored object."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.errors import WithdrawnError
from ..core.instance import Instance, Source
from ..core.malformed import malformed
from ..core.pseudonyms import Pseudonyms
from ..dicom.parse import describe_instance, read_header
from ..metadata.header_identifiers import header_identifiers
from .open import open_source
from .selection import EVERYTHING, Selection, require_selected


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Which instances are taken.

    Attributes:
        withdrawn: `Pseudonyms.patient_ref` of each patient whose instances are left out.
        selection: Which instances the policy takes.
        takes_slide_labels: Whether images of the labels of slides are taken, to be replaced, instead of refused.
    """

    withdrawn: frozenset[str] = frozenset()
    selection: Selection = EVERYTHING
    takes_slide_labels: bool = False


EVERY_INSTANCE = ReadOptions()


def read_instance(source: Source, pseudonyms: Pseudonyms | None = None, options: ReadOptions = EVERY_INSTANCE) -> Instance:
    """The instance of a stored object.

    Args:
        source: Any stored object.
        pseudonyms: Of the key: they name the instance and draw it for samples. Without them its ref is "".
        options: Which instances are taken.

    Raises:
        WithdrawnError: Its patient is one of them.
        NotSelectedError: The policy does not take it. This comes before anything that could be wrong with it.
        EffaceError: See `open_source`, `read_header` and `describe_instance`.
    """
    with open_source(source) as file:
        header = read_header(file)
    if pseudonyms is None:
        require_selected(header, options.selection)
        return describe_instance(header, source, "", header_identifiers(header), takes_slide_labels=options.takes_slide_labels)
    with malformed(raised_in="pydicom."):
        patient_id = str(header.get("PatientID") or "")
    patient_ref = pseudonyms.patient_ref(patient_id) if options.withdrawn else ""
    if patient_ref in options.withdrawn:
        raise WithdrawnError("the patient is on the withdrawal list", patient_ref)
    require_selected(header, options.selection)
    ref, identifiers = pseudonyms.ref(source.uri), header_identifiers(header)
    return describe_instance(header, source, ref, identifiers, pseudonyms.draw, takes_slide_labels=options.takes_slide_labels)
