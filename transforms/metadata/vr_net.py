"""What happens to an attribute that the table does not list: it passes only if its VR cannot identify anybody."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from pydicom.datadict import dictionary_VR, keyword_for_tag

from .uids import is_vocabulary


class Net(StrEnum):
    """How a value is judged."""

    KEEP = "keep"  # numbers and other values that say nothing about a person
    FORM = "form"  # kept when it has the form that its VR prescribes, otherwise judged as a label
    LABEL = "label"  # structured text: the patient's own identifiers go, the rest stays
    TEXT = "text"  # free text: everything that reads like an identifier goes
    DATE = "date"
    TIME = "time"
    AGE = "age"
    UID = "uid"
    ITEMS = "items"
    REPLACE = "replace"  # nothing tells what is in there
    REMOVE = "remove"


_BY_VR = {
    **dict.fromkeys(("AT", "FD", "FL", "OD", "OF", "OL", "OV", "OW", "SL", "SS", "SV", "UL", "US", "UV"), Net.KEEP),
    **dict.fromkeys(("CS", "DS", "IS"), Net.FORM),
    **dict.fromkeys(("LO", "SH", "UC"), Net.LABEL),
    **dict.fromkeys(("LT", "ST", "UT"), Net.TEXT),
    **dict.fromkeys(("DA", "DT"), Net.DATE),
    **dict.fromkeys(("AE", "PN", "UR"), Net.REPLACE),
    "TM": Net.TIME,
    "AS": Net.AGE,
    "UI": Net.UID,
    "SQ": Net.ITEMS,
    "UN": Net.REMOVE,
    "OB": Net.REMOVE,
}
_FREE_LABELS = re.compile(r"Comment|Description|Notes?$|Reason|Explanation|Instruction|Text|Label$|Circumstances|History")

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
    0x7FE00010,  # Pixel Data
}

_FORMS = {
    "CS": re.compile(rb"[A-Z0-9 _\\.\0-]*"),
    "DS": re.compile(rb"[0-9+\-eE. \\\0]*"),
    "IS": re.compile(rb"[0-9+\- \\\0]*"),
}


def has_form(vr: str, value: bytes) -> bool:
    """Whether every character of the value is one that its VR allows."""
    return _FORMS[vr].fullmatch(value) is not None


@cache
def net_of(tag: int, declared_vr: str) -> Net:
    """How an unlisted standard attribute is judged, by its dictionary's VR and the one that the file declares.

    Where they differ, the one that may identify more counts.
    """
    try:
        known = dictionary_VR(tag).split(" or ")[0]
    except KeyError:
        return Net.REMOVE
    if tag in _KNOWN_BINARY:
        return Net.KEEP
    net = _by_vr(tag, known)
    if declared_vr in (known, "UN", "OB") or net is Net.REMOVE:
        return net
    other = _by_vr(tag, declared_vr)
    return net if net is not Net.KEEP or other is Net.REMOVE else other


def private_net_of(vr: str) -> Net:
    """How a safe private attribute is judged, by the VR of the safe list."""
    net = _BY_VR.get(vr, Net.REMOVE)
    return Net.KEEP if vr in ("OB", "UN") else net


def _by_vr(tag: int, vr: str) -> Net:
    net = _BY_VR.get(vr, Net.REMOVE)
    if net is Net.UID and is_vocabulary(tag):
        return Net.KEEP
    if net is Net.LABEL and _FREE_LABELS.search(keyword_for_tag(tag)):
        return Net.TEXT
    return net
