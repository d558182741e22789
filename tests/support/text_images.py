"""Pictures with text whose place is known: drawn from a seed, with the font that comes with Pillow, so the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from efface.transforms.core.box import Box, covered_share
from efface.transforms.core.text_line import TextLine


@dataclass(frozen=True)
class DrawnLine:
    """A line of text that was drawn, and the box of its ink."""

    text: str
    box: Box


@dataclass
class TextImage:
    """A picture, (rows, columns) or (rows, columns, 3) of uint8, and what is written on it."""

    pixels: np.ndarray
    lines: list[DrawnLine]

    def write(
        self, text: str, left: int, top: int, *, size_px: int = 18, value: int | tuple[int, int, int] = 235, turns: int = 0
    ) -> DrawnLine:
        """Draw a line with the top left corner of its ink at (left, top), turned left by `turns` times 90 degrees."""
        ink = np.rot90(_ink(text, size_px), turns)
        rows, columns = ink.shape
        there = self.pixels[top : top + rows, left : left + columns].astype(np.float32)
        if there.shape[:2] != ink.shape:
            raise ValueError("the line does not fit")
        share = ink if self.pixels.ndim == 2 else ink[..., None]
        drawn = there * (1 - share) + np.asarray(value, np.float32) * share
        self.pixels[top : top + rows, left : left + columns] = drawn.round().astype(np.uint8)
        self.lines.append(DrawnLine(text, Box(left, top, left + columns, top + rows)))
        return self.lines[-1]


def blank(rows: int, columns: int, value: int | tuple[int, int, int] = 12) -> TextImage:
    """A picture of one value or colour."""
    shape = (rows, columns) if isinstance(value, int) else (rows, columns, 3)
    return TextImage(np.full(shape, value, np.uint8), [])


def speckle(rows: int, columns: int, seed: int) -> TextImage:
    """Something like an ultrasound sector: log-compressed speckle over soft structures, black around."""
    random = np.random.default_rng(seed)
    parts = [cv2.GaussianBlur(random.standard_normal((rows, columns)).astype(np.float32), (0, 0), 1.6, None, 0.8) for _ in "ri"]
    structures = cv2.GaussianBlur(random.standard_normal((rows, columns)).astype(np.float32), (0, 0), 40)
    amplitude = np.hypot(*parts) * np.exp(0.9 * structures / structures.std())
    values = 255 * np.clip(0.42 + 0.23 * np.log(amplitude + 1e-3), 0, 1)
    down, across = np.mgrid[0:rows, 0:columns]
    is_inside = np.hypot(down + 0.04 * rows, across - columns / 2) < 0.98 * rows
    is_inside &= np.abs(across - columns / 2) < 0.75 * (down + 0.04 * rows)
    return TextImage(np.where(is_inside, values, 0).astype(np.uint8), [])


def faint(rows: int, columns: int, seed: int, texts: list[str], size_px: int = 18) -> TextImage:
    """Lines over speckle, 7 to 15 % of the range of values away from the median behind them."""
    random = np.random.default_rng(seed)
    image = speckle(rows, columns, seed)
    for number, text in enumerate(texts):
        height, width = _ink(text, size_px).shape
        top = int((0.45 + 0.45 * number / len(texts)) * rows)
        left = int(columns * random.uniform(0.3, 0.4))
        behind = float(np.median(image.pixels[top : top + height, left : left + width]))
        image.write(text, left, top, size_px=size_px, value=round(behind + 255 * random.uniform(0.07, 0.15)))
    return image


def covered(line: DrawnLine, found: list[TextLine]) -> float:
    """Which share of a line's box the found boxes cover together."""
    return covered_share(line.box, (one.box for one in found))


def _ink(text: str, size_px: int) -> np.ndarray:
    """How much of each pixel the text covers, 0 to 1, cut to the ink."""
    font = ImageFont.load_default(size_px)
    left, top, right, bottom = (int(side) for side in font.getbbox(text))
    canvas = Image.new("L", (right - left + 4, bottom - top + 4), 0)
    ImageDraw.Draw(canvas).text((2 - left, 2 - top), text, fill=255, font=font)
    ink = np.asarray(canvas, np.float32) / 255
    down, across = np.nonzero(ink > 0.25)
    return ink[down.min() : down.max() + 1, across.min() : across.max() + 1]
