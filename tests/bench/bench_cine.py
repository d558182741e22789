"""Clips: what the projections save against reading every frame, and whether they lose a line that every frame would show.

Real ultrasound clips without and with stamped lines: each line stands for 1 to 10 frames, dim or bright, grey or coloured, dark
on a light bar, and some beside a frame that flashes white and shows no line. A line counts as lost when reading every frame
finds it on a frame (nine tenths of its box) and the projections do not.
"""

from __future__ import annotations

import argparse
import io
import sys
import time

import numpy as np

from efface.transforms.core.box import Box
from efface.transforms.core.instance import PixelFacts, Source
from efface.transforms.core.search_plan import Projection
from efface.transforms.core.text_line import TextLine
from efface.transforms.dicom.frame_reader import FrameReader
from efface.transforms.dicom.parse import describe_instance, read_dataset, read_header
from efface.transforms.instance.read_text import Picture, read_frames, read_pictures
from efface.transforms.ocr.base import OcrSettings, TextDetector
from efface.transforms.pixels.cine import Reading, mosaic_of_changes, plan_readings, project
from support.detectors import fresh_detector
from support.samples import sample
from support.text_images import TextImage, covered

CLIPS = ("color3d_jpeg_baseline.dcm", "examples_ybr_color.dcm")
FRAMES = 48
LINES = 10
FOUND = 0.9


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--frames", type=int, default=FRAMES)
    seeds = parser.parse_args().seeds
    count = parser.parse_args().frames
    settings = OcrSettings(engine="rapidocr")
    detector = fresh_detector(settings)
    print("| clip | lines | frames | pictures read | time | found frame by frame | lost |")
    print("|---|---|---|---|---|---|---|")
    for name in CLIPS:
        facts, frames = clip(name, count)
        readings = plan_readings(range(len(frames)), frames.__getitem__)
        rereads = sum(needs_reread(reading, frames, facts, detector) for reading in readings)
        read = f"{len(readings)} ({len(readings) / len(frames):.0%}) and {rereads} mosaics"
        print(f"| {name} | none | {len(frames)} | {read} | | | |", flush=True)
        for seed in seeds:
            stamped, lines = stamp(frames, seed)
            detector = fresh_detector(settings)
            started = time.process_time()
            alone = [read_pictures([Picture(frame, facts)], detector)[0] for frame in stamped]
            alone_sec, detector = time.process_time() - started, fresh_detector(settings)  # It remembers no line.
            started = time.process_time()
            readings = plan_readings(range(len(stamped)), stamped.__getitem__)
            united: list[list[TextLine]] = [[] for _ in stamped]
            for reading in readings:
                found = read_frames(reading.source_frames, reading.projection, stamped.__getitem__, facts, detector)
                for frame in reading.frames:
                    united[frame] += found
            sec = time.process_time() - started
            seen, lost = 0, []
            for drawn, shown, kind in lines:
                for frame in shown:
                    if covered(drawn, alone[frame]) >= FOUND:
                        seen += 1
                        if covered(drawn, united[frame]) < FOUND:
                            lost.append(kind)
            share = len(readings) / len(frames)
            shown_count = sum(len(shown) for _, shown, _ in lines)
            read = f"{len(frames)} | {len(readings)} ({share:.0%}) | {sec / alone_sec:.0%}"
            print(
                f"| {name} | {len(lines)}, seed {seed} | {read} | {seen} of {shown_count} | {len(lost)} {' '.join(lost)} |",
                flush=True,
            )


def needs_reread(reading: Reading, frames: list[np.ndarray], facts: PixelFacts, detector: TextDetector) -> bool:
    """Whether a window needs a second look at what changes around its text."""
    [lines] = read_pictures([Picture(project(reading.source_frames, reading.projection, frames.__getitem__), facts)], detector)
    boxes = [line.box for line in lines]
    return reading.projection is Projection.MAXIMUM and bool(
        mosaic_of_changes(boxes, reading.source_frames, frames.__getitem__)
    )


def clip(name: str, count: int) -> tuple[PixelFacts, list[np.ndarray]]:
    """The different frames of a sample, no more than `count`."""
    data = sample(name)
    instance = describe_instance(read_header(io.BytesIO(data)), Source("", len(data), ""), "", ())
    reader = FrameReader(read_dataset(io.BytesIO(data)))
    firsts = list({reader.digest(index): index for index in reversed(range(len(reader)))}.values())[::-1][-count:]
    if instance.pixels is None:
        sys.exit(f"{name} has no pixels")
    return instance.pixels, [reader.display(index) for index in firsts]


def stamp(frames: list[np.ndarray], seed: int) -> tuple[list[np.ndarray], list[tuple]]:
    """Copies of the frames with lines at random places and times, and for each line its frames and its kind."""
    random = np.random.default_rng(seed)
    stamped = [TextImage(frame.copy(), []) for frame in frames]
    rows, columns = frames[0].shape[:2]
    taken: list[Box] = []
    lines, white = [], set()
    for number in range(LINES):
        kind = ("dim", "grey", "colour", "dark", "flash")[number % 5]
        text = f"{random.choice(['DOE', 'ROE', 'MEYER', 'SILVA'])} {random.integers(10**5, 10**6)}"
        size = int(random.integers(12, 20)) if columns > 400 else 11
        length = int(random.integers(1, 11)) if kind != "flash" else 1
        first = int(random.integers(0, len(frames) - length))
        shown = range(first, first + length)
        box = place(random, rows, columns, size, taken)
        behind = np.median([frames[frame][box.top : box.bottom, box.left : box.right] for frame in shown])
        value = {
            "dim": min(255, behind + 45),
            "grey": 170,
            "colour": 220,
            "dark": 20,
            "flash": 150,
        }[kind]
        colour = (value, value, 40) if kind == "colour" else (value,) * 3
        for frame in shown:
            if kind == "dark":
                stamped[frame].pixels[box.top - 3 : box.bottom + 3, box.left - 3 : box.right + 3] = 200
            drawn = stamped[frame].write(text, box.left, box.top, size_px=size, value=tuple(int(part) for part in colour))
        if kind == "flash":
            white.add(first + 1 if first + 1 < len(frames) else first - 1)
        lines.append((drawn, shown, kind))
    for frame in white:
        stamped[frame].pixels[:] = 255
    return [image.pixels for image in stamped], [
        (drawn, tuple(frame for frame in shown if frame not in white), kind) for drawn, shown, kind in lines
    ]


def place(random: np.random.Generator, rows: int, columns: int, size: int, taken: list[Box]) -> Box:
    """A free place for a line."""
    for _ in range(1000):
        left, top = int(random.integers(4, columns - 9 * size)), int(random.integers(4, rows - 2 * size))
        box = Box(left, top, left + 8 * size, top + size + 4)
        if not any(box.pad(6).intersection(other).area_px for other in taken):
            taken.append(box)
            return box
    raise RuntimeError("the picture is full")


if __name__ == "__main__":
    main()
