"""Turns stored grey values into displayed ones: the Modality LUT, then one VOI window or LUT (PS3.3 C.11.1, C.11.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Rescale:
    """Rescale Slope and Rescale Intercept."""

    slope: float = 1.0
    intercept: float = 0.0

    @property
    def is_monotone(self) -> bool:
        """Always."""
        return True

    def apply(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Rescaled values."""
        return values * self.slope + self.intercept


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A Modality LUT or a VOI LUT.

    Attributes:
        first: The value of the first entry, which lower values get as well.
        entries: 16 bits each, little-endian. Values beyond the last entry get the last one.
    """

    first: int
    entries: bytes = field(repr=False)

    @property
    def is_monotone(self) -> bool:
        """Whether the entries never fall, or never rise."""
        steps = np.diff(np.frombuffer(self.entries, "<u2").astype(np.int32))
        return bool((steps >= 0).all() or (steps <= 0).all())

    @property
    def white(self) -> float:
        """The largest entry."""
        return float(np.frombuffer(self.entries, "<u2").max(initial=0))

    def apply(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The entry of the nearest whole number of each value."""
        entries = np.frombuffer(self.entries, "<u2").astype(np.float32)
        places = np.nan_to_num(np.rint(values), nan=self.first) - self.first
        return np.asarray(entries[np.clip(places, 0, entries.size - 1).astype(np.intp)])


@dataclass(frozen=True, slots=True)
class Window:
    """A linear window: 0 up to `low`, 1 from `high` on. With no width, a step above `low`."""

    low: float
    high: float

    @property
    def is_monotone(self) -> bool:
        """Always."""
        return True

    def apply(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
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

    def apply(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """0 to 1."""
        displayed: npt.NDArray[Any] = (1 + np.tanh((values - self.center) * (2 / self.width))) / 2  # 1 / (1 + e^-4x)
        return displayed


@dataclass(frozen=True, slots=True)
class CellBits:
    """Some bits of a pixel cell, and the Modality LUT of their values: what a viewer shows that masks the others.

    Attributes:
        first: Number of the lowest bit.
        count: How many bits.
        is_signed: Whether the highest of them is a sign.
        modality: From their values to those of the window or LUT.
    """

    first: int
    count: int
    is_signed: bool
    modality: Rescale | LookupTable = Rescale()

    @property
    def is_monotone(self) -> bool:
        """Never: a larger cell can have smaller low bits."""
        return False

    def apply(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The values of the bits of whole cells, after the Modality LUT."""
        bits = (np.rint(np.nan_to_num(values)).astype(np.int64) >> self.first) & ((1 << self.count) - 1)
        if self.is_signed:
            bits -= (bits >> (self.count - 1)) << self.count
        return self.modality.apply(bits.astype(np.float64))


@dataclass(frozen=True, slots=True)
class GreyscaleTransform:
    """One way to display a grey Frame by its header. Equal transforms display equal Frames alike.

    Attributes:
        modality: From stored values to the values of the window or LUT.
        voi: None displays all values of a Modality LUT.
    """

    modality: Rescale | LookupTable | CellBits
    voi: Window | Sigmoid | LookupTable | None

    @property
    def is_monotone(self) -> bool:
        """Whether the largest of several values is always displayed brightest of them, or always darkest."""
        return self.modality.is_monotone and (self.voi is None or self.voi.is_monotone)

    def apply(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Displayed values for stored values: floats of any scale, of the same shape."""
        values = self.modality.apply(values)
        return values if self.voi is None else self.voi.apply(values)
