"""Reads a written data set for values of the source's header: the last look before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pydicom.dataset import Dataset

from ..core.malformed import malformed
from ..core.records import Term, TermKind
from .elements import bytes_of, encodings_of, items_of, text_of, vr_of
from .free_text import TextCleaner
from .profile import Option, Profile

_NUMBERS = frozenset(
    {"AS", "AT", "DS", "FD", "FL", "IS", "OD", "OF", "OL", "OV", "SL", "SS", "SV", "TM", "UL", "US", "UV", "OW"}
)
_SAFE_ROOTS = ("2.25.", "1.2.840.10008.")
"""Of pseudonyms and of the standard's own UIDs: their digits name nobody."""
_PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})


@malformed(raised_in="pydicom.")
def find_residuals(dataset: Dataset, terms: Iterable[Term], profile: Profile) -> tuple[str, ...]:
    """The paths (never the values) of attributes in which an identifying value of the source still stands, at any level.

    What the profile keeps on purpose is not searched for: institutions under their option, and dates where they are kept. Moved
    dates are no residuals: DA and DT hold nothing but dates, and one patient's moved date may fall on another date of theirs.

    Args:
        terms: What `header_terms` said of the source.
    """
    terms = tuple(terms)
    retained = Option.RETAIN_INSTITUTION_IDENTITY in profile.options
    matcher = TextCleaner([term for term in terms if not (retained and term.kind is TermKind.PLACE)], 0)
    dates: frozenset[str] = frozenset()
    if not {Option.RETAIN_LONG_FULL_DATES, Option.RETAIN_LONG_MODIFIED_DATES} & profile.options:
        dates = frozenset(spelling for term in terms if term.kind is TermKind.DATE for spelling in _spellings(term.value))
    return tuple(_residuals(dataset, matcher, dates, Option.RETAIN_UIDS in profile.options, ""))


def _spellings(date: str) -> tuple[str, ...]:
    try:
        day = datetime.strptime(date, "%Y%m%d")
    except ValueError:
        return ()
    return tuple(day.strftime(form) for form in ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d.%m.%Y"))


def _residuals(dataset: Dataset, matcher: TextCleaner, dates: frozenset[str], keeps_uids: bool, path: str) -> Iterator[str]:
    for element in dataset.values():
        tag, vr = int(element.tag), vr_of(element)
        if tag in _PIXELS or vr in _NUMBERS:
            continue
        if vr == "SQ":
            for index, item in enumerate(items_of(dataset, element)):
                yield from _residuals(item, matcher, dates, keeps_uids, f"{path}{tag:08X}[{index}].")
            continue
        text = text_of(element, encodings_of(dataset))
        if text is None or vr in ("OB", "UN"):
            text = bytes_of(element).decode("latin-1")
        if vr == "UI" and (keeps_uids or all(uid.startswith(_SAFE_ROOTS) for uid in text.split("\\"))):
            continue
        if matcher.mentions(text) or any(date in text for date in dates):
            yield f"{path}{tag:08X}"
