"""Shows the text of a file's Frames and the verdicts on it, without a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

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
_SAME_PLACE = 0.5


@dataclass(frozen=True)
class ScannedBox:
    """One box on one frame. `text` is identifying and None unless it was asked for."""

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
    text: str | None = None

    def as_json(self) -> str:
        """One line of JSON, without `text` when there is none."""
        fields = asdict(self)
        if self.text is None:
            del fields["text"]
        return json.dumps(fields)

    def as_row(self) -> tuple[str, ...]:
        """For people: frame, box, verdict, reason, engine with its score, and the text."""
        place = f"{self.left},{self.top} to {self.right},{self.bottom}"
        said = f"{self.engine} {self.score:.2f}"
        return (f"frame {self.frame}", place, self.verdict, self.reason, said, self.text or "")


def scan_source(source: Source, policy: Policy, *, with_text: bool = False) -> list[ScannedBox]:
    """Find and judge the text on every frame, by the functions of the graph. Anatomy that an engine took for text is left out.

    Args:
        source: A stored object.
        policy: With "auto" resolved; `pixels: none` is passed over.
        with_text: Also say what was read.

    Returns:
        Boxes by frame, from top to bottom. REDACT boxes are padded, exactly what a run would fill.

    Raises:
        EffaceError: What would send the instance to the quarantine.
    """
    boxes = []
    instance = read_instance(source)
    for tile in find_tiles(instance, policy.ocr, policy.cleans_overlays)[1]:
        [lines] = read_tiles([tile], policy.ocr)
        text = TileText(tile, lines)
        for finding in judge_tile(text, instance.identifiers, policy.phi):
            if finding.reason == Reason.NOT_TEXT:
                continue
            read = _text_of(finding, text.lines) if with_text else None
            boxes += [_boxed(source, frame, finding, read) for frame in finding.frames]
    return sorted(set(boxes), key=lambda box: (box.frame, box.top, box.left, box.right, box.bottom, box.verdict, box.reason))


def draw_boxes(source: Source, boxes: list[ScannedBox]) -> Iterator[tuple[int, Image.Image]]:
    """Each frame as a viewer shows it, with its boxes: red for what would be filled, green for what stays."""
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


def _boxed(source: Source, frame: int, finding: Finding, text: str | None) -> ScannedBox:
    score, verdict = round(finding.score, 3), finding.verdict.value
    return ScannedBox(source.uri, frame, *finding.box, finding.engine, score, verdict, finding.reason, text)


def _text_of(finding: Finding, lines: tuple[TextLine, ...]) -> str:
    """The surest of the readings at the place of a finding."""
    there = [line for line in lines if line.text and line.box.overlap(finding.box) > _SAME_PLACE]
    return max(there, key=lambda line: line.score).text if there else ""
