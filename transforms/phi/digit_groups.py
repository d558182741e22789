"""Tells numbers in groups that identify (telephone, patient, account) from the ticks of a scale and from settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .lexicon import UNIT
from .spellings import upper_in_place

_LOOK_ALIKES = "OQILSBZ|"
"""Letters that a reader takes digits for."""
_UNIT_BEHIND = rf"\s?(?=[A-Z][A-Z/]|%){UNIT}(?![A-Z0-9])"


def _groups(look_alikes: str, separators: str) -> re.Pattern[str]:
    """Runs of several groups of digits, in which some letters may stand for digits."""
    first = rf"(?<![A-Z0-9|])[{look_alikes}]{{0,2}}+" if look_alikes else "(?<![A-Z0-9|])"
    group = rf"{first}[0-9][0-9{look_alikes}]*+(?!{_UNIT_BEHIND})"
    return re.compile(rf"{group}(?:{separators}{group})+")


_READ_GROUPS = _groups(_LOOK_ALIKES, r"[\s()\[\]<>./,:;+\-–—·•'\"~&\\_]{1,8}")
_WRITTEN_GROUPS = _groups("", r"(?!\.[ ])[ ()./+\-–—]{1,4}")
_MEASURE = re.compile(
    r"(?<![\w.,/-])[-+]?[0-9]{1,4}[.,][0-9]{1,3}(?![0-9]|[.,/-][0-9])"
    r"|(?<![\w.,/-])[1-9][0-9]{0,2}\s?/\s?[1-9][0-9]{0,2}(?![\w/-]|[.,][0-9])"
    r"|\b(?:W/L|W[WCL]/W[WCL]|TR/TE|MATRIX)\s?[:=]?\s?[0-9]{1,4}[\s/,]{1,3}-?[0-9]{1,4}\b(?!\s?[-./,]?\s?[0-9])"
    r"|\b[0-9]{1,4}\s?[X*]\s?[0-9]{1,4}\b"
    r"|(?<![^\s,:=])-[0-9]{1,3}(?![\w.,]|\s?[-/(]?\s?[0-9])"
)
"""A decimal number; a count of a total, a blood pressure; a pair under its label; a size; a number below zero."""
_AREA_CODE = re.compile(r"(?<![\w.,])0[0-9]{2,3}[\s()/.,-]{1,4}[0-9]{3,4}[\s()/.,-]{1,4}[0-9]{3,4}")
"""No setting begins with a zero."""
_TICK = r"[-+]?[0-9]{1,4}(?:\.[0-9]{1,3})?"
_TICKS = re.compile(rf"(?<![\w.,:/'-]){_TICK}(?:\s+{_TICK}){{2,40}}+(?![\w.,:/'-]*[0-9])")
_NUMBERS = re.compile(r"[+-]?[0-9][0-9\s.,:/'()+*×xX–—-]*+")
"""Digits and what stands between the numbers of a scale, a size or a telephone."""
_ROOM = 12
"""So much of what stands around numbers says what they are: a label, a unit."""


@dataclass(frozen=True)
class NumberThresholds:
    """Limits between identifiers and settings, set on annotated frames and on the text of `tests/phi/test_digit_groups.py`.

    Attributes:
        min_digits: The shortest subscriber number of a telephone. Settings without label and unit seldom have as many digits.
        round_steps: Leading digits of the distance between two ticks of a scale.
        coarse_step: From this distance on, ticks may be off by one (0 128 255), and three round numbers are a scale.
    """

    min_digits: int = 7
    round_steps: frozenset[float] = frozenset((1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0))
    coarse_step: float = 50.0


THRESHOLDS = NumberThresholds()


def blank_scales(text: str) -> str:
    """The text with "=" in place of the ticks of scales, numbers at equal distances. Each character keeps its place."""
    return _TICKS.sub(lambda found: blank(found) if is_scale(found.group().split()) else found.group(), text)


def find_scale_spans(shown: str) -> list[tuple[int, int]]:
    """Half-open ranges of characters of a text that are the ticks of a scale.

    Args:
        shown: In upper case and without accents.
    """
    return [found.span() for found in _TICKS.finditer(shown) if is_scale(found.group().split())]


def is_scale(ticks: Sequence[str]) -> bool:
    """Whether three or more numbers, as they are written, are at equal distances, and no date."""
    if any(re.match(r"[-+]?0[0-9]", tick) for tick in ticks):
        return False
    values = [float(tick) for tick in ticks]
    steps = [after - before for before, after in pairwise(values)]
    mean = sum(steps) / len(steps)
    off = 1.01 if abs(mean) >= THRESHOLDS.coarse_step else 1e-3  # 0 128 255
    if not mean or any(abs(step - mean) > off for step in steps):
        return False
    if len(ticks) == 3:  # Which could be a date.
        return 0 in values or all("." in tick for tick in ticks) or all(value % THRESHOLDS.coarse_step == 0 for value in values)
    return 0 in values or float(f"{abs(mean):.2e}".partition("e")[0]) in THRESHOLDS.round_steps


def is_number_in_groups(shown: str) -> bool:
    """Whether a line of a picture shows groups of seven or more digits in all, with neither unit nor term between them.

    A few letters may stand for the digits that they look like. Two round numbers or two equal ones are settings ("1500 -600",
    "512 512"), and so are two with a slash between them ("5000/100").

    Args:
        shown: In upper case and without accents, and without scales.
    """
    if _AREA_CODE.search(shown):
        return True
    return any(_is_identifier(found.group()) for found in _READ_GROUPS.finditer(_MEASURE.sub("=", shown)))


def find_number_spans(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of characters of a free text that are a number in groups.

    No letter stands for a digit here. A group of one digit is of a version, a UID or a setting.

    Args:
        text: Without scales (`blank_scales`).
    """
    spans = []
    for run in _many_digits(text):
        start, end = max(0, run.start() - _ROOM), run.end() + _ROOM
        spans += [(start + first, start + last) for first, last in _number_spans(text[start:end])]
    return spans


def _many_digits(text: str) -> Iterator[re.Match[str]]:
    return (run for run in _NUMBERS.finditer(text) if sum(map(str.isdigit, run.group())) >= THRESHOLDS.min_digits)


def _number_spans(text: str) -> list[tuple[int, int]]:
    found = ((run.span(), run.group()) for run in _WRITTEN_GROUPS.finditer(_MEASURE.sub(blank, upper_in_place(text))))
    return [span for span, run in found if _is_identifier(run) and not re.search(r"(?<![0-9])[0-9](?![0-9])", run)]


def blank(found: re.Match[str]) -> str:
    """What stands for something that was found, so that everything else keeps its place."""
    return "=" * len(found.group())


def _is_identifier(run: str) -> bool:
    groups = re.findall(rf"[0-9{_LOOK_ALIKES}]+", run)
    written = "".join(groups).lstrip("LSBIZQ")  # L2500 is a level as likely as a misread number.
    digits = sum(map(str.isdigit, written))
    if len(written) < THRESHOLDS.min_digits or digits * 3 < len(written) * 2:
        return False
    if len(groups) == 2 and all(group.isdigit() and group[0] != "0" for group in groups):
        is_ratio = "/" in run and len(written) == THRESHOLDS.min_digits
        return not (is_ratio or groups[0] == groups[1] or all(group.endswith("00") for group in groups))
    return True
