"""Verifies a rewritten instance, parsed afresh."""

from __future__ import annotations

from ..core.errors import ResidualIdentifierError
from ..core.evidence import Evidence
from ..core.file_bytes import Content, stream_of
from ..dicom.frame_verifier import verify_pixels
from ..dicom.overlays import verify_overlay
from ..dicom.parse import read_dataset
from ..metadata.residuals import find_residuals
from ..pixels.redact import boxes_by_frame
from .rewrite import RewriteSettings
from .verify_codes import verify_no_codes
from .verify_label import verify_drawn_label


def verify_instance(source_data: Content, data: Content, evidence: Evidence, settings: RewriteSettings) -> None:
    """Read back what was written: frames, boxes, no bar code that can be read, and no identifying value of the header anywhere.

    Args:
        source_data: The object as it was.
        data: The object as `rewrite_instance` wrote it.
        evidence: What had to go.
        settings: As `rewrite_instance` had them.

    Raises:
        ResidualIdentifierError: An identifying value is still there, or a bar code that can be read.
        EffaceError: It does not parse, or its pixels are others than those that were asked for.
    """
    instance = evidence.instance
    written = read_dataset(stream_of(data))
    if instance.pixels is not None:
        original = read_dataset(stream_of(source_data))
        if instance.is_slide_label:
            verify_drawn_label(original, written)
        else:
            verify_pixels(original, written, boxes_by_frame(evidence.findings))
        if settings.cleans_pixels:
            verify_no_codes(written, instance.pixels, evidence)
        for plane in instance.overlays if settings.keeps_overlays else ():
            verify_overlay(original, written, plane, boxes_by_frame(evidence.findings, plane.group))
    if find_residuals(written, instance.identifiers, settings.profile):
        raise ResidualIdentifierError("an identifying value of the header is still in the metadata that was written")
