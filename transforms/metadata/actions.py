"""Resolves the action codes of PS3.15 Table E.1-1 for one Attribute, and gives the dummy values of D and Z."""

from __future__ import annotations

from functools import cache

from ..core.dates import DUMMY_DATE, DUMMY_TIME

DUMMY_TEXT = "REMOVED"


@cache
def resolve_code(code: str, attribute_type: str | None) -> str:
    """The one letter (D, Z, X, U) that a code such as "X/Z/D" means for an attribute of the given Type.

    Type 1 and 1C need a value (D, or U for references), Type 2 and 2C may be empty (Z), others may go (X). A code without the
    wanted letter gives the next one that keeps more; where it has none, conformance to the IOD wins, which PS3.15 E.1.1 makes
    the de-identifier's duty. References that the IOD wants (X/Z/U*, Type 1 or 2) are replaced and not emptied, so that they
    still resolve.

    Args:
        code: A code of the column "Basic Prof.".
        attribute_type: "1", "1C", "2", "2C", "3"; None when the IOD is unknown: then what keeps a value is taken, never X of
            several letters.

    Source: PS3.15 Table E.1-1a and E.1.1.
    """
    letters = [letter.rstrip("*") for letter in code.split("/")]
    keeping = "U" if "U" in letters else "D"
    if len(letters) == 1 and letters[0] in "DU":
        return letters[0]
    if attribute_type is None:
        return max(letters, key="XZDU".index)
    if attribute_type in ("1", "1C") or (keeping == "U" and attribute_type != "3"):
        return keeping
    if attribute_type in ("2", "2C"):
        return "Z" if letters in (["X"], ["X", "Z"]) or "Z" in letters else keeping
    return letters[0]


_DUMMIES = {
    "AE": DUMMY_TEXT,
    "AS": "000Y",
    "CS": DUMMY_TEXT,
    "DA": DUMMY_DATE,
    "DS": "0",
    "DT": DUMMY_DATE + DUMMY_TIME,
    "IS": "0",
    "LO": DUMMY_TEXT,
    "LT": DUMMY_TEXT,
    "PN": DUMMY_TEXT,
    "SH": DUMMY_TEXT,
    "ST": DUMMY_TEXT,
    "TM": DUMMY_TIME,
    "UC": DUMMY_TEXT,
    "UR": "urn:removed",
    "UT": DUMMY_TEXT,
}
_BINARY_DUMMIES = {
    **dict.fromkeys(("OB", "OW", "UN"), b"\0\0"),
    **dict.fromkeys(("US", "SS"), b"\0\0"),
    **dict.fromkeys(("AT", "FL", "OF", "OL", "SL", "UL"), b"\0" * 4),
    **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), b"\0" * 8),
}


def dummy_bytes(vr: str) -> bytes:
    """A value that says nothing and is valid for the VR, as it is encoded (ASCII in every character set, not padded)."""
    return _DUMMIES[vr].encode("ascii") if vr in _DUMMIES else _BINARY_DUMMIES.get(vr, b"")
