"""The facts of an instance from the header of its stored object."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pydicom.dataset import FileDataset

from ..core.decisions import NO_DECISIONS, Decided, Decisions, Targets, device_ref
from ..core.errors import EffaceError, RejectedError, SlideLabelError, WithdrawnError
from ..core.instance import Instance, Source
from ..core.malformed import malformed
from ..core.pseudonyms import Pseudonyms
from ..dicom.attribute_values import get_value
from ..dicom.parse import describe_instance, read_header
from ..metadata.device_facts import device_facts
from ..metadata.header_identifiers import header_identifiers
from ..metadata.missing_uids import own_uids
from ..metadata.uids import uid_of_output
from .open import open_source
from .selection import EVERYTHING, Selection, require_selected


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Which instances are taken.

    Attributes:
        withdrawn: `Pseudonyms.patient_ref` of each patient whose instances are left out.
        selection: Which instances the policy takes.
        takes_slide_labels: Whether images of the labels of slides are taken, to be replaced, instead of refused.
        decisions: What people decided about instances.
        retains_uids: The outputs have the UIDs of the sources.
    """

    withdrawn: frozenset[str] = frozenset()
    selection: Selection = EVERYTHING
    takes_slide_labels: bool = False
    decisions: Decisions = NO_DECISIONS
    retains_uids: bool = False


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
        RejectedError: A person decided that it is not published.
        EffaceError: See `open_source`, `read_header` and `describe_instance`.
    """
    with open_source(source) as file:
        header = read_header(file)
    if pseudonyms is None:
        require_selected(header, options.selection)
        return describe_instance(header, source, "", header_identifiers(header), takes_slide_labels=options.takes_slide_labels)
    targets = _targets(header, pseudonyms, retains_uids=options.retains_uids)
    decided = options.decisions.about(targets, pseudonyms)
    with _addressed(targets.sop_instance_uid):
        _require_taken(header, pseudonyms, options, decided)
        described = describe_instance(
            header,
            source,
            pseudonyms.ref(source.uri),
            header_identifiers(header),
            pseudonyms.draw,
            takes_slide_labels=options.takes_slide_labels,
            released_labels=decided.releases(SlideLabelError.code),
        )
    return replace(
        described,
        output_uid=targets.sop_instance_uid,
        device_ref=targets.device_ref,
        device_type_ref=targets.device_type_ref,
        decided=decided,
    )


def _require_taken(header: FileDataset, pseudonyms: Pseudonyms, options: ReadOptions, decided: Decided) -> None:
    """Stop at an instance that is well and not wanted.

    Raises:
        WithdrawnError, NotSelectedError, RejectedError: See `read_instance`.
    """
    with malformed(raised_in="pydicom."):
        patient_id = str(get_value(header, "PatientID") or "")
    patient_ref = pseudonyms.patient_ref(patient_id) if options.withdrawn else ""
    if patient_ref in options.withdrawn:
        raise WithdrawnError("the patient is on the withdrawal list", patient_ref)
    require_selected(header, options.selection)
    if decided.is_rejected:
        raise RejectedError("a person decided that the instance is not published")


@malformed(raised_in="pydicom.")
def _targets(header: FileDataset, pseudonyms: Pseudonyms, *, retains_uids: bool) -> Targets:
    """What the instance is recognised by where people decide."""
    uids = (uid_of_output(uid, pseudonyms, retains_uids=retains_uids) for uid in own_uids(header, pseudonyms))
    sop_instance_uid, series_instance_uid = uids
    device = device_facts(header)
    about = device.manufacturer, device.manufacturer_model_name, device.rows, device.columns
    image_type = device.image_type.split("\\")
    refs = device_ref(pseudonyms, *about), device_ref(pseudonyms, *about, image_type)
    return Targets(*refs, series_instance_uid, sop_instance_uid)


@contextmanager
def _addressed(output_uid: str) -> Iterator[None]:
    """Let a failure in the block name the instance as its output would be named."""
    try:
        yield
    except EffaceError as error:
        error.output_uid = output_uid
        raise
