"""One machine: whether memory grows with the data set, and what a second worker process brings.

`efface run`, as a user calls it, over copies of one small CT image with UIDs and pixels of their own. Start-up is left out of
the rates: they are what the longer run does in the time that it takes longer than the shorter one.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pydicom

from support.samples import sample

FEW, MANY = 100, 1000
WORKERS = (1, 2)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        few, many = write_instances(Path(folder, "few"), FEW), write_instances(Path(folder, "many"), MANY)
        print(f"| workers | MiB at {FEW} | MiB at {MANY} | instances/s | of one worker |\n|---|---|---|---|---|")
        alone = 0.0
        for workers in WORKERS:
            few_sec, few_mib = measure(few, Path(folder, f"out-few-{workers}"), workers)
            many_sec, many_mib = measure(many, Path(folder, f"out-many-{workers}"), workers)
            rate = (MANY - FEW) / (many_sec - few_sec)
            alone = alone or rate
            print(f"| {workers} | {few_mib} | {many_mib} | {rate:.1f} | {rate / alone:.2f} |", flush=True)
    print("\nMiB: the largest process of the run, resident.")


def write_instances(folder: Path, count: int) -> Path:
    """A folder of small CT instances, each with its own UID and its own pixels."""
    folder.mkdir()
    dataset = pydicom.dcmread(io.BytesIO(sample("CT_small.dcm")))
    pixels = dataset.pixel_array.copy()
    for number in range(count):
        uid = f"1.2.826.0.1.3680043.8.498.{number + 1}"
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = uid
        pixels[0, 0] = number
        dataset.PixelData = pixels.tobytes()
        dataset.save_as(folder / f"{number}.dcm")
    return folder


def measure(source: Path, output: Path, workers: int) -> tuple[float, int]:
    """Seconds of a run, and the MiB of its largest process."""
    command = ["-m", "efface.runners.cli.main", "run", "--input", source, "--output", output, "--workers", str(workers)]
    started_sec = time.perf_counter()
    with (output.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command], env=os.environ | {"EFFACE_KEY": "5e" * 32}, stdout=log, stderr=log
        )
        # The usage of a process includes the children that it has waited for: here, its workers.
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit((output.parent / "log").read_text())
    return time.perf_counter() - started_sec, usage.ru_maxrss >> 10


if __name__ == "__main__":
    main()
