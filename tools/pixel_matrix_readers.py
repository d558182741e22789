"""Reads the Frames of a file as other toolkits read them. Each is asked where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
import pydicom
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array

Frames = npt.NDArray[Any] | None
"""All Frames, (frames, rows, columns) or (frames, rows, columns, 3), colours as RGB; None where a toolkit reads nothing."""
_JPEG, _JPEG_LS, _JPEG_2000 = b"\xff\xd8", b"\xff\xf7", b"\xff\x4f"
_DCMTK = {
    "1.2.840.10008.1.2.5": "dcmdrle",
    **dict.fromkeys([f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 57, 70)], "dcmdjpeg"),
    **dict.fromkeys([f"1.2.840.10008.1.2.4.{number}" for number in (80, 81)], "dcmdjpls"),
}


def read_with_pydicom(path: Path) -> Frames:
    """By pydicom, with whatever codecs it finds."""
    return _frames(path)


def read_with_dcmtk(path: Path) -> Frames:
    """By dcmtk's decoders, as native pixel data."""
    uid = str(pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID)
    tool = "dcmconv" if not pydicom.uid.UID(uid).is_encapsulated else _DCMTK.get(uid, "")
    return _converted(path, [tool, "+te"]) if tool else None


def read_with_gdcm(path: Path) -> Frames:
    """By gdcm's decoders, as native pixel data."""
    return _converted(path, ["gdcmconv", "--raw"])


def read_with_imagecodecs(path: Path) -> Frames:
    """The codestreams alone, by imagecodecs; grey only, since a codestream does not say what its colours are."""
    dataset = pydicom.dcmread(path)
    uid = dataset.file_meta.TransferSyntaxUID
    if "PixelData" not in dataset or not uid.is_encapsulated or dataset.SamplesPerPixel != 1:
        return None
    frames = list(generate_frames(dataset.PixelData, number_of_frames=int(dataset.get("NumberOfFrames") or 1)))
    decoded = [_decode(frame, dataset) for frame in frames]
    return None if any(one is None for one in decoded) else np.stack([one for one in decoded if one is not None])


READERS: dict[str, Callable[[Path], Frames]] = {
    "pydicom": read_with_pydicom,
    "imagecodecs": read_with_imagecodecs,
    "dcmtk": read_with_dcmtk,
    "gdcm": read_with_gdcm,
}
NEEDS = {"dcmtk": "dcmdjpeg", "gdcm": "gdcmconv"}


def readers_here() -> list[str]:
    """The readers whose programs are installed."""
    return [name for name in READERS if name not in NEEDS or shutil.which(NEEDS[name])]


def read(name: str, path: Path) -> Frames:
    """The Frames as a reader reads them; None where it cannot."""
    try:
        return READERS[name](path)
    except Exception:
        return None


def _frames(path: Path) -> Frames:
    array = pixel_array(path)
    header = pydicom.dcmread(path, stop_before_pixels=True)
    return array if int(header.get("NumberOfFrames") or 1) > 1 else array[None]


def _converted(path: Path, command: list[str]) -> Frames:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.dcm")
        done = subprocess.run([*command, str(path), str(out)], capture_output=True, check=False, timeout=60)
        return _frames(out) if done.returncode == 0 and out.exists() else None


def _decode(frame: bytes, dataset: pydicom.Dataset) -> Frames:
    kind = "i" if dataset.PixelRepresentation else "u"
    cells: Frames = None
    if dataset.file_meta.TransferSyntaxUID == pydicom.uid.RLELossless:
        planes = imagecodecs.dicomrle_decode(frame, f"<{kind}{dataset.BitsAllocated // 8}")
        cells = np.frombuffer(planes, f"<{kind}{dataset.BitsAllocated // 8}").reshape(dataset.Rows, dataset.Columns)
    elif frame.startswith(_JPEG):
        is_ls = _JPEG_LS in frame[:64]
        cells = imagecodecs.jpegls_decode(frame) if is_ls else imagecodecs.jpeg8_decode(frame)
    elif frame.startswith(_JPEG_2000):
        cells = imagecodecs.jpeg2k_decode(frame)
    if cells is None or kind == "u" or cells.dtype.kind == "i":
        return cells
    signed, unused = cells.view(cells.dtype.str.replace("u", "i")), 8 * cells.dtype.itemsize - dataset.BitsStored
    return signed << unused >> unused
