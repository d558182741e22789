"""Finds and judges the text on the frames of a file without publishing it, for inspection and for measurements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Finding, Verdict
from efface.transforms.core.instance import Source
from efface.transforms.core.text_line import TextLine
from efface.transforms.instance.describe import ReadOptions, read_instance
from efface.transforms.instance.judge_text import judge_tile
from efface.transforms.instance.open import open_instance
from efface.transforms.instance.read_text import read_text
from efface.transforms.phi.reasons import Reason
from efface.transforms.pixels.renderings import render_frame

from .policy import Policy
from .scan_labels import lay_out_labels

_COLOURS: dict[Verdict, tuple[int, int, int]] = {Verdict.REDACT: (255, 64, 64), Verdict.KEEP: (64, 220, 96)}
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_Colour = tuple[int, int, int]
_LABEL_PX, _MARGIN_PX = 12, 2
_LABELS_ACROSS, _OUTLINES_ACROSS = 64, 1000
"""What is drawn on large pictures grows: so many heights of a label, or widths of an outline, are the longer side."""
_MIN_OVERLAP = 0.5
"""Overlap from which a line and a finding are at the same position, as a share of the smaller box."""


@dataclass(frozen=True)
class ScannedBox:
    """A box on a frame. `text` may identify a patient and is None unless requested."""

    file: str
    frame: int
    left: int
    top: int
    right: int
    bottom: int
    engine: str
    score: float
    verdict: str
    reason: str
    text: str | None = field(default=None, repr=False)

    def as_json(self) -> str:
        """One line of JSON, without `text` if it was not requested."""
        values = asdict(self)
        if self.text is None:
            del values["text"]
        return json.dumps(values)

    def as_row(self) -> tuple[str, ...]:
        """Cells of a table: frame, box, verdict, reason, engine with score, text."""
        box = f"{self.left},{self.top} to {self.right},{self.bottom}"
        return (f"frame {self.frame}", box, self.verdict, self.reason, f"{self.engine} {self.score:.2f}", self.text or "")


def scan_source(source: Source, policy: Policy, *, with_text: bool = False) -> list[ScannedBox]:
    """Find and judge the text on all frames with the functions of the graph. Omits anatomy that an engine took for text.

    Args:
        source: A stored object.
        policy: With "auto" resolved. `pixels: none` is ignored.
        with_text: Return the recognized text too.

    Returns:
        Boxes by frame, from top to bottom. REDACT boxes are padded; they are exactly the boxes that a run fills.

    Raises:
        EffaceError: A run would not publish the instance.
    """
    boxes = []
    options = ReadOptions(selection=policy.selection, takes_slide_labels=policy.features.slide_labels == "replace")
    instance = read_instance(source, options=options)
    for text in read_text(instance, policy.ocr, policy.cleans_overlays).tiles:
        for finding in judge_tile(text, instance.identifiers, policy.phi, policy.features):
            if finding.reason == Reason.NOT_TEXT:
                continue
            recognized = _text_of(finding, text.lines) if with_text else None
            boxes += [_scanned_box(source, frame, finding, recognized) for frame in finding.frames]
    return sorted(set(boxes), key=lambda box: (box.frame, box.top, box.left, box.right, box.bottom, box.verdict, box.reason))


def draw_boxes(source: Source, boxes: list[ScannedBox]) -> Iterator[tuple[int, Image.Image]]:
    """Each frame in the full range of its values, with its boxes: red for REDACT, green for KEEP.

    Each box has a number, and a strip below the frame says for each number what happens and why.
    """
    instance = read_instance(source, options=ReadOptions(takes_slide_labels=True))
    if instance.pixels is None:
        return
    reader = open_instance(instance.source)
    for frame in range(len(reader)):
        view, *_ = render_frame(reader.display(frame), instance.pixels, ())
        picture = Image.fromarray(np.ascontiguousarray(view.image)).convert("RGB")
        yield frame, label_boxes(picture, [box for box in boxes if box.frame == frame])


def label_boxes(picture: Image.Image, boxes: Sequence[ScannedBox]) -> Image.Image:
    """A picture with the outlines and numbers of boxes, and with a legend below it where there are any."""
    outline_px = max(1, max(picture.size) // _OUTLINES_ACROSS)
    font = ImageFont.load_default(max(_LABEL_PX, max(picture.size) // _LABELS_ACROSS))
    places = [Box(box.left, box.top, box.right, box.bottom).clip(*picture.size) for box in boxes]
    entries = [f"{number}   {box.verdict}   {box.reason}" for number, box in enumerate(boxes, 1)]
    number_sizes = [_size(font, str(number), "lt", _MARGIN_PX) for number in range(1, len(boxes) + 1)]
    layout = lay_out_labels(places, number_sizes, [_size(font, entry, "la", 0) for entry in entries], *picture.size)
    labelled = Image.new("RGB", (layout.columns, layout.rows))
    labelled.paste(picture)
    draw = ImageDraw.Draw(labelled)
    for box, place in zip(boxes, places, strict=True):
        colour = _COLOURS[Verdict(box.verdict)]
        draw.rectangle((place.left, place.top, place.right - 1, place.bottom - 1), outline=colour, width=outline_px)
    for number, (box, place, label) in enumerate(zip(boxes, places, layout.numbers, strict=True), 1):
        if label is not None:
            _draw_number(draw, font, str(number), label, place, _COLOURS[Verdict(box.verdict)])
    for box, entry, label in zip(boxes, entries, layout.entries, strict=True):
        draw.text(label[:2], entry, fill=_COLOURS[Verdict(box.verdict)], font=font)
    return labelled


def _draw_number(draw: ImageDraw.ImageDraw, font: _Font, number: str, label: Box, box: Box, colour: _Colour) -> None:
    """A black number on a coloured ground, with a line to its box where it stands away from it."""
    on_box = [_nearest(label.left, box.left, box.right), _nearest(label.top, box.top, box.bottom)]
    on_label = [_nearest(on_box[0], label.left, label.right), _nearest(on_box[1], label.top, label.bottom)]
    draw.line((*on_label, *on_box), fill=colour)
    ground = label.pad(-_MARGIN_PX // 2)
    draw.rectangle((ground.left, ground.top, ground.right - 1, ground.bottom - 1), fill=colour)
    draw.text((label.left + _MARGIN_PX, label.top + _MARGIN_PX), number, fill=(0, 0, 0), font=font, anchor="lt")


def _nearest(at: int, first: int, last: int) -> int:
    """The pixel of the interval [first, last) that is nearest to another one."""
    return min(max(at, first), last - 1)


def _size(font: _Font, text: str, anchor: str, margin_px: int) -> tuple[int, int]:
    """What a text takes, in pixels, with a margin on all sides."""
    *_, right, bottom = font.getbbox(text, anchor=anchor)
    return ceil(right) + 2 * margin_px, ceil(bottom) + 2 * margin_px


def _scanned_box(source: Source, frame: int, finding: Finding, text: str | None) -> ScannedBox:
    score, verdict = round(finding.score, 3), finding.verdict.value
    return ScannedBox(source.uri, frame, *finding.box, finding.engine, score, verdict, finding.reason, text)


def _text_of(finding: Finding, lines: tuple[TextLine, ...]) -> str:
    """The text of the line with the highest score at the position of a finding: as much of it as stands there."""
    candidates = [line for line in lines if line.text and line.box.overlap(finding.box) > _MIN_OVERLAP]
    best = max(candidates, key=lambda line: line.score, default=None)
    if best is None:
        return ""
    if len(best.letters) != len(best.text) or best.box.intersection(finding.box) == best.box:
        return best.text
    columns = (best.box.left + share * best.box.width for share in best.letters)
    shown = (
        letter for letter, column in zip(best.text, columns, strict=True) if finding.box.left <= column < finding.box.right
    )
    return "".join(shown).strip()
