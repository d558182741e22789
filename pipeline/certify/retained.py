"""Whether what says nothing about anybody is still there."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .checks import Check
from .manifest import Instance
from .outputs import Output
from .phrases import Fate

_TOLERANCE = 1e-5
"""Of numbers, which may be written in another way."""
_DETAIL_LENGTH = 80


def find_losses(instance: Instance, output: Output) -> Iterator[Check]:
    """A check for each text and number that has to stay."""
    for plant in instance.plants:
        if plant.fate is Fate.STAY:
            value = output.values.get(plant.path)
            held = value.text_as(plant.vr) if value else ""
            detail = f"{plant.text} -> {held[:_DETAIL_LENGTH]}"
            yield Check.of_plant("retained", plant, instance, is_right=_holds(held, plant.text), detail=detail)


def _holds(held: str, text: str) -> bool:
    return " ".join(text.split()) in " ".join(held.split()) or _same_numbers(held, text)


def _same_numbers(held: str, text: str) -> bool:
    try:
        pairs = [tuple(map(float, pair)) for pair in zip(held.split("\\"), text.split("\\"), strict=True)]
    except ValueError:
        return False
    return all(math.isclose(*pair, rel_tol=_TOLERANCE) for pair in pairs)
