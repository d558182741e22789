"""Texts that know which of their parts identify, so that one description gives both the input and the right output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .spelled_dates import spell


class Fate(StrEnum):
    """What a de-identifier owes to a part of a text."""

    GO = "go"
    MOVE = "move"
    STAY = "stay"


@dataclass(frozen=True)
class Secret:
    """What must go.

    Attributes:
        text: As it is written.
        category: What it is, such as `name of the patient`.
        form: How it is spelled, such as `marks dropped`.
        parts: What gives it away, each alone: the words of a name, the digits of a number.
        culture: Whose it is.
    """

    text: str
    category: str
    form: str = "as it is"
    parts: tuple[str, ...] = ()
    culture: str = ""

    @property
    def needles(self) -> tuple[str, ...]:
        """The whole, and each part that gives it away."""
        return tuple(dict.fromkeys((self.text, *self.parts)))


@dataclass(frozen=True)
class Dated:
    """A day that moves with its patient, or goes."""

    day: date
    template: str
    language: str
    category: str = "date in text"

    @property
    def text(self) -> str:
        return spell(self.day, self.template, self.language)

    def moved(self, days: int) -> str:
        return spell(self.day + timedelta(days=days), self.template, self.language)


@dataclass(frozen=True)
class Kept:
    """What says nothing about anybody, and has to stay."""

    text: str
    category: str = "clinical text"


Part = str | Secret | Dated | Kept
"""A bare string joins other parts: it may go with its neighbour or stay."""


@dataclass(frozen=True)
class Phrase:
    """A value made of parts.

    Attributes:
        parts: In their order.
        instead: The right output; None for what remains of the parts.
    """

    parts: tuple[Part, ...]
    instead: str | None = None

    @property
    def written(self) -> str:
        """As the input has it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def answer(self, offset_days: int) -> str:
        """As the right output has it: what identifies is gone, dates are moved."""
        if self.instead is not None:
            return self.instead
        if all(isinstance(part, (str, Kept)) for part in self.parts):
            return self.written
        texts = (
            part
            if isinstance(part, str)
            else part.moved(offset_days)
            if isinstance(part, Dated)
            else ""
            if isinstance(part, Secret)
            else part.text
            for part in self.parts
        )
        return " ".join("".join(texts).split()).strip(" ,;:^/_-")


def phrase(*parts: Part, instead: str | None = None) -> Phrase:
    return Phrase(parts, instead)
