"""Draws the label that takes the place of a slide's own: the pseudonym, dark on bright."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

_MARGIN_SHARE = 0.08
_LEAST_PX, _MOST_PX = 6, 96


def label_ink(rows: int, columns: int, text: str) -> npt.NDArray[np.bool_]:
    """Where the ink of a label is: a text in as many lines as make its letters largest.

    Args:
        rows, columns: Of the image.
        text: The pseudonym.

    Returns:
        (rows, columns); no ink where the image is too small for letters of six pixels.
    """
    picture = Image.new("1", (columns, rows))
    room = (1 - 2 * _MARGIN_SHARE) * columns, (1 - 2 * _MARGIN_SHARE) * rows
    layouts = (_layout(text, lines, room) for lines in range(1, 9))
    size_px, wrapped = max(layouts, key=lambda layout: layout[0], default=(0, ""))
    if size_px >= _LEAST_PX:
        draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size_px)
        draw.fontmode = "1"
        draw.multiline_text((columns / 2, rows / 2), wrapped, fill=1, font=font, anchor="mm", align="center")
    return np.asarray(picture, np.bool_)


def _layout(text: str, lines: int, room: tuple[float, float]) -> tuple[int, str]:
    """The largest size of letters in pixels at which a text fits in so many lines, and the text in these lines."""
    wrapped = "\n".join(textwrap.wrap(text, -(-len(text) // lines) or 1)) or text
    draw = ImageDraw.Draw(Image.new("1", (1, 1)))
    left, top, right, bottom = draw.multiline_textbbox((0, 0), wrapped, font=ImageFont.load_default(100))
    return min(_MOST_PX, int(min(100 * room[0] / max(right - left, 1), 100 * room[1] / max(bottom - top, 1)))), wrapped


def drawn_label(ink: npt.NDArray[np.bool_], stored: npt.NDArray[Any], brightness: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A Frame with the ink in its darkest value, on its brightest one: two values that suit every colour coding.

    Args:
        ink: (rows, columns), of `label_ink`.
        stored: Stored values of the Frame, (rows, columns) or (rows, columns, 3).
        brightness: (rows, columns): how bright each pixel is shown; NaN for one that is not.
    """
    pixels = stored.reshape(-1, *stored.shape[2:])
    is_shown = np.isfinite(brightness)
    dark = pixels[int(np.argmin(np.where(is_shown, brightness, np.inf)))]
    bright = pixels[int(np.argmax(np.where(is_shown, brightness, -np.inf)))]
    label = np.empty_like(stored)
    label[...] = bright
    label[ink] = dark
    return label
