"""A small synthetic data set with identifiers in headers and pixels, for the demonstration and for leak tests.

All persons and places are invented.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.sr.codedict import codes
from pydicom.uid import (
    UID,
    ComprehensiveSRStorage,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    MRImageStorage,
    RLELossless,
    SecondaryCaptureImageStorage,
    UltrasoundImageStorage,
    UltrasoundMultiFrameImageStorage,
)

from efface.transforms.dicom.configuration import configure

_ROOT = "1.2.826.0.1.3680043.8.498.77"
_PEOPLE = (
    # Patient's Name, ID, birth date, sex, accession number
    ("Quistberg^Tamsin", "QX-48151623", "19610407", "F", "ACC7731904"),
    ("Ollerenshaw^Bertil", "QX-57720981", "19480923", "M", "ACC7731977"),
    ("Vandermolen^Ysolde", "QX-60093347", "19850112", "F", "ACC7740216"),
)
_PHYSICIAN, _OPERATOR = "Hallgrimsdottir^Ragna^^Dr", "Pettibone^Cyril"
_HOSPITAL, _ADDRESS, _PHONE = "Brackenfjord County Hospital", "19 Eelgrass Lane, Brackenfjord", "+47 555 01 938"
_STUDY_DATE, _STUDY_TIME = "20240318", "101523"


def planted_identifiers() -> tuple[str, ...]:
    """Every identifying string of the data set, as headers spell it. No output may contain any of them."""
    people = [part for person in _PEOPLE for part in (*person[0].split("^"), person[1], person[2], person[4])]
    staff = [part for name in (_PHYSICIAN, _OPERATOR) for part in name.split("^") if len(part) > 3]
    return (*people, *staff, _HOSPITAL, "Brackenfjord", "Eelgrass", _PHONE, _STUDY_DATE, _ROOT)


def write_demo_data(folder: Path) -> list[Path]:
    """Write the data set: eleven instances of several modalities, a text file, and a truncated DICOM file.

    Args:
        folder: Created if it does not exist.

    Returns:
        The written files. Their bytes are always the same.
    """
    configure()
    files = {
        "Quistberg_chest.dcm": _file(_chest()),
        "ct/0001.dcm": _file(_ct(1)),
        "ct/0002.dcm": _file(_ct(2)),
        "mr.dcm": _file(_mr(), implicit=True),
        "us/still.dcm": _file(_ultrasound()),
        "us/cine.dcm": _file(_cine()),
        "us/archive.dcm": _file(_jpeg_ultrasound()),
        "screen.dcm": _file(_screen()),
        "palette.dcm": _file(_palette()),
        "hip_Ollerenshaw": _file(_hip())[132:],  # Neither preamble nor extension.
        "report.dcm": _file(_report()),
        "cut_off.dcm": _file(_ct(3))[:20_000],
        "readme.txt": b"Not DICOM: it is listed and left out.\n",
    }
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [folder / name for name in files]


def _header(number: int, person: int, modality: str, sop_class: UID) -> FileDataset:
    """The attributes that all instances have; a person's instances have one number each."""
    name, patient_id, birth_date, sex, accession = _PEOPLE[person]
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.SourceApplicationEntityTitle = "QUISTBERG_WS"
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"Quistberg".ljust(128, b"\0"))
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, f"{_ROOT}.{person}.{number}.3"
    series = "".join(str(ord(letter)) for letter in modality)
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{_ROOT}.{person}.1", f"{_ROOT}.{person}.{series}.2"
    dataset.Modality, dataset.Manufacturer, dataset.ManufacturerModelName = modality, "Synthetic Imaging", "Demo 1"
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate, dataset.PatientSex = name, patient_id, birth_date, sex
    dataset.PatientAge, dataset.PatientAddress, dataset.PatientTelephoneNumbers = "062Y", _ADDRESS, _PHONE
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = _STUDY_DATE
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = _STUDY_TIME
    dataset.AccessionNumber, dataset.StudyID, dataset.SeriesNumber, dataset.InstanceNumber = accession, "7731", 1, number
    dataset.InstitutionName, dataset.InstitutionAddress = _HOSPITAL, _ADDRESS
    dataset.ReferringPhysicianName, dataset.OperatorsName = _PHYSICIAN, _OPERATOR
    dataset.StudyDescription = f"Follow-up of {name.split('^')[0]}, seen on 18.03.2024"
    dataset.ImageComments = f"{name.replace('^', ', ')} {patient_id}"
    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    step = Dataset()
    step.ScheduledProcedureStepDescription = f"Called in by {_PHYSICIAN.split('^', maxsplit=1)[0]}"
    step.RequestingPhysician = _PHYSICIAN
    step.RequestAttributesSequence = [Dataset()]
    step.RequestAttributesSequence[0].ReasonForTheRequestedProcedure = f"Phone {_PHONE}"
    dataset.RequestAttributesSequence = [step]
    private = dataset.private_block(0x0009, "DEMO HEADER", create=True)
    private.add_new(0x01, "LO", f"{patient_id} {name}")
    return dataset


def _put_pixels(dataset: FileDataset, frames: npt.NDArray[Any], photometric: str, *, bits_stored: int = 0) -> FileDataset:
    """Add Pixel Data and its attributes; `frames` is (frames, rows, columns) or (frames, rows, columns, 3)."""
    samples = 3 if frames.ndim == 4 else 1
    dataset.Rows, dataset.Columns = frames.shape[1:3]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = samples, photometric
    if samples == 3:
        dataset.PlanarConfiguration = 0
    if len(frames) > 1:
        dataset.NumberOfFrames = len(frames)
    dataset.BitsAllocated = 8 * frames.dtype.itemsize
    dataset.BitsStored = bits_stored or dataset.BitsAllocated
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, int(frames.dtype.kind == "i")
    dataset.PixelData = frames.tobytes()
    dataset["PixelData"].VR = "OB" if frames.dtype.itemsize == 1 else "OW"
    dataset.BurnedInAnnotation = "YES"
    return dataset


def _with_text(picture: npt.NDArray[Any], lines: Sequence[tuple[int, int, int, str]], value: Any) -> npt.NDArray[Any]:
    """A copy with lines (left, top, height in px, text) in one value. A mask is drawn first, which suits every bit depth."""
    mask = Image.new("L", (picture.shape[1], picture.shape[0]))
    draw = ImageDraw.Draw(mask)
    for left, top, height_px, text in lines:
        draw.text((left, top), text, fill=255, font=ImageFont.load_default(height_px))
    written = picture.copy()
    written[np.asarray(mask) > 127] = value
    return written


def _noise(rows: int, columns: int, seed: int) -> npt.NDArray[np.float32]:
    """Smooth grey noise, 0 to 1."""
    coarse = np.random.default_rng(seed).random((rows // 16 + 2, columns // 16 + 2))
    image = Image.fromarray((255 * coarse).astype(np.uint8)).resize((columns, rows), Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def _ellipse(rows: int, columns: int, top: float, left: float, height: float, width: float) -> npt.NDArray[np.float32]:
    """A soft ellipse, 0 to 1. Centre and half axes are shares of the picture."""
    y, x = np.mgrid[0:rows, 0:columns]
    distance = ((y / rows - top) / height) ** 2 + ((x / columns - left) / width) ** 2
    return np.asarray(np.clip(2 - 2 * distance, 0, 1), np.float32)


def _burned_in(person: int) -> tuple[str, str]:
    """Name and birth date as equipment burns them into pictures."""
    name, _, birth_date, *_ = _PEOPLE[person]
    return name.replace("^", ", ").upper(), f"{birth_date[6:]}.{birth_date[4:6]}.{birth_date[:4]}"


def _chest() -> FileDataset:
    rows, columns = 640, 560
    body = _ellipse(rows, columns, 0.6, 0.5, 0.55, 0.45)
    lungs = _ellipse(rows, columns, 0.5, 0.32, 0.28, 0.13) + _ellipse(rows, columns, 0.5, 0.68, 0.28, 0.13)
    exposure = 700 - 400 * body + 250 * lungs + 60 * _noise(rows, columns, 1)
    name, birth_date = _burned_in(0)
    picture = exposure.astype(np.uint16)
    lines = [
        (12, 10, 22, name),
        (12, 38, 22, f"DOB: {birth_date}"),
        (columns - 60, 60, 34, "L"),
        (columns - 130, 20, 20, "PORTABLE"),
    ]
    frames = _with_text(picture, lines, 0)[np.newaxis]
    dataset = _header(1, 0, "CR", ComputedRadiographyImageStorage)
    dataset.BodyPartExamined, dataset.ViewPosition = "CHEST", "AP"
    return _put_pixels(dataset, frames, "MONOCHROME1", bits_stored=10)


def _ct(number: int) -> FileDataset:
    rows = columns = 320
    body = _ellipse(rows, columns, 0.5, 0.5, 0.36, 0.44)
    picture = (-1000 + 1040 * body + 60 * _noise(rows, columns, 20 + number)).astype(np.int16)
    if number == 2:  # Far outside the window of the header.
        picture = _with_text(picture, [(8, 8, 16, _PEOPLE[1][1]), (8, 290, 16, "W 400 C 40")], 2500)
    dataset = _header(number, 1, "CT", CTImageStorage)
    dataset.WindowCenter, dataset.WindowWidth, dataset.RescaleSlope, dataset.RescaleIntercept = 40, 400, 1, 0
    dataset.PixelPaddingValue = -1000
    return _put_pixels(dataset, picture[np.newaxis], "MONOCHROME2")


def _mr() -> FileDataset:
    rows = columns = 256
    head = _ellipse(rows, columns, 0.5, 0.5, 0.4, 0.34) * (0.6 + 0.4 * _noise(rows, columns, 3))
    dataset = _header(1, 2, "MR", MRImageStorage)
    overlay = _with_text(np.zeros((rows, columns), np.uint8), [(4, 4, 14, _burned_in(2)[0])], 1)
    group = 0x6000
    for element, vr, value in (
        (0x0010, "US", rows),
        (0x0011, "US", columns),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", np.packbits(overlay, bitorder="little").tobytes()),
    ):
        dataset.add_new((group, element), vr, value)
    return _put_pixels(dataset, (900 * head).astype(np.uint16)[np.newaxis], "MONOCHROME2", bits_stored=12)


def _fan(frame: int = 0) -> npt.NDArray[np.uint8]:
    rows, columns = 360, 480
    tissue = _ellipse(rows, columns, 0.6, 0.5, 0.32, 0.3) * _noise(rows, columns, 40 + frame)
    return np.repeat((190 * tissue).astype(np.uint8)[:, :, np.newaxis], 3, axis=2)


def _regions(dataset: FileDataset) -> FileDataset:
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 0
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 90, 80
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 390, 340
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = 0.05
    dataset.SequenceOfUltrasoundRegions = [region]
    return dataset


def _ultrasound() -> FileDataset:
    name, _ = _burned_in(2)
    lines = [(8, 6, 16, _HOSPITAL), (8, 26, 16, f"{name} {_PEOPLE[2][1]}"), (380, 6, 16, "MI 0.9"), (380, 26, 16, "FR 25 Hz")]
    picture = _with_text(_fan(), lines, (255, 255, 255))
    return _put_pixels(_regions(_header(2, 2, "US", UltrasoundImageStorage)), picture[np.newaxis], "RGB")


def _cine() -> FileDataset:
    name, _ = _burned_in(1)
    clip = [_fan(frame) for frame in range(4)]
    clip[2] = _with_text(clip[2], [(120, 320, 16, name)], (250, 250, 120))  # One frame names the patient, inside the region.
    clip = [_with_text(frame, [(400, 330, 16, "DEPTH 12")], (255, 255, 255)) for frame in clip]
    dataset = _regions(_header(4, 1, "US", UltrasoundMultiFrameImageStorage))
    dataset.FrameTime = 40
    dataset.FrameIncrementPointer = 0x00181063
    dataset = _put_pixels(dataset, np.stack(clip), "RGB")
    dataset.compress(RLELossless, generate_instance_uid=False)
    return dataset


def _jpeg_ultrasound() -> FileDataset:
    name, birth_date = _burned_in(0)
    picture = _with_text(_fan(9), [(8, 6, 18, name), (300, 6, 18, birth_date), (8, 330, 16, "GAIN 50")], (255, 255, 255))
    dataset = _put_pixels(_header(3, 0, "US", UltrasoundImageStorage), picture[np.newaxis], "YBR_FULL_422")
    encoded = io.BytesIO()
    Image.fromarray(picture).save(encoded, "jpeg", quality=92, subsampling="4:2:2")
    data = encoded.getvalue()
    comment = f"scanned for {name}".encode()
    data = data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:]
    dataset.PixelData = encapsulate([data])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.LossyImageCompression = "01"
    return dataset


def _screen() -> FileDataset:
    name, patient_id, _, sex, accession = _PEOPLE[0]
    picture = np.full((360, 480, 3), 28, np.uint8)
    family, given = name.split("^")
    lines = [
        (20, 20, 22, "DOSE REPORT"),
        (20, 60, 18, f"Name: {given} {family}"),
        (20, 86, 18, f"ID {patient_id}  {sex}"),
        (20, 112, 18, f"Accession {accession}"),
        (20, 138, 18, f"Exam 18-Mar-2024 10:15 by {_OPERATOR.split('^', maxsplit=1)[0]}"),
        (20, 180, 18, "CTDIvol 12.4 mGy"),
        (20, 206, 18, "DLP 431 mGy cm"),
    ]
    picture = _with_text(picture, lines, (235, 235, 235))
    dataset = _header(4, 0, "OT", SecondaryCaptureImageStorage)
    dataset.ConversionType = "WSD"
    return _put_pixels(dataset, picture[np.newaxis], "RGB")


def _palette() -> FileDataset:
    rows, columns = 300, 400
    indices = (200 * _ellipse(rows, columns, 0.5, 0.5, 0.3, 0.3) * _noise(rows, columns, 7)).astype(np.uint8)
    indices = _with_text(indices, [(6, 6, 18, _burned_in(1)[0]), (6, 270, 16, "LEFT KIDNEY")], 255)
    dataset = _put_pixels(_header(5, 1, "US", UltrasoundImageStorage), indices[np.newaxis], "PALETTE COLOR")
    ramp = np.arange(256, dtype=np.uint16) * 257
    colours = {"Red": ramp, "Green": (ramp * 0.8).astype(np.uint16), "Blue": (ramp * 0.5).astype(np.uint16)}
    for colour, table in colours.items():
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(dataset, f"{colour}PaletteColorLookupTableData", table.tobytes())
    return dataset


def _hip() -> FileDataset:
    rows, columns = 480, 400
    bone = _ellipse(rows, columns, 0.4, 0.4, 0.2, 0.25) + _ellipse(rows, columns, 0.8, 0.55, 0.4, 0.1)
    picture = (2600 * bone + 500 * _noise(rows, columns, 8)).clip(0, 4095).astype(np.uint16)
    lines = [(10, 440, 22, f"{_PEOPLE[1][1]} 18/03/2024"), (350, 20, 34, "R")]
    dataset = _header(6, 1, "DX", DigitalXRayImageStorageForPresentation)
    dataset.PresentationIntentType = "FOR PRESENTATION"
    return _put_pixels(dataset, _with_text(picture, lines, 4095)[np.newaxis], "MONOCHROME2", bits_stored=12)


def _report() -> FileDataset:
    dataset = _header(7, 2, "SR", ComprehensiveSRStorage)
    dataset.CompletionFlag, dataset.VerificationFlag = "COMPLETE", "UNVERIFIED"
    dataset.ValueType, dataset.ContinuityOfContent = "CONTAINER", "SEPARATE"
    dataset.ConceptNameCodeSequence = [_code(codes.LN.DiagnosticImagingReport)]
    observer, finding = Dataset(), Dataset()
    observer.RelationshipType, observer.ValueType = "HAS OBS CONTEXT", "PNAME"
    observer.ConceptNameCodeSequence, observer.PersonName = [_code(codes.DCM.PersonObserverName)], _PHYSICIAN
    finding.RelationshipType, finding.ValueType = "CONTAINS", "TEXT"
    finding.ConceptNameCodeSequence = [_code(codes.DCM.Finding)]
    finding.TextValue = f"{_PEOPLE[2][0].split('^')[1]} was scanned on 18.03.2024: no fracture. Call {_PHONE}."
    dataset.ContentSequence = [observer, finding]
    return dataset


def _code(code: Any) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.value, code.scheme_designator, code.meaning
    return item


def _file(dataset: FileDataset, *, implicit: bool = False) -> bytes:
    if implicit:
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()
