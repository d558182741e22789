"""Turns stored grey values into displayed ones: the Modality LUT, then one VOI window or LUT (PS3.3 C.11.1, C.11.2)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True)
class Rescale:
    """Rescale Slope and Rescale Intercept."""

    slope: float = 1.0
    intercept: float = 0.0

    @property
    def is_monotone(self) -> bool:
        """Whether a higher value never changes the direction of what is shown."""
        return True

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Rescaled values."""
        return values * self.slope + self.intercept


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A Modality LUT or a VOI LUT.

    Attributes:
        first: The value that the first entry is for; lower ones get it as well.
        entries: 16 bits each, little-endian. Values beyond the last entry get that.
    """

    first: int
    entries: bytes = field(repr=False)

    @property
    def is_monotone(self) -> bool:
        """Whether the entries only rise or only fall."""
        steps = np.diff(np.frombuffer(self.entries, "<u2").astype(np.int32))
        return bool((steps >= 0).all() or (steps <= 0).all())

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Entries; those of the nearest whole number for values between."""
        entries = np.frombuffer(self.entries, "<u2").astype(np.float32)
        places = np.nan_to_num(np.rint(values), nan=self.first) - self.first
        return np.asarray(entries[np.clip(places, 0, entries.size - 1).astype(np.intp)])


@dataclass(frozen=True, slots=True)
class Window:
    """A linear window: 0 up to `low`, 1 from `high` on, and at a width of nothing a step above `low`."""

    low: float
    high: float

    @property
    def is_monotone(self) -> bool:
        """Always."""
        return True

    def apply(self, values: np.ndarray) -> np.ndarray:
        """0 to 1."""
        if self.high <= self.low:
            return (values > self.low).astype(np.float32)
        return np.clip((values - self.low) / (self.high - self.low), 0, 1)


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """A window whose VOI LUT Function is SIGMOID (PS3.3 C.11.2.1.3.1)."""

    center: float
    width: float

    @property
    def is_monotone(self) -> bool:
        """Always."""
        return True

    def apply(self, values: np.ndarray) -> np.ndarray:
        """0 to 1."""
        shown: np.ndarray = (1 + np.tanh((values - self.center) * (2 / self.width))) / 2  # 1 / (1 + e^-4x)
        return shown


@dataclass(frozen=True, slots=True)
class GreyscaleTransform:
    """One way in which the header says that a frame is shown. Equal ones show equal frames alike.

    Attributes:
        modality: From stored values to the values of the window or LUT.
        voi: None shows everything that a Modality LUT makes.
    """

    modality: Rescale | LookupTable
    voi: Window | Sigmoid | LookupTable | None

    @property
    def is_monotone(self) -> bool:
        """Whether the brightest of several values, or the darkest, is what is shown brightest of them."""
        return self.modality.is_monotone and (self.voi is None or self.voi.is_monotone)

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Grey values of any scale for stored values: floats of their shape."""
        values = self.modality.apply(values)
        return values if self.voi is None else self.voi.apply(values)
