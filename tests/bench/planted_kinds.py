"""Corpora of one kind of instance each, in the sizes that hospitals send, full of planted identifiers.

Slices and radiographs are public images with noise of their own; ultrasound is drawn."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pydicom
from pydicom.uid import ExplicitVRLittleEndian

from efface.pipeline.certify.captions import Captions, write_captions
from efface.pipeline.certify.codestreams import ADDERS
from efface.pipeline.certify.corpus import Corpus
from efface.pipeline.certify.cultures import CULTURES
from efface.pipeline.certify.dice import Dice
from efface.pipeline.certify.drafts import Draft
from efface.pipeline.certify.headers import draw_study
from efface.pipeline.certify.people import draw_person
from efface.pipeline.certify.pictures import Picture
from support.samples import sample
from support.text_images import speckle

CLIP_FRAMES = 60
_PER_STUDY = 20
"""Instances of one study: of a patient there are as many slices, or a few stills."""


_NONE = Captions(0, 0)


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
    captions: Captions = _NONE
    bits_stored: int = 8


@functools.cache
def _real(name: str, rows: int, columns: int) -> np.ndarray:
    """A public image in a size, (rows, columns) of int32."""
    pixels = pydicom.dcmread(io.BytesIO(sample(name))).pixel_array.astype(np.float32)
    return cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_LINEAR).round().astype(np.int32)


def _variant(pixels: np.ndarray, dtype: type, seed: int) -> Picture:
    """The image, mirrored or not, with a little noise of its own."""
    random = np.random.default_rng(seed)
    low, high = int(pixels.min()), int(pixels.max())
    noisy = pixels[:, :: int(random.choice((1, -1)))] + random.integers(-1, 2, pixels.shape)
    return Picture.of(np.clip(noisy, low, high)[None].astype(dtype), low, high)


def _slice(seed: int) -> Picture:
    return _variant(_real("693_UNCI.dcm", 512, 512), np.int16, seed)


def _radiograph(seed: int) -> Picture:
    film = _real("RG1_UNCI.dcm", 2500, 2000)  # As on a film: bright is dark.
    return _variant(film.max() - film, np.uint16, seed)


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
    "X-ray, 2500 x 2000": Look("DX", _radiograph, Captions(4, 2), 15),
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
            person = draw_person(cultures[patient % len(cultures)], self.lists, dice)
            study = draw_study(person, self.lists, dice.apart("study"))
            kit = (look.kind,) * min(_PER_STUDY, self.instances - first)
            for draft in self._study(study, patient, kit, first, dice.apart("visit")):
                if look.draw is not None:
                    draft.picture, draft.bits_stored = look.draw(draft.number), look.bits_stored
                    draft.syntax = ExplicitVRLittleEndian
                    draft.around = {place: text for place, text in draft.around.items() if place not in ADDERS}
                    write_captions(draft.picture, study, look.captions, dice.apart("captions", draft.number), self.fonts)
                yield draft
