"""The facts of an instance from the header of its stored object."""

from __future__ import annotations

from ..core.errors import WithdrawnError
from ..core.instance import Instance, Source
from ..core.malformed import malformed
from ..core.pseudonyms import Pseudonyms
from ..dicom.parse import describe_instance, read_header
from ..metadata.header_identifiers import header_identifiers
from .open import open_source
from .selection import EVERYTHING, Selection, require_selected


def read_instance(
    source: Source,
    pseudonyms: Pseudonyms | None = None,
    withdrawn: frozenset[str] = frozenset(),
    selection: Selection = EVERYTHING,
) -> Instance:
    """The instance of a stored object.

    Args:
        source: Any stored object.
        pseudonyms: Of the key: they name the instance and draw it for samples. Without them its ref is "".
        withdrawn: `Pseudonyms.patient_ref` of each patient whose instances are left out.
        selection: Which instances the policy takes.

    Raises:
        WithdrawnError: Its patient is one of them.
        NotSelectedError: The policy does not take it. This comes before anything that could be wrong with it.
        EffaceError: See `open_source`, `read_header` and `describe_instance`.
    """
    with open_source(source) as file:
        header = read_header(file)
    if pseudonyms is None:
        require_selected(header, selection)
        return describe_instance(header, source, "", header_identifiers(header))
    with malformed(raised_in="pydicom."):
        patient_id = str(header.get("PatientID") or "")
    patient_ref = pseudonyms.patient_ref(patient_id) if withdrawn else ""
    if patient_ref in withdrawn:
        raise WithdrawnError("the patient is on the withdrawal list", patient_ref)
    require_selected(header, selection)
    return describe_instance(header, source, pseudonyms.ref(source.uri), header_identifiers(header), pseudonyms.draw)
