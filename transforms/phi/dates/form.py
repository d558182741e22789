"""One way to write a date, the places where it may begin, and the pieces that the patterns of several share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..folding import Folded

Accepts = Callable[[Folded, re.Match[str]], bool]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a date.

    Attributes:
        pattern: For folded text, tried where its family may begin. Its groups `n1` to `n4` are numbers and names in the order
            in which they stand; `s` is the separator, `o` the ending of an ordinal. It repeats nothing without a bound.
        orders: What `n1` to `n4` may be, one letter each, the usual order first: "e" era, "y" year, "m" month, "d" day. Without
            any, the form says when and not which day.
        accepts: Whether what stands around a match makes it a date.
        is_explicit: It is a date wherever it stands, also among the names of products and settings.
    """

    pattern: re.Pattern[str]
    orders: tuple[str, ...] = ()
    accepts: Accepts | None = None
    is_explicit: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Forms that begin alike, in the order in which they are tried.

    Attributes:
        starts: The places of a folded text where one may begin: one cheap search instead of one a form.
    """

    starts: Callable[[str], Iterator[int]]
    forms: tuple[Form, ...]


DAY = r"\d\d?"
LONE_DAY = r"(?<![^\W_])(?<!\d[/-])\d\d?"
"""A day that is glued to no word and continues no series: of what has no sure sign of a date beside its digits."""
YEAR = r"(?:19|20)\d\d"
ISO_TIME = r"(?:t\d\d(?::?\d\d(?::?\d\d(?:[.,]\d{1,6})?)?)?(?:z(?![^\W_])|[+-]\d\d:?\d\d)?)?"
"""A time that is glued to a date as ISO 8601 does it. It goes with a date that goes."""
