"""De-identifies one stored instance in this process: the steps of the graph in a row, without Beam."""

from __future__ import annotations

from ..core.decisions import NO_DECISIONS, Decisions
from ..core.evidence import Evidence, InstanceText, Plan
from ..core.instance import Instance, Source
from ..core.pseudonyms import Pseudonyms
from ..ocr.base import OcrSettings
from ..phi.settings import PhiSettings
from .apply_decisions import decided_evidence
from .describe import ReadOptions, read_instance
from .judge_text import judge_instance
from .open import source_content
from .read_text import read_text
from .rewrite import RewriteSettings, Rewritten, rewrite_instance
from .second_look import TextReaders, verify_text
from .selection import EVERYTHING, Selection
from .verify import verify_instance


def deidentify_instance(
    source: Source,
    ocr: OcrSettings,
    phi: PhiSettings,
    settings: RewriteSettings,
    pseudonyms: Pseudonyms,
    selection: Selection = EVERYTHING,
    decisions: Decisions = NO_DECISIONS,
) -> tuple[Evidence, Rewritten]:
    """Read, judge, rewrite and verify an instance. The bytes are those that the graph publishes.

    One exception: `series: agree` compares instances that are processed together, and here there is one.

    Args:
        source: A stored object.
        ocr: The text engine, with "auto" resolved.
        phi: The text that may stay.
        settings: The part of the policy that decides the output.
        pseudonyms: Of the key.
        selection: Which instances the policy takes.
        decisions: What people decided.

    Returns:
        The evidence, with what `verify_text` added, and the verified instance, which is not written anywhere.

    Raises:
        EffaceError: The instance must not be published; `code` says why.
        ModelError: A model cannot be loaded.
    """
    retains_uids = settings.profile.retains_uids
    options = ReadOptions(frozenset(), selection, settings.replaces_slide_labels, decisions, retains_uids)
    instance = read_instance(source, pseudonyms, options)
    judged = judge_instance(_text_of(instance, ocr, settings), phi, settings.features)
    source_data = source_content(source)
    evidence = decided_evidence(source_data, judged)
    rewritten = rewrite_instance(source_data, evidence, settings, pseudonyms)
    verify_instance(source_data, rewritten.data, evidence, settings)
    return verify_text(source_data, rewritten, evidence, settings, pseudonyms, TextReaders(ocr, phi))


def _text_of(instance: Instance, ocr: OcrSettings, settings: RewriteSettings) -> InstanceText:
    return read_text(instance, ocr, settings.keeps_overlays) if settings.cleans_pixels else InstanceText(Plan(instance, 0), ())
