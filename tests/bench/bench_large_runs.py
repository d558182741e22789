"""Large instances, a whole run of each: the memory of all processes of `efface run` together, and what it takes of the disk.

Each source is written a Frame at a time, so that it may be larger than memory. The memory of a process is its share of what is
resident (Pss of Linux), summed over the tree of the run five times a second; the peak of the sum is given, and how far it is
above that of the same run over one small CT image.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pydicom
from bench_large import described, jpeg_of, picture_of, speckled
from pydicom.dataset import Dataset
from pydicom.uid import JPEGBaseline8Bit, RLELossless

from efface.transforms.dicom.frame_encoder import encode_frame
from support.samples import sample

NAME = "HAUGEN^SVEN"
_SAMPLE_SEC = 0.2


@dataclass(frozen=True)
class Case:
    """A large instance.

    Attributes:
        frames: Number of Frames.
        picture: Makes the first one, (rows, columns, samples).
        different: Frames that differ; they follow each other in turn.
        syntax: Transfer syntax; "" for native.
        encode: What makes a codestream of a Frame.
        has_box: The policy names a box for the device, so that every Frame is rewritten. Takes long, and three times its size
            on the disk: only where words ask for it.
    """

    frames: int
    picture: Callable[[], np.ndarray]
    different: int = 8
    syntax: str = ""
    encode: Callable[[np.ndarray], bytes] = bytes
    has_box: bool = False


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*", help="of the names of the cases to run")
    parser.add_argument("--folder", type=Path, help="where the instances are written (default: a temporary folder)")
    arguments = parser.parse_args()
    print("| instance | MB stored | MB a frame | MB of all processes | MB added | CPU s | exit |\n|" + "---|" * 7)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        small = Path(folder, "small.dcm")
        small.write_bytes(sample("CT_small.dcm"))
        base_mb = _report("CT, one frame of 128 x 128", small, 0.03, 0)
        for name, case in CASES.items():
            if all(word in name for word in arguments.words) and (arguments.words or not case.has_box):
                source = Path(folder, "large.dcm")
                frame_mb = write(source, case)
                _report(name, source, frame_mb, base_mb, has_box=case.has_box)
                source.unlink()


def _report(name: str, source: Path, frame_mb: float, base_mb: float, *, has_box: bool = False) -> float:
    with tempfile.TemporaryDirectory(dir=source.parent) as output:
        peak_mb, cpu_sec, status = measure(source, Path(output), has_box=has_box)
    added = f"{peak_mb - base_mb:.0f}" if base_mb else ""
    sizes = f"{source.stat().st_size / 1e6:.0f} | {frame_mb:.2f}"
    print(f"| {name} | {sizes} | {peak_mb:.0f} | {added} | {cpu_sec:.0f} | {status} |", flush=True)
    return peak_mb


def measure(source: Path, folder: Path, *, has_box: bool = False) -> tuple[float, float, int]:
    """Run `efface run` over one source: the peak of its processes in MB, their CPU seconds, and the exit code."""
    where = ["--input", str(source), "--output", str(folder / "out"), "--workers", "1"]
    if has_box:
        where += ["--policy", str(_policy_with_box(source, folder / "boxed.yaml"))]
    with (folder / "log").open("wb") as log:
        run = psutil.Popen(
            [sys.executable, "-m", "efface.runners.cli.main", "run", *where],
            env=os.environ | {"EFFACE_KEY": "5e" * 32, "TMPDIR": str(folder)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        peak_bytes, cpu_sec = 0, 0.0
        while run.poll() is None:
            held = [_held(process) for process in (run, *_children(run))]
            peak_bytes, cpu_sec = max(peak_bytes, sum(size for size, _ in held)), max(cpu_sec, sum(sec for _, sec in held))
            time.sleep(_SAMPLE_SEC)
    if run.returncode:
        print((folder / "log").read_text(encoding="utf-8"), file=sys.stderr)
    return peak_bytes / 1e6, cpu_sec, run.returncode


def _policy_with_box(source: Path, path: Path) -> Path:
    header = pydicom.dcmread(source, stop_before_pixels=True)
    region = {
        "manufacturer": header.Manufacturer,
        "model": header.ManufacturerModelName,
        "rows": header.Rows,
        "columns": header.Columns,
        "boxes": [[0, 0, 400, 40]],
        "note": "banner",
    }
    path.write_text(json.dumps({"extends": "basic", "name": "boxed", "regions": [region]}), encoding="utf-8")
    return path


def _children(run: psutil.Process) -> list[psutil.Process]:
    try:
        return list(run.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _held(process: psutil.Process) -> tuple[int, float]:
    try:
        times = process.cpu_times()
        return process.memory_full_info().pss, times.user + times.system
    except psutil.Error:
        return 0, 0.0


def write(path: Path, case: Case) -> float:
    """Write an instance a Frame at a time; returns the MB of a decoded Frame."""
    picture = case.picture()
    dataset = described(case.frames, picture)
    dataset.PatientName = NAME
    if case.syntax:
        dataset.file_meta.TransferSyntaxUID = case.syntax
    if case.syntax == JPEGBaseline8Bit:
        dataset.PhotometricInterpretation = "YBR_FULL_422"
    different = [case.encode(np.roll(picture, 8 * shift, axis=1)) for shift in range(case.different)]
    different = [frame + b"\0" * (len(frame) % 2) for frame in different]
    frames = (different[index % case.different] for index in range(case.frames))
    if case.syntax:
        sizes = [len(different[index % case.different]) for index in range(case.frames)]
        offsets = np.cumsum([0, *(size + 8 for size in sizes[:-1])])
        dataset.ExtendedOffsetTable = struct.pack(f"<{case.frames}Q", *offsets)
        dataset.ExtendedOffsetTableLengths = struct.pack(f"<{case.frames}Q", *sizes)
    del dataset.PixelData
    del dataset[0xFFFC, 0xFFFC]
    header = io.BytesIO()
    pydicom.dcmwrite(header, dataset)
    with path.open("wb") as file:
        file.write(header.getvalue())
        for piece in _element(case, len(different[0])):
            file.write(piece)
        for frame in frames:
            file.write(struct.pack("<HHL", 0xFFFE, 0xE000, len(frame)) * bool(case.syntax))
            file.write(frame)
        file.write(struct.pack("<HHL", 0xFFFE, 0xE0DD, 0) * bool(case.syntax))
    return picture.nbytes / 1e6


def _element(case: Case, frame_bytes: int) -> Iterator[bytes]:
    length = 0xFFFFFFFF if case.syntax else frame_bytes * case.frames
    yield struct.pack("<HH2s2xL", 0x7FE0, 0x0010, b"OB" if case.syntax else b"OW", length)
    if case.syntax:
        yield struct.pack("<HHL", 0xFFFE, 0xE000, 0)


def tomosynthesis() -> np.ndarray:
    return picture_of(2500, 2000, 1, 1).astype(np.uint16) * 16 + 4000


def grey_rle_of(picture: np.ndarray) -> bytes:
    return encode_frame(picture[:, :, 0], RLELossless, Dataset(), "MONOCHROME2")


CASES: dict[str, Case] = {
    "clip, 600 RGB frames of 640 x 480, native": Case(600, lambda: picture_of(480, 640, 3, 1)),
    "CT, 2000 frames of 512 x 512, native": Case(2000, lambda: picture_of(512, 512, 1, 1).astype(np.uint16)),
    "one RGB frame of 10000 x 8800, native": Case(1, lambda: speckled(10000, 8800), 1),
    "one RGB frame of 10000 x 8800, JPEG": Case(1, lambda: speckled(10000, 8800), 1, JPEGBaseline8Bit, jpeg_of),
    "slide, 10,000 JPEG tiles of 512 x 512": Case(10_000, lambda: picture_of(512, 512, 3, 1), 50, JPEGBaseline8Bit, jpeg_of),
    "tomosynthesis, 500 RLE frames of 2500 x 2000": Case(500, tomosynthesis, 4, RLELossless, grey_rle_of),
    "tomosynthesis, 2130 RLE frames of 2500 x 2000, a box on each": Case(
        2130, tomosynthesis, 4, RLELossless, grey_rle_of, True
    ),
}


if __name__ == "__main__":
    main()
