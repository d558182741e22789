"""Draws that depend on a seed alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


class Dice:
    """Draws from a seed alone: the same on every machine.

    Of the module `random`, `Random.random()` is the one method that is promised to give the same numbers in every version of
    Python; everything here is made from it.

    Args:
        seed: Whatever names the draw: the seed of a corpus, then the number of a patient, and so on.
    """

    def __init__(self, *seed: object) -> None:
        self._seed = seed
        self._random = random.Random("/".join(map(str, seed)))

    def apart(self, *name: object) -> Dice:
        """Dice for a part of the work, which no draw of another part moves."""
        return Dice(*self._seed, *name)

    def share(self) -> float:
        """A number from 0 to below 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        return self.share() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.share() * (high - low + 1))

    def pick(self, choices: Sequence[_T]) -> _T:
        return choices[self.whole(0, len(choices) - 1)]

    def order(self, items: Sequence[_T]) -> list[_T]:
        """The items in any order."""
        left = list(items)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in items]

    def digits(self, count: int) -> str:
        return "".join(str(self.whole(0, 9)) for _ in range(count))

    def fill(self, pattern: str) -> str:
        """A pattern with digits for `#`, digits from 1 for `%`, and capital letters for `@`."""
        low = {"#": 0, "%": 1}
        letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
        drawn = (
            str(self.whole(low[sign], 9)) if sign in low else self.pick(letters) if sign == "@" else sign for sign in pattern
        )
        return "".join(drawn)
