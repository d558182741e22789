"""Searches a written data set for the identifiers of the source's header, before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from ..core.instance import HeaderIdentifier, IdentifierKind
from ..core.malformed import malformed
from ..phi.match_identifiers import IdentifierMatcher
from .actions import dummy_bytes
from .deidentification_method import MARKS, is_mark
from .elements import SINGLE_VALUE_VRS, Element, bytes_of, encodings_of, items_of, text_of, vr_of
from .encoded_residuals import Needles, needles_of
from .profile import Option, Profile
from .sr_content import is_dummy_code

_NUMBERS = frozenset(
    {"AS", "AT", "DS", "FD", "FL", "IS", "OD", "OF", "OL", "OV", "SL", "SS", "SV", "TM", "UL", "US", "UV", "OW"}
)
_SAFE_ROOTS = ("2.25.", "1.2.840.10008.")
"""Of pseudonyms and of the standard's own UIDs: their digits name nobody."""
_UNDEFINED = 0xFFFFFFFF
_PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})


@malformed(raised_in="pydicom.")
def find_residuals(dataset: Dataset, identifiers: Iterable[HeaderIdentifier], profile: Profile) -> tuple[str, ...]:
    """The paths (never the values) of attributes in which an identifying value of the source still stands, at any level.

    What the profile keeps on purpose is not searched for: institutions under their option, and dates where they are kept. Moved
    dates are no residuals: DA and DT hold nothing but dates, and one patient's moved date may fall on another date of theirs.
    Nor is anything that efface itself wrote, which names nobody: the patient may be called Clean or Basic.

    Native pixel data are numbers and not searched. Encapsulated ones are searched as bytes, for needles that are long enough.

    Args:
        identifiers: What `header_identifiers` found in the source.
    """
    keeps_places = Option.RETAIN_INSTITUTION_IDENTITY in profile.options
    keeps_dates = bool({Option.RETAIN_LONG_FULL_DATES, Option.RETAIN_LONG_MODIFIED_DATES} & profile.options)
    kept = {IdentifierKind.PLACE} if keeps_places else set()
    kept |= {IdentifierKind.DATE} if keeps_dates else set()
    matcher = IdentifierMatcher(identifier for identifier in identifiers if identifier.kind not in kept)
    search = _Search(matcher, needles_of(matcher.identifiers), Option.RETAIN_UIDS in profile.options)
    return tuple(search.find(dataset, ""))


@dataclass(frozen=True)
class _Search:
    """The search in one data set."""

    matcher: IdentifierMatcher
    needles: Needles
    keeps_uids: bool

    def find(self, dataset: Dataset, path: str) -> Iterator[str]:
        """The paths of the attributes at this level and below it in which something stands."""
        for element in dataset.values():
            tag, vr = int(element.tag), vr_of(element)
            if tag in _PIXELS:
                if _is_encapsulated(element) and self.needles.stand_in(bytes_of(element)):
                    yield f"{path}{tag:08X}"
            elif vr == "SQ":
                for index, item in enumerate(items_of(dataset, element)):
                    if not is_dummy_code(item) and (path or not is_mark(tag, item)):
                        yield from self.find(item, f"{path}{tag:08X}[{index}].")
            elif vr not in _NUMBERS:
                text = text_of(element, encodings_of(dataset))
                if text is None or vr in ("OB", "UN"):
                    text = bytes_of(element).decode("latin-1")
                own = MARKS.get(tag, frozenset()) if not path else frozenset()
                if self._stands_in(text, vr, own | {dummy_bytes(vr).decode("latin-1")}):
                    yield f"{path}{tag:08X}"

    def _stands_in(self, text: str, vr: str, own: frozenset[str]) -> bool:
        if vr == "UI" and (self.keeps_uids or all(uid.startswith(_SAFE_ROOTS) for uid in text.split("\\"))):
            return False
        values = [text] if vr in SINGLE_VALUE_VRS else text.split("\\")
        text = "\\".join(value for value in values if value.strip(" \0") not in own)
        return self.matcher.mentions(text)


def _is_encapsulated(element: Element) -> bool:
    """Whether pixel data are fragments (PS3.5 A.4), which only then have no length of their own."""
    if isinstance(element, RawDataElement):
        return element.length == _UNDEFINED and isinstance(element.value, bytes)
    return element.is_undefined_length and isinstance(element.value, bytes)
