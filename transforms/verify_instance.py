"""Written bytes in, the same bytes out once they hold: parsed afresh, as any reader of the data set would parse them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import apache_beam as beam

from .core.errors import ResidualIdentifierError
from .core.records import Rewritten
from .dicom.frames import verify_pixels
from .dicom.overlays import verify_overlay
from .dicom.parse import read_dataset
from .metadata.profile import Profile
from .metadata.residuals import find_residuals
from .outcome import Outcome, StepFn, apply_step
from .pixels.redact import boxes_by_frame


class _VerifyFn(StepFn):
    stage = "verify_instance"

    def __init__(self, profile: Profile, keeps_overlays: bool) -> None:
        self.profile, self.keeps_overlays = profile, keeps_overlays

    def handle(self, element: Rewritten) -> Iterator[Rewritten]:
        instance = element.evidence.instance
        written = read_dataset(io.BytesIO(element.data))
        if instance.pixels is not None:
            original = read_dataset(io.BytesIO(element.source_data))
            verify_pixels(original, written, boxes_by_frame(element.evidence.findings))
            for plane in instance.overlays if self.keeps_overlays else ():
                verify_overlay(original, written, plane, boxes_by_frame(element.evidence.findings, plane.group))
        if find_residuals(written, instance.terms, self.profile):
            raise ResidualIdentifierError("an identifying value of the header is still in the metadata that was written")
        yield element


@dataclass
class VerifyInstance(beam.PTransform):
    """Reads back what was written: frames, boxes, and no identifying value of the source's header anywhere."""

    profile: Profile
    keeps_overlays: bool = False

    def expand(self, rewritten: beam.PCollection[Rewritten]) -> Outcome:
        return apply_step(rewritten, _VerifyFn(self.profile, self.keeps_overlays), Rewritten, Rewritten)
