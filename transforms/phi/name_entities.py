"""What a name model finds in a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class NameEntity(NamedTuple):
    """A name, place or identifier: a half-open range of characters, the model's label and its score, 0 to 1."""

    start: int
    end: int
    label: str
    score: float


FindEntities = Callable[[Sequence[str]], list[list[NameEntity]]]
"""A loaded model: texts to what it finds in each."""
