"""How a standard Attribute that Table E.1-1 does not list is handled, by its VR."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from pydicom.datadict import DicomDictionary, dictionary_VR, keyword_for_tag


class Handling(StrEnum):
    """How a value is handled."""

    KEEP = "keep"  # values that say nothing about a person
    BINARY = "binary"  # numbers and bytes: kept but for what equals or spells the patient's own identifiers
    FREE_BINARY = "free_binary"  # bytes that nobody defines: the same, and free text where they read as one
    FORM = "form"  # kept when it has the form that its VR prescribes, otherwise judged as a label
    LABEL = "label"  # structured text: the patient's own identifiers go, the rest stays
    TEXT = "text"  # free text: everything that reads like an identifier goes, and what `Profile.free_text` says beyond that
    TEXT_BY_RULES = "text_by_rules"  # a label that no standard defines: free text, by the rules alone
    BYTES = "bytes"  # numbers of which nobody wrote the VR: kept unless they read as text
    DATE = "date"
    TIME = "time"
    AGE = "age"
    UID = "uid"
    ITEMS = "items"
    REPLACE = "replace"  # of unknown content
    REMOVE = "remove"


_BY_VR = {
    **dict.fromkeys(("AT", "FD", "FL", "OD", "OF", "OL", "OV", "OW", "SL", "SS", "SV", "UL", "US", "UV"), Handling.BINARY),
    **dict.fromkeys(("CS", "DS", "IS"), Handling.FORM),
    **dict.fromkeys(("LO", "SH", "UC"), Handling.LABEL),
    **dict.fromkeys(("LT", "ST", "UT"), Handling.TEXT),
    **dict.fromkeys(("DA", "DT"), Handling.DATE),
    **dict.fromkeys(("AE", "PN", "UR"), Handling.REPLACE),
    "TM": Handling.TIME,
    "AS": Handling.AGE,
    "UI": Handling.UID,
    "SQ": Handling.ITEMS,
    "UN": Handling.REMOVE,
    "OB": Handling.REMOVE,
}
HANDLING_BY_VR = MappingProxyType(_BY_VR)
"""VR -> how a value is handled, where nothing else about its attribute counts."""
_FREE_LABELS = re.compile(
    r"Comment|Description|Notes?$|Reason|Explanation|Instruction|Text|Label$|Circumstances|History"
    r"|^(?:Beam|Block|RTImage|ApplicationSetup|AcquisitionProtocol|HangingProtocol)Name$|^TreatmentProtocols$"
)
"""Keywords of short texts that people type."""
_TYPED_CODES = {
    0x00700002,  # Graphic Layer
    0x00700080,  # Content Label
}
"""Attributes of VR CS that people type, and for which the standard defines no terms."""

_NAMES_SOMEBODY = re.compile(
    r"AlternativeCalendar|OrderNumber|OwnerID|FileSetID|PrintJob|Registration|Welder|SourceAddress|ProtocolCreator|UserGroupName"
    r"|ContactDisplayName|EntityID|CertificationNumber|Itinerary|Carrier|BoardingPass|RouteSegment|AssignedLocation"
    r"|InstanceIdentifier|ResourceLocator"
)
"""Keywords of text attributes that hold a date, a number or an address of somebody's, though the table does not list them."""

_KNOWN_BINARY = {
    0x00282000,  # ICC Profile
    0x00700256,  # Fill Pattern
    0x00701808,  # Weighting Lookup Table Data
    0x00143080,  # Bad Pixel Image
    0x00142210,  # Coordinate System Axis Values
    0x54001010,  # Waveform Data
    0x5400100A,  # Waveform Padding Value
    0x54000110,  # Channel Minimum Value
    0x54000112,  # Channel Maximum Value
}
_PIXELS = {
    0x7FE00008,  # Float Pixel Data
    0x7FE00009,  # Double Float Pixel Data
    0x7FE00010,  # Pixel Data
}

_FORMS = {
    "CS": re.compile(rb"[A-Z0-9 _\\.\0-]*"),
    "DS": re.compile(rb"[0-9+\-eE. \\\0]*"),
    "IS": re.compile(rb"[0-9+\- \\\0]*"),
}
_NO_NUMBER = re.compile(rb"[+\-. ](?:(?<=[0-9.][+\-])|(?<=\.)[0-9]*+\.|(?<=[0-9.] ) *+[0-9.+\-])")
"""A sign behind a digit, a second point, a blank between digits: a date, a telephone or social security number, an address."""


def has_form(vr: str, value: bytes) -> bool:
    """Whether every character of the value is one that its VR allows, and each decimal string is a number."""
    return _FORMS[vr].fullmatch(value) is not None and (vr == "CS" or _NO_NUMBER.search(value) is None)


@cache
def handling_of(tag: int, declared_vr: str) -> tuple[Handling, str]:
    """How an unlisted standard Attribute is handled, and by which VR: that of the dictionary.

    Where the file declares text and the dictionary numbers, the text passes only if it is a number.
    """
    try:
        allowed = dictionary_VR(tag).split(" or ")
    except KeyError:
        return Handling.REMOVE, declared_vr
    known = allowed[0]
    handling = Handling.BINARY if tag in _KNOWN_BINARY or tag in _PIXELS else _by_vr(tag, known)
    if handling is Handling.BINARY and known not in ("OB", "OW") and declared_vr not in ("", *allowed):
        if declared_vr in ("OB", "OW", "UN"):
            return Handling.BYTES, known
        other = _BY_VR.get(declared_vr, Handling.REMOVE)
        return (
            (other, declared_vr)
            if other in (Handling.BINARY, Handling.FORM) and declared_vr != "CS"
            else (Handling.REMOVE, known)
        )
    return (Handling.KEEP if tag in _PIXELS else handling), known


def typed_texts() -> frozenset[int]:
    """The attributes of the dictionary that are free text. `tools/generate_standard_tables.py` looks up their Types."""
    return frozenset(tag for tag in DicomDictionary if handling_of(tag, "")[0] is Handling.TEXT)


def reads_as_text(value: bytes) -> bool:
    """Whether bytes that ought to be numbers hold a run of characters long enough to name somebody."""
    return _CHARACTERS.search(value) is not None


_CHARACTERS = re.compile(rb"[ -~]{6}")


def private_handling_of(vr: str) -> Handling:
    """How a safe private Attribute is handled, by its VR. Its labels are judged as free text, since no standard defines them.

    Words that no list explains stay in them: they are codes of the vendor, and no attribute of the safe list names anybody.
    """
    handling = _BY_VR.get(vr, Handling.REMOVE)
    if vr in ("OB", "OW", "UN"):
        return Handling.FREE_BINARY
    return Handling.TEXT_BY_RULES if handling is Handling.LABEL else handling


def _by_vr(tag: int, vr: str) -> Handling:
    handling = _BY_VR.get(vr, Handling.REMOVE)
    if handling in (Handling.LABEL, Handling.TEXT) and _NAMES_SOMEBODY.search(keyword_for_tag(tag)):
        return Handling.REPLACE
    if tag in _TYPED_CODES or (handling is Handling.LABEL and _FREE_LABELS.search(keyword_for_tag(tag))):
        return Handling.TEXT
    return handling
