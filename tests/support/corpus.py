"""Instances with identifiers planted wherever they hide, and the values to search a whole output for."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

from efface.transforms.core.pseudonyms import Pseudonyms
from support.samples import sample

KEY = b"0123456789abcdef0123456789abcdef"
MODALITIES = (
    "CT_small.dcm",
    "MR_small.dcm",
    "US1_UNCR.dcm",
    "JPEG2000.dcm",
    "rtplan.dcm",
    "rtdose_1frame.dcm",
    "test-SR.dcm",
    "waveform_ecg.dcm",
    "liver_1frame.dcm",
    "examples_palette.dcm",
)
NAMES = {
    "ISO_IR 100": "Müllerbäck^Jürgen",
    "ISO_IR 192": "Wójcikówna^Łucja=山田^太郎",
    "\\ISO 2022 IR 87": "Yamadakawa^Tarou=山田川^太郎",
    "ISO_IR 144": "Люксембург^Роза",
    "GB18030": "Wangxiaodong^X=王小东^晓",
}
_NAME = "Plantagenet^Zebulon"
_ID = "PLNT-770143"
_ROOT = "1.2.826.0.1.3680043.9999"
_CLINICAL = "axial T1 post contrast 3mm"


@dataclass(frozen=True)
class Planted:
    """An instance and what must not be found in its output.

    Attributes:
        values: The planted identifiers, as text.
        words: Clinical words planted beside them, which the tcia profile keeps.
        charset: The character set of the instance.
    """

    data: bytes
    values: tuple[str, ...]
    words: str
    charset: str


def pseudonyms() -> Pseudonyms:
    """Pseudonyms of a fixed key."""
    return Pseudonyms(KEY)


def minimal(sop_class: str = "1.2.840.10008.5.1.4.1.1.2") -> Dataset:
    """The smallest instance that can be de-identified."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = UID(sop_class)
    dataset.SOPInstanceUID, dataset.SeriesInstanceUID = f"{_ROOT}.3", f"{_ROOT}.2"
    dataset.StudyInstanceUID, dataset.FrameOfReferenceUID = f"{_ROOT}.1", f"{_ROOT}.4"
    dataset.PatientID, dataset.PatientName, dataset.Modality = _ID, _NAME, "CT"
    return dataset


def saved(dataset: Dataset) -> bytes:
    """The data set as a file, whatever its file meta lacks."""
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def planted(name: str, charset: str = "ISO_IR 100") -> Planted:
    """A sample with identifiers planted in its header, its sequences, its private blocks and its texts."""
    dataset = pydicom.dcmread(io.BytesIO(sample(name)))
    for element in list(dataset):  # decode while the old character set still holds
        if element.VR == "SQ":
            for item in element.value:
                item.decode()
    for tag, uid in ((0x00080018, "3"), (0x0020000D, "1"), (0x0020000E, "2")):
        dataset.add_new(tag, "UI", f"{_ROOT}.{uid}")
    dataset.file_meta.MediaStorageSOPInstanceUID = f"{_ROOT}.3"
    dataset.file_meta.SourceApplicationEntityTitle = "AEPLANTED"
    dataset.preamble = b"PREAMBLEPLANTED".ljust(128, b"\0")
    patient = NAMES[charset]
    dataset.SpecificCharacterSet = charset.split("\\")
    dataset.PatientName, dataset.PatientID = patient, _ID
    dataset.ReferringPhysicianName, dataset.OperatorsName = "Featherstonehaugh^Quentin", "Oglethorpe^Barnaby"
    dataset.PatientBirthDate, dataset.StudyDate, dataset.StudyTime = "19310217", "20190604", "101500"
    dataset.AccessionNumber, dataset.StudyID = "ACX559012", "STX8812"
    dataset.InstitutionName, dataset.InstitutionAddress = "Wexcombe Royal Infirmary", "12 Larkspur Lane, Wexcombe"
    dataset.PatientTelephoneNumbers, dataset.OtherPatientIDs = "+44 1632 960983", "OTHX-99120"
    surname = patient.split("^")[0]
    dataset.StudyDescription = f"{_CLINICAL} {_ID}"
    dataset.SeriesDescription = f"{surname} {_CLINICAL}"
    dataset.ImageComments = (
        f"{_CLINICAL} for {patient.split('=')[0].replace('^', ', ')}, seen by Dr. Featherstonehaugh, call 555-867-5309, "
        "mail q.feather@wexcombe.org, MRN: 88112233"
    )
    dataset.PatientComments = "lives at 4471 Juniper Street, Apt 9, Springfield, IL 62704"
    inner = Dataset()
    inner.RequestedProcedureDescription = f"{_CLINICAL} {surname}"
    inner.RequestedProcedureID, inner.ScheduledProcedureStepDescription = "RQPX3312", f"{_CLINICAL} ACX559012"
    inner.RequestingPhysician = "Oglethorpe^Barnaby"
    dataset.RequestAttributesSequence = Sequence([inner])
    modified = Dataset()
    modified.PatientName = "Formername^Nee"
    original = Dataset()
    original.ModifiedAttributesSequence = Sequence([modified])
    dataset.OriginalAttributesSequence = Sequence([original])
    icon = Dataset()
    icon.add_new(0x7FE00010, "OB", b"ICONPLANTED!")
    dataset.IconImageSequence = Sequence([icon])
    block = dataset.private_block(0x0029, "PLANTED VENDOR", create=True)
    block.add_new(0x01, "LO", f"private {_ID}")
    deep = Dataset()
    deep.PatientName = "Privatename^Hidden"
    block.add_new(0x02, "SQ", Sequence([deep]))
    block.add_new(0x03, "UN", b"UNPRIVATEPLANTED")
    philips = dataset.private_block(0x2001, "Philips Imaging DD 001", create=True)
    philips.add_new(0x03, "FL", 1.5)
    philips.add_new(0x10, "CS", _ID)
    dataset.add_new(0x60000022, "LO", "OVERLAYPLANTED")
    dataset.add_new(0x60000010, "US", 1)
    dataset.add_new(0x50000022, "LO", "CURVEPLANTED")
    dataset.add_new(0xFFFCFFFC, "OB", b"TRAILINGPLANTED!")
    names = [part for group in patient.split("=") for part in group.split("^") if len(part) > 1]
    values = (
        *names,
        *(_ID, "Featherstonehaugh", "Oglethorpe", "19310217", "20190604", "ACX559012", "STX8812", "Wexcombe", "Larkspur"),
        *("960983", "OTHX-99120", "867-5309", "q.feather", "88112233", "Juniper Street", "62704", "RQPX3312", "Formername"),
        *("ICONPLANTED", "Privatename", "UNPRIVATEPLANTED", "OVERLAYPLANTED", "CURVEPLANTED", "TRAILINGPLANTED", "AEPLANTED"),
        *("PREAMBLEPLANTED", "PLANTED VENDOR", f"{_ROOT}.1", f"{_ROOT}.2", f"{_ROOT}.3"),
    )
    return Planted(saved(dataset), values, _CLINICAL, charset)


def spellings(value: str) -> set[bytes]:
    """A value as bytes of every character set that a file may hold it in."""
    found = set()
    for codec in ("utf-8", "latin-1", "iso2022_jp", "iso-8859-5", "gb18030", "shift_jis"):
        try:
            found.add(value.encode(codec))
        except UnicodeEncodeError:
            continue
    return {spelling for spelling in found if len(spelling) > 1}
