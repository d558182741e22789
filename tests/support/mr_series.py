"""Small synthetic series of MR as each maker writes them: what dcm2niix needs stands in private attributes alone."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian

from efface.transforms.metadata.vendor_blocks.siemens_csa import Tag, write

ROOT = "1.2.826.0.1.3680043.8.498.77"
SIZE = 16
NAME, PATIENT, OPERATOR = "Plantagenet^Ada", "PLNT-770143", "Bergqvist"


def instance(number: int, maker: str, z: float, *, series: int = 3, size: int = SIZE) -> FileDataset:
    """One image of an MR series, an axial slice at a place."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    meta.MediaStorageSOPInstanceUID = f"{ROOT}.{series}.{number}"
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{ROOT}.1", f"{ROOT}.2.{series}"
    dataset.FrameOfReferenceUID, dataset.Modality, dataset.Manufacturer = f"{ROOT}.4", "MR", maker
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = NAME, PATIENT, "19570412"
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = "20200311"
    dataset.StudyTime = dataset.SeriesTime = dataset.AcquisitionTime = "101500"
    dataset.ImageType, dataset.PatientPosition = ["ORIGINAL", "PRIMARY", "M", "ND"], "HFS"
    dataset.ScanningSequence, dataset.SequenceVariant, dataset.MRAcquisitionType = "EP", "SK", "2D"
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.AcquisitionNumber = series, number, 1
    dataset.RepetitionTime, dataset.EchoTime, dataset.FlipAngle, dataset.EchoNumbers = "2000", "30", "90", 1
    dataset.SliceThickness, dataset.SpacingBetweenSlices, dataset.MagneticFieldStrength = "3", "3", "3"
    dataset.InPlanePhaseEncodingDirection = "COL"
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [-24, -24, z], [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing, dataset.Rows, dataset.Columns = [3, 3], size, size
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.PixelData = np.random.default_rng(number).integers(0, 2000, (size, size), dtype=np.uint16).tobytes()
    return dataset


def add(dataset: Dataset, group: int, creator: str, values: Mapping[int, tuple[str, Any]], block: int = 0x10) -> None:
    """Private attributes of one creator, by the last two digits of the element."""
    dataset.add_new(group << 16 | block, "LO", creator)
    for element, (vr, value) in values.items():
        dataset.add_new(group << 16 | block << 8 | element, vr, value)


def csa(values: Mapping[str, Sequence[str | bytes]], *, is_second: bool = True) -> bytes:
    """A CSA header with these texts, each name with at least six items as scanners write it, and with what identifies."""
    named: dict[str, Sequence[str | bytes]] = {"PatientComment": [NAME], "ReferencedImageSequence": [f"{ROOT}.9"], **values}
    tags = []
    for name, texts in named.items():
        items = [text.encode() if isinstance(text, str) else text for text in texts]
        tags.append(Tag(name, len(items), b"DS", 4, 77, (*items, *[b""] * (6 - len(items)))))
    return write(tags, is_second=is_second)


PROTOCOL = (
    b'<XProtocol>\n{\n<ParamString."Patient">{"Plantagenet"}\n### ASCCONV BEGIN ###\n'
    b'tProtocolName                            = "Bergqvist test"\n'
    b"sKSpace.lPhaseEncodingLines              = 16\nsKSpace.lBaseResolution                  = 16\n"
    b"sFastImaging.lEchoSpacing                = 560\nsPat.lAccelFactPE                        = 2\n"
    b"sKSpace.ucPhasePartialFourier            = 0x10\nsSliceArray.ucImageNumb                  = 0x1\n"
    b'sPatient.tName                           = "Plantagenet"\n### ASCCONV END ###\n}\n'
)


def siemens_mosaic(folder: Path) -> None:
    """Two volumes of nine slices, each in one picture; b-values and directions stand in the CSA header."""
    for number in (1, 2):
        dataset = instance(number, "SIEMENS", 0.0, size=3 * SIZE)
        dataset.ImageType, dataset.AcquisitionNumber = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"], number
        dataset.ContentTime = dataset.AcquisitionTime = f"10150{number}"
        direction = ["0.6", "0.8", "0.0"] if number > 1 else []
        image = csa(
            {
                "NumberOfImagesInMosaic": ["9"],
                "SliceNormalVector": ["0.0", "0.0", "1.0"],
                "B_value": [str(1000 * (number - 1))],
                "DiffusionGradientDirection": direction,
                "BandwidthPerPixelPhaseEncode": ["48.077"],
                "PhaseEncodingDirectionPositive": ["1"],
                "MosaicRefAcqTimes": [f"{220.0 * (slice_ % 5)}" for slice_ in range(9)],
                "ProtocolSliceNumber": ["0"],
            }
        )
        add(
            dataset,
            0x0019,
            "SIEMENS MR HEADER",
            {
                0x0A: ("US", 9),
                0x28: ("FD", 48.077),
                0x29: ("FD", [220.0 * (slice_ % 5) for slice_ in range(9)]),
            },
        )
        series = csa({"MrPhoenixProtocol": [PROTOCOL]})
        add(dataset, 0x0029, "SIEMENS CSA HEADER", {0x10: ("OB", image), 0x20: ("OB", series)})
        add(dataset, 0x0051, "SIEMENS MR HEADER", {0x0B: ("SH", "16*16"), 0x11: ("LO", "p2"), 0x0F: ("LO", "HEA;HEP")})
        save(dataset, folder, number)


def ge_diffusion(folder: Path) -> None:
    """Two directions of three slices; the readout stands in binary blocks."""
    protocol = gzip.compress(
        b'set SEDESC "Plantagenet brain"\nset PSEQ "Spin Echo"\nset IOPT "EPI, DIFF, ASSET"\n'
        b'set SLICEORDER "1"\nset NOSLC "3"\n'
    )
    for number in range(1, 7):
        slice_, volume = (number - 1) % 3, (number - 1) // 3
        dataset = instance(number, "GE MEDICAL SYSTEMS", 3.0 * slice_)
        b_value, direction = (0, (0.0, 0.0, 0.0)) if volume == 0 else (1000, (0.6, 0.0, 0.8))
        add(
            dataset,
            0x0019,
            "GEMS_ACQU_01",
            {
                0x9C: ("LO", "epi2"),
                0x9E: ("LO", "EPI2"),
                0xA2: ("SL", volume),
                0xBB: ("DS", f"{direction[0]}"),
                0xBC: ("DS", f"{direction[1]}"),
                0xBD: ("DS", f"{direction[2]}"),
                0xE0: ("DS", "1"),
            },
        )
        add(dataset, 0x0021, "GEMS_RELA_01", {0x4F: ("SS", 3), 0x5A: ("SL", 16), 0x5E: ("DS", f"{slice_ * 3000}")})
        add(dataset, 0x0025, "GEMS_SERS_01", {0x1B: ("OB", struct.pack("<I", len(protocol)) + protocol)})
        add(
            dataset,
            0x0043,
            "GEMS_PARM_01",
            {
                0x2A: ("OB", ge_user_data()),
                0x2C: ("SS", 964),
                0x2F: ("SS", 0),
                0x39: ("IS", [b_value, 8, 0, 0]),
                0x83: ("DS", ["0.5", "1"]),
            },
        )
        save(dataset, folder, number)


def ge_user_data() -> bytes:
    """The header of an EPI whose phase encoding is flipped, with a name in a field that nobody reads."""
    data, start = bytearray(2048), 56
    struct.pack_into("<H", data, 24, start)
    struct.pack_into("<f", data, start, 24.0)
    struct.pack_into("<H", data, start + 0x3A, 0x0800)
    struct.pack_into("<H", data, start + 0x30, 0x0004)
    struct.pack_into("<H", data, start + 0x394, 2)
    data[start + 0x100 : start + 0x100 + len(OPERATOR)] = OPERATOR.encode()
    return bytes(data)


def philips_diffusion(folder: Path) -> None:
    """Two directions of three slices, with the scaling of Philips."""
    for number in range(1, 7):
        slice_, volume = (number - 1) // 2, (number - 1) % 2
        dataset = instance(number, "Philips Medical Systems", 3.0 * slice_)
        dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = "1.5", "0", "normalized"
        add(
            dataset,
            0x2001,
            "Philips Imaging DD 001",
            {
                0x03: ("FL", 1000.0 * volume),
                0x04: ("CS", "O" if volume else "I"),
                0x0A: ("IS", slice_ + 1),
                0x0B: ("CS", "TRANSVERSAL"),
                0x13: ("SL", 15),
                0x18: ("SL", 3),
                0x22: ("FL", 12.5),
            },
        )
        add(
            dataset,
            0x2005,
            "Philips MR Imaging DD 001",
            {
                0x0E: ("FL", 0.0125),
                0xB0: ("FL", 0.6 * volume),
                0xB1: ("FL", 0.0),
                0xB2: ("FL", 0.8 * volume),
                0xA0: ("FL", 2.0 * volume),
            },
        )
        add(
            dataset,
            0x2005,
            "Philips MR Imaging DD 005",
            {0x0F: ("SQ", Items([_of_frame(dataset)])), 0x12: ("IS", volume + 1), 0x13: ("IS", 1), 0x29: ("CS", "NONE")},
            block=0x14,
        )
        save(dataset, folder, number)


def _of_frame(dataset: Dataset) -> Dataset:
    """The item that Philips writes for the frame: what tells where it is once more, and who made it."""
    item = Dataset()
    item.ImagePositionPatient, item.ImageOrientationPatient = dataset.ImagePositionPatient, dataset.ImageOrientationPatient
    item.AcquisitionDate, item.OperatorsName = "20200311", OPERATOR
    add(item, 0x2005, "Philips MR Imaging DD 001", {0xA0: ("FL", 1.5), 0xFF: ("LO", OPERATOR)})
    return item


def uih_grid(folder: Path) -> None:
    """Two volumes of nine slices, each in one picture, with an item for each slice."""
    for number in (1, 2):
        dataset = instance(number, "UIH", 0.0, size=3 * SIZE)
        dataset.ImageType, dataset.AcquisitionNumber = ["ORIGINAL", "PRIMARY", "M", "VFRAME"], number
        items = []
        for slice_ in range(9):
            item = Dataset()
            item.ImagePositionPatient, item.AcquisitionTime = [-24, -24, 3.0 * slice_], f"10150{number}.{100_000 * slice_:06d}"
            item.AcquisitionDate = "20200311"
            items.append(item)
        add(
            dataset,
            0x0065,
            "Image Private Header",
            {
                0x05: ("SH", "A->P"),
                0x09: ("FD", 1000.0 * (number - 1)),
                0x0D: ("SH", "F:2S"),
                0x37: ("FD", [0.6 * (number - 1), 0.0, 0.8 * (number - 1)]),
                0x50: ("DS", "9"),
                0x51: ("SQ", Items(items)),
                0x58: ("IS", "1"),
            },
        )
        save(dataset, folder, number)


def siemens_without_csa(folder: Path) -> None:
    """Three slices of a later version, which has no CSA header, at two echo times."""
    for number in range(1, 7):
        slice_, echo = (number - 1) % 3, (number - 1) // 3 + 1
        dataset = instance(number, "SIEMENS", 3.0 * slice_)
        dataset.EchoTime, dataset.EchoNumbers = f"{10 * echo}", echo
        protocol = b"\n" + PROTOCOL
        add(dataset, 0x0021, "SIEMENS MR SDS 01", {0x09: ("LO", "p2"), 0x19: ("OB", protocol)}, block=0x10)
        add(
            dataset,
            0x0021,
            "SIEMENS MR SDI 02",
            {
                0x04: ("DS", f"{0.1 * slice_}"),
                0x06: ("LO", f"X_{echo}_1_1_1_1_1_1_1_1_1_1_{number}"),
                0x1C: ("IS", "1"),
                0x42: ("IS", "3400"),
                0x4F: ("LO", "HE1-4"),
                0x53: ("FD", 24.414),
                0x58: ("SH", "16p*16"),
                0x75: ("CS", ["ORIGINAL", "PRIMARY", "M", "ND"]),
            },
            block=0x11,
        )
        save(dataset, folder, number)


def save(dataset: FileDataset, folder: Path, number: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(folder / f"{number}.dcm", dataset)


SERIES: Mapping[str, Callable[[Path], None]] = {
    make.__name__: make for make in (siemens_mosaic, ge_diffusion, philips_diffusion, uih_grid, siemens_without_csa)
}
