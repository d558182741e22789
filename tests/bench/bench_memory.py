"""One worker: what it holds on an image of 6.6 megapixels, and after many images of shapes of their own.

`efface run`, as a user calls it, over radiographs that are rough from edge to edge, so that none of their tiles can be left
out. Every other one says that text is burned in and is read in full; for the rest the prefilter has to do.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import cv2
import numpy as np
from bench_local import measure
from bench_presidio import as_dicom

from support.text_images import TextImage

LARGEST = (2846, 2330)
MOST_ROWS, LEAST_ROWS = 3000, 400


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 40])
    arguments = parser.parse_args()
    print("| images | MiB |\n|---|---|")
    for count in arguments.counts:
        with tempfile.TemporaryDirectory() as folder:
            source = write_radiographs(Path(folder, "in"), count, arguments.seed)
            _, mib = measure(source, Path(folder, "out"), workers=1)
            print(f"| {count} | {mib} |", flush=True)
    print("\nMiB: the largest process of the run, resident.")


def write_radiographs(folder: Path, count: int, seed: int) -> Path:
    """A folder of rough images with six lines each: the first is the largest, the others are of any shape up to its size."""
    folder.mkdir()
    random = np.random.default_rng(seed)
    for number in range(count):
        rows = int(random.integers(LEAST_ROWS, MOST_ROWS))
        columns = round(min(rows * random.uniform(0.7, 1.4), LARGEST[0] * LARGEST[1] / rows))
        rows, columns = (rows, columns) if number else LARGEST
        rough = cv2.resize(random.normal(90, 25, (rows // 3, columns // 3)), (columns, rows))
        image = TextImage(np.clip(rough, 0, 255).astype(np.uint8), [])
        for line in range(6):
            image.write("HAUGEN SVEN 11.03.2014", 20, 20 + line * rows // 7, size_px=max(12, rows // 60))
        dataset = as_dicom(image)
        dataset.BurnedInAnnotation = "NO" if number % 2 else "YES"
        dataset.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return folder


if __name__ == "__main__":
    main()
