"""The largest sizes that untrusted compressed data may inflate to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InflationLimits:
    """The largest sizes that inflated data can have.

    Attributes:
        max_bytes: The memory of one worker beside its models. Larger objects are clips, which no device writes deflated.
        any_ratio_bytes: Up to this size any ratio is allowed: a blank radiograph has it.
        max_ratio: Inflated to deflated bytes of larger data. Images reach 2 to 20; constant bytes come near 1000.
    """

    max_bytes: int = 1 << 30
    any_ratio_bytes: int = 64 << 20
    max_ratio: int = 200

    def limit_bytes(self, deflated_bytes: int) -> int:
        """The most bytes that so many deflated ones may inflate to."""
        return min(self.max_bytes, max(self.any_ratio_bytes, self.max_ratio * deflated_bytes))
