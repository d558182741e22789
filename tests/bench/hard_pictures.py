"""Pictures with the text that finding misses most easily, over real images and noise, and real images without text.

Every picture is drawn from a seed. The grounds are public images that come with pydicom, pydicom-data and scikit-image, seen
through random windows, and the noise of an MR coil beside a saturated body. None of them shows text of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pydicom
import skimage
from PIL import Image, ImageDraw, ImageFont

from efface.transforms.core.box import Box
from support.samples import SAMPLES
from support.text_images import DrawnLine, TextImage

TEXTS = (
    *("OKAFOR, JOHN", "DOB: 04/12/1957", "MRN 55120987", "12-Nov-2018 09:31", "St. Lukes Hospital", "Acc: C4471902"),
    *("Name: BRANDT ELKE", "Age: 71", "Patient ID: 7731904425", "Study Date: 2004 May 08", "DR LINDQVIST", "NGUYEN WEI F"),
)
_CLEAN = (
    *("693_UNCI", "eCT_Supplemental", "MR2_UNCI", "RG1_UNCI", "MR-SIEMENS-DICOM-WithOverlays", "explicit_VR-UN"),
    *("bad_sequence", "J2K_pixelrep_mismatch", "JPEG2000_UNC"),
)
_PHOTOGRAPHS = ("camera", "moon", "brick", "grass", "gravel", "cell", "coins", "microaneurysms")
_TRIES, _ROOM_PX = 200, 8
_Ink = np.ndarray
"""How much of each pixel the text covers, 0 to 1, cut to the ink."""


def hard_pictures(seed: int) -> list[tuple[str, TextImage]]:
    """(kind, picture): one or two of every kind of text, and as many without any."""
    random = np.random.default_rng(seed)
    kinds: dict[str, Callable[[np.random.Generator], TextImage]] = {
        "small, dark on noise": _small_dark,
        "half without contrast": _half_hidden,
        "sloping": _sloping,
        "huge": _huge,
        "dot matrix": _dot_matrix,
        "plain": _plain,
        "faint": lambda random: _plain(random, contrasts=(0.07, 0.15)),
    }
    made = [(kind, draw(random)) for kind, draw in kinds.items() for _ in range(1 if kind == "huge" else 2)]
    made += [("none", TextImage(_ground(random), [])) for _ in range(6)]
    return [*made, *(("none", TextImage(_beside_body(random), [])) for _ in range(2))]


def _small_dark(random: np.random.Generator) -> TextImage:
    """A block of small lines, darker than the noise of the air or black on it, that reaches into a saturated body."""
    image = TextImage(_beside_body(random), [])
    rows, columns = image.pixels.shape
    size, left = int(random.integers(7, 10)), int(random.integers(6, columns // 3))
    top, pitch = int(random.integers(rows // 12, rows // 4)), round(size * random.uniform(1.2, 1.7))
    bold = bool(random.random() < 0.6)
    for text in random.permutation(TEXTS)[: int(random.integers(2, 6))]:
        ink = _written(str(text), size, bold=bold)
        behind = float(np.median(image.pixels[top : top + ink.shape[0], left : left + ink.shape[1]]))
        if behind < 120:  # White on white is no text; what hides in the body is not drawn.
            _stamp(image, str(text), ink, left, top, 0.0)
        top += pitch
    return image


def _half_hidden(random: np.random.Generator) -> TextImage:
    """White lines across the border of something white: the lower or the upper part of the letters does not show."""
    image = TextImage(_ground(random), [])
    for _ in range(4):
        size = int(random.integers(9, 22))
        text = str(random.choice(TEXTS))
        ink = _written(text, size)
        spot = _spot(image, random, ink.shape, darkest=150)
        if spot is None:
            continue
        hidden = round(ink.shape[0] * random.uniform(0.3, 0.5))
        left, top = spot
        upper = bool(random.random() < 0.5)
        band = (top - 6, top + hidden) if upper else (top + ink.shape[0] - hidden, top + ink.shape[0] + 6)
        image.pixels[max(0, band[0]) : band[1], max(0, left - 20) : left + ink.shape[1] + 20] = 255
        _stamp(image, text, ink, left, top, 255.0)
        seen = (top + hidden, top + ink.shape[0]) if upper else (top, top + ink.shape[0] - hidden)
        image.lines[-1] = DrawnLine(text, Box(left, seen[0], left + ink.shape[1], seen[1]))
    return image


def _sloping(random: np.random.Generator) -> TextImage:
    """Lines at 15 to 50 degrees to either side, clear."""
    image = TextImage(_ground(random), [])
    for _ in range(3):
        ink = _turned(_written(str(random.choice(TEXTS)), int(random.integers(14, 34))), _slope(random))
        _place(image, random, ink, (0.25, 0.6))
    return image


def _slope(random: np.random.Generator) -> float:
    return float(random.uniform(15, 50) * random.choice((-1, 1)))


def _huge(random: np.random.Generator) -> TextImage:
    """One or two words with letters of 110 to 280 pixels on a large radiograph."""
    image = TextImage(cv2.resize(_ground(random), (1600, 1500), interpolation=cv2.INTER_CUBIC), [])
    for _ in range(2):
        text = str(random.choice(("48120977", "BRANDT", "OKAFOR J", "04.12.57", "ELKE", "7731904")))
        ink = _written(text, int(random.integers(150, 380)), bold=bool(random.random() < 0.5))
        if ink.shape[1] < image.pixels.shape[1] - 2 * _ROOM_PX:
            _place(image, random, ink, (0.3, 0.7))
    return image


def _dot_matrix(random: np.random.Generator) -> TextImage:
    """Letters of dots that do not touch, as an impact printer or a film printer draws them."""
    image = TextImage(_ground(random), [])
    for _ in range(3):
        _place(image, random, _dotted(str(random.choice(TEXTS)), random), (0.25, 0.7))
    return image


def _dotted(text: str, random: np.random.Generator) -> _Ink:
    dots = _written(text, 10, mode="1") > 0.5
    pitch = int(random.integers(3, 7))
    radius = max(1, round(pitch * random.uniform(0.3, 0.45)))
    ink = np.zeros((dots.shape[0] * pitch, dots.shape[1] * pitch), np.float32)
    for row, column in zip(*np.nonzero(dots), strict=True):
        cv2.circle(ink, (int(column) * pitch + pitch // 2, int(row) * pitch + pitch // 2), radius, 1.0, -1, cv2.LINE_AA)
    return ink


def _plain(random: np.random.Generator, contrasts: tuple[float, float] = (0.16, 0.7)) -> TextImage:
    """Level lines of 7 to 48 pixels, one in ten turned by a quarter."""
    image = TextImage(_ground(random), [])
    for _ in range(6):
        size = round(float(np.exp(random.uniform(np.log(10), np.log(48)))))
        ink = _written(str(random.choice(TEXTS)), size, bold=bool(random.random() < 0.4))
        _place(image, random, np.rot90(ink, int(random.random() < 0.1)), contrasts)
    return image


def _place(image: TextImage, random: np.random.Generator, ink: _Ink, contrasts: tuple[float, float]) -> None:
    """Write where there is room, with a contrast as a share of the range of values."""
    spot = _spot(image, random, ink.shape)
    if spot is None:
        return
    left, top = spot
    behind = float(np.median(image.pixels[top : top + ink.shape[0], left : left + ink.shape[1]]))
    step = 255 * float(random.uniform(*contrasts))
    _stamp(image, "", ink, left, top, behind + step if behind + step <= 255 else behind - step)


def _spot(
    image: TextImage, random: np.random.Generator, shape: tuple[int, ...], *, darkest: int = 255
) -> tuple[int, int] | None:
    """A corner with room for ink of a shape, on a ground that is even enough to have one contrast with it."""
    rows, columns = image.pixels.shape
    if shape[0] + 2 * _ROOM_PX > rows or shape[1] + 2 * _ROOM_PX > columns:
        return None
    for _ in range(_TRIES):
        left = int(random.integers(_ROOM_PX, columns - shape[1] - _ROOM_PX + 1))
        top = int(random.integers(_ROOM_PX, rows - shape[0] - _ROOM_PX + 1))
        place = Box(left, top, left + shape[1], top + shape[0])
        behind = image.pixels[place.top : place.bottom, place.left : place.right]
        low, high = np.percentile(behind, (10, 90))
        is_free = not any(place.intersection(line.box.pad(10)).area_px for line in image.lines)
        if is_free and high - low < 50 and high <= darkest:
            return left, top
    return None


def _stamp(image: TextImage, text: str, ink: _Ink, left: int, top: int, value: float) -> None:
    rows, columns = ink.shape
    there = image.pixels[top : top + rows, left : left + columns]
    ink = ink[: there.shape[0], : there.shape[1]]
    there[:] = np.clip(there * (1 - ink) + value * ink, 0, 255).round().astype(np.uint8)
    image.lines.append(DrawnLine(text, Box(left, top, left + there.shape[1], top + there.shape[0])))


def _written(text: str, size_px: int, *, bold: bool = False, mode: str = "L") -> _Ink:
    font = ImageFont.load_default(size_px)
    left, top, right, bottom = (int(side) for side in font.getbbox(text, stroke_width=int(bold)))
    canvas = Image.new("L", (right - left + 6, bottom - top + 6), 0)
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = mode
    stroke = max(1, size_px // 24) if bold and size_px > 12 else 0
    draw.text((3 - left, 3 - top), text, fill=255, font=font, stroke_width=stroke)
    if bold and not stroke:
        draw.text((4 - left, 3 - top), text, fill=255, font=font)
    return _cut(np.asarray(canvas, np.float32) / 255)


def _turned(ink: _Ink, degrees: float) -> _Ink:
    rows, columns = ink.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1.0)
    corners = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)]) @ matrix[:, :2].T + matrix[:, 2]
    matrix[:, 2] -= corners.min(axis=0)
    width, height = np.ceil(np.ptp(corners, axis=0)).astype(int)
    return _cut(cv2.warpAffine(ink, matrix, (int(width), int(height))))


def _cut(ink: _Ink) -> _Ink:
    down, across = np.nonzero(ink > 0.25)
    return ink[down.min() : down.max() + 1, across.min() : across.max() + 1]


def _beside_body(random: np.random.Generator) -> np.ndarray:
    """The noise of air and a saturated body with some structure, as a narrow window shows them: 256 to 400 pixels a side."""
    rows, columns = (int(side) for side in random.integers(256, 400, 2))
    sigma = float(random.uniform(8, 18))
    air = np.hypot(*(sigma * random.standard_normal((2, rows, columns)) + sigma * random.uniform(0.6, 1.4)))
    down, across = np.mgrid[0:rows, 0:columns].astype(np.float32)
    center, axes = (rows * random.uniform(0.45, 0.65), columns / 2), (rows * random.uniform(0.25, 0.4), columns * 0.47)
    body = ((down - center[0]) / axes[0]) ** 2 + ((across - center[1]) / axes[1]) ** 2
    soft = cv2.GaussianBlur(random.standard_normal((rows, columns)).astype(np.float32), (0, 0), float(random.uniform(4, 16)))
    inside = 330 + 150 * soft / soft.std() + 12 * random.standard_normal((rows, columns))
    share = np.clip((1 - body) / 0.06, 0, 1)
    return np.clip(air * (1 - share) + inside * share, 0, 255).astype(np.uint8)


def _ground(random: np.random.Generator) -> np.ndarray:
    """A real image through a random window, turned and mirrored, with some more noise; 300 to 1000 pixels a side."""
    names = [*_CLEAN * 3, *_PHOTOGRAPHS]
    values = _real(str(random.choice(names)))
    size = int(random.integers(360, 900))
    values = np.ascontiguousarray(np.rot90(values, int(random.integers(4)))[:, :: int(random.choice((-1, 1)))])
    scale = size / max(values.shape)
    values = cv2.resize(values, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    low, high = np.percentile(values, (random.uniform(0, 30), random.uniform(70, 100)))
    values = 255 * (values - low) / max(high - low, 1e-3) + random.uniform(0, 6) * random.standard_normal(values.shape)
    values = np.clip(values, 0, 255).astype(np.uint8)
    return 255 - values if random.random() < 0.2 else values


@functools.cache
def _real(name: str) -> np.ndarray:
    if name in _PHOTOGRAPHS:
        picture = Image.open(Path(skimage.__file__).parent / "data" / f"{name}.png").convert("L")
        return np.asarray(picture, np.float32)
    pixels = pydicom.dcmread(SAMPLES[f"{name}.dcm"]).pixel_array.astype(np.float32)
    return pixels[0] if pixels.ndim == 3 else pixels
