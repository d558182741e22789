"""The verdicts on the text of one instance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..core.errors import FaceError
from ..core.evidence import Evidence, Finding, InstanceText
from ..core.instance import HeaderIdentifier
from ..core.text_line import TileText
from ..core.visual_features import DEFAULTS, FeatureSettings
from ..ocr.lines import merge_lines
from ..phi.places import classify_lines
from ..phi.settings import PhiSettings
from .judge_features import judge_features, label_findings
from .models import load_name_recognizer


def judge_instance(text: InstanceText, settings: PhiSettings, features: FeatureSettings = DEFAULTS) -> Evidence:
    """The evidence on an instance: the verdicts on all text of all of its tiles. Faces stay where a person released it.

    Raises:
        FaceError: See `judge_features`.
        ModelError: See `load_name_recognizer`.
    """
    plan, identifiers = text.plan, text.plan.instance.identifiers
    if plan.instance.decided.releases(FaceError.code):
        features = replace(features, faces="keep")
    findings = tuple(finding for tile in text.tiles for finding in judge_tile(tile, identifiers, settings, features))
    if plan.instance.is_slide_label:
        findings += label_findings(plan.instance)
    return Evidence(plan.instance, plan.tiles, findings, plan.search)


def judge_tile(
    text: TileText, identifiers: Sequence[HeaderIdentifier], settings: PhiSettings, features: FeatureSettings = DEFAULTS
) -> tuple[Finding, ...]:
    """The verdicts on the text of a tile.

    Args:
        text: What was read.
        identifiers: Of the header of the instance.
        settings: What text may stay.
        features: What happens to faces.

    Raises:
        FaceError: See `judge_features`.
        ModelError: See `load_name_recognizer`.
    """
    tile = text.tile
    size = tile.overlay or tile.pixels
    places, recognizer = merge_lines(text.lines), load_name_recognizer(settings.model)
    findings = classify_lines(places, identifiers, tile.frames, size.columns, size.rows, settings, recognizer)
    findings += judge_features(text, features)
    if tile.overlay is None:
        return findings
    return tuple(replace(finding, overlay=tile.overlay.group) for finding in findings)
