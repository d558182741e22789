"""Evidence in, a de-identified instance out: pixels, metadata and every other carrier, in one pass over the object."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
from pydicom.dataset import Dataset, FileDataset

from .core.identity import RecordingPseudonyms
from .core.malformed import malformed
from .core.records import Evidence, Finding, Instance, Linkage, Names, PixelFacts, Rewritten
from .dicom.frames import FrameReader, replace_frames
from .dicom.overlays import blanked_overlay, replace_overlay
from .dicom.parse import read_dataset
from .dicom.serialize import serialize
from .key_source import KeySource
from .metadata.profile import Profile
from .metadata.scrub import scrub_dataset
from .open_instance import read_source
from .outcome import Outcome, StepFn, apply_step
from .phi.settings import ModelSource
from .pixels.redact import boxes_by_frame, fill_value, redact_frame
from .recognizer import load_name_recognizer


class _RewriteFn(StepFn):
    stage = "rewrite_instance"

    def __init__(self, settings: RewriteInstance) -> None:
        self.profile, self.key, self.model = settings.profile, settings.key, settings.model
        self.cleans_pixels, self.keeps_overlays = settings.cleans_pixels, settings.keeps_overlays

    def handle(self, element: Evidence) -> Iterator[Rewritten]:
        started_sec = time.perf_counter()
        instance = element.instance
        source_data = read_source(instance.source)
        dataset = read_dataset(io.BytesIO(source_data))
        originals, issuer = original_names(dataset, instance), str(dataset.get("IssuerOfPatientID") or "")
        method = "none"
        if instance.pixels is not None:
            method = redact_pixels(dataset, instance.pixels, element.findings)
        overlays = instance.overlays if self.keeps_overlays and instance.pixels is not None else ()
        for plane in overlays:
            boxes = boxes_by_frame(element.findings, plane.group)
            if boxes:
                replace_overlay(dataset, plane, blanked_overlay(dataset, plane, boxes))
        pseudonyms = RecordingPseudonyms(self.key.pseudonyms())
        is_cleaned = self.cleans_pixels and instance.pixels is not None
        recognizer = load_name_recognizer(self.model)
        find_names = recognizer.find_spans if recognizer else None
        scrubbed = scrub_dataset(
            dataset,
            self.profile,
            pseudonyms,
            pixels_cleaned=is_cleaned,
            find_names=find_names,
            clean_overlays=frozenset(plane.group for plane in overlays),
        )
        transfer_syntax_uid = str(dataset.file_meta.TransferSyntaxUID)
        yield Rewritten(
            evidence=element,
            source_data=source_data,
            data=serialize(dataset, transfer_syntax_uid=transfer_syntax_uid),
            names=scrubbed.names,
            linkage=Linkage(originals, pseudonyms.recorded_uids, scrubbed.offset_days),
            patient_ref=pseudonyms.patient_ref(originals.patient_id),
            issuer_ref=pseudonyms.issuer_ref(issuer),
            transfer_syntax_uid=transfer_syntax_uid,
            pixel_method=method,
            actions=scrubbed.actions,
            carriers=tuple(sorted(scrubbed.carriers.items())),
            rewrite_msec=round(1000 * (time.perf_counter() - started_sec)),
        )


def redact_pixels(dataset: FileDataset, facts: PixelFacts, findings: Iterable[Finding]) -> str:
    """Fill in place what the findings say must go; returns how the pixel data were written (see `replace_frames`)."""
    reader = FrameReader(dataset)
    changed = {}
    for index, boxes in boxes_by_frame(findings).items():
        stored = reader.stored(index)
        changed[index] = redact_frame(stored, boxes, fill_value(facts, stored, reader.display(index)))
    return replace_frames(dataset, changed)


@malformed(raised_in="pydicom.")
def original_names(dataset: Dataset, instance: Instance) -> Names:
    """What an instance is called before anything is changed, as far as it says so."""
    patient_id, study, series = (
        str(dataset.get(name) or "") for name in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID")
    )
    return Names(patient_id, study, series, instance.sop_instance_uid)


@dataclass
class RewriteInstance(beam.PTransform):
    """Redacts the pixels where the evidence says so and applies the PS3.15 profile to everything else.

    Args:
        profile: The metadata profile.
        key: Where the key of the pseudonyms is.
        cleans_pixels: Whether the frames were read for text, so that the output may say it shows none.
        keeps_overlays: Whether overlay planes were read for text as well, and stay without it.
        model: Finds names in free text, after the rules; None for none.
    """

    profile: Profile
    key: KeySource
    cleans_pixels: bool = True
    keeps_overlays: bool = False
    model: ModelSource | None = None

    def expand(self, evidence: beam.PCollection[Evidence]) -> Outcome:
        return apply_step(evidence, _RewriteFn(self), Evidence, Rewritten)
