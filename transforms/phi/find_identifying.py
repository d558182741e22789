"""Finds what identifies in a free text without help of the header: by its form, by the label in front of it, or as a name.

Dates and ages are found elsewhere (`dates_in_text`, `ages`), since they are moved and capped, not removed.
"""

from __future__ import annotations

import re

from .dates_in_text import mask_dates
from .digit_groups import find_number_spans
from .full_names import find_full_names
from .rules import Found, Rule
from .text_patterns import BY_FORM, LABELLED, name_length

_BY_GROUP = {
    "number": Rule.LABELLED_NUMBER,
    "plain": Rule.LABELLED_NUMBER,
    "title": Rule.TITLED_NAME,
    "name": Rule.LABELLED_NAME,
}


def find_identifying(text: str) -> list[Found]:
    """The parts of a free text that identify, in any order; they may overlap."""
    without_dates = mask_dates(text)
    found = [Found(*match.span(), rule) for rule, pattern in BY_FORM for match in pattern.finditer(without_dates)]
    found += [Found(*span, Rule.NUMBER_GROUPS) for span in find_number_spans(without_dates)]
    found += map(_labelled, LABELLED.finditer(text))
    found += [Found(*span, Rule.FULL_NAME) for span in find_full_names(text)]
    return found


def _labelled(match: re.Match[str]) -> Found:
    group = match.lastgroup or ""
    start, end = match.span(group)
    if group in ("name", "title"):
        end = start + name_length(match.group(group))
    return Found(start, end, _BY_GROUP[group])
