"""Finds and reads equal pictures once: the Frames of a clip show the same line, and the same margin, many times."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from .two_stage import Corners, Reading, TwoStageEngine

_Answer = TypeVar("_Answer")
_KEPT_SEARCHES, _KEPT_READINGS = 256, 4096
"""Some megabytes: more than the different pictures of a clip."""


class EqualCrops:
    """A `TwoStageEngine` that asks another one only about what it was not asked lately. It gives what that one gives.

    Args:
        engine: It has to answer for each picture alone, whatever is asked with it.
    """

    def __init__(self, engine: TwoStageEngine) -> None:
        self.name, self.version = engine.name, engine.version
        self.tile_px, self.overlap_px, self.giant_share = engine.tile_px, engine.overlap_px, engine.giant_share
        self._engine = engine
        self._searches: OrderedDict[bytes, list[Corners]] = OrderedDict()
        self._readings: OrderedDict[bytes, Reading] = OrderedDict()

    def find(self, images: Sequence[np.ndarray], *, may_enlarge: bool) -> list[list[Corners]]:
        def find(asked: Sequence[np.ndarray]) -> list[list[Corners]]:
            return self._engine.find(asked, may_enlarge=may_enlarge)

        found = _answers(images, find, self._searches, _KEPT_SEARCHES, about=bytes([may_enlarge]))
        return [[corners.copy() for corners in regions] for regions in found]

    def read(self, crops: Sequence[np.ndarray]) -> list[Reading]:
        return _answers(crops, self._engine.read, self._readings, _KEPT_READINGS)


def _answers(
    images: Sequence[np.ndarray],
    ask: Callable[[Sequence[np.ndarray]], list[_Answer]],
    kept: OrderedDict[bytes, _Answer],
    most: int,
    about: bytes = b"",
) -> list[_Answer]:
    """The answer for each image, kept ones first; of the others, equal ones are asked about once.

    Args:
        kept: By digest, what was used last at the end; at most `most` of them afterwards.
        about: What else the answers depend on.
    """
    digests = [about + _digest(image) for image in images]
    unknown = {digest: image for digest, image in zip(digests, images, strict=True) if digest not in kept}
    if unknown:
        kept.update(zip(unknown, ask(list(unknown.values())), strict=True))
    answers = []
    for digest in digests:
        kept.move_to_end(digest)
        answers.append(kept[digest])
    while len(kept) > most:
        kept.popitem(last=False)
    return answers


def _digest(image: np.ndarray) -> bytes:
    return repr(image.shape).encode() + hashlib.sha256(np.ascontiguousarray(image).data).digest()
