"""One file as a description: header, frames and what lies around them. It is written as the input or as the right output."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRLittleEndian

from .codestreams import ADDERS, LOSSY, encode_frame, photometric
from .headers import Study
from .manifest import Instance, Plant, UidPlant, phrase_plants, plants_of
from .needles import Needle
from .phrases import Fate, Phrase
from .pictures import Picture, Pixels
from .tree import Answer, DatasetWriter, Item, plain_value

_IMPLEMENTATION = "1.2.826.0.1.3680043.8.498.100"
_PREAMBLE_BYTES = 128
_FRAME_CARRIERS = tuple(ADDERS)
_TRAILING_PADDING = 0xFFFCFFFC
_IDENTITY_LENGTH = 5
"""Letters of what is looked for anywhere in a file; of ideographs two are enough."""
_FIRST_IDEOGRAPH = "\u3040"


@dataclass
class Draft:
    """One file.

    Attributes:
        kind: What it is; see `Instance`.
        study: What it belongs to.
        patient: Number of the patient.
        item: The data set, without pixels.
        meta: What the file meta information says beside UIDs.
        uid: SOP Instance UID.
        number: Instance Number.
        syntax: Transfer syntax.
        file: Path relative to the folder of the corpus.
        picture: The frames; None where there are none.
        bits_stored: Of the frames.
        around: Texts beside the header: `preamble`, `padding`, `file name`, and those of `ADDERS`.
    """

    kind: str
    study: Study
    patient: int
    item: Item
    meta: Item
    uid: str
    number: int
    syntax: UID
    file: str
    picture: Picture | None = None
    bits_stored: int = 0
    around: dict[str, Phrase] = field(default_factory=dict)

    @property
    def sop_class(self) -> str:
        return str(self.item.elements[0x00080016].value)

    def to_bytes(self, answer: Answer | None = None) -> bytes:
        """The file: the input, or the right output where there is an answer."""
        writer = DatasetWriter(self.study.patient.codec, answer)
        dataset = writer.dataset(self.item)
        meta = FileMetaDataset()
        meta.update(writer.dataset(self.meta))
        meta.TransferSyntaxUID = self._syntax(answer)
        meta.MediaStorageSOPClassUID = UID(self.sop_class)
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        meta.ImplementationClassUID = UID(_IMPLEMENTATION)
        if self.picture is not None:
            self._put_pixels(dataset, self.picture, answer)
        if not answer and "padding" in self.around:
            dataset.add_new(_TRAILING_PADDING, "OB", _even(self._around("padding")))
        preamble = b"" if answer else self._around("preamble")[:_PREAMBLE_BYTES]
        file = FileDataset("", dataset, file_meta=meta, preamble=preamble.ljust(_PREAMBLE_BYTES, b"\0"))
        buffer = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Planted values are not always what their VR allows.
            dcmwrite(buffer, file, enforce_file_format=True)
        return writer.finish(buffer.getvalue())

    def describe(self) -> Instance:
        """What is planted in it."""
        plants, uids = plants_of(self.item)
        in_meta, _ = plants_of(self.meta, "meta/")
        plants += in_meta
        for place, phrase in self.around.items():
            plants += phrase_plants(phrase, place, place, 0)
        is_image = self.picture is not None
        return Instance(
            self.file,
            self.sop_class,
            self.uid,
            str(self.syntax),
            self.kind,
            self.number,
            self.patient,
            self.study.patient.culture.name,
            self.study.patient.patient_id,
            is_image and self.syntax in LOSSY,
            self._identity(plants),
            tuple(self._visible(plants)),
            tuple(uids),
            tuple(self.picture.lines) if self.picture is not None else (),
        )

    def _visible(self, plants: list[Plant]) -> Iterator[Plant]:
        """Without what RLE has no place for, and with needles alone that no text which stays contains."""
        kept = [plant.text for plant in plants if plant.fate is Fate.STAY]
        for plant in plants:
            if plant.fate is not Fate.GO:
                yield plant
                continue
            needles = tuple(one for one in plant.needles if not any(Needle(one).in_text(text) for text in kept))
            if needles:
                yield Plant(**{**vars(plant), "needles": needles})

    def _identity(self, plants: list[Plant]) -> tuple[str, ...]:
        """What names the patient and cannot stand in the file by chance."""
        patient = self.study.patient
        candidates = (*patient.name.parts, patient.patient_id, patient.national_number, self.study.writer.accession)
        kept = [plant.text for plant in plants if plant.fate is Fate.STAY]
        planted = {needle for plant in plants if plant.fate is Fate.GO for needle in plant.needles}
        return tuple(
            one
            for one in dict.fromkeys(candidates)
            if one in planted
            and len(one) >= (_IDENTITY_LENGTH if one[0] < _FIRST_IDEOGRAPH else 2)
            and not any(Needle(one).in_text(text) for text in kept)
        )

    def _around(self, place: str) -> bytes:
        phrase = self.around.get(place)
        return phrase.written.encode("utf-8") if phrase else b""

    def _syntax(self, answer: Answer | None) -> UID:
        """A frame that was compressed with loss is written as it is shown, without further loss."""
        return ExplicitVRLittleEndian if answer and self.syntax in LOSSY else self.syntax

    def _put_pixels(self, dataset: Dataset, picture: Picture, answer: Answer | None) -> None:
        pixels = self._answer_pixels(picture) if answer else picture.pixels
        frames, samples = len(pixels), 3 if pixels.ndim == 4 else 1
        syntax = self._syntax(answer)
        dataset.Rows, dataset.Columns = pixels.shape[1:3]
        dataset.SamplesPerPixel = samples
        if self.syntax in LOSSY:
            dataset.LossyImageCompression = "01"
        if "PhotometricInterpretation" not in dataset:
            dataset.PhotometricInterpretation = photometric(samples, syntax if syntax.is_compressed else "")
        if samples == 3:
            dataset.PlanarConfiguration = 0
        if frames > 1 or "NumberOfFrames" in dataset:
            dataset.NumberOfFrames = frames
        dataset.BitsAllocated = 8 * pixels.dtype.itemsize
        dataset.BitsStored = self.bits_stored or dataset.BitsAllocated
        dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, int(pixels.dtype.kind == "i")
        if not syntax.is_compressed:
            dataset.PixelData = _even(pixels.tobytes())
            dataset["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
            return
        encoded = [encode_frame(frame, syntax, dataset.BitsStored) for frame in pixels]
        for place in () if answer else _FRAME_CARRIERS:
            if place in self.around:
                encoded = [ADDERS[place](frame, syntax, self._around(place)) for frame in encoded]
        dataset.PixelData = encapsulate(encoded)
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True

    def _answer_pixels(self, picture: Picture) -> Pixels:
        """The frames of the right output: of what a decoder shows where they are compressed with loss."""
        if self.syntax not in LOSSY:
            return picture.answer
        decoded = np.stack(
            [np.asarray(Image.open(io.BytesIO(encode_frame(f, self.syntax, 8))).convert("RGB")) for f in picture.pixels]
        )
        for line in picture.lines:
            left, top, right, bottom = line.box
            if line.fate is Fate.GO:
                decoded[list(line.frames), top:bottom, left:right] = picture.low
        return decoded


def describe_uids(instances: list[Instance]) -> list[UidPlant]:
    """Every UID that has to be replaced, once for each place."""
    return [uid for instance in instances for uid in instance.uids]


def answered_name(draft: Draft, answer: Answer) -> str:
    """The name of the file of the right output."""
    return f"{answer.uids[draft.study.uid]}/{plain_value(draft.item.elements[0x00080018].value, answer)}.dcm"


def _even(data: bytes) -> bytes:
    return data + b"\0" * (len(data) % 2)
