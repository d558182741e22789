"""Corpora of one kind of instance each, in the sizes that hospitals send, full of planted identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from pydicom.uid import ExplicitVRLittleEndian

from efface.pipeline.certify.captions import Captions, write_captions
from efface.pipeline.certify.codestreams import ADDERS
from efface.pipeline.certify.corpus import Corpus
from efface.pipeline.certify.cultures import CULTURES
from efface.pipeline.certify.dice import Dice
from efface.pipeline.certify.drafts import Draft
from efface.pipeline.certify.headers import draw_study
from efface.pipeline.certify.people import draw_person
from efface.pipeline.certify.pictures import Picture, body, texture
from support.text_images import speckle

CLIP_FRAMES = 60
_PER_STUDY = 20
"""Instances of one study: of a patient there are as many slices, or a few stills."""


@dataclass(frozen=True)
class Look:
    """How the instances of a kind look.

    Attributes:
        kind: Of `efface.pipeline.certify`: decides the header.
        draw: Makes the frames from a seed; None where there are none.
        captions: How many lines are written on them.
        bits_stored: Of the frames.
    """

    kind: str
    draw: Callable[[int], Picture] | None = None
    captions: Captions = Captions(0, 0)
    bits_stored: int = 8


def _slice(seed: int) -> Picture:
    return _body(512, 512, -1000, 1400, np.int16, seed)


def _radiograph(seed: int) -> Picture:
    return _body(2500, 2000, 0, 4000, np.uint16, seed)


def _body(rows: int, columns: int, low: int, high: int, dtype: type, seed: int) -> Picture:
    values = low + texture(1, rows, columns, Dice(seed)).astype(np.int64) * (high - low) // 255
    return Picture.of(np.where(body(rows, columns), values, low).astype(dtype), low, high)


def _still(seed: int) -> Picture:
    return Picture.of(np.repeat(speckle(480, 640, seed).pixels[None, ..., None], 3, axis=3), 0, 255)


def _clip(seed: int) -> Picture:
    """Speckle that drifts behind standing text."""
    wide = speckle(480, 640 + CLIP_FRAMES, seed).pixels
    return Picture.of(np.stack([wide[:, first : first + 640] for first in range(CLIP_FRAMES)]), 0, 255)


LOOKS = {
    "structured report": Look("SR"),
    "CT slice, 512 x 512": Look("CT", _slice, bits_stored=16),
    "ultrasound still, 640 x 480": Look("US", _still, Captions(6, 2)),
    "X-ray, 2500 x 2000": Look("DX", _radiograph, Captions(4, 2), 12),
    f"clip, {CLIP_FRAMES} frames of 640 x 480": Look("US clip", _clip, Captions(4, 2)),
}
"""Name of a kind -> how its instances look."""


@dataclass(frozen=True)
class OneKind(Corpus):
    """Instances of one kind.

    Attributes:
        name: One of `LOOKS`.
    """

    name: str = ""

    def drafts(self) -> Iterator[Draft]:
        """The files, native and without what only codestreams carry."""
        look = LOOKS[self.name]
        cultures = Dice(self.seed, "cultures").order(CULTURES)
        for patient, first in enumerate(range(0, self.instances, _PER_STUDY)):
            dice = Dice(self.seed, "patient", patient)
            study = draw_study(draw_person(cultures[patient % len(cultures)], self.lists, dice), self.lists, dice.apart("study"))
            kit = (look.kind,) * min(_PER_STUDY, self.instances - first)
            for draft in self._study(study, patient, kit, first, dice.apart("visit")):
                if look.draw is not None:
                    draft.picture, draft.bits_stored = look.draw(draft.number), look.bits_stored
                    draft.syntax = ExplicitVRLittleEndian
                    draft.around = {place: text for place, text in draft.around.items() if place not in ADDERS}
                    write_captions(draft.picture, study, look.captions, dice.apart("captions", draft.number), self.fonts)
                yield draft
