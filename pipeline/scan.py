"""Finds and judges the text on the frames of a file without publishing it, for inspection and for measurements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from efface.transforms.core.evidence import Finding, Verdict
from efface.transforms.core.instance import Source
from efface.transforms.core.text_line import TextLine, TileText
from efface.transforms.instance.describe import read_instance
from efface.transforms.instance.judge_text import judge_tile
from efface.transforms.instance.open import open_instance
from efface.transforms.instance.read_text import find_tiles, read_tiles
from efface.transforms.phi.reasons import Reason
from efface.transforms.pixels.renderings import render_frame

from .policy import Policy

_COLOURS = {Verdict.REDACT: (255, 64, 64), Verdict.KEEP: (64, 220, 96)}
_LABEL_PX = 12
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
        EffaceError: A run would quarantine the instance.
    """
    boxes = []
    instance = read_instance(source)
    for tile in find_tiles(instance, policy.ocr, policy.cleans_overlays)[1]:
        [lines] = read_tiles([tile], policy.ocr)
        text = TileText(tile, lines)
        for finding in judge_tile(text, instance.identifiers, policy.phi):
            if finding.reason == Reason.NOT_TEXT:
                continue
            recognized = _text_of(finding, text.lines) if with_text else None
            boxes += [_scanned_box(source, frame, finding, recognized) for frame in finding.frames]
    return sorted(set(boxes), key=lambda box: (box.frame, box.top, box.left, box.right, box.bottom, box.verdict, box.reason))


def draw_boxes(source: Source, boxes: list[ScannedBox]) -> Iterator[tuple[int, Image.Image]]:
    """Each frame as a viewer shows it, with its boxes: red for REDACT, green for KEEP."""
    instance = read_instance(source)
    if instance.pixels is None:
        return
    reader = open_instance(instance.source)
    font = ImageFont.load_default(_LABEL_PX)
    for frame in range(len(reader)):
        view, *_ = render_frame(reader.display(frame), instance.pixels, ())
        picture = Image.fromarray(np.ascontiguousarray(view.image)).convert("RGB")
        draw = ImageDraw.Draw(picture)
        for box in (box for box in boxes if box.frame == frame):
            colour = _COLOURS[Verdict(box.verdict)]
            draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), outline=colour)
            draw.text((box.left, max(0, box.top - _LABEL_PX - 2)), box.reason, fill=colour, font=font)
        yield frame, picture


def _scanned_box(source: Source, frame: int, finding: Finding, text: str | None) -> ScannedBox:
    score, verdict = round(finding.score, 3), finding.verdict.value
    return ScannedBox(source.uri, frame, *finding.box, finding.engine, score, verdict, finding.reason, text)


def _text_of(finding: Finding, lines: tuple[TextLine, ...]) -> str:
    """The text of the line with the highest score at the position of a finding."""
    candidates = [line for line in lines if line.text and line.box.overlap(finding.box) > _MIN_OVERLAP]
    return max(candidates, key=lambda line: line.score).text if candidates else ""
