"""Reads the Frames that were written once more for text.

What the first look missed and what the redactor left is seen only on the output. Every instance with a filled box is looked at,
and a sample of the others, drawn by key. The prefilter decides where the engine reads, so that the look is cheap, and the same
judge decides. What it would redact must not be published. One exception: the rest of a line beside a filled box is filled too,
once.

Filling changes a picture: its range of grey levels is another one, and a box has edges that look like strokes. What the first
look kept therefore stays kept, by its place. What nobody can read counts only beside a filled box.

A person who released the instance from `text_left` overrules the judge, and nothing else: an identifier of the header, and text
that can be read within a filled box, are still an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..core.box import Box, covered_share
from ..core.errors import TextLeftError
from ..core.evidence import Evidence, Finding, Verdict
from ..core.file_bytes import Content, stream_of
from ..core.pseudonyms import Pseudonyms
from ..core.search_plan import Tile
from ..core.text_line import SURE_SCORE, TextLine, TileText
from ..dicom.frame_reader import FrameReader
from ..dicom.parse import read_dataset
from ..ocr.base import OcrSettings, TextDetector, Wanted
from ..phi.match_identifiers import matcher_of
from ..phi.reasons import Reason
from ..phi.rules import Rule
from ..phi.settings import PhiSettings
from ..pixels.cine import project
from ..pixels.redact import boxes_by_frame
from ..pixels.renderings import render_frame
from ..pixels.tiles import plan_overlay_tiles, plan_tiles
from .grow_boxes import grown_findings
from .judge_text import judge_tile
from .models import load_text_detector
from .pictures import facts_of
from .rewrite import RewriteSettings, Rewritten, rewrite_instance
from .verify import verify_instance

VIEW = "second_look"
"""The rendering of findings that the second look adds."""


@dataclass(frozen=True)
class SecondLookThresholds:
    """When text on the output is what the first look left. Set on annotated images (`tests/bench/bench_second_look.py`).

    Attributes:
        open_heights: Length of a line that is neither filled nor kept, in heights of it, from which on a letter may be legible.
        least_heat: Score of the prefilter from which on it sees a line: anatomy at the edge of a box stays below.
        read_letters: Characters of a sure reading away from filled boxes from which on it counts: noise reads as less.
        same_share: Share of the smaller of two boxes that they have in common where they are of one line.
        filled_share: Share of the height of a line that a filled box has to cover.
        inside_share: Share of a line within filled boxes from which on nothing of it can be legible.
        kept_share: Share of the height, of a kept box or of a line, that both have in common ...
        kept_ratio: ... where the line is at most so many times as high: engines give one line boxes of different heights.
    """

    open_heights: float = 0.75
    least_heat: float = 0.8
    read_letters: int = 3
    same_share: float = 0.5
    filled_share: float = 0.5
    inside_share: float = 0.9
    kept_share: float = 0.5
    kept_ratio: float = 3.5


THRESHOLDS = SecondLookThresholds()


@dataclass(frozen=True)
class TextReaders:
    """What reads and judges text.

    Attributes:
        ocr: The text engine, with "auto" resolved.
        phi: The text that may stay.
    """

    ocr: OcrSettings
    phi: PhiSettings


class TextLeft(NamedTuple):
    """What a second look would redact.

    Attributes:
        beside: Within one padding of a filled box: to be filled as well.
        away: Everything else that the judge would redact.
        certain: What is an error whatever a person decided: an identifier of the header, or text within a filled box.
    """

    beside: tuple[Finding, ...]
    away: tuple[Box, ...]
    certain: tuple[Box, ...]

    def is_error(self, evidence: Evidence) -> bool:
        """Whether the instance must not be published."""
        return bool(self.certain or (self.away and not evidence.instance.decided.releases(TextLeftError.code)))


def verify_text(
    source_data: Content,
    rewritten: Rewritten,
    evidence: Evidence,
    settings: RewriteSettings,
    pseudonyms: Pseudonyms,
    readers: TextReaders,
) -> tuple[Evidence, Rewritten]:
    """Prove that no text can be read on the Frames that were written but what was judged to stay.

    Args:
        source_data: The object as it was.
        rewritten: What `rewrite_instance` made of it, verified.
        evidence, settings, pseudonyms: As `rewrite_instance` had them.
        readers: What read and judged the text of the source.

    Returns:
        What was given; or, where the rest of a line was left beside a filled box, the evidence with that rest, and the instance
        that was rewritten by it and verified again.

    Raises:
        TextLeftError: Text that must go is still there.
        EffaceError: See `rewrite_instance` and `verify_instance`.
        ModelError: The engine or the name model cannot be loaded.
    """
    if not (settings.cleans_pixels and is_looked_at_again(evidence, readers.ocr.second_look)):
        return evidence, rewritten
    left = find_text_left(rewritten.data, evidence, readers)
    if left.is_error(evidence):
        raise TextLeftError("text that must not stay can be read on a frame that was written")
    if not left.beside:
        return evidence, rewritten
    widened = replace(evidence, findings=(*evidence.findings, *grown_findings(source_data, left.beside)))
    again = rewrite_instance(source_data, widened, settings, pseudonyms)
    verify_instance(source_data, again.data, widened, settings)
    if find_text_left(again.data, widened, readers, is_widened=True).is_error(widened):
        raise TextLeftError("text that must not stay can be read beside a box that was widened")
    return widened, again


def is_looked_at_again(evidence: Evidence, share: float) -> bool:
    """Whether the text of an instance is looked for on the output: where something was filled or decided, and in a sample.

    Args:
        share: Of the other instances, 0 to 1. They are drawn from the other end than those of `sampled_share`, so that no
            instance is in both samples before it has to be.
    """
    instance = evidence.instance
    if instance.pixels is None or instance.is_slide_label:
        return False
    is_drawn = 1.0 - share <= instance.draw < 1.0
    is_decided = bool(instance.decided.decisions)
    return is_drawn or is_decided or any(finding.verdict is Verdict.REDACT for finding in evidence.findings)


def find_text_left(data: Content, evidence: Evidence, readers: TextReaders, *, is_widened: bool = False) -> TextLeft:
    """The text on all Frames of a written instance, and on its overlay planes with a box, that must not stay.

    Clips are read in windows, as they were read first, and equal Frames once.

    Args:
        data: The instance as it was written.
        evidence: What was found on its source, and is filled.
        readers: What reads and judges.
        is_widened: What is left beside a box counts as everything else: only if it is read for sure.

    Raises:
        EffaceError: See `FrameReader`, `render_frame` and `judge_tile`.
        ModelError: The engine or the name model cannot be loaded.
    """
    reader, detector = FrameReader(read_dataset(stream_of(data))), load_text_detector(readers.ocr)
    beside: list[Finding] = []
    away: list[Box] = []
    certain: list[Box] = []
    for tile in _tiles(reader, evidence):
        # The boxes of lines count, not those of findings: the judge pads these, and could be wrong about it.
        known = _Known.of(evidence, tile, readers.phi)
        lines = _read(reader, tile, detector, known)
        found = judge_tile(TileText(tile, lines), evidence.instance.identifiers, readers.phi)
        must_go = [finding for finding in found if finding.verdict is Verdict.REDACT]
        seen = [one for one in must_go if one.prefilter_score >= THRESHOLDS.least_heat and known.leaves_open(one, lines)]
        sure = [line for line in lines if _is_sure(line)]
        rest = [finding for finding in seen if not is_widened and known.touches(finding.box)]
        beside += [replace(finding, rendering=VIEW) for finding in rest]
        # The edge of a box that was widened can look like more of a kept line: then only letters of that line are read.
        legible = [line for line in sure if not (is_widened and known.keeps_all_letters(line))]
        for one in seen:
            is_named = one.reason in _OF_HEADER
            if one not in rest and any(map(_same_place(one.box), sure if is_named else legible)):
                (certain if is_named else away).append(one.box)
        certain += [line.box for line in sure if known.is_filled(line.box)]
        named = (line for line in sure if _is_named(line, evidence) and not any(map(_same_place(line.box), must_go)))
        certain += [line.box for line in named if known.is_open(line.box, ())]
    return TextLeft(tuple(beside), tuple(away), tuple(certain))


def _tiles(reader: FrameReader, evidence: Evidence) -> tuple[Tile, ...]:
    whole = Box(0, 0, reader.columns, reader.rows)
    digests = [reader.digest(index) for index in range(len(reader))] if len(reader) > 1 else [b""]
    tiles = plan_tiles(evidence.instance, digests, reader.display, prefiltered=(whole,), transforms=reader.greyscale_transforms)
    filled = {finding.overlay for finding in evidence.findings if finding.verdict is Verdict.REDACT}
    planes = plan_overlay_tiles(evidence.instance, len(tiles))
    return tiles + tuple(tile for tile in planes if tile.overlay is not None and tile.overlay.group in filled)


def _read(reader: FrameReader, tile: Tile, detector: TextDetector, known: _Known) -> tuple[TextLine, ...]:
    """The lines on all renderings of a tile where the prefilter sees some, but for labels of filled values."""
    frames, plane = tile.source_frames, tile.overlay
    values = project(frames, tile.projection, reader.display) if plane is None else reader.overlay(plane, *frames)
    ways = dict.fromkeys(way for frame in frames if plane is None for way in reader.greyscale_transforms(frame))
    wanted = Wanted(THRESHOLDS.least_heat, known.is_label)
    lines: list[TextLine] = []
    for view in render_frame(values, facts_of(tile), tuple(ways)):
        [found] = detector.detect([view.image], rendering=view.name, prefiltered=(tile.box,), wanted=wanted)
        lines += (replace(line, box=line.box.clip(view.image.shape[1], view.image.shape[0])) for line in found)
    return tuple(line for line in lines if line.box.area_px)


class _Known(NamedTuple):
    """What the first look left where a tile is.

    Attributes:
        fills: The boxes that were filled, of each Frame that has others.
        padded: All of them, with one more padding.
        kept: The boxes of text that stays, with a padding.
        labels: Those of them whose value is filled, and that were read without doubt.
    """

    fills: tuple[tuple[Box, ...], ...]
    padded: tuple[Box, ...]
    kept: tuple[Box, ...]
    labels: tuple[Box, ...]

    @classmethod
    def of(cls, evidence: Evidence, tile: Tile, phi: PhiSettings) -> _Known:
        group, frames = tile.overlay.group if tile.overlay else 0, set(tile.frames)
        filled = boxes_by_frame(evidence.findings, group)
        fills = tuple(dict.fromkeys(filled.get(frame, ()) for frame in tile.frames))
        kept = [
            finding
            for finding in evidence.findings
            if finding.verdict is Verdict.KEEP and finding.reason not in _NO_TEXT
            if finding.overlay == group and frames.intersection(finding.frames)
        ]
        padded = {_padded(box, phi) for boxes in fills for box in boxes}
        labels = [one.box for one in kept if _is_done(one, padded)]
        return cls(
            fills,
            tuple(sorted(padded)),
            tuple(_padded(one.box, phi) for one in kept),
            tuple(_padded(box, phi) for box in labels),
        )

    def touches(self, box: Box) -> bool:
        """Whether a box is within one padding of a filled one."""
        return any(other.intersection(box).area_px for other in self.padded)

    def is_filled(self, box: Box) -> bool:
        """Whether a box is filled on all Frames, so that nothing can be read there."""
        return all(covered_share(box, boxes) >= THRESHOLDS.inside_share for boxes in self.fills)

    def is_label(self, line: Box) -> bool:
        """Whether a line is no more than a label that stays: reading it again tells nothing."""
        return _open_heights(line, (), self.labels) <= THRESHOLDS.open_heights

    def keeps_all_letters(self, line: TextLine) -> bool:
        """Whether every character that was read is on text that stays. False where nobody says where they are."""
        columns = [line.box.left + share * line.box.width for share in line.letters]
        same_line = [box for box in self.kept if _is_same_line(box, line.box)]
        return bool(columns) and all(any(box.left <= column < box.right for box in same_line) for column in columns)

    def leaves_open(self, finding: Finding, lines: Sequence[TextLine]) -> bool:
        """Whether letters may be legible where a finding is.

        What was kept stays kept, however it is read now, unless the header names it.
        """
        is_named = finding.reason in _OF_HEADER and finding.score >= SURE_SCORE
        there = [line.box for line in filter(_same_place(finding.box), lines)] or [finding.box]
        return any(self.is_open(box, () if is_named else self.kept) for box in there)

    def is_open(self, line: Box, kept: Sequence[Box]) -> bool:
        """Whether letters of a line may be legible on a Frame that are not filled and not kept."""
        return any(_open_heights(line, boxes, kept) > THRESHOLDS.open_heights for boxes in self.fills)


def _is_done(kept: Finding, filled: Iterable[Box]) -> bool:
    """Whether text that stays tells nothing more when it is read again: a label that was read for sure, and whose value is
    filled. What is missed beside another label is its value, and other text is judged once more.
    """
    is_sure_label = kept.rule == Rule.LABEL and kept.score >= SURE_SCORE
    return is_sure_label and any(box.intersection(kept.box).area_px for box in filled)


_NO_TEXT = (Reason.NOT_TEXT, Reason.FACE)
_OF_HEADER = (Reason.HEADER_NAME, Reason.HEADER_ID, Reason.HEADER_DATE, Reason.HEADER_PLACE, Reason.HEADER_PHONE)


def _padded(box: Box, phi: PhiSettings) -> Box:
    return box.pad(max(phi.padding_px, round(phi.padding_share * min(box.width, box.height))))


def _open_heights(line: Box, filled: Sequence[Box], kept: Sequence[Box]) -> float:
    """The length of a line along which it is neither filled nor kept, in heights of it."""
    if line.height > line.width:
        return _open_heights(_turned(line), tuple(map(_turned, filled)), tuple(map(_turned, kept)))
    is_filled, is_kept = np.zeros((line.height, line.width), bool), np.zeros(line.width, bool)
    for box in filled:
        left, top, right, bottom = _within(box, line)
        is_filled[top:bottom, left:right] = True
    for box in kept:
        left, _, right, _ = _within(box, line)
        if _is_same_line(box, line):
            is_kept[left:right] = True
    is_open = (is_filled.mean(axis=0) < THRESHOLDS.filled_share) & ~is_kept
    return float(is_open.sum()) / line.height


def _is_same_line(kept: Box, line: Box) -> bool:
    """Whether a level line is of the height, and at the height, of text that stays."""
    common_px = kept.intersection(line).height
    is_level = common_px >= THRESHOLDS.kept_share * min(kept.height, line.height)
    return is_level and line.height <= THRESHOLDS.kept_ratio * kept.height


def _turned(box: Box) -> Box:
    """A box on the picture with rows and columns exchanged."""
    return Box(box.top, box.left, box.bottom, box.right)


def _within(box: Box, line: Box) -> Box:
    """The common part of two boxes, in pixels of the second; empty where there is none."""
    common = box.intersection(line)
    return common.shift(-line.left, -line.top) if common.area_px else Box(0, 0, 0, 0)


def _is_sure(line: TextLine) -> bool:
    """Whether a line is seen by the prefilter and was read for sure."""
    is_long = sum(map(str.isalnum, line.text)) >= THRESHOLDS.read_letters
    return is_long and line.score >= SURE_SCORE and line.prefilter_score >= THRESHOLDS.least_heat


def _is_named(line: TextLine, evidence: Evidence) -> bool:
    """Whether a line shows an identifier of the header, whatever the judge says."""
    identifiers = evidence.instance.identifiers
    return bool(identifiers) and matcher_of(identifiers).find_in_line(line.text) is not None


def _same_place(box: Box) -> Callable[[Finding | TextLine], bool]:
    """Tells whether a line or a finding is at the place of a box."""
    return lambda other: other.box.overlap(box) >= THRESHOLDS.same_share
