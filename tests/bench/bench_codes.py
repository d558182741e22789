"""Bar codes: how many can still be decoded once they were filled, and what is filled where there is none.

Codes of thirteen symbologies are drawn on black, on speckle and on frames of pydicom-data (`code_pictures.py`). Whether one
can be decoded is asked of OpenCV, of zxing-cpp and, where they are installed, of zbar (`pyzbar`) and libdmtx (`pylibdmtx`):
they are shown the very place, stretched, enlarged, levelled and as its negative, and have to say what was planted. The clean
frames are of CT, MR, CR, DX and MG: those of pydicom-data and of the folders that are named, whole, turned, as negatives and in
halves, and drawn radiographs with grids, ribs, screws and rulers.
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
import zxingcpp
from code_pictures import clean_radiographs, planted_pictures

from efface.transforms.barcodes.finder import Seen, find_bar_codes
from efface.transforms.core.box import Box, covered_share
from efface.transforms.core.instance import PixelFacts
from efface.transforms.pixels.renderings import render_frame
from support.bar_codes import LINEAR, PlantedCode
from support.samples import SAMPLES

_CLEAN = ("CT", "MR", "CR", "DX", "MG")
_WITH_CODES_OF_THEIR_OWN = ("mlut_18", "vlut_04")
"""A test pattern of bars in groups."""
_MOST_SHOWN_PX = 4_000_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--codes", type=int, default=500)
    parser.add_argument("--clean", type=int, default=200, help="drawn radiographs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what is left of each code that can still be decoded")
    parser.add_argument("folders", nargs="*", help="DICOM files without codes, besides the samples")
    arguments = parser.parse_args()
    grounds = [picture for _, picture in _frames([])]
    counts, spent_sec, area_px = Counter[str](), 0.0, 0
    for number, (picture, codes) in enumerate(planted_pictures(arguments.codes, arguments.seed, grounds)):
        could = [_readers(picture, code) for code in codes]
        started = time.process_time()
        found = _found(picture, is_deep=number % 3 == 0)
        spent_sec += time.process_time() - started
        area_px += picture.size
        after = picture.copy()
        for left, top, right, bottom in found:
            after[top:bottom, left:right] = 0
        for code, readers in zip(codes, could, strict=True):
            _count(counts, code, readers, _readers(after, code) if readers else set(), found, show=arguments.show)
        counts["boxes elsewhere"] += sum(all(box.overlap(code.box) < 0.1 for code in codes) for box in found)
    for name in sorted(counts):
        print(f"| {name} | {counts[name]} |")
    print(f"{spent_sec / area_px * 1e6:.3f} CPU seconds a megapixel with codes", flush=True)
    _measure_clean(arguments.folders, arguments.clean, arguments.seed)


def _count(counts: Counter[str], code: PlantedCode, before: set[str], after: set[str], found: list[Box], *, show: bool) -> None:
    kind = "linear" if code.format in LINEAR else "two dimensions"
    counts[f"{kind}: planted"] += 1
    if not before:
        return
    counts[f"{kind}: decodable before"] += 1
    counts[f"{kind}: decodable after"] += bool(after)
    counts[f"{kind}: decodable after by another decoder"] += bool(after - {"zxing"})
    counts[f"{kind}: filled to nine tenths"] += covered_share(code.box, found) >= 0.9
    for reader in after:
        counts[f"{kind}: decodable after by {reader}"] += 1
    if code.caption.area_px:
        counts[f"{kind}: captions"] += 1
        counts[f"{kind}: captions filled"] += covered_share(code.caption, found) >= 0.9
    if show and (after or covered_share(code.box, found) < 0.9):
        covered = covered_share(code.box, found)
        print(
            f"{sorted(before)} -> {sorted(after)}, {covered:.2f} covered: {code.format} {tuple(code.box)} {code.look}",
            flush=True,
        )


def _found(picture: np.ndarray, *, is_deep: bool) -> list[Box]:
    """The boxes on all renderings of a picture of 8 or of 16 bits, as a run looks for them."""
    if not is_deep:
        return [one.box for one in find_bar_codes(picture)]
    frame = picture.astype(np.uint16) * 14
    frame[:2, :2] = 4095 * 3  # An outlier that stretches the range.
    facts = PixelFacts("PixelData", *frame.shape, 1, 1, "MONOCHROME2", 16, 16, is_signed=False)
    seen, boxes = Seen(), list[Box]()
    for view in render_frame(frame, facts, ()):
        boxes += [one.box for one in find_bar_codes(view.image, seen=seen)]
    return boxes


def _measure_clean(folders: list[str], drawn: int, seed: int) -> None:
    real = [
        (name, np.ascontiguousarray(version))
        for name, picture in _frames(folders)
        if not any(name.startswith(one) for one in _WITH_CODES_OF_THEIR_OWN)
        for version in _versions(picture)
    ]
    for kind, pictures in (("real", real), ("drawn", list(clean_radiographs(drawn, seed)))):
        false, spent_sec, area_px = list[str](), 0.0, 0
        for name, picture in pictures:
            started = time.process_time()
            found = find_bar_codes(picture)
            spent_sec += time.process_time() - started
            area_px += picture.size
            if found:
                false.append(f"{name} {picture.shape} {[(tuple(one.box), str(one.proof)) for one in found]}")
        cost = f"{spent_sec / max(area_px, 1) * 1e6:.3f} CPU seconds a megapixel"
        print(
            f"{kind} pictures without codes: {len(pictures)}, with a box: {len(false)}, {cost}", *false, sep="\n   ", flush=True
        )


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


def _readers(picture: np.ndarray, code: PlantedCode) -> set[str]:
    """The names of the decoders that can say what was planted."""
    left, top, right, bottom = code.box.pad(24).clip(picture.shape[1], picture.shape[0])
    part = picture[top:bottom, left:right].astype(np.float32)
    low, high = np.percentile(part, (2, 98))
    if high - low < 1:
        return set()
    stretched = np.clip((part - low) * 255 / float(high - low), 0, 255).astype(np.uint8)
    readers = set[str]()
    for shown in _views(stretched, code.look.angle):
        for name, read in _READERS.items():
            if name not in readers and (name != "libdmtx" or code.format == "DataMatrix"):
                texts = read(shown)
                if any(code.content in text or (len(text) >= 6 and text in code.content) for text in texts):
                    readers.add(name)
    return readers


def _views(part: np.ndarray, angle: float) -> Iterator[np.ndarray]:
    turned = [part]
    if angle % 90:
        rows, columns = part.shape
        matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), -angle, 1.0)
        turned.append(np.asarray(cv2.warpAffine(part, matrix, (columns, rows), borderMode=cv2.BORDER_REPLICATE)))
    for one in turned:
        for scale in (1, 2, 3, 4):
            if scale == 1 or one.size * scale**2 <= _MOST_SHOWN_PX:
                shown = cv2.resize(one, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) if scale > 1 else one
                yield np.asarray(shown)
                yield 255 - np.asarray(shown)


def _zxing(picture: np.ndarray) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray(picture))]


def _opencv(picture: np.ndarray) -> list[str]:
    if min(picture.shape) < 40:
        return []
    try:
        texts = cv2.barcode.BarcodeDetector().detectAndDecodeMulti(picture)[1]
        texts += cv2.QRCodeDetector().detectAndDecodeMulti(picture)[1]
    except cv2.error:  # It fails on some pictures, such as those with nearly empty contours.
        return []
    return [text for text in texts if text]


def _zbar(picture: np.ndarray) -> list[str]:
    return [code.data.decode(errors="ignore") for code in pyzbar.decode(picture)]


def _dmtx(picture: np.ndarray) -> list[str]:
    return [code.data.decode(errors="ignore") for code in pylibdmtx.decode(picture, max_count=1, timeout=150)]


_READERS = {"opencv": _opencv, "zxing": _zxing}
try:
    from pyzbar import pyzbar

    _READERS["zbar"] = _zbar
except ImportError:
    pass
try:
    from pylibdmtx import pylibdmtx

    _READERS["libdmtx"] = _dmtx
except ImportError:
    pass


if __name__ == "__main__":
    main()
