"""Lists the private attributes of data sets that no list knows: by creator, VR, count and form of the values, never a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydicom.dataset import Dataset

from ..core.dates import shift_date
from ..core.malformed import malformed
from ..phi.match_identifiers import IdentifierMatcher, matcher_of
from .binary_values import reads_as_text
from .elements import TEXT_VRS, Element, as_unknown, binary_of, encodings_of, items_of, text_of, vr_of
from .handlers.private import creators_of
from .header_identifiers import header_identifiers
from .private_forms import NUMBERS, has_form
from .private_rules import private_rules
from .profile import Profile
from .tables import PrivateKey, physics_private, safe_private
from .uids import is_uid

NOBODY, WITHHELD = "(no creator)", "(withheld)"
_CODE = re.compile(r"[A-Z0-9_ \\]{1,64}")


class UnknownPrivate(NamedTuple):
    """One private attribute: who claims it, its tag without the block, its VR, and what its values look like.

    Attributes:
        creator: "(withheld)" for a creator that spells an identifier of the header.
        form: numbers, code, date, uid, text, bytes, items or empty.
    """

    creator: str
    element: str
    vr: str
    form: str


@malformed(raised_in="pydicom.")
def unknown_private(dataset: Dataset, profile: Profile) -> tuple[UnknownPrivate, ...]:
    """Each occurrence, at any level, of a private attribute that neither a list nor the profile knows. Decodes sequences."""
    known = {*safe_private(), *physics_private(), *private_rules(profile)}
    return tuple(_at_level(dataset, known, matcher_of(tuple(header_identifiers(dataset)))))


def _at_level(dataset: Dataset, known: Iterable[PrivateKey], matcher: IdentifierMatcher) -> Iterator[UnknownPrivate]:
    creators, encodings = creators_of(dataset), encodings_of(dataset)
    for element in list(dataset._dict.values()):
        tag = int(element.tag)
        group, number = tag >> 16, tag & 0xFFFF
        is_private = bool(group & 1) and number >= 0x1000
        creator = creators.get(group << 16 | number >> 8, "") if is_private else ""
        vr = element.VR or "UN" if is_private else vr_of(element)
        if is_private and (group, creator, number & 0xFF) not in known:
            shown = WITHHELD if creator and matcher.mentions(creator) else creator or NOBODY
            yield UnknownPrivate(shown, f"{group:04X}xx{number & 0xFF:02X}", vr, _form_of(element, vr, encodings))
        if vr == "SQ":
            for item in items_of(dataset, as_unknown(element) if element.VR is None else element):
                yield from _at_level(item, known, matcher)


def _form_of(element: Element, vr: str, encodings: list[str]) -> str:
    """What a value looks like, without anything of it."""
    if vr == "SQ":
        return "items"
    if vr in TEXT_VRS:
        text = text_of(element, encodings)
        return "text" if text is None else _form_of_text(text.strip(" \0"), vr)
    data = binary_of(element, vr)
    if vr not in ("OB", "OW", "UN"):
        return "numbers" if data else "empty"
    return "empty" if not data.strip(b"\0 ") else "text" if reads_as_text(data) else "bytes"


def _form_of_text(text: str, vr: str) -> str:
    forms = {
        "empty": not text,
        "date": vr in ("DA", "DT", "TM") or (vr not in ("DS", "IS") and shift_date(text, 1) is not None),
        "uid": vr == "UI" or (text.count(".") > _MIN_DOTS and is_uid(text)),
        "numbers": has_form(NUMBERS, "LO", text.encode("latin-1", "replace")),
        "code": _CODE.fullmatch(text) is not None,
    }
    return next((form for form, is_one in forms.items() if is_one), "text")


_MIN_DOTS = 3
"""Fewer dots are a version or a number."""
