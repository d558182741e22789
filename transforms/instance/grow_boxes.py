"""Grows the boxes of findings to what changes in the Frames where they are filled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..core.box import Box
from ..core.evidence import Finding, Verdict
from ..core.file_bytes import Content, stream_of
from ..dicom.frame_reader import FrameReader
from ..dicom.parse import read_dataset


def grown_findings(source_data: Content, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each box to fill with all pixels that change where all pixels of the box are filled.

    In JPEG of 8 bits these are whole MCUs, and what decoders interpolate around them. Elsewhere they are the box. A finding
    becomes several where its Frames differ in their MCUs.

    Args:
        source_data: The whole object.
        findings: As they were judged. Those of this function would grow again.

    Raises:
        EffaceError: See `FrameReader`.
    """
    findings = tuple(findings)
    if not any(map(_is_filled, findings)):
        return findings
    reader = FrameReader(read_dataset(stream_of(source_data)))
    if not reader.is_blankable:
        return findings
    return tuple(grown for one in findings for grown in (_grown(one, reader) if _is_filled(one) else (one,)))


def _is_filled(finding: Finding) -> bool:
    return finding.verdict is Verdict.REDACT and not finding.overlay


def _grown(finding: Finding, reader: FrameReader) -> Iterator[Finding]:
    frames: dict[Box, list[int]] = {}
    for frame in finding.frames:
        units = reader.blank_units(frame)
        box = units.grown(finding.box, reader.columns, reader.rows) if units else finding.box
        frames.setdefault(box, []).append(frame)
    for box, of_box in frames.items():
        yield replace(finding, frames=tuple(of_box), box=box)
