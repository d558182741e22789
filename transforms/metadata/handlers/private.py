"""Private attributes: those that a list knows or a site keeps stay where the profile asks for it (PS3.15 E.3.10).

An attribute is identified by its private creator, not by the number of its block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset

from ...core.dates import since_the_first
from ...core.errors import StructureError
from ..actions import dummy_bytes
from ..elements import (
    TEXT_VRS,
    Element,
    as_unknown,
    binary_of,
    encodings_of,
    is_creator,
    items_of,
    put_bytes,
    text_of,
    value_of,
)
from ..private_forms import DATE, FRAMES, NUMBERS, handling_of_form, has_form
from ..private_rules import KEPT, OVERRIDE, PrivateRule
from ..unlisted_attributes import Handling, private_handling_of
from ..vendor_blocks import REBUILDERS
from .values import judge

if TYPE_CHECKING:
    from ..walk import Level, Walk


def creators_of(dataset: Dataset) -> dict[int, str]:
    """The private creator of each block of one level, by the creator element's tag (PS3.5 7.8.1)."""
    encodings = encodings_of(dataset)
    return {
        int(tag): (text_of(element, encodings) or "").strip() for tag, element in dataset._dict.items() if is_creator(int(tag))
    }


def rule_of(walk: Walk, blocks: dict[int, str], tag: int) -> PrivateRule | None:
    """The rule for a private attribute; None where there is none or where nobody claims its block."""
    group, element = tag >> 16, tag & 0xFFFF
    creator = blocks.get(group << 16 | element >> 8)
    return None if creator is None else walk.private_rules.get((group, creator, element & 0xFF))


def drop_unused_creators(dataset: Dataset) -> list[int]:
    """Remove each private creator whose block is empty; returns their tags."""
    used = {
        int(tag) >> 16 << 16 | (int(tag) & 0xFFFF) >> 8 for tag in dataset._dict if tag >> 16 & 1 and tag & 0xFFFF >= 0x1000
    }
    dropped = [tag for tag in dataset._dict if tag >> 16 & 1 and tag & 0xFFFF < 0x1000 and int(tag) not in used]
    for tag in dropped:
        del dataset._dict[tag]
    return [int(tag) for tag in dropped]


def handle(walk: Walk, level: Level, element: Element, tag: int) -> None:
    """Do with a private attribute what its rule says; remove every one that has none."""
    if not walk.private_rules:
        walk.remove(level, element, "private")
        return
    if tag & 0xFFFF < 0x1000:
        return  # `drop_unused_creators` looks at it in the end.
    found = rule_of(walk, level.creators, tag)
    if found is None or found.action == "X":
        walk.remove(level, element, "private" if found is None else found.rule)
        return
    declared = element.VR if element.VR not in (None, "UN") else ""
    vr = _vr_of(found, declared)
    if not vr or (("SQ" in (declared, vr)) and declared not in ("", vr)):
        walk.remove(level, element, "private")
    elif found.action in "DZ":
        _replace(walk, level, element, tag, found, vr)
    elif vr == "SQ":
        _items(walk, level, element, tag, found, is_known=bool(declared))
    elif found.form in REBUILDERS:
        _rebuild(walk, level, element, tag, found)
    elif not _may_stay(walk, element, found.form, vr):
        walk.remove(level, element, found.rule)
    else:
        handling = Handling.UID if found.action == "U" else handling_of_form(found.form, vr)
        judge(walk, level, element, tag, handling, found.rule, vr=vr)


def _may_stay(walk: Walk, element: Element, form: str, vr: str) -> bool:
    """Whether a value has its form. Dates need a policy that keeps days: with a month or a dummy, intervals would be wrong."""
    return not form or (has_form(form, vr, _encoded(element, vr)) and (form != DATE or walk.profile.keeps_days))


def _items(walk: Walk, level: Level, element: Element, tag: int, found: PrivateRule, *, is_known: bool) -> None:
    """Scrub a private sequence; one that does not parse goes, since no IOD asks for it.

    Where the times of its frames go, the time since the first of them takes their place: the order and timing of the slices.
    """
    try:
        items = items_of(level.dataset, element if is_known else as_unknown(element))
    except StructureError:
        walk.remove(level, element, found.rule)
        return
    times = [value_of(item, _ACQUISITION_TIME) for item in items] if found.form == FRAMES else []
    walk.items(level, element, tag, items, level.content)
    for item, time in zip(items, since_the_first(times), strict=False):
        if not value_of(item, _ACQUISITION_TIME):
            put_bytes(item, _ACQUISITION_TIME, "TM", time.encode())


_ACQUISITION_TIME = 0x00080032


def _vr_of(found: PrivateRule, declared: str) -> str:
    """The VR by which a value is judged: of a listed number the one that the file declares, since makers changed theirs.

    "" where the file declares another kind of value than the site that keeps it.
    """
    if found.form == NUMBERS:
        return declared or found.vr
    if found.rule in (KEPT, OVERRIDE) and declared and found.vr:
        return found.vr if private_handling_of(found.vr) is private_handling_of(declared) else ""
    return found.vr or declared


def _encoded(element: Element, vr: str) -> bytes:
    """The value as it is encoded, of text without a character set: none of the forms has other characters than ASCII."""
    if vr in TEXT_VRS and not isinstance(element.value, bytes):
        return (text_of(element, []) or "").encode("latin-1", "replace")
    return binary_of(element, vr)


def _replace(walk: Walk, level: Level, element: Element, tag: int, found: PrivateRule, vr: str) -> None:
    if vr == "SQ":
        walk.remove(level, element, found.rule)
        return
    value = b"" if found.action == "Z" else walk.cleaner.uid("dummy").encode() if vr == "UI" else dummy_bytes(vr)
    walk.put(level, tag, vr, value, action=found.action, rule=found.rule)


def _rebuild(walk: Walk, level: Level, element: Element, tag: int, found: PrivateRule) -> None:
    """Put the allowed parts of a vendor's header in the place of it, and search them for the header's identifiers."""
    built = REBUILDERS[found.form](_encoded(element, "OB"))
    if built is None:
        walk.remove(level, element, found.rule)
        return
    declared = element.VR if element.VR in ("OB", "OW", "UN", "UT", "LT", "ST") else "OB"
    if walk.cleaner.may_identify(built, declared, is_little=True):
        built = walk.cleaner.binary(built, declared, is_little=True, is_free=False)
    walk.put(level, tag, declared, built, action="C", rule=found.rule)
