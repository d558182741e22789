"""Values of Attributes as everybody writes them, read without decoding their elements for good.

pydicom puts a decoded element in the place of the encoded one, and writes it anew later. That takes ten times as long, and may
pad a value otherwise. What is read here in one step is what pydicom would read, and pydicom would write it with the same bytes.
Everything else is left to pydicom.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

_TEXT_VRS = frozenset({"CS", "LO", "SH", "UI"})
_TEXT = re.compile(rb"([!-\[\]-}](?:[ -\[\]-}]*[!-\[\]-}])?) ?")
"""One value of printable ASCII, but for what other character sets have in the places of ASCII (backslash and tilde)."""
_UID = re.compile(rb"([0-9.]+)\0?")
_INTEGER = re.compile(rb"([0-9]{1,9}) ?")


class NotPlain(Enum):
    """Stands for a value that has to be decoded."""

    NOT_PLAIN = 0


def plain_value(vr: str, data: bytes | None, *, is_little: bool) -> str | int | NotPlain | None:
    """The value of an undecoded element: a text of VR CS, LO, SH or UI, a number of VR US or IS; None for an empty number.

    Args:
        vr: The element's, the dictionary's in Implicit VR.
        data: Its value field.
    """
    if not data:
        return "" if vr in _TEXT_VRS else None if vr in ("US", "IS") else NotPlain.NOT_PLAIN
    if vr == "US":
        return int.from_bytes(data, "little" if is_little else "big") if len(data) == 2 else NotPlain.NOT_PLAIN
    form = _UID if vr == "UI" else _TEXT if vr in _TEXT_VRS else _INTEGER if vr == "IS" else None
    found = form.fullmatch(data) if form and not len(data) % 2 else None
    if found is None:
        return NotPlain.NOT_PLAIN
    return int(found[1]) if vr == "IS" else found[1].decode("ascii")


def value_at(dataset: Any, tag: Any, vr: str) -> Any:
    """The value of an Attribute of a pydicom `Dataset` as its `get` has it; None where it is missing.

    Args:
        tag: A `BaseTag`.
        vr: The dictionary's.
    """
    element = dataset._dict.get(tag)
    if element is None:
        return None
    if element.is_raw:
        value = plain_value(element.VR or vr, element.value, is_little=element.is_little_endian)
        if value is not NotPlain.NOT_PLAIN:
            return value
    return dataset[tag].value
