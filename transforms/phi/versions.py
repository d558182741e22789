"""Says whether a number is the version of a product: versions are written like dates and like addresses of computers."""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"(?:(?<![^\W_])(?:v|ver|vers|version|versione|versión|versie|rel|release|rev|revision|sw|software|build|firmware|fw"
    r"|syngo\S{0,20}|dicom|patch"
    r"|hotfix|update)[\s.:#=_-]{0,3}(?:[A-Z]{1,3}\d{0,3}[A-Z]?[ _-])?|[\d.][._-])$",
    re.I,
)
_ROOM = 40


def follows_version(text: str, start: int) -> bool:
    """Whether the word for a version, or a part of a longer number, stands in front of a position."""
    return _BEFORE.search(text, max(0, start - _ROOM), start) is not None
