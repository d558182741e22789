"""Plants invented identifiers into a copy of a published instance: in its header, and on its frames."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import dcmread, dcmwrite
from pydicom.dataset import FileDataset
from pydicom.pixels import pixel_array
from pydicom.uid import UID, ExplicitVRLittleEndian

from ..certify import lossless_jpeg
from ..certify.captions import Captions, write_captions
from ..certify.cultures import CULTURES
from ..certify.dice import Dice
from ..certify.headers import Study, draw_study, draw_uid
from ..certify.manifest import Instance
from ..certify.people import draw_person
from ..certify.pictures import Picture

_LINES = 3
"""Identifying lines on one instance, at most."""
_SMALLEST_PX = 96
_SHORTEST_NEEDLE = 5
"""Letters of what is looked for anywhere in the output; shorter words stand there by chance."""
_RANGE = (1.0, 99.5)
"""Percentiles between which the letters lie, as anatomy does."""
_PHOTOMETRIC = {"MONOCHROME1", "MONOCHROME2", "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT"}
_MARKS = (
    "BurnedInAnnotation",
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "DeidentificationMethodCodeSequence",
    "LongitudinalTemporalInformationModified",
)
"""What says that an instance is de-identified already."""


class NoHostError(Exception):
    """Nothing can be planted into an instance."""


def plant(data: bytes, dice: Dice, name: str) -> tuple[bytes, Instance]:
    """A copy of an instance with a patient in its header and some identifying lines on its frames.

    Args:
        data: The published instance.
        dice: All that is drawn comes from it.
        name: What the copy is called in the checks.

    Returns:
        The copy, uncompressed, with a SOP Instance UID of its own; and what was planted.

    Raises:
        NoHostError: It has no frames, or frames on which nothing can be drawn.
    """
    try:
        dataset = dcmread(io.BytesIO(data))
        pixels = _frames_of(dataset)
    except NoHostError:
        raise
    except Exception as error:  # Whatever a decoder raises.
        raise NoHostError(f"the frames cannot be decoded ({type(error).__name__})") from None
    study = draw_study(draw_person(dice.pick(CULTURES), "measuring", dice.apart("person")), "measuring", dice.apart("study"))
    low, high = (int(value) for value in np.percentile(pixels, _RANGE))
    picture = Picture.of(pixels, low, max(high, low + 16))
    write_captions(picture, study, Captions(_LINES, 0), dice.apart("captions"), ())
    identity = _name_patient(dataset, study, draw_uid(dice.apart("uid")))
    _put_frames(dataset, picture.pixels)
    written = io.BytesIO()
    dcmwrite(written, dataset)
    about = Instance(
        file=name,
        sop_class=str(dataset.SOPClassUID),
        sop_instance_uid=str(dataset.SOPInstanceUID),
        transfer_syntax=str(ExplicitVRLittleEndian),
        kind=str(dataset.get("Modality") or ""),
        number=0,
        patient=0,
        culture=study.patient.culture.name,
        patient_id=study.patient.patient_id,
        is_lossy=False,
        identity=identity,
        plants=(),
        uids=(),
        lines=tuple(picture.lines),
    )
    return written.getvalue(), about


def _frames_of(dataset: FileDataset) -> npt.NDArray[Any]:
    """(frames, rows, columns) or (frames, rows, columns, 3), whole numbers."""
    if "PixelData" not in dataset:
        raise NoHostError("it has no frames")
    if dataset.PhotometricInterpretation not in _PHOTOMETRIC or dataset.BitsAllocated not in (8, 16):
        raise NoHostError("its frames hold no grey levels or colours that letters could have")
    lossless_jpeg.register()
    pixels = pixel_array(dataset)
    is_colour = int(dataset.SamplesPerPixel) == 3
    frames = np.array(pixels if pixels.ndim == 3 + is_colour else pixels[np.newaxis])
    if min(frames.shape[1:3]) < _SMALLEST_PX:
        raise NoHostError("its frames are too small for a line of text")
    return frames


def _name_patient(dataset: FileDataset, study: Study, uid: str) -> tuple[str, ...]:
    """Give the header a patient; returns what must not stand anywhere in the output."""
    dataset.decode()
    for keyword in _MARKS:
        if keyword in dataset:
            delattr(dataset, keyword)
    patient, referring = study.patient, study.referring
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = f"{patient.name.family}^{patient.name.given}"
    dataset.PatientID = patient.patient_id
    dataset.PatientBirthDate = f"{patient.birth:%Y%m%d}"
    dataset.PatientSex = patient.sex
    dataset.StudyDate = f"{study.day:%Y%m%d}"
    dataset.AccessionNumber = study.writer.accession
    dataset.InstitutionName = patient.hospital.text
    dataset.ReferringPhysicianName = f"{referring.family}^{referring.given}"
    dataset.PatientComments = f"{patient.name.given} {patient.name.family}, {patient.patient_id}"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID(uid)
    planted = (patient.name.family, patient.patient_id, study.writer.accession)
    return tuple(dict.fromkeys(text for text in planted if len(text) >= _SHORTEST_NEEDLE))


def _put_frames(dataset: FileDataset, pixels: npt.NDArray[Any]) -> None:
    if pixels.ndim == 4:
        dataset.PhotometricInterpretation, dataset.PlanarConfiguration = "RGB", 0
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            delattr(dataset, keyword)
    value = pixels.tobytes()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.PixelData = value + b"\0" * (len(value) % 2)
    dataset["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
    dataset["PixelData"].is_undefined_length = False
