"""De-identifies one instance in memory: pixels, metadata and every other carrier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt
from pydicom.dataset import Dataset, FileDataset

from ..core.box import Box
from ..core.evidence import Evidence, Finding, Verdict
from ..core.file_bytes import Content, stream_of
from ..core.instance import Instance
from ..core.malformed import malformed
from ..core.pseudonyms import Pseudonyms, RecordingPseudonyms
from ..core.published import AttributeAction, DeviceFacts, Linkage, OutputNames, PersonRefs
from ..core.visual_features import DEFAULTS, FeatureSettings
from ..dicom.attribute_values import get_value
from ..dicom.frame_reader import FrameReader
from ..dicom.frame_writer import replace_frames
from ..dicom.overlays import blanked_overlay, replace_overlay
from ..dicom.parse import read_dataset
from ..dicom.serialize import serialize
from ..metadata.device_facts import device_facts
from ..metadata.head_anatomy import CARRIER, LEFT, shows_head
from ..metadata.patient_identity import person_facts
from ..metadata.profile import Profile
from ..metadata.walk import scrub_dataset
from ..phi.reasons import Reason
from ..phi.settings import ModelSource
from ..pixels.photographs import is_photograph
from ..pixels.redact import boxes_by_frame, fill_value, redact_frame
from ..pixels.slide_label import drawn_label, label_ink
from .models import load_name_recognizer
from .output_layout import DEFAULT, OutputLayout


@dataclass(frozen=True)
class RewriteSettings:
    """The part of a policy that decides the output.

    Attributes:
        profile: The metadata profile.
        cleans_pixels: Whether the frames were read for text, so that the output may say it shows none.
        keeps_overlays: Whether overlay planes were read for text as well, and stay without it.
        model: Finds names in free text, after the rules; None for none.
        keep_words: Words that stay in free text.
        features: What happens to faces and labels of slides.
        layout: What the outputs are called.
    """

    profile: Profile
    cleans_pixels: bool = True
    keeps_overlays: bool = False
    model: ModelSource | None = None
    keep_words: tuple[str, ...] = ()
    features: FeatureSettings = DEFAULTS
    layout: OutputLayout = DEFAULT

    @property
    def replaces_slide_labels(self) -> bool:
        """Whether images of the labels of slides are replaced by drawn ones."""
        return self.cleans_pixels and self.features.slide_labels == "replace"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A de-identified instance as the bytes that will stand in storage, a large one in a temporary file.

    The other fields are those of `Published`.
    """

    data: Content = field(repr=False)
    names: OutputNames
    linkage: Linkage = field(repr=False)
    patient_ref: str
    issuer_ref: str
    patient_id_ref: str
    mapping_ref: str
    person: PersonRefs
    device: DeviceFacts
    transfer_syntax_uid: str
    pixel_method: str
    actions: tuple[AttributeAction, ...]
    carriers: tuple[tuple[str, str], ...]


def rewrite_instance(source_data: Content, evidence: Evidence, settings: RewriteSettings, pseudonyms: Pseudonyms) -> Rewritten:
    """Redact the pixels where the evidence says so and apply the PS3.15 profile to everything else.

    Args:
        source_data: The whole object.
        evidence: What was found on it, with the boxes of `grown_findings`.
        settings: What the policy says.
        pseudonyms: Of the key.

    Raises:
        EffaceError: It cannot be de-identified with certainty.
        ModelError: The name model cannot be loaded.
    """
    instance, recording = evidence.instance, RecordingPseudonyms(pseudonyms)
    dataset = read_dataset(stream_of(source_data))
    originals, issuer = original_names(dataset, instance), str(get_value(dataset, "IssuerOfPatientID") or "")
    person = person_facts(dataset)
    has_pixels = instance.pixels is not None
    head = {CARRIER: LEFT} if has_pixels and shows_head(dataset) else {}
    is_redacted = has_pixels and not instance.is_slide_label
    method = redact_pixels(dataset, evidence.findings) if is_redacted else "none"
    overlays = instance.overlays if settings.keeps_overlays and has_pixels else ()
    for plane in overlays:
        boxes = boxes_by_frame(evidence.findings, plane.group)
        if boxes:
            replace_overlay(dataset, plane, blanked_overlay(dataset, plane, boxes))
    recognizer = load_name_recognizer(settings.model)
    scrubbed = scrub_dataset(
        dataset,
        settings.profile,
        recording,
        pixels_cleaned=settings.cleans_pixels and has_pixels,
        find_names=recognizer.find_spans if recognizer else None,
        keep_words=settings.keep_words,
        clean_overlays=frozenset(plane.group for plane in overlays),
    )
    if instance.is_slide_label:
        method = _replace_label(dataset, scrubbed.names.patient_id)
    if settings.cleans_pixels and is_photograph(instance):
        dataset.RecognizableVisualFeatures = "YES" if _keeps_face(evidence.findings) else "NO"
    transfer_syntax_uid = str(dataset.file_meta.TransferSyntaxUID)
    return Rewritten(
        data=serialize(dataset, transfer_syntax_uid=transfer_syntax_uid),
        names=settings.layout.names(scrubbed.names, dataset),
        linkage=Linkage(originals, recording.recorded_uids, scrubbed.offset_days),
        patient_ref=recording.patient_ref(originals.patient_id),
        issuer_ref=recording.issuer_ref(issuer),
        patient_id_ref=recording.exact_patient_ref(originals.patient_id),
        mapping_ref=scrubbed.mapping.ref(recording) if scrubbed.mapping else "",
        person=person.refs(scrubbed.names.patient_id, recording),
        device=device_facts(dataset),
        transfer_syntax_uid=transfer_syntax_uid,
        pixel_method=method,
        actions=scrubbed.actions,
        carriers=tuple(sorted((dict(scrubbed.carriers) | head).items())),
    )


def redact_pixels(dataset: FileDataset, findings: Iterable[Finding]) -> str:
    """Fill in place what the findings say must go; returns how the pixel data were written (see `replace_frames`)."""
    boxes = boxes_by_frame(findings)
    return replace_frames(dataset, _RedactedFrames(FrameReader(dataset), boxes), boxes)


class _RedactedFrames(Mapping[int, npt.NDArray[Any]]):
    """The Frames with boxes, filled. Each is made when it is asked for: all of a clip would take many times its memory."""

    def __init__(self, reader: FrameReader, boxes: Mapping[int, Sequence[Box]]) -> None:
        self._reader, self._boxes = reader, boxes

    def __len__(self) -> int:
        return len(self._boxes)

    def __iter__(self) -> Iterator[int]:
        return iter(self._boxes)

    def __contains__(self, index: object) -> bool:
        return index in self._boxes

    def __getitem__(self, index: int) -> npt.NDArray[Any]:
        stored, brightness = self._reader.stored(index), self._reader.bands_of_brightness(index, of_darkest=True)
        return redact_frame(stored, self._boxes[index], fill_value(stored, brightness))


def _replace_label(dataset: FileDataset, pseudonym: str) -> str:
    """Draw a label with the pseudonym in place of every Frame, in place; returns how the pixel data were written."""
    reader = FrameReader(dataset)
    ink = label_ink(reader.rows, reader.columns, pseudonym)
    drawn = {index: drawn_label(ink, reader.stored(index), reader.brightness(index)) for index in range(len(reader))}
    return replace_frames(dataset, drawn)


def _keeps_face(findings: Iterable[Finding]) -> bool:
    return any(finding.reason == Reason.FACE and finding.verdict is Verdict.KEEP for finding in findings)


@malformed(raised_in="pydicom.")
def original_names(dataset: Dataset, instance: Instance) -> OutputNames:
    """The names of the source: Patient ID and UIDs."""
    patient_id, study, series = (
        str(get_value(dataset, name) or "") for name in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID")
    )
    return OutputNames(patient_id, study, series, instance.sop_instance_uid)
