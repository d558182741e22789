"""What an export wrote and what it left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .series import MISSING, NO_PIXELS
from .split import Split
from .volumes import NO_VOLUME

_REASONS = {
    MISSING: "missing in the output, or not as the audit says",
    NO_PIXELS: "no pixels (reports, presentation states)",
    NO_VOLUME: "no slice of a volume (single pictures, localizers, clips, encodings that dcm2niix does not read)",
}


@dataclass(frozen=True)
class SplitCounts:
    """What one split holds.

    Attributes:
        entries: Files, or folders of slices, that a trainer loads.
    """

    patients: int = 0
    series: int = 0
    instances: int = 0
    entries: int = 0


@dataclass(frozen=True)
class Summary:
    """What an export wrote and what it left out.

    Attributes:
        splits: What each split holds.
        left_out: Reason -> number of published instances that are in no split: `missing`, `no_pixels`, `no_volume`, or a code
            of `docs/reasons.md` for a file that cannot be read.
    """

    splits: dict[Split, SplitCounts]
    left_out: dict[str, int]

    def as_lines(self) -> Iterator[str]:
        """Lines for a terminal."""
        for split, held in self.splits.items():
            counts = (f"{getattr(held, name):,} {name}" for name in ("patients", "series", "instances", "entries"))
            yield f"{split}: {', '.join(counts)}"
        for reason, count in sorted(self.left_out.items()):
            yield f"left out: {count:,} instances, {_REASONS.get(reason, reason)}"
