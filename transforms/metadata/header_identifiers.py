"""Extracts the identifying values of a header, for `phi.match_identifiers`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag
from pydicom.valuerep import EXPLICIT_VR_LENGTH_16, EXPLICIT_VR_LENGTH_32

from ..core.instance import HeaderIdentifier, IdentifierKind
from ..core.malformed import malformed
from ..phi.readings import may_be_encoded, readings_of
from ..phi.spellings import squeezed
from .elements import Element, bytes_of, encodings_of, is_short, items_of, text_of, vr_of, without_place

_KINDS = {
    **dict.fromkeys(
        (
            0x00080050,  # Accession Number
            0x00100020,  # Patient ID
            0x00101000,  # Other Patient IDs
            0x00101050,  # Insurance Plan Identification
            0x00101090,  # Medical Record Locator
            0x00120040,  # Clinical Trial Subject ID
            0x00120042,  # Clinical Trial Subject Reading ID
            0x00200010,  # Study ID
            0x00380010,  # Admission ID
            0x00380060,  # Service Episode ID
            0x00400009,  # Scheduled Procedure Step ID
            0x00400253,  # Performed Procedure Step ID
            0x0040050A,  # Specimen Accession Number
            0x00400512,  # Container Identifier
            0x00400551,  # Specimen Identifier
            0x00401001,  # Requested Procedure ID
            0x00402016,  # Placer Order Number / Imaging Service Request
            0x00402017,  # Filler Order Number / Imaging Service Request
        ),
        IdentifierKind.ID,
    ),
    **dict.fromkeys(
        (
            0x00080080,  # Institution Name
            0x00080081,  # Institution Address
            0x00080092,  # Referring Physician's Address
            0x00101040,  # Patient's Address
            0x00102299,  # Responsible Organization
            0x00120031,  # Clinical Trial Site Name
            0x00120060,  # Clinical Trial Coordinating Center Name
            0x00380300,  # Current Patient Location
            0x00380400,  # Patient's Institution Residence
            0x00401102,  # Person's Address
            0x0040A027,  # Verifying Organization
        ),
        IdentifierKind.PLACE,
    ),
    **dict.fromkeys(
        (
            0x00080094,  # Referring Physician's Telephone Numbers
            0x00102154,  # Patient's Telephone Numbers
            0x00102155,  # Patient's Telecom Information
            0x00401103,  # Person's Telephone Numbers
            0x00402010,  # Order Callback Phone Number
        ),
        IdentifierKind.PHONE,
    ),
    0x00100012: IdentifierKind.NAME,  # Name to Use
}
_KINDS_BY_VR = {"PN": IdentifierKind.NAME, "DA": IdentifierKind.DATE, "DT": IdentifierKind.DATE}

_OF_NOBODY = frozenset((*EXPLICIT_VR_LENGTH_16, *EXPLICIT_VR_LENGTH_32)) - {"UN", "SQ", *_KINDS_BY_VR}
"""VRs of Attributes that identify only where `_KINDS` names them."""

_MAKERS = (0x00080070, 0x00081090)  # Manufacturer, Manufacturer's Model Name
_DAY = re.compile(r"(19|20)\d{6}")
_DUMMY_DAYS = ("19000101", "20000101")
_NOT_DATES_OF_ANYBODY = {0x00080106, 0x00080107, 0x00181200}  # versions of context groups, calibrations of a device

_SAYS_NOTHING = re.compile(
    r"\W*(anonym\w*|removed|none|unknown|n/?a|not available|unnamed|no name|patient|name|test|deidentified|xxx+|0+|1+)?\W*",
    re.I,
)


def says_nothing(value: str) -> bool:
    """Whether a value stands for none, such as "UNKNOWN"."""
    return _SAYS_NOTHING.fullmatch(value) is not None


@malformed(raised_in="pydicom.")
def header_identifiers(dataset: Dataset) -> tuple[HeaderIdentifier, ...]:
    """Every value of the header, at every level, that says who, where or when, in order of appearance, each once.

    Values that say nothing ("UNKNOWN") and values so short that they would match half of all text are left out, and an
    institution that is called like the manufacturer, as in test images of theirs.

    Raises:
        StructureError: A sequence does not parse.
    """
    terms = dict.fromkeys(_terms(dataset))
    makers = [dataset._dict.get(BaseTag(tag)) for tag in _MAKERS]
    made = squeezed(" ".join(text_of(maker, encodings_of(dataset)) or "" for maker in makers if maker is not None))
    return tuple(term for term in terms if not (term.kind is IdentifierKind.PLACE and squeezed(term.value) in made))


def _terms(dataset: Dataset) -> Iterator[HeaderIdentifier]:
    encodings: list[str] = []
    for key, element in list(dataset._dict.items()):
        vr = element.VR
        if vr in _OF_NOBODY and key not in _KINDS:
            continue  # The quick way past most elements.
        tag = int(key)
        if vr is None or vr == "UN":
            vr = vr_of(element)
        if vr == "SQ":
            yield from _terms_below(dataset, element)
            continue
        kind = _KINDS.get(tag) or _KINDS_BY_VR.get(vr)
        if kind is None or tag in _NOT_DATES_OF_ANYBODY:
            continue
        encodings = encodings or encodings_of(dataset)
        text = text_of(element, encodings)
        text = _in_some_character_set(bytes_of(element)) if text is None else text
        for part in [text] if kind is IdentifierKind.PLACE else text.split("\\"):
            value = part.strip(" \0\t\r\n")
            if kind is IdentifierKind.DATE:
                day = value.replace(".", "")[:8]
                if _DAY.fullmatch(day) and day not in _DUMMY_DAYS:
                    yield HeaderIdentifier(kind, day)
            elif len(value) >= (2 if kind is IdentifierKind.NAME else 4) and not _SAYS_NOTHING.fullmatch(value):
                yield HeaderIdentifier(kind, value)
                if may_be_encoded(value):
                    yield from (HeaderIdentifier(kind, reading.text) for reading in readings_of(value))


_CACHED_SEQUENCES, _SHORT_BYTES = 1024, 4096
"""The instances of a series have most of their short sequences in common, and the header of each is looked at twice."""
_known_terms: dict[tuple[Any, ...], tuple[HeaderIdentifier, ...]] = {}
"""What decides how a sequence reads -> the terms in it. Not `lru_cache`: what is parsed stays in its data set, for the walk."""


def _terms_below(dataset: Dataset, element: Element) -> Iterable[HeaderIdentifier]:
    """The terms in a sequence, by its bytes where they were seen before."""
    if not is_short(element, _SHORT_BYTES):
        return (term for item in items_of(dataset, element) for term in _terms(item))
    key = *without_place(element), tuple(encodings_of(dataset))
    known = _known_terms.get(key)
    if known is None:
        known = tuple(term for item in items_of(dataset, element) for term in _terms(item))
        if len(_known_terms) >= _CACHED_SEQUENCES:
            _known_terms.clear()
        _known_terms[key] = known
    return known


def _in_some_character_set(data: bytes) -> str:
    """A value that is not in the character set of its data set: in UTF-8 if it can be, otherwise in Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
