"""One answer of the scorer: what was looked at, and whether the output is right there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .manifest import Instance, Plant

Field = Literal["category", "carrier", "culture", "depth", "form", "kind"]
"""By which a table can be made."""


@dataclass(frozen=True)
class Check:
    """One thing that a de-identifier did rightly or wrongly.

    Attributes:
        group: Which promise it belongs to: `identifiers`, `anywhere in the file`, `dates`, `retained`, `UIDs`, `patients`,
            `pixels`.
        category: What it is about, within the group.
        is_right: Whether the promise is kept.
        file: The input.
        path: Where in it.
        carrier, culture, depth, form, kind: See `manifest.Plant` and `manifest.Instance`.
        detail: What stands there instead.
    """

    group: str
    category: str
    is_right: bool
    file: str
    path: str = ""
    carrier: str = ""
    culture: str = ""
    depth: int = 0
    form: str = ""
    kind: str = ""
    detail: str = ""

    @classmethod
    def of_plant(
        cls, group: str, plant: Plant, instance: Instance, *, is_right: bool, detail: str, category: str = ""
    ) -> Check:
        """The check of what was planted into an instance; of its own category where none is given."""
        about = (plant.path, plant.carrier, plant.culture, plant.depth, plant.form)
        return cls(group, category or plant.category, is_right, instance.file, *about, instance.kind, detail)
