"""An attribute that the policy gives a value of its own: wherever it stands, and at the first level also where it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.tag import BaseTag

from ..actions import dummy_bytes, resolve_code
from ..elements import known_vr, text_of
from ..own_values import column_value

if TYPE_CHECKING:
    from ..profile import Override
    from ..walk import Level, Walk

_RULE = "override"


def handle(walk: Walk, level: Level, override: Override) -> None:
    """Put the value that an override says, or remove the attribute where there is none for this instance.

    An attribute that the IOD requires becomes blank or a dummy instead.
    """
    tag = int(override.tag, 16)
    vr, value = known_vr(tag), _value(walk, level, override)
    element = level.dataset._dict.get(BaseTag(tag))
    if value:
        walk.put(level, tag, vr, value.encode("ascii"), action="R", rule=_RULE)
    elif element is not None:
        action = resolve_code("X/Z/D", walk.type_of(level, tag) or "3")
        if action == "X":
            walk.remove(level, element, _RULE)
        else:
            walk.put(level, tag, vr, b"" if action == "Z" else dummy_bytes(vr), action=action, rule=_RULE)


def _value(walk: Walk, level: Level, override: Override) -> str:
    if override.value:
        return override.value
    tag = int(override.tag, 16)
    if override.column:
        mapping = walk.identity.mapping
        return column_value(known_vr(tag), mapping.value(override.column)) if mapping else ""
    element = level.dataset._dict.get(BaseTag(tag))
    text = "" if element is None else (text_of(element, level.encodings) or "").strip()
    offset_days = walk.profile.offset_of(walk.identity.offset_days)
    return walk.derived.value(override.derive, tag, known_vr(tag), text, offset_days)
