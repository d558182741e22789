"""Averaging over time against faint text: lines that all frames of a clip show, 7 to 15 % of contrast over moving tissue.

A mean of frames blurs the tissue and leaves burned-in text as it is. The lines are written onto real ultrasound clips, where
speckle lies: stock RapidOCR reads the first frame, the mean of the first eight and the mean of all; efface the first frame, and
the clip as a run would. A line counts as found when nine tenths of its box are covered.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np
from bench_cine import CLIPS, FRAMES, clip, place
from bench_text import count_found, padded, stock_rapidocr

from efface.transforms.core.box import Box
from efface.transforms.core.instance import PixelFacts
from efface.transforms.instance.read_text import Picture, read_frames, read_pictures
from efface.transforms.ocr.base import OcrSettings, TextDetector
from efface.transforms.ocr.registry import load_detector
from efface.transforms.pixels.cine import plan_readings
from support.text_images import DrawnLine, TextImage

_TRIES = 50
_EARLY_FRAMES = 8
_LEAST_TISSUE = 15
"""Of the range of values: what is darker is no tissue."""
_TEXTS = ("HAUGEN SVEN", "MRN 5350494", "DOB 07/22/65", "DR. PATEL", "SILVA MARIA", "02-Mar-2019", "LT KIDNEY", "Acc B977952")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    seeds = parser.parse_args().seeds
    stock, detector = stock_rapidocr(), load_detector(OcrSettings(engine="rapidocr"))
    found: Counter[str] = Counter()
    drawn = 0
    for name in CLIPS:
        facts, frames = clip(name, FRAMES)
        for seed in seeds:
            stamped, lines = stamp_faint(frames, seed)
            drawn += len(lines)
            pictures = {
                "the first frame": stamped[0],
                f"the mean of {_EARLY_FRAMES} frames": mean(stamped[:_EARLY_FRAMES]),
                "the mean of all frames": mean(stamped),
            }
            for what, picture in pictures.items():
                found[f"RapidOCR, stock: {what}"] += count_found(lines, stock(picture))
            [first] = read_pictures([Picture(stamped[0], facts)], detector)
            found["efface: the first frame"] += count_found(lines, padded([line.box for line in first]))
            found["efface: the clip, by its projections"] += count_found(lines, padded(read_clip(stamped, facts, detector)))
    print("| what is read | lines found |")
    print("|---|---|")
    for what, count in found.items():
        print(f"| {what} | {count} of {drawn} |")


def stamp_faint(frames: list[np.ndarray], seed: int) -> tuple[list[np.ndarray], list[DrawnLine]]:
    """Copies of the frames with the same faint lines on all of them."""
    random = np.random.default_rng(seed)
    stamped = [TextImage(frame.copy(), []) for frame in frames]
    rows, columns = frames[0].shape[:2]
    taken: list[Box] = []
    for text in random.permutation(_TEXTS):
        size = int(random.integers(12, 20)) if columns > 400 else 11
        for _ in range(_TRIES):
            box = place(random, rows, columns, size, taken)
            behind = frames[0][box.top : box.bottom, box.left : box.right]
            if np.percentile(behind, 25) > _LEAST_TISSUE:
                break
            taken.remove(box)
        else:
            continue
        value = min(255, round(float(np.median(behind)) + 255 * random.uniform(0.07, 0.15)))
        for image in stamped:
            image.write(str(text), box.left, box.top, size_px=size, value=(value,) * 3)
    return [image.pixels for image in stamped], stamped[0].lines


def mean(frames: list[np.ndarray]) -> np.ndarray:
    """Of all frames, pixel by pixel."""
    return np.mean(frames, axis=0).round().astype(np.uint8)


def read_clip(frames: list[np.ndarray], facts: PixelFacts, detector: TextDetector) -> list[Box]:
    """What a run finds that it fills on the first frame."""
    boxes = []
    for reading in plan_readings(range(len(frames)), frames.__getitem__):
        if 0 in reading.frames:
            boxes += [
                line.box for line in read_frames(reading.source_frames, reading.projection, frames.__getitem__, facts, detector)
            ]
    return boxes


if __name__ == "__main__":
    main()
