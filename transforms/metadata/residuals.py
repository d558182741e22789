"""Searches a written data set for the identifiers of the source's header, before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from ..core.file_bytes import Content, chunks
from ..core.instance import HeaderIdentifier, IdentifierKind
from ..core.malformed import malformed
from ..phi.match_identifiers import matcher_of
from .actions import dummy_bytes
from .binary_values import BinaryMatcher
from .defined_terms import is_defined_term
from .deidentification_method import MARKS, is_mark
from .elements import (
    SINGLE_VALUE_VRS,
    Element,
    around_element,
    binary_of,
    bytes_of,
    encodings_of,
    is_creator,
    is_short,
    items_of,
    text_of,
    vr_of,
    without_place,
)
from .private_rules import private_rules
from .profile import Override, Profile
from .sr_content import is_dummy_code

_BINARY = frozenset("AT FD FL OB OD OF OL OV OW SL SS SV UL UN US UV".split())  # noqa: SIM905
_DATES = frozenset({"DA", "DT"})
_DECIMAL = frozenset({"DS", "IS"})
_NO_IDENTIFIERS = frozenset({"AS", "TM"})
"""Ages and times, which have a form of their own."""
_FREE_TEXT = frozenset({"LT", "ST", "UT"})
_SAFE_ROOTS = ("2.25.", "1.2.840.10008.")
"""Of pseudonyms and of the standard's own UIDs: their digits name nobody."""
_UNDEFINED = 0xFFFFFFFF
_PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})


@malformed(raised_in="pydicom.")
def find_residuals(dataset: Dataset, identifiers: Iterable[HeaderIdentifier], profile: Profile) -> tuple[str, ...]:
    """The paths (never the values) of attributes in which an identifying value of the source still stands, at any level.

    What the profile keeps on purpose is not searched for: institutions under their option, and dates where they are kept. Moved
    dates are no residuals: DA and DT hold nothing but dates, and one patient's moved date may fall on another date of theirs.
    Nor is anything that efface itself wrote, which names nobody: the patient may be called Clean or Basic. Nor are private
    creators of the lists: the patient may be called Siemens. Nor are dates of which the month or the year stays, in
    attributes that hold nothing else, and values that the policy gives everybody.

    Numbers are searched for those that equal an identifier, bytes for those that spell one. Native pixel data are not searched.

    Args:
        identifiers: What `header_identifiers` found in the source.
    """
    return tuple(_search_of(tuple(identifiers), profile).find(dataset, is_top=True))


_CACHED_SEARCHES = 16
"""A batch holds the instances of a few patients."""
_CACHED_VALUES, _SHORT_BYTES = 4096, 256
_CACHED_SEQUENCES, _SHORT_SEQUENCE_BYTES = 512, 4096
"""The instances of a series have most of their values and short sequences in common."""


@lru_cache(maxsize=_CACHED_SEARCHES)
def _search_of(identifiers: tuple[HeaderIdentifier, ...], profile: Profile) -> _Search:
    return _Search(identifiers, profile)


class _Search:
    """The search for the identifiers of one header. What it found in equal bytes before it knows.

    Args:
        identifiers: See `find_residuals`.
        profile: By which the source was de-identified.
    """

    def __init__(self, identifiers: Iterable[HeaderIdentifier], profile: Profile) -> None:
        counted = profile.counted(identifiers)
        self.matcher = matcher_of(tuple(one for one in counted if not (profile.keeps_days and one.kind is IdentifierKind.DATE)))
        self.binary = BinaryMatcher(self.matcher)
        self.keeps_uids = profile.retains_uids
        self.creators = frozenset(creator for _, creator, _ in private_rules(profile))
        self.own_values: Mapping[int, Override] = {
            int(one.tag, 16): one for one in profile.overrides if one.value or one.derive
        }
        self.truncates_dates = profile.date_precision != "day"
        self._stands_in_short = lru_cache(maxsize=_CACHED_VALUES)(self._stands_in_bytes_of)
        self._below_short = lru_cache(maxsize=_CACHED_SEQUENCES)(self._below_bytes)

    def find(self, dataset: Dataset, *, is_top: bool) -> Iterator[str]:
        """The paths, from this level on, of the attributes at it and below it in which something stands."""
        encodings = tuple(encodings_of(dataset))
        for key, element in dataset._dict.items():
            tag, vr = int(key), vr_of(element)
            if tag >> 16 & 1 and is_creator(tag) and (text_of(element, list(encodings)) or "").strip() in self.creators:
                continue
            if vr == "SQ":
                yield from self._below(dataset, element, encodings, is_top)
            elif self._stands_in_element(element, tag, vr, encodings, is_top):
                yield f"{tag:08X}"

    def _below(self, dataset: Dataset, element: Element, encodings: tuple[str, ...], is_top: bool) -> Iterable[str]:
        """The paths within a sequence."""
        if is_short(element, _SHORT_SEQUENCE_BYTES):
            return self._below_short(*without_place(element), encodings, is_top)
        return self._in_items(int(element.tag), items_of(dataset, element), is_top)

    def _below_bytes(
        self, tag: BaseTag, vr: str | None, length: int, value: bytes, is_implicit: bool, is_little: bool, *about: Any
    ) -> tuple[str, ...]:
        """The same for the bytes of a sequence, wherever they stand."""
        encodings, is_top = about
        around = around_element(RawDataElement(tag, vr, length, value, 0, is_implicit, is_little), encodings)
        return tuple(self._in_items(int(tag), items_of(around, around._dict[tag]), is_top))

    def _in_items(self, tag: int, items: Iterable[Dataset], is_top: bool) -> Iterator[str]:
        for index, item in enumerate(items):
            if not is_dummy_code(item) and not (is_top and is_mark(tag, item)):
                yield from (f"{tag:08X}[{index}].{path}" for path in self.find(item, is_top=False))

    def _stands_in_element(self, element: Element, tag: int, vr: str, encodings: tuple[str, ...], is_top: bool) -> bool:
        if is_short(element, _SHORT_BYTES):
            return self._stands_in_short(*without_place(element), vr, encodings, is_top)
        return self._stands_in_value(element, tag, vr, list(encodings), is_top)

    def _stands_in_bytes_of(
        self, tag: BaseTag, vr: str | None, length: int, value: bytes, is_implicit: bool, is_little: bool, *about: Any
    ) -> bool:
        """The same for the bytes of a value, wherever they stand."""
        known, encodings, is_top = about
        element = RawDataElement(tag, vr, length, value, 0, is_implicit, is_little)
        return self._stands_in_value(element, int(tag), known, list(encodings), is_top)

    def _stands_in_value(self, element: Element, tag: int, vr: str, encodings: list[str], is_top: bool) -> bool:
        own = MARKS.get(tag, frozenset()) if is_top else frozenset[str]()
        if tag in _PIXELS:
            return _is_encapsulated(element) and self._stands_in_frames(element.value or b"")
        if vr in _NO_IDENTIFIERS or self._is_own(element, tag, vr, encodings):
            return False
        if vr in _BINARY:
            return self._stands_in_bytes(element, tag, vr)
        text = text_of(element, encodings)
        if vr in _DECIMAL and text is not None:
            return any(map(self.matcher.in_numbers.shows, text.split("\\")))
        data = bytes_of(element)
        if text is None:
            text = data.decode("latin-1")
        if self._stands_in_text(text, tag, vr, own):
            return True
        return bool(self.matcher.in_bytes.foreign_spans(data))

    def _stands_in_frames(self, value: Content) -> bool:
        pieces = (piece.replace(_ENCODER, b"") for piece in chunks(value, _OVERLAP_BYTES))
        return any(self.matcher.in_bytes.stand_in_frames(piece, len(value)) for piece in pieces)

    def _is_own(self, element: Element, tag: int, vr: str, encodings: list[str]) -> bool:
        """Whether a value is the policy's: the same for everybody, or a date without its day. A table's values are searched."""
        override = self.own_values.get(tag)
        if override is not None and override.value:
            return text_of(element, encodings) == override.value
        return vr in _DATES and (self.truncates_dates or override is not None)

    def _stands_in_bytes(self, element: Element, tag: int, vr: str) -> bool:
        is_little = element.is_little_endian if isinstance(element, RawDataElement) else True
        data = binary_of(element, vr)
        if not self.binary.may_show(data, vr, is_little=is_little):
            return False
        return bool(self.binary.spans(data, vr, is_little=is_little, is_free=bool(tag >> 16 & 1)))

    def _stands_in_text(self, text: str, tag: int, vr: str, own: frozenset[str]) -> bool:
        if vr == "UI" and (self.keeps_uids or all(uid.startswith(_SAFE_ROOTS) for uid in text.split("\\"))):
            return False
        values = [text] if vr in SINGLE_VALUE_VRS else text.split("\\")
        written = (*own, _dummy(vr))
        others = [
            value for value in values if value.strip(" \0") not in written and not (vr == "CS" and is_defined_term(tag, value))
        ]
        return self.matcher.mentions("\\".join(others), is_label=vr not in _FREE_TEXT, keeps_terms=True)


_OVERLAP_BYTES = 64 << 10
"""What two pieces of the pixel data have in common: far more than the longest spelling of a value."""
_ENCODER = b"Created by OpenJPEG version"
"""The comment in every codestream of the JPEG 2000 encoder."""


@cache
def _dummy(vr: str) -> str:
    return dummy_bytes(vr).decode("latin-1")


def _is_encapsulated(element: Element) -> bool:
    """Whether pixel data are fragments (PS3.5 A.4), which only then have no length of their own."""
    if isinstance(element, RawDataElement):
        return element.length == _UNDEFINED and isinstance(element.value, Content)
    return element.is_undefined_length and isinstance(element.value, Content)
