"""The findings on bar codes, and on the text at their edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..core.box import Box
from ..core.evidence import Finding, Verdict
from ..core.text_line import TextLine, TileText
from ..core.visual_features import FeatureKind, VisualFeature
from ..phi.rules import RULES, Rule


@dataclass(frozen=True)
class CaptionThresholds:
    """Which lines of text are the caption of a bar code. Set on drawn labels.

    Attributes:
        gap_heights: Distance between a line and the code, in heights of the line.
        outside_share: Share of the length of a line that may lie beyond the code.
    """

    gap_heights: float = 1.0
    outside_share: float = 0.5


THRESHOLDS = CaptionThresholds()


def judge_features(text: TileText) -> tuple[Finding, ...]:
    """The findings on the bar codes of a tile. Their captions go with them, whatever they read as."""
    frames, found = text.tile.frames, []
    size = text.tile.overlay or text.tile.pixels
    for feature in text.features:
        found.append(_finding(feature, frames))
        if feature.kind is FeatureKind.BAR_CODE:
            found += [_caption(line, frames, size.columns, size.rows) for line in captions_of(feature.box, text.lines)]
    return tuple(found)


def captions_of(code: Box, lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines of text at the edge of a bar code."""
    return [line for line in lines if _is_caption(line.box, code)]


def _is_caption(line: Box, code: Box) -> bool:
    reach = round(THRESHOLDS.gap_heights * min(line.width, line.height))
    near = code.pad(reach)
    is_level = line.width >= line.height
    inside = min(near.right, line.right) - max(near.left, line.left) if is_level else 0
    if not is_level:
        inside = min(near.bottom, line.bottom) - max(near.top, line.top)
    length = max(line.width, line.height)
    return near.intersection(line).area_px > 0 and inside >= (1 - THRESHOLDS.outside_share) * length


def _finding(feature: VisualFeature, frames: tuple[int, ...]) -> Finding:
    rule = Rule(feature.rule)
    reason, score = RULES[rule][0], round(feature.score, 3)
    return Finding(frames, feature.box, Verdict.REDACT, reason, rule, score, feature.engine, feature.rendering)


def _caption(line: TextLine, frames: tuple[int, ...], columns: int, rows: int) -> Finding:
    rule = Rule.CODE_CAPTION
    box = line.box.pad(2).clip(columns, rows)
    return Finding(
        frames, box, Verdict.REDACT, RULES[rule][0], rule, line.score, line.engine, line.rendering, line.prefilter_score
    )
