"""Bar codes: how many can still be decoded once they were filled, and what is filled where there is none.

Codes of twelve symbologies are drawn on speckle and on frames of pydicom-data: upright, turned, small, faint, inverted,
blurred, noisy and scratched ones. Whether one can be decoded is asked of zxing-cpp, of OpenCV and, where it is installed, of
zbar, which are shown the very place, stretched and enlarged. The clean frames are of CT, MR, CR and DX: those of pydicom-data
and of the folders that are named; whole, turned, as negatives, and in halves.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pydicom

from efface.transforms.barcodes.finder import find_bar_codes
from efface.transforms.barcodes.second_reader import shows_readable_code
from efface.transforms.core.box import Box, covered_share
from support import text_images
from support.bar_codes import LINEAR, Look, PlantedCode, draw_content, draw_format, plant_code
from support.samples import SAMPLES

_CLEAN = ("CT", "MR", "CR", "DX")
_WITH_CODES_OF_THEIR_OWN = ("mlut_18", "vlut_04")
"""A test pattern of bars in groups."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--codes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", action="store_true", help="as where text is likely")
    parser.add_argument("folders", nargs="*", help="DICOM files without codes, besides the samples")
    arguments = parser.parse_args()
    grounds = [picture for _, picture in _frames([])]
    counts, spent_sec, area_px = Counter[str](), 0.0, 0
    for picture, code in _planted(arguments.codes, arguments.seed, grounds):
        could = _can_be_decoded(picture, code.box)
        started = time.process_time()
        found = [one.box for one in find_bar_codes(picture, whole=arguments.whole)]
        spent_sec += time.process_time() - started
        area_px += picture.shape[0] * picture.shape[1]
        for left, top, right, bottom in found:
            picture[top:bottom, left:right] = 0
        kind = "linear" if code.format in LINEAR else "two dimensions"
        counts[f"{kind}: planted"] += 1
        counts[f"{kind}: decodable before"] += could
        counts[f"{kind}: decodable after"] += _can_be_decoded(picture, code.box)
        counts[f"{kind}: filled to nine tenths"] += covered_share(code.box, found) >= 0.9
        counts[f"{kind}: boxes elsewhere"] += sum(box.overlap(code.box) < 0.1 for box in found)
        if code.caption.area_px and could:
            counts[f"{kind}: captions"] += 1
            counts[f"{kind}: captions filled"] += covered_share(code.caption, found) >= 0.9
    for name in sorted(counts):
        print(f"| {name} | {counts[name]} |")
    print(f"{spent_sec / area_px * 1e6:.3f} CPU seconds a megapixel")
    _measure_clean(arguments.folders, whole=arguments.whole)


def _measure_clean(folders: list[str], *, whole: bool) -> None:
    pictures, false, area = 0, list[str](), 0.0
    spent_sec, area_px = 0.0, 0
    for name, picture in _frames(folders):
        if any(name.startswith(one) for one in _WITH_CODES_OF_THEIR_OWN):
            continue
        for version in _versions(picture):
            started = time.process_time()
            found = find_bar_codes(np.ascontiguousarray(version), whole=whole)
            spent_sec += time.process_time() - started
            pictures, area_px = pictures + 1, area_px + version.shape[0] * version.shape[1]
            if found:
                false.append(f"{name} {[tuple(one.box) for one in found]} {[str(one.proof) for one in found]}")
                area += sum(one.box.area_px for one in found) / version.size
    print(
        f"pictures without codes: {pictures}, with a box: {len(false)}, {spent_sec / area_px * 1e6:.3f} CPU seconds a megapixel"
    )
    for line in false:
        print("  ", line)


def _versions(picture: np.ndarray) -> Iterator[np.ndarray]:
    yield picture
    yield np.rot90(picture)
    yield 255 - picture
    rows = picture.shape[0] // 2
    if rows > 64:
        yield picture[:rows]
        yield cv2.resize(picture[rows:], None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)


def _frames(folders: list[str]) -> Iterator[tuple[str, np.ndarray]]:
    paths = sorted(SAMPLES.items()) + [
        (path.name, path) for folder in folders for path in sorted(Path(folder).rglob("*")) if path.is_file()
    ]
    for name, path in paths:
        try:
            dataset = pydicom.dcmread(path)
            if dataset.get("Modality") not in _CLEAN:
                continue
            pixels = dataset.pixel_array
        except Exception:  # Some samples are broken on purpose.
            continue
        for frame in [pixels] if int(dataset.get("NumberOfFrames") or 1) == 1 else pixels[:: max(1, len(pixels) // 4)]:
            if frame.ndim == 2 and min(frame.shape) >= 64:
                low, high = np.percentile(frame, (0.5, 99.5))
                yield name, np.clip((frame - low) / max(high - low, 1e-6) * 255, 0, 255).astype(np.uint8)


def _planted(number: int, seed: int, grounds: list[np.ndarray]) -> Iterator[tuple[np.ndarray, PlantedCode]]:
    random = np.random.default_rng(seed)
    made = 0
    while made < number:
        picture, format_ = _ground(random, grounds), draw_format(random)
        code = plant_code(picture, format_, draw_content(format_, random), _look(random), random)
        if code is not None:
            made += 1
            yield picture, code


def _ground(random: np.random.Generator, grounds: list[np.ndarray]) -> np.ndarray:
    if random.random() < 0.4:
        rows, columns = int(random.integers(400, 800)), int(random.integers(500, 1000))
        return text_images.speckle(rows, columns, int(random.integers(1 << 30))).pixels
    picture = grounds[int(random.integers(len(grounds)))]
    scale = max(1.0, 480 / min(picture.shape))
    scale = scale if scale * max(picture.shape) < 1600 else 1600 / max(picture.shape)
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _look(random: np.random.Generator) -> Look:
    slopes = (0.0, 0.0, 0.0, 90.0, 180.0, 270.0, float(random.uniform(0, 360)), float(random.uniform(-10, 10)))
    return Look(
        module_px=int(random.choice([1, 2, 2, 3, 3, 4, 6])),
        contrast=int(random.choice([40, 70, 110, 160, 220])),
        is_inverted=bool(random.random() < 0.25),
        angle=float(random.choice(slopes)),
        blur_px=float(random.choice([0, 0, 0.5, 0.9])),
        noise=float(random.choice([0, 0, 3, 8])),
        damage_share=float(random.choice([0, 0, 0, 0.06, 0.15])),
        has_caption=bool(random.random() < 0.7),
        height_px=int(random.choice([20, 30, 50, 80])),
    )


def _can_be_decoded(picture: np.ndarray, box: Box) -> bool:
    left, top, right, bottom = box.pad(24).clip(picture.shape[1], picture.shape[0])
    part = picture[top:bottom, left:right].astype(np.float32)
    low, high = np.percentile(part, (2, 98))
    stretched = np.clip((part - low) * 255 / max(float(high - low), 1.0), 0, 255).astype(np.uint8)
    shown = [stretched, *(cv2.resize(stretched, None, fx=by, fy=by, interpolation=cv2.INTER_CUBIC) for by in (2, 3))]
    return any(shows_readable_code(np.asarray(one)) or _zbar_reads(np.asarray(one)) for one in shown)


def _zbar_reads(picture: np.ndarray) -> bool:
    try:
        from pyzbar import pyzbar
    except ImportError:
        return False
    return any(min(code.rect.width, code.rect.height) >= 8 or code.rect.width >= 40 for code in pyzbar.decode(picture))


if __name__ == "__main__":
    main()
