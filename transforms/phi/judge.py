"""Verdicts on text regions: redacts everything that is not known to be harmless.

The rules apply in the order of trust: the header's identifiers, then patterns, then the lexicon. Unknown text is redacted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..core.box import Box
from ..core.evidence import Finding, Verdict
from ..core.instance import HeaderIdentifier
from ..core.text_line import TextLine
from .lexicon import LEXICON_VERSION, is_ambiguous, is_known, is_marker, is_number, part_words, says_no_name, vouches
from .match_identifiers import matcher_of
from .patterns import find_as_read, find_pattern
from .reasons import Reason
from .settings import PhiSettings

NameRecognizer = Callable[[Sequence[str]], Sequence[str | None]]
"""Returns for each text the label of a name, place or identifier in it, or None."""


@dataclass(frozen=True)
class JudgeThresholds:
    """Limits of the verdicts, set on the annotated images of pydicom-data and on drawn text (`tests/bench/bench_text.py`).

    Attributes:
        short_score: Below this score a reading of up to `short_length` characters is unreadable: any script may be behind it.
        short_length: Characters of such a reading.
        text_height_share: Text is not higher than this share of the shorter side of its frame ...
        text_height_px: ... unless it is lower than this.
        frame_height_share: Nothing higher than this share of the frame is text, unless it was read with `sure_score`.
        sure_score: From this score on a reading is believed, and its box needs no room at the ends.
        doubtful_score: Below this score a high box is anatomy that was taken for glyphs.
        line_ratio: A box that is longer than this many times its height holds a line, not single letters.
    """

    short_score: float = 0.8
    short_length: int = 3
    text_height_share: float = 0.12
    text_height_px: int = 64
    frame_height_share: float = 0.4
    sure_score: float = 0.9
    doubtful_score: float = 0.5
    line_ratio: float = 2.0


THRESHOLDS = JudgeThresholds()
_WORD = re.compile(r"[^\W_]+(?:[.'/%-][^\W_]+)*%?")


def classify_lines(
    groups: Iterable[Sequence[TextLine]],
    identifiers: Sequence[HeaderIdentifier],
    frames: tuple[int, ...],
    columns: int,
    rows: int,
    settings: PhiSettings,
    recognizer: NameRecognizer | None,
) -> tuple[Finding, ...]:
    """Decides for each place with text whether it may stay.

    Args:
        groups: The readings of each place, by different engines and on different renderings.
        identifiers: The identifying values of the instance's header.
        frames: The frames that the findings hold for.
        columns, rows: Of the frame, in pixels.
        recognizer: Finds names in texts that would stay; None for none.

    Returns:
        The boxes to fill, padded and clipped, and the boxes that stay as they were found.
    """
    judged = []
    for group in groups:
        lines = [line for line in group if not _is_no_text(line, min(columns, rows))]
        if lines:
            judged.append((lines, *_judge(lines, identifiers, settings, recognizer)))
        else:
            judged.append((list(group), Verdict.KEEP, Reason.NOT_TEXT, "size", 1.0))
    findings = []
    for lines, verdict, reason, rule, score in judged:
        for line in _outermost(lines):
            box = _padded(line, settings).clip(columns, rows) if verdict is Verdict.REDACT else line.box
            findings.append(
                Finding(frames, box, verdict, reason, rule, score, line.engine, line.rendering, line.prefilter_score)
            )
    return tuple(findings)


def _judge(  # noqa: PLR0911  # one return a rule, in order of trust
    group: Sequence[TextLine], identifiers: Sequence[HeaderIdentifier], settings: PhiSettings, recognizer: NameRecognizer | None
) -> tuple[Verdict, Reason, str, float]:
    """(verdict, reason, rule, score) of one place. One reading that identifies is enough."""
    if settings.keep == "nothing":
        return Verdict.REDACT, Reason.POLICY_KEEPS_NOTHING, "policy", 1.0
    best = max((line.score for line in group if line.text.strip()), default=0.0)
    for text in _texts(group):
        reason = matcher_of(tuple(identifiers)).find_in_line(text)
        if reason:
            return Verdict.REDACT, reason, "header", best
    read = _texts(group)
    texts = [part_words(text) for text in read]
    redact_words = {word.casefold() for word in settings.redact_words}
    if redact_words and any(word.casefold() in redact_words for text in texts for word in _WORD.findall(text)):
        return Verdict.REDACT, Reason.POLICY_WORD, "policy", 1.0
    for as_read, text in zip(read, texts, strict=True):
        pattern = find_pattern(text) or find_as_read(as_read)
        if pattern:
            return Verdict.REDACT, pattern, "patterns", best
    min_score = max(settings.min_score, THRESHOLDS.sure_score if any(line.is_vertical for line in group) else 0.0)
    if not texts or best < min_score:
        return Verdict.REDACT, Reason.UNREADABLE_TEXT, "score", best
    if best < THRESHOLDS.short_score and all(map(_is_short, read)):
        return Verdict.REDACT, Reason.UNREADABLE_TEXT, "score", best
    kept = {_why_kept(text, settings) for text in texts}
    if None in kept:
        return Verdict.REDACT, Reason.UNKNOWN_TEXT, LEXICON_VERSION, best
    label = next((label for label in recognizer(texts) if label), None) if recognizer else None
    if label:
        return Verdict.REDACT, Reason.NAME_MODEL, label, best
    [reason, *_] = sorted(reason for reason in kept if reason)
    return Verdict.KEEP, reason, LEXICON_VERSION, best


def _texts(group: Sequence[TextLine]) -> list[str]:
    return sorted({line.text.strip() for line in group if re.search(r"\w", line.text)})


def _is_short(text: str) -> bool:
    """Whether a reading is a marker, or has letters and only a few characters."""
    return is_marker(text) or (
        len(re.findall(r"\w", text)) <= THRESHOLDS.short_length and re.search(r"[^\W\d_]", text) is not None
    )


def _why_kept(text: str, settings: PhiSettings) -> Reason | None:
    if is_marker(text):
        return Reason.MARKER
    own = {word.casefold() for word in settings.keep_words}
    words = [word for word in _WORD.findall(text) if not is_number(word)]
    terms = [word for word in words if is_known(word) or word.casefold() in own]
    if not words:
        return Reason.NUMBER
    has_number = any(map(is_number, _WORD.findall(text)))
    others = [word for word in words if word not in terms]
    if not terms or not all(map(is_ambiguous, others)):
        return None
    is_meant_as_term = any(vouches(term, has_number=has_number) or term.casefold() in own for term in terms)
    if not others or is_meant_as_term or says_no_name(text):
        return Reason.LEXICON
    return None


def _is_no_text(line: TextLine, side_px: int) -> bool:
    """Whether a box is anatomy that a detector took for glyphs: too high for text, and hardly read."""
    height_px = min(line.box.width, line.box.height)
    is_hardly_read = len(re.findall(r"\w", line.text)) <= 2 or (line.score < THRESHOLDS.doubtful_score and not line.is_vertical)
    is_high = height_px > max(THRESHOLDS.text_height_px, THRESHOLDS.text_height_share * side_px)
    return (is_high and is_hardly_read) or (
        height_px > THRESHOLDS.frame_height_share * side_px and line.score < THRESHOLDS.sure_score
    )


def _outermost(group: Sequence[TextLine]) -> list[TextLine]:
    """The lines whose boxes no other line of the group contains. Together they cover the place."""
    kept: list[TextLine] = []
    for line in sorted(group, key=lambda line: (-line.box.area_px, line.box)):
        if not any(line.box.intersection(other.box) == line.box for other in kept):
            kept.append(line)
    return kept


def _padded(line: TextLine, settings: PhiSettings) -> Box:
    """The line's box, padded; where the line is hard to read, by one more letter at both ends."""
    height_px, length_px = sorted((line.box.width, line.box.height))  # A vertical line is as high as it is wide.
    box = line.box.pad(max(settings.padding_px, round(settings.padding_share * height_px)))
    if line.score >= THRESHOLDS.sure_score or length_px < THRESHOLDS.line_ratio * height_px:
        return box
    # The ends of a faint line are often not detected.
    if line.box.width == length_px:
        return box._replace(left=box.left - height_px, right=box.right + height_px)
    return box._replace(top=box.top - height_px, bottom=box.bottom + height_px)
