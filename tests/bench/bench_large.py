"""Large instances: what rewriting and verifying one adds to the memory of its process, and how long it takes.

Each case is a process of its own. Its memory is the peak of the resident set (VmHWM of Linux) beyond what the process held when
its modules were loaded and the source was described. One box is filled on every Frame, or on every tenth tile of a slide.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless

from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Evidence, Finding, Verdict
from efface.transforms.core.file_bytes import sha256_of, stream_of
from efface.transforms.dicom.configuration import configure
from efface.transforms.dicom.frame_encoder import encode_frame
from efface.transforms.instance.describe import read_instance
from efface.transforms.instance.grow_boxes import grown_findings
from efface.transforms.instance.open import source_content
from efface.transforms.instance.rewrite import RewriteSettings, rewrite_instance
from efface.transforms.instance.verify import verify_instance
from efface.transforms.metadata.profile import Profile
from efface.transforms.storage import storage_of
from support.corpus import pseudonyms
from support.samples import sample

BOX = Box(8, 8, 104, 40)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*", help="of the names of the cases to run")
    words = parser.parse_args().words
    print("| instance | MB stored | MB a frame | rewrite, CPU s | verify, CPU s | MB added | sha256 |\n|" + "---|" * 7)
    for name in (name for name in CASES if all(word in name for word in words)):
        with tempfile.TemporaryDirectory() as folder:
            for step in (_make, _measure):
                process = multiprocessing.get_context("spawn").Process(target=step, args=(name, folder))
                process.start()
                process.join()


def _make(name: str, folder: str) -> None:
    CASES[name][0]().save_as(Path(folder, "one.dcm"))


def _measure(name: str, folder: str) -> None:
    configure()
    [source] = storage_of(folder).list(f"{folder}/one.dcm")
    instance = read_instance(source, pseudonyms())
    frames = tuple(range(0, instance.pixels.frames, CASES[name][1]))
    evidence = Evidence(instance, 1, (Finding(frames, BOX, Verdict.REDACT, "header_name", "name", 1.0),))
    _rewrite(_small(folder), pseudonyms, None)  # What is loaded once.
    held_mb, times = _resident_mb("VmRSS"), []
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    digest = _rewrite(evidence, pseudonyms, times)
    facts = instance.pixels
    frame_mb = facts.rows * facts.columns * facts.samples_per_pixel * facts.bits_allocated / 8e6
    added = f"{_resident_mb('VmHWM') - held_mb:.0f} | {digest[:12]}"
    print(
        f"| {name} | {source.size_bytes / 1e6:.0f} | {frame_mb:.2f} | {times[0]:.1f} | {times[1]:.1f} | {added} |", flush=True
    )


def _small(folder: str) -> Evidence:
    Path(folder, "small.dcm").write_bytes(sample("CT_small.dcm"))
    [source] = storage_of(folder).list(f"{folder}/small.dcm")
    finding = Finding((0,), Box(8, 8, 16, 16), Verdict.REDACT, "header_name", "name", 1.0)
    return Evidence(read_instance(source, pseudonyms()), 1, (finding,))


def _rewrite(evidence: Evidence, keys: Callable, times: list[float] | None) -> str:
    settings, started = RewriteSettings(Profile()), time.process_time()
    data = source_content(evidence.instance.source)
    evidence = replace(evidence, findings=grown_findings(data, evidence.findings))
    rewritten = rewrite_instance(data, evidence, settings, keys())
    between = time.process_time()
    verify_instance(data, rewritten.data, evidence, settings)
    if times is not None:
        times += [between - started, time.process_time() - between]
    storage_of("/").write(f"{Path(evidence.instance.source.uri).parent}/out.dcm", stream_of(rewritten.data), replace=True)
    return sha256_of(rewritten.data)


def _resident_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) * 1024 / 1e6


def picture_of(rows: int, columns: int, samples: int, seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 256, (rows // 8 + 1, columns // 8 + 1, samples), np.uint8)
    return cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC).reshape(rows, columns, samples)


def speckled(rows: int, columns: int) -> np.ndarray:
    noise = np.random.default_rng(2).integers(0, 32, (rows, columns, 3), np.uint8)
    return np.maximum(picture_of(rows, columns, 3, 1), 32) - noise


def described(frames: int, picture: np.ndarray) -> Dataset:
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    dataset.NumberOfFrames, dataset.SamplesPerPixel = frames, picture.shape[2]
    dataset.Rows, dataset.Columns = picture.shape[:2]
    dataset.BitsAllocated = dataset.BitsStored = 8 * picture.itemsize
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, 0
    for keyword in ("SmallestImagePixelValue", "LargestImagePixelValue", "PixelPaddingValue"):
        if keyword in dataset:
            del dataset[keyword]
    if picture.shape[2] == 3:
        dataset.PhotometricInterpretation, dataset.PlanarConfiguration = "RGB", 0
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


def _native(frames: int, rows: int, columns: int, samples: int, dtype: type) -> Dataset:
    pictures = [picture_of(rows, columns, samples, seed).astype(dtype) for seed in range(min(frames, 8))]
    dataset = described(frames, pictures[0])
    dataset.PixelData = b"".join(pictures[index % 8].tobytes() for index in range(frames))
    dataset["PixelData"].VR = "OB" if dtype is np.uint8 else "OW"
    return dataset


def _encoded(syntax: str, encode: Callable[[np.ndarray], bytes], frames: int, picture: np.ndarray, different: int) -> Dataset:
    dataset = described(frames, picture)
    streams = [encode(np.roll(picture, shift, axis=1)) for shift in range(different)]
    dataset.PixelData = encapsulate([streams[index % different] for index in range(frames)])
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax == JPEGBaseline8Bit:
        dataset.PhotometricInterpretation = "YBR_FULL_422"
    return dataset


def jpeg_of(picture: np.ndarray) -> bytes:
    return imagecodecs.jpeg8_encode(picture, level=90, colorspace="RGB", outcolorspace="YCBCR")


def rle_of(picture: np.ndarray) -> bytes:
    return encode_frame(picture, RLELossless, Dataset(), "RGB")


CASES: dict[str, tuple[Callable[[], Dataset], int]] = {
    "clip, 600 RGB frames of 320 x 240, native": (lambda: _native(600, 240, 320, 3, np.uint8), 1),
    "clip, 250 RGB frames of 640 x 480, native": (lambda: _native(250, 480, 640, 3, np.uint8), 1),
    "CT, 400 frames of 512 x 512, native": (lambda: _native(400, 512, 512, 1, np.uint16), 1),
    "clip, 120 RGB frames of 640 x 480, RLE": (
        lambda: _encoded(RLELossless, rle_of, 120, picture_of(480, 640, 3, 1), 8),
        1,
    ),
    "one RGB frame of 5600 x 5000, native": (lambda: _native(1, 5600, 5000, 3, np.uint8), 1),
    "one RGB frame of 5600 x 5000, JPEG": (lambda: _encoded(JPEGBaseline8Bit, jpeg_of, 1, speckled(5600, 5000), 1), 1),
    "slide, 1000 JPEG tiles of 256 x 256, 100 different": (
        lambda: _encoded(JPEGBaseline8Bit, jpeg_of, 1000, picture_of(256, 256, 3, 1), 100),
        1000,
    ),
    "slide, 1000 JPEG tiles of 256 x 256, 100 different, every tenth redacted": (
        lambda: _encoded(JPEGBaseline8Bit, jpeg_of, 1000, picture_of(256, 256, 3, 1), 100),
        10,
    ),
}


if __name__ == "__main__":
    main()
