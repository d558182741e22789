"""The name network that ships: says of each word of a text how much it looks like a part of a name where it stands.

Convolutions over the characters of a line, half a megabyte of weights, run by OpenVINO on one core. `tools/train_name_model.py`
made them; `docs/name-model.md` is the model card.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .name_characters import as_numbers
from .name_entities import NameEntity
from .settings import NETWORK_SHA256

NETWORK = Path(__file__).with_name("name_network.onnx")
LABEL = "NAME"
_WORD = re.compile(r"[^\W\d_](?:[^\s\d,;:/()\[\]_^]*[^\W_])?")


@dataclass(frozen=True)
class NetworkLimits:
    """Set on names that the network was not trained on and on words of the names of DICOM's attributes that no list holds.

    At 0.2 it finds all parts of 53 % of rare names of all locales of Faker, 44 % in capitals, and takes one word in 500 for
    one; at 0.5 it finds 40 % and 31 %, and takes none. `docs/name-model.md` says what it finds of frequent names.

    Attributes:
        min_score: A word is taken for a name from this mean score of its characters on, 0 to 1.
        shape_characters: Lines are padded to a multiple of it: each new shape costs the runtime time.
        lines: So many lines are computed at once.
    """

    min_score: float = 0.2
    shape_characters: int = 32
    lines: int = 32


LIMITS = NetworkLimits()


class NameNetwork:
    """The network with its weights. Calling it gives the words of each text that look like names.

    Raises:
        OSError: The weights are missing.
        ValueError: They are not the pinned ones.
    """

    def __init__(self, path: Path = NETWORK, sha256: str = NETWORK_SHA256) -> None:
        import openvino

        from ..core.openvino_network import OpenvinoNetwork

        weights = path.read_bytes()
        found = hashlib.sha256(weights).hexdigest()
        if found != sha256:
            raise ValueError(f"{path.name} is not the pinned file: SHA-256 {found[:12]}..., expected {sha256[:12]}...")
        self._score = OpenvinoNetwork(openvino.Core().read_model(weights, b""), "exact")

    def __call__(self, texts: Sequence[str]) -> list[list[NameEntity]]:
        found = list[list[NameEntity]]()
        for first in range(0, len(texts), LIMITS.lines):
            batch = texts[first : first + LIMITS.lines]
            found += [_named(text, scores) for text, scores in zip(batch, self._score(_as_batch(batch)), strict=False)]
        return found


def _as_batch(texts: Sequence[str]) -> np.ndarray:
    """Numbers of the characters, (lines, characters) of int64, padded with zeros to one of a few shapes."""
    longest = max(map(len, texts), default=0)
    columns = max(LIMITS.shape_characters, -(-longest // LIMITS.shape_characters) * LIMITS.shape_characters)
    numbers = np.zeros((1 << (len(texts) - 1).bit_length(), columns), np.int64)
    for row, text in enumerate(texts):
        numbers[row, : len(text)] = as_numbers(text)
    return numbers


def _named(text: str, scores: np.ndarray) -> list[NameEntity]:
    words = ((*found.span(), float(scores[found.start() : found.end()].mean())) for found in _WORD.finditer(text))
    return [NameEntity(start, end, LABEL, score) for start, end, score in words if score >= LIMITS.min_score]
