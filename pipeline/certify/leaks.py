"""Whether what had to go is gone: at its place, and anywhere else in the file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from .checks import Check
from .codestreams import ADDERS
from .manifest import Instance, Plant
from .needles import Needle, views_of
from .outputs import Output
from .phrases import Fate

_PADDING = "FFFCFFFC"
_DETAIL_LENGTH = 80


def find_leaks(instance: Instance, output: Output) -> Iterator[Check]:
    """A check for each planted identifier, and one for each that must not stand anywhere in the file."""
    for plant in instance.plants:
        if plant.fate is Fate.GO:
            found = _at_its_place(plant, output)
            yield Check.of_plant("identifiers", plant, instance, is_right=found is None, detail=found or "")
    lowered = output.data.lower()
    frames = _decoded(output)
    for text in instance.identity:
        place = _anywhere(text, output, lowered, frames)
        yield Check(
            "anywhere in the file",
            "identifiers of the header",
            place is None,
            instance.file,
            place or "",
            kind=instance.kind,
            detail=text,
        )


def _at_its_place(plant: Plant, output: Output) -> str | None:
    """What gives the planted text away where it was planted; None where nothing does."""
    needles = [_needle(text) for text in plant.needles]
    if plant.path in ADDERS:
        data = output.codestreams.lower()
        return next((needle.text for needle in needles if any(spelled in data for spelled in needle.encoded())), None)
    value = output.values.get(_PADDING if plant.path == "padding" else plant.path)
    if value is None:
        return None
    views = [*value.views, *views_of(value.text_as(plant.vr))]
    if not any(needle.in_views(views) for needle in needles):
        return None
    return value.text[:_DETAIL_LENGTH] or plant.text


def _anywhere(text: str, output: Output, lowered: bytes, frames: bytes) -> str | None:
    """Where in the file an identifier stands; None for nowhere."""
    needle = _needle(text)
    for path, value in output.values.items():
        if needle.in_views(value.views):
            return path
    return "bytes" if any(spelled in lowered or spelled in frames for spelled in needle.encoded()) else None


def _decoded(output: Output) -> bytes:
    """The decoded frames as bytes: text may stand in the values of pixels."""
    try:
        frames = output.frames
    except Exception:  # A decoder may raise anything; that frames can be read is checked elsewhere.
        return b""
    return b"" if frames is None else frames.tobytes().lower()


@lru_cache(maxsize=4096)
def _needle(text: str) -> Needle:
    return Needle(text)
