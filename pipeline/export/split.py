"""Divides patients into training, validation and test.

The split of a patient depends on the pseudonym and the shares alone. So no patient is in two splits, and none changes the split
when the data set grows or is exported again. A plain hash suffices: its input is the pseudonym, which is a keyed hash already
and stands in every published file. Whoever has the data may repeat the split, and learns nothing from it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

_SHARE = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)
_DOMAIN = "efface export split"


class Split(StrEnum):
    """A split of a data set, by the key of a MONAI data list."""

    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True)
class Shares:
    """The shares of the splits, as numbers of any sum."""

    training: Fraction
    validation: Fraction
    test: Fraction

    @classmethod
    def parse(cls, text: str) -> Shares:
        """Read shares such as "80/10/10" or "0.7/0.3/0".

        Raises:
            ValueError: They are not three numbers of 0 or more, or all are 0.
        """
        words = text.split("/")
        if len(words) != len(Split) or not all(map(_SHARE.fullmatch, words)) or not any(map(Fraction, words)):
            raise ValueError("the split has three shares, training/validation/test, such as 80/10/10")
        return cls(*map(Fraction, words))

    def __str__(self) -> str:
        return "/".join(f"{float(share):g}" for share in (self.training, self.validation, self.test))

    def split_of(self, patient_id: str) -> Split:
        """The split of a patient, by the pseudonymous Patient ID."""
        digest = hashlib.sha256(f"{_DOMAIN}\0{patient_id}".encode("utf-8", "surrogatepass")).digest()
        place = Fraction(int.from_bytes(digest[:8], "big"), 1 << 64) * (self.training + self.validation + self.test)
        if place < self.training:
            return Split.TRAINING
        return Split.VALIDATION if place < self.training + self.validation else Split.TEST
