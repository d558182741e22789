"""How often a source is read: bytes that leave the storage for each instance, by what has to be done to it."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from efface.transforms.storage.local import LocalStorage
from support.runs import deidentify_here, quick_policy
from support.samples import sample


def main() -> None:
    kinds = {
        "no frames (structured report)": pydicom.dcmread(io.BytesIO(sample("test-SR.dcm"))),
        "one frame (CT, 512 x 512)": grown(1, 512, 512),
        "one frame (X-ray, 2500 x 2000)": grown(1, 2500, 2000),
        "clip of 60 frames, 9 MB": grown(60, 240, 320),
        "clip of 120 frames, 74 MB": grown(120, 480, 640),
    }
    print("| instance | MB stored | MB read | times | reads |\n|---|---|---|---|---|")
    for name, dataset in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "in").mkdir()
            dataset.save_as(root / "in" / "one.dcm")
            (root / "key").write_text("5e" * 32)
            stored = (root / "in" / "one.dcm").stat().st_size
            reads = count_reads(root)
            total = sum(reads)
            print(f"| {name} | {stored / 1e6:.2f} | {total / 1e6:.2f} | {total / stored:.2f} | {len(reads)} |", flush=True)


def grown(frames: int, rows: int, columns: int) -> Dataset:
    """A CT instance of 16 bits with so many different frames."""
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    values = np.arange(frames, dtype=np.int16)[:, None, None] + np.zeros((rows, columns), np.int16)
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = rows, columns, frames
    dataset.PixelData = values.tobytes()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


def count_reads(root: Path) -> list[int]:
    """Bytes of each read while the instance is de-identified in this process."""
    reads: list[int] = []

    class Counted(io.RawIOBase):
        name = ""

        def __init__(self, file: BinaryIO) -> None:
            self._file = file

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            return self._file.seek(offset, whence)

        def readall(self) -> bytes:
            data = self._file.read()
            reads.append(len(data))
            return data

        def readinto(self, buffer) -> int:
            data = self._file.read(len(buffer))
            reads.append(len(data))
            buffer[: len(data)] = data
            return len(data)

    plain = LocalStorage.open
    LocalStorage.open = lambda self, source: io.BufferedReader(Counted(plain(self, source)), 1 << 16)
    try:
        deidentify_here(str(root / "in"), str(root / "out"), root / "key", quick_policy())
    finally:
        LocalStorage.open = plain
    return reads


if __name__ == "__main__":
    main()
