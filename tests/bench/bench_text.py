"""Finding text: lines covered, boxes where there is no text, and time, of efface's engines and of what else a machine has.

Pictures are drawn from seeds that nothing was tuned on: text in margins and over tissue, upright and turned, 7 to 60 % of
contrast, on ultrasound-like speckle, smooth radiographs and pages; and a third as many without text. A line counts as found
when nine tenths of its ink's box are covered. Stock EasyOCR is `easyocr.Reader(["en"]).readtext` as its documentation shows it;
stock RapidOCR is `rapidocr.RapidOCR()` on one thread; Tesseract is the program of the system, if there is one, looking for
sparse text. All take turns on the same pictures.

With `--hard` efface alone looks at the pictures of `hard_pictures`: what is missed most easily, over real images, and real
images without text. That table also says how much of a picture it fills where there is no text.

With `--remedies` the table compares what is said to help against faint text: stock RapidOCR reads a picture and a copy of it.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import resource
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from hard_pictures import hard_pictures

from efface.transforms.core.box import Box, bounding_box, covered_share
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.instance import PixelFacts
from efface.transforms.instance.read_small_text import read_around_small_text
from efface.transforms.instance.read_text import Picture, read_pictures
from efface.transforms.ocr.base import OcrSettings
from efface.transforms.ocr.lines import merge_lines
from efface.transforms.phi.places import classify_lines
from efface.transforms.phi.settings import PhiSettings
from efface.transforms.pixels.renderings import render_frame
from support.detectors import fresh_detector
from support.text_images import DrawnLine, TextImage, blank, speckle

FOUND = 0.9
_FAINT = 0.15
_TRIES = 1000
_MUCH, _NEAR_PX = 0.01, 10
_EVEN_RANGE = 60
"""A line across the border of the body has no one contrast."""
_TEXTS = (
    *("HAUGEN, SVEN 1961", "MRN 53504948", "02-Mar-2019 10:44", "DR. PATEL", "Riverbend Medical", "Acc# B9779528"),
    *("LIVER RT LOBE", "Gain 60 dB", "MI 1.1 TIS 0.4", "12.4 cm", "FR 28Hz", "Portable AP", "W 400 L 40", "DOB 07/22/1965"),
)
Find = Callable[[np.ndarray], list[Box]]


@dataclass
class Tally:
    """What one engine made of all pictures."""

    drawn: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    false_boxes: int = 0
    empty_pictures: int = 0
    seconds: float = 0.0
    pictures: int = 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, nargs="+", default=[301, 302])
    parser.add_argument("--remedies", action="store_true", help="compare remedies against faint text instead of engines")
    parser.add_argument("--show", action="store_true", help="print the lines that efface's default engine misses")
    parser.add_argument("--hard", action="store_true", help="efface on hard text over real images")
    arguments = parser.parse_args()
    if arguments.hard:
        measure_hard(arguments.seeds, show=arguments.show)
        return
    engines = remedies() if arguments.remedies else peers()
    tallies = {name: Tally() for name in engines}
    for seed in arguments.seeds:
        for kind, image, contrasts in pictures(seed):
            for name, find in engines.items():
                judge(tallies[name], kind, image, contrasts, find, show=arguments.show and "default" in name and "full" in name)
    print("| engine | lines of 15 % contrast and more | fainter lines | boxes on pictures without text | CPU s a picture |")
    print("|---|---|---|---|---|")
    for name, tally in tallies.items():
        shares = (f"{tally.found[k]} of {tally.drawn[k]} ({tally.found[k] / tally.drawn[k]:.1%})" for k in ("clear", "faint"))
        empty = f"{tally.false_boxes / tally.empty_pictures:.2f}"
        print(f"| {name} | {' | '.join(shares)} | {empty} | {tally.seconds / tally.pictures:.2f} |")


@dataclass
class HardTally:
    """What one way of searching made of the pictures of one kind."""

    drawn: int = 0
    found: int = 0
    seconds: float = 0.0
    filled_outside: list[float] = field(default_factory=list)


def measure_hard(seeds: list[int], *, show: bool) -> None:
    """Prints lines found and what is filled outside of text, by the kind of text and the way of searching."""
    ways = {"in full": efface("rapidocr"), "after the prefilter": efface("rapidocr", is_prefiltered=True)}
    tallies: dict[tuple[str, str], HardTally] = {}
    for seed in seeds:
        for number, (kind, image) in enumerate(hard_pictures(seed)):
            for way, find in ways.items():
                tally = tallies.setdefault((kind, way), HardTally())
                started_sec = cpu_sec()
                boxes = find(image.pixels)
                tally.seconds += cpu_sec() - started_sec
                tally.drawn += len(image.lines)
                tally.found += count_found(image.lines, boxes)
                tally.filled_outside.append(filled_outside(image, boxes))
                for line in image.lines if show else []:
                    if covered_share(line.box, boxes) < FOUND:
                        print(f"missed {way}: seed {seed}, picture {number}, {kind}, {line.box}")
                if show and tally.filled_outside[-1] > _MUCH:
                    print(f"filled {way}: seed {seed}, picture {number}, {kind}, {tally.filled_outside[-1]:.1%}")
    print("| text | searched | lines found | filled outside of text, mean | most | CPU s a picture |")
    print("|---|---|---|---|---|---|")
    for (kind, way), tally in tallies.items():
        outside = f"{np.mean(tally.filled_outside):.2%} | {max(tally.filled_outside):.1%}"
        mean_sec = tally.seconds / len(tally.filled_outside)
        print(f"| {kind} | {way} | {tally.found} of {tally.drawn} | {outside} | {mean_sec:.2f} |")


def filled_outside(image: TextImage, boxes: list[Box]) -> float:
    """The share of a picture that boxes fill further than a line's height from all text."""
    is_filled = np.zeros(image.pixels.shape[:2], bool)
    for box in boxes:
        is_filled[box.top : box.bottom, box.left : box.right] = True
    for line in image.lines:
        around = line.box.pad(max(_NEAR_PX, min(line.box.width, line.box.height))).clip(*is_filled.shape[::-1])
        is_filled[around.top : around.bottom, around.left : around.right] = False
    return float(is_filled.mean())


def peers() -> dict[str, Find]:
    """efface's engines, and what else reads text on this machine."""
    engines = {
        "efface, RapidOCR (CPU default), in full": efface("rapidocr"),
        "efface, RapidOCR, after the prefilter": efface("rapidocr", is_prefiltered=True),
        "efface, EasyOCR, in full": efface("easyocr"),
        "RapidOCR, stock": stock_rapidocr(),
        "EasyOCR, stock": stock_easyocr(),
    }
    if shutil.which("tesseract"):
        engines["Tesseract"] = tesseract
    return engines


def remedies() -> dict[str, Find]:
    """Stock RapidOCR with copies that should make faint text easier to find, and efface."""
    find = stock_rapidocr()
    return {
        "RapidOCR, stock": find,
        "and a copy smoothed by a median, with a gamma of 0.5": united(find, smoothed),
        "and a denoised copy (non-local means)": united(find, lambda pixels: cv2.fastNlMeansDenoising(pixels, h=20)),
        "and a copy with local contrast (CLAHE)": united(find, lambda pixels: cv2.createCLAHE(3.0, (8, 8)).apply(pixels)),
        "and a copy of twice the size": united(find, lambda pixels: cv2.resize(pixels, None, fx=2, fy=2)),
        "efface, RapidOCR (CPU default), in full": efface("rapidocr"),
    }


def smoothed(pixels: np.ndarray) -> np.ndarray:
    """Speckle taken out and dark parts made brighter."""
    return (255 * np.sqrt(cv2.medianBlur(pixels, 5) / 255)).astype(np.uint8)


def united(find: Find, copy: Callable[[np.ndarray], np.ndarray]) -> Find:
    """What is found on a picture or on its copy, which may be of another size."""

    def find_on_both(pixels: np.ndarray) -> list[Box]:
        copied = copy(pixels)
        times = copied.shape[0] // pixels.shape[0]
        return find(pixels) + [Box(*(side // times for side in box)) for box in find(copied)]

    return find_on_both


def judge(tally: Tally, kind: str, image: TextImage, contrasts: list[float], find: Find, *, show: bool) -> None:
    started_sec = cpu_sec()
    boxes = find(image.pixels)
    tally.seconds += cpu_sec() - started_sec
    tally.pictures += 1
    for drawn, contrast in zip(image.lines, contrasts, strict=True):
        which = "faint" if contrast < _FAINT else "clear"
        is_found = covered_share(drawn.box, boxes) >= FOUND
        tally.drawn[which] += 1
        tally.found[which] += is_found
        if show and not is_found:
            print(f"missed: {kind}, {contrast:.2f}, {drawn.text!r}, {drawn.box}")
    if not image.lines:
        tally.empty_pictures += 1
        tally.false_boxes += len(boxes)


def pictures(seed: int) -> list[tuple[str, TextImage, list[float]]]:
    """(kind, picture, contrast of each line as a share of the range of values)."""
    random = np.random.default_rng(seed)
    kinds: list[tuple[str, Callable[[], TextImage], int]] = [
        ("speckle", lambda: speckle(480, 640, int(random.integers(1 << 30))), 8),
        ("radiograph", lambda: radiograph(1500, 1800, random), 8),
        ("slice", lambda: radiograph(512, 512, random), 6),
        ("page", lambda: blank(700, 600, 245), 10),
    ]
    made = []
    for kind, make, lines in kinds:
        for number in range(4):
            image = make()
            contrasts = [write(image, random, kind) for _ in range(lines if number < 3 else 0)]
            made.append((kind, image, [contrast for contrast in contrasts if contrast is not None]))
    return made


def write(image: TextImage, random: np.random.Generator, kind: str) -> float | None:
    """Write a line where there is room; returns its contrast with what is behind it, None where there is no room."""
    rows, columns = image.pixels.shape[:2]
    size = int(random.integers(11, 22)) if columns < 1000 else int(random.integers(16, 34))
    turns = int(random.random() < 0.1)
    for _ in range(_TRIES):
        left, top = int(random.integers(4, columns - 14 * size)), int(random.integers(4, rows - 14 * size))
        place = Box(left, top, left + (2 if turns else 13) * size, top + (13 if turns else 2) * size)
        behind = image.pixels[place.top : place.bottom, place.left : place.right]
        is_even = np.ptp(np.percentile(behind, (5, 95))) < _EVEN_RANGE or kind == "speckle"
        if is_even and not any(place.intersection(line.box.pad(12)).area_px for line in image.lines):
            break
    else:
        return None
    behind = float(np.median(behind))
    contrast = float(random.uniform(0.07, 0.15) if random.random() < 0.25 and kind != "page" else random.uniform(0.16, 0.6))
    value = behind + 255 * contrast if behind + 255 * contrast <= 255 else behind - 255 * contrast
    if value < 0:
        contrast, value = (255 - behind) / 255, 255
    image.write(str(random.choice(_TEXTS)), left, top, size_px=size, value=round(value), turns=turns)
    return contrast


def radiograph(rows: int, columns: int, random: np.random.Generator) -> TextImage:
    """Smooth shades with noise, a bright outline, and a dark border."""
    shades = cv2.GaussianBlur(random.standard_normal((rows, columns)).astype(np.float32), (0, 0), min(rows, columns) / 12)
    values = 110 + 45 * shades / shades.std() + 3 * random.standard_normal((rows, columns))
    down, across = np.mgrid[0:rows, 0:columns]
    distance = np.hypot((down - rows / 2) / (0.48 * rows), (across - columns / 2) / (0.44 * columns))
    values[distance > 1] = 8
    values[np.abs(distance - 0.97) < 0.02] += 50
    return TextImage(np.clip(values, 0, 255).astype(np.uint8), [])


def efface(engine: str, *, is_prefiltered: bool = False) -> Find:
    """The boxes that a run would fill on a frame if it let no text stay; read in full, or where the prefilter saw something."""
    detector, settings = fresh_detector(OcrSettings(engine=engine, device="cpu")), PhiSettings(keep="nothing")

    def find(pixels: np.ndarray) -> list[Box]:
        rows, columns = pixels.shape[:2]
        facts = PixelFacts("PixelData", rows, columns, 1, 1, "MONOCHROME2", 8, 8, False)
        prefiltered = (Box(0, 0, columns, rows),) if is_prefiltered else ()
        [lines] = read_pictures([Picture(pixels, facts, prefiltered=prefiltered)], detector)
        view, *_ = render_frame(pixels, facts, ())
        lines += read_around_small_text(lines, view.image, detector)
        findings = classify_lines(merge_lines(lines), (), (0,), columns, rows, settings, None)
        return [finding.box for finding in findings if finding.verdict is Verdict.REDACT]

    return find


def count_found(lines: list[DrawnLine], boxes: list[Box]) -> int:
    """How many lines of a picture are covered."""
    return sum(covered_share(line.box, boxes) >= FOUND for line in lines)


def padded(boxes: list[Box]) -> list[Box]:
    """Boxes as an engine finds them, with as much room around them as a run gives to lines that read well."""
    return [box.pad(max(2, round(0.15 * min(box.width, box.height)))) for box in boxes]


def rapidocr_reader() -> Any:
    """RapidOCR as it comes, on one thread."""
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1})


def easyocr_reader() -> Any:
    """EasyOCR as it comes, with the weights of its package."""
    import easyocr
    import easyocr_en_models

    folder = easyocr_en_models.model_dir()
    return easyocr.Reader(["en"], gpu=False, model_storage_directory=str(folder), download_enabled=False, verbose=False)


def stock_rapidocr() -> Find:
    reader = rapidocr_reader()

    def find(pixels: np.ndarray) -> list[Box]:
        blue_first = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR if pixels.ndim == 2 else cv2.COLOR_RGB2BGR)
        boxes = reader(blue_first).boxes
        return [] if boxes is None else padded([bounding_box(corners.tolist()) for corners in boxes])

    return find


def stock_easyocr() -> Find:
    reader = easyocr_reader()
    return lambda pixels: padded([bounding_box(points) for points, _, _ in reader.readtext(pixels)])


def tesseract(pixels: np.ndarray) -> list[Box]:
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "picture.png")
        cv2.imwrite(str(picture), pixels)
        command = ["tesseract", str(picture), "-", "--psm", "11", "tsv"]
        done = subprocess.run(command, capture_output=True, check=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
    boxes = []
    for row in csv.DictReader(io.StringIO(done.stdout.decode()), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["text"] and row["text"].strip():
            left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
            boxes.append(Box(left, top, left + width, top + height))
    return padded(boxes)


def cpu_sec() -> float:
    """CPU seconds of this process and of the programs that it waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    main()
