"""An attribute of PS3.15 Table E.1-1: the action of the profile, its Options and its exceptions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pydicom.dataelem import DataElement
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from ...core.pseudonyms import patient_key
from ...core.published import AttributeAction
from ..actions import dummy_bytes, resolve_code
from ..elements import TEXT_VRS, Element, bytes_of, items_of, known_vr, text_of, vr_of
from ..patient_identity import PATIENT_ID, PATIENT_NAME
from ..profile import Option, Profile, patient_mappings
from ..sr_content import dummy_code
from ..tables import profile_rows
from ..unlisted_attributes import Handling, handling_of
from .values import judge

if TYPE_CHECKING:
    from ..walk import Level, Walk


_CONTENT = frozenset({0x0040A730, 0x0040B020, 0x00400555, 0x00400610})
"""Sequences of content items: under C their texts are cleaned, under D replaced."""

_SELF_EXPLAINING = frozenset({Handling.DATE, Handling.TIME, Handling.AGE, Handling.UID, Handling.FORM})
"""Values that are judged by their form, whether an option keeps or cleans them."""

_TEXT_RULES = frozenset(
    {
        Option.CLEAN_DESCRIPTORS,
        Option.CLEAN_STRUCTURED_CONTENT,
        Option.CLEAN_GRAPHICS,
        Option.RETAIN_PATIENT_CHARACTERISTICS,
        "override",
    }
)
"""Rules that ask for the cleaning of free text."""


@lru_cache(maxsize=64)
def planned_actions(profile: Profile) -> dict[int, tuple[str, str]]:
    """The action code of each listed attribute under a profile, and the rule it comes from.

    Of several options that name an attribute, one that cleans wins over one that keeps: the standard does not say which.
    """
    plan = {}
    for tag, row in profile_rows().items():
        named = [(action, option) for option, action in row.options if option in profile.options]
        plan[tag] = min(named) if named else (row.basic, "E.1-1")
    for override in profile.overrides:
        if not override.creator:
            plan[int(override.tag, 16)] = (override.action, "override")
    return plan


def handle(walk: Walk, level: Level, element: Element, tag: int) -> None:
    """Apply the action of the profile to a listed attribute."""
    code, rule = level.rules.get(tag) or walk.plan[tag]
    kind = walk.type_of(level, tag)
    action = code if code in "KC" else resolve_code(code, kind)
    vr = known_vr(tag)
    if rule == "E.1-1" and _is_gradient(walk, level, element, tag):
        return
    if tag in (PATIENT_ID, PATIENT_NAME) and action != "X":
        walk.put(level, tag, vr, _patient_value(walk, level, element, tag).encode(), action="D", rule=rule)
    elif action == "X":
        walk.remove(level, element, rule)
    elif (vr == "SQ") != (vr_of(element) == "SQ"):
        walk.remove(level, element, "malformed")
    elif vr == "SQ":
        _sequence(walk, level, element, tag, action, rule)
    elif action == "Z":
        walk.put(level, tag, vr, b"", action="Z", rule=rule)
    elif not bytes_of(element).strip(b" \0") and not text_of(element, level.encodings):
        pass  # An empty value identifies nobody, and no value is invented.
    elif action == "D":
        value = walk.cleaner.uid("dummy").encode() if vr == "UI" else dummy_bytes(vr)
        walk.put(level, tag, vr, value, action="D", rule=rule)
    elif action == "U":
        judge(walk, level, element, tag, Handling.UID, rule, vr="UI")
    else:
        _keep_or_clean(walk, level, element, tag, action=action, rule=rule, kind=kind)


def _is_gradient(walk: Walk, level: Level, element: Element, tag: int) -> bool:
    """Whether an image comment is nothing but a b-value and its direction, where attributes of physics stay."""
    if tag != _IMAGE_COMMENTS or Option.RETAIN_SAFE_PRIVATE not in walk.profile.options:
        return False
    text = text_of(element, level.encodings) or ""
    return _GRADIENT.fullmatch(text) is not None and walk.cleaner.text_by_rules(text) == text


_IMAGE_COMMENTS = 0x00204000
_GRADIENT = re.compile(r"b=\d{1,5}(?:\(-?[01]\.\d{1,6}(?:,-?[01]\.\d{1,6}){2}\))?")
"""Canon and Toshiba write the direction of diffusion into Image Comments, and nowhere else."""


def _patient_value(walk: Walk, level: Level, element: Element, tag: int) -> str:
    """The pseudonym of the patient whom an attribute names, at a deeper level perhaps by another ID."""
    value = (text_of(element, level.encodings) or "").strip() if tag == PATIENT_ID else ""
    is_same = value == walk.identity.old_id and level.issuer in ("", walk.identity.issuer)
    if not value or is_same:
        return walk.identity.new_id
    mapping = patient_mappings(walk.profile).get(value)
    return mapping.new_id if mapping else walk.pseudonyms.patient_id(patient_key(value, level.issuer, ""))


def _keep_or_clean(walk: Walk, level: Level, element: Element, tag: int, *, action: str, rule: str, kind: str | None) -> None:
    """Apply K or C of an option. Both clean dates and texts; the Basic Profile decides on what cannot be cleaned."""
    vr = known_vr(tag)
    if vr not in TEXT_VRS:
        if action == "C":
            basic = resolve_code(profile_rows()[tag].basic, kind) if tag in profile_rows() else "D"
            if basic == "X":
                walk.remove(level, element, rule)
            else:
                walk.put(level, tag, vr, b"" if basic == "Z" else dummy_bytes(vr), action=basic, rule=rule)
        else:
            judge(walk, level, element, tag, Handling.BINARY, rule, vr=vr)
        return
    handling, _ = handling_of(tag, vr)
    if handling not in _SELF_EXPLAINING:
        handling = Handling.TEXT if action == "C" and rule in _TEXT_RULES else Handling.LABEL
    before = len(walk.actions)
    # The table of types omits attributes to which the Basic Profile gives a dummy: some IOD requires a value there.
    wants_value = tag in profile_rows() and profile_rows()[tag].basic == "D"
    judge(walk, level, element, tag, handling, rule, vr=vr, may_be_empty=kind in ("2", "2C", "3") and not wants_value)
    if len(walk.actions) == before:
        walk.actions.append(AttributeAction(f"{level.path}{tag:08X}", action, rule))


def _sequence(walk: Walk, level: Level, element: Element, tag: int, action: str, rule: str) -> None:
    path = f"{level.path}{tag:08X}"
    walk.actions.append(AttributeAction(path, action, rule))
    if action == "Z":
        level.dataset._dict[BaseTag(tag)] = DataElement(tag, "SQ", Sequence())
        return
    items = items_of(level.dataset, element)
    if action == "D" and tag not in _CONTENT and any("CodeMeaning" in item for item in items):
        level.dataset._dict[BaseTag(tag)] = DataElement(tag, "SQ", Sequence([dummy_code()]))
        return
    content = level.content
    if tag in _CONTENT:
        content = "clean" if action == "C" and content != "dummy" else "dummy"
    walk.items(level, element, tag, items, content)
