"""What an instance costs, stage by stage: CPU seconds of one core, bytes shuffled between steps, bytes written.

The steps of the graph are called one after the other in this process, with the engine that a CPU gets by default.
"""

from __future__ import annotations

import io
import itertools
import pickle
import tempfile
import time
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from efface.pipeline.policy import load_policy
from efface.transforms.core.evidence import Plan
from efface.transforms.core.file_bytes import stream_of
from efface.transforms.core.instance import Source
from efface.transforms.core.pseudonyms import RecordingPseudonyms
from efface.transforms.core.text_line import TileText
from efface.transforms.dicom.frame_verifier import verify_pixels
from efface.transforms.dicom.parse import describe_instance, read_dataset, read_header
from efface.transforms.dicom.serialize import serialize
from efface.transforms.instance.judge_text import judge_tile
from efface.transforms.instance.read_text import find_tiles, read_tiles
from efface.transforms.instance.rewrite import redact_pixels
from efface.transforms.metadata.header_identifiers import header_identifiers
from efface.transforms.metadata.walk import scrub_dataset
from efface.transforms.pixels.redact import boxes_by_frame
from efface.transforms.storage import storage_of
from support.corpus import pseudonyms
from support.detectors import fresh_detector
from support.samples import sample
from support.text_images import TextImage, speckle

_REPEATS = 3


def main() -> None:
    kinds = {
        "structured report": pydicom.dcmread(io.BytesIO(sample("test-SR.dcm"))),
        "CT slice, 512 x 512": grey("CT_small.dcm", 512, 512, lines=0),
        "ultrasound, 640 x 480, 6 lines": grey("CT_small.dcm", 480, 640, lines=6),
        "X-ray, 2500 x 2000, 4 lines": grey("CT_small.dcm", 2500, 2000, lines=4),
        "clip, 60 frames of 640 x 480": clip(60),
    }
    policy, _ = load_policy("basic").resolve()
    print("| instance | plan | read text | classify | rewrite | verify | kB shuffled | kB stored |\n|" + "---|" * 8)
    for name, dataset in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            dataset.save_as(Path(folder, "one.dcm"))
            [source] = storage_of(folder).list(folder)
            best = [min(times) for times in zip(*(cost(source, policy)[0] for _ in range(_REPEATS)), strict=True)]
            shuffled = cost(source, policy)[1]
            cells = " | ".join(f"{sec:.3f}" for sec in best)
            print(f"| {name} | {cells} | {shuffled / 1e3:.1f} | {source.size_bytes / 1e3:.0f} |", flush=True)
    print("\nCPU seconds of one core; the best of three.")


def cost(source: Source, policy) -> tuple[list[float], int]:
    """CPU seconds of each stage, and the bytes of what travels between steps that a shuffle separates."""
    fresh_detector(policy.ocr)  # One that was used would remember the lines of this instance.
    clock = [time.process_time()]

    def lap() -> None:
        clock.append(time.process_time())

    data = Path(source.uri).read_bytes()
    header = read_header(io.BytesIO(data))
    instance = describe_instance(header, source, "REF", header_identifiers(header))
    search, tiles = find_tiles(instance, policy.ocr, policy.cleans_overlays)
    lap()
    texts = [TileText(tile, *read_tiles([tile], policy.ocr)) for tile in tiles]
    lap()
    judged = [finding for text in texts for finding in judge_tile(text, instance.identifiers, policy.phi)]
    lap()
    dataset = read_dataset(io.BytesIO(data))
    findings = tuple(judged)
    if instance.pixels is not None:
        redact_pixels(dataset, findings)
    scrub_dataset(dataset, policy.profile, RecordingPseudonyms(pseudonyms()), pixels_cleaned=True)
    written = serialize(dataset, transfer_syntax_uid=str(dataset.file_meta.TransferSyntaxUID))
    lap()
    again = read_dataset(stream_of(written))
    if instance.pixels is not None:
        verify_pixels(read_dataset(io.BytesIO(data)), again, boxes_by_frame(findings))
    lap()
    shuffled = len(pickle.dumps(Plan(instance, len(tiles), search))) + sum(len(pickle.dumps(one)) for one in (*tiles, *texts))
    return [end - start for start, end in itertools.pairwise(clock)], shuffled


def grey(name: str, rows: int, columns: int, *, lines: int) -> Dataset:
    """A speckled picture of 16 bits with lines of text in a corner."""
    image = speckle(rows, columns, seed=3)
    write(image, lines)
    return with_pixels(pydicom.dcmread(io.BytesIO(sample(name))), image.pixels.astype(np.int16)[None])


def clip(frames: int) -> Dataset:
    """Speckle that drifts behind standing text."""
    wide = speckle(480, 640 + frames, seed=4).pixels
    images = [TextImage(np.ascontiguousarray(wide[:, first : first + 640]), []) for first in range(frames)]
    for image in images:
        write(image, 4)
    pixels = np.stack([image.pixels for image in images]).astype(np.int16)
    return with_pixels(pydicom.dcmread(io.BytesIO(sample("CT_small.dcm"))), pixels)


def write(image: TextImage, lines: int) -> None:
    for number in range(lines):
        image.write(f"QUISTBERG {number} 1961", 8, 8 + 24 * number, size_px=16)


def with_pixels(dataset: Dataset, pixels: np.ndarray) -> Dataset:
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = pixels.shape
    dataset.PixelData = pixels.tobytes()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


if __name__ == "__main__":
    main()
