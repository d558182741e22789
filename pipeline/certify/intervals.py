"""Exact intervals for shares, after Clopper and Pearson (1934), with the standard library alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

_STEPS = 60
"""Halvings: a share is known to 1e-18."""


@dataclass(frozen=True)
class Share:
    """A share that was counted.

    Attributes:
        hits, count: So many of so many.
        low, high: Its exact interval.
    """

    hits: int
    count: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else math.nan


def share_of(hits: int, count: int, confidence: float = 0.95) -> Share:
    """A share with its interval of Clopper and Pearson, which covers the true one at least as often as `confidence` says.

    Raises:
        ValueError: There are more hits than counts, or fewer than none.
    """
    if not 0 <= hits <= count:
        raise ValueError("hits must lie between 0 and the count")
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _root(lambda share: at_least(hits, count, share) - tail)
    high = 1.0 if hits == count else _root(lambda share: tail - at_most(hits, count, share))
    return Share(hits, count, low, high)


def images_needed(bound: float, confidence: float = 0.95) -> int:
    """How many images people must look at, and find nothing on, to say that at most the share `bound` of all shows something.

    With 95 % confidence it is nearly 3 / bound (Hanley and Lippman-Hand, 1983).

    Raises:
        ValueError: The bound is not between 0 and 1.
    """
    if not 0 < bound < 1:
        raise ValueError("the bound is a share between 0 and 1, such as 0.01")
    return math.ceil(math.log(1 - confidence) / math.log1p(-bound))


def at_most(hits: int, count: int, share: float) -> float:
    """The probability of at most so many hits, where each comes with the probability `share`."""
    return math.fsum(_probability(number, count, share) for number in range(hits + 1))


def at_least(hits: int, count: int, share: float) -> float:
    """The probability of at least so many hits."""
    return math.fsum(_probability(number, count, share) for number in range(hits, count + 1))


def _probability(hits: int, count: int, share: float) -> float:
    if share in (0.0, 1.0):
        return float(hits == count * share)
    ways = math.lgamma(count + 1) - math.lgamma(hits + 1) - math.lgamma(count - hits + 1)
    return math.exp(ways + hits * math.log(share) + (count - hits) * math.log1p(-share))


def _root(rising: Callable[[float], float]) -> float:
    """Where a function that rises on 0 to 1 crosses zero."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
