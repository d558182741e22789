"""Small synthetic CT series, in which every slice and every patient differs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

ROWS, COLUMNS, SLICES = 24, 32, 4
SPACING_MM = (0.5, 0.75, 2.5)
"""Between rows, columns and slices."""
_ROOT = "1.2.826.0.1.3680043.8.498.78"


def write_ct_series(folder: Path, patients: int, slices: int = SLICES, side_px: int = 0) -> list[Path]:
    """Write one axial series for each patient, as `<folder>/<patient>/<slice>.dcm`; square with `side_px`."""
    shape = (side_px or ROWS, side_px or COLUMNS)
    paths = []
    for patient in range(patients):
        for number in range(slices):
            path = folder / f"{patient:02d}" / f"{number:02d}.dcm"
            path.parent.mkdir(parents=True, exist_ok=True)
            dcmwrite(path, _slice(patient, number, shape), enforce_file_format=True)
            paths.append(path)
    return paths


def _slice(patient: int, number: int, shape: tuple[int, int]) -> FileDataset:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = ExplicitVRLittleEndian, CTImageStorage
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, f"{_ROOT}.{patient}.{number}.3"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{_ROOT}.{patient}.1", f"{_ROOT}.{patient}.2"
    dataset.FrameOfReferenceUID = f"{_ROOT}.{patient}.4"
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.PatientName, dataset.PatientID = f"Kjellgren^Number{patient}", f"KJ-5512{patient:03d}"
    dataset.StudyDate, dataset.StudyTime, dataset.AcquisitionTime = "20240318", "101523", "101600"
    dataset.Modality, dataset.BodyPartExamined, dataset.Manufacturer = "CT", "HEAD", "Synthetic Imaging"
    dataset.ImageComments = f"Kjellgren {patient}"
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.ImageType = 1, number + 1, ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.ImageOrientationPatient, dataset.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [-12.0, -6.0, SPACING_MM[2] * number]
    dataset.PixelSpacing, dataset.SliceThickness = list(SPACING_MM[:2]), SPACING_MM[2]
    dataset.WindowCenter, dataset.WindowWidth, dataset.RescaleSlope, dataset.RescaleIntercept = 40, 400, 1, -1024
    values = np.random.default_rng(1000 * patient + number).integers(0, 1400, shape)
    dataset.Rows, dataset.Columns = shape
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation, dataset.PixelRepresentation = "MONOCHROME2", 0
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelData = values.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    return dataset
