"""Letters as coverage of pixels, drawn by what Pillow and OpenCV bring along: no font of the machine is needed.

The bytes are those of the versions of Pillow and OpenCV that are installed.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Coverage = npt.NDArray[np.uint8]
"""(rows, columns), 0 to 255, cut to the ink."""
_INK = 64
"""From this coverage on a pixel belongs to the ink."""
_WEIGHT = 400
_DRAWN_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC"}
"""Scripts that the fonts within OpenCV 5 show as they are written."""


def draw_ink(text: str, size_px: int, hand: str) -> Coverage:
    """One line of text.

    Args:
        size_px: Height of a capital letter with its room, in pixels.
        hand: `plain` (Pillow's font), `vector` (the plotter's letters that much equipment draws; ASCII alone), `wide` (the
            fonts within OpenCV, which know the most scripts) or the path of a font.
    """
    if hand == "vector" and text.isascii():
        return _cut(_vector(text, size_px))
    if hand == "wide" or (hand in ("plain", "vector") and not text.isascii()):
        return _cut(_wide(text, size_px))
    return _cut(_outlined(text, size_px, "" if hand in ("plain", "vector") else hand))


def can_draw(text: str, fonts: Sequence[str] = ()) -> bool:
    """Whether the letters of a text can be drawn as they are written."""
    letters = (letter for letter in text if letter.isalpha())
    return bool(fonts) or all(unicodedata.name(letter, "?").split()[0] in _DRAWN_SCRIPTS for letter in letters)


def turned(ink: Coverage, angle: float) -> Coverage:
    """The line turned against the clock by some degrees."""
    quarters, rest = divmod(angle, 90)
    ink = np.ascontiguousarray(np.rot90(ink, int(quarters)))
    if not rest:
        return ink
    slope = rest if rest <= 45 else rest - 90
    ink = ink if rest <= 45 else np.ascontiguousarray(np.rot90(ink))
    rows, columns = ink.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), slope, 1.0)
    room = int(np.ceil(max(rows, columns) * abs(np.sin(np.radians(slope))))) + 4
    matrix = matrix + np.array([[0, 0, room / 2], [0, 0, room / 2]])
    return _cut(np.asarray(cv2.warpAffine(ink, matrix, (columns + room, rows + room)), np.uint8))


def _outlined(text: str, size_px: int, font_file: str) -> Coverage:
    font = _font(font_file, size_px)
    left, top, right, bottom = (int(side) for side in font.getbbox(text))
    canvas = Image.new("L", (right - left + 4, bottom - top + 4), 0)
    ImageDraw.Draw(canvas).text((2 - left, 2 - top), text, fill=255, font=font)
    return np.asarray(canvas, np.uint8)


@functools.cache
def _font(file: str, size_px: int) -> ImageFont.FreeTypeFont:
    if file:
        return ImageFont.truetype(str(Path(file)), size_px)
    font = ImageFont.load_default(size_px)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _vector(text: str, size_px: int) -> Coverage:
    face, thickness = cv2.FONT_HERSHEY_SIMPLEX, max(1, round(size_px / 14))
    scale = size_px / 30
    (width, height), below = cv2.getTextSize(text, face, scale, thickness)
    canvas = np.zeros((height + below + 10, width + 10), np.uint8)
    cv2.putText(canvas, text, (5, height + 5), face, scale, (255,), thickness, cv2.LINE_AA)
    return canvas


def _wide(text: str, size_px: int) -> Coverage:
    canvas = np.zeros((3 * size_px, (len(text) + 3) * size_px * 2, 3), np.uint8)
    face = cv2.FontFace("uni")  # of OpenCV 5
    cv2.putText(canvas, text, (size_px, 2 * size_px), (255, 255, 255), face, size_px, _WEIGHT)
    return np.ascontiguousarray(canvas[:, :, 0])


def _cut(coverage: Coverage) -> Coverage:
    down, across = np.nonzero(coverage >= _INK)
    if not down.size:
        return coverage[:0, :0]
    return coverage[down.min() : down.max() + 1, across.min() : across.max() + 1]
