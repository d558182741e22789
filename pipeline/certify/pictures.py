"""Frames with text whose place is known: something like anatomy, made of whole numbers, and lines over it and beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .codes import draw_code, quiet_px
from .dice import Dice
from .ink import Coverage, draw_ink, turned
from .manifest import Line
from .phrases import Fate

Pixels = npt.NDArray[Any]
_STEPS = 40
"""Pixels between two knots of the texture."""
_MARGIN_PX = 6
_TRIES = 60
_CODE_MARGIN_PX = 16
"""What may be filled around a code: a quiet zone and the room for a caption."""


@dataclass
class Picture:
    """The frames of an instance, as they are and as the right output has them.

    Attributes:
        pixels, answer: (frames, rows, columns) or (frames, rows, columns, 3), of the type that is stored.
        low, high: The range of values that anatomy and text use.
        lines: What is written on them.
    """

    pixels: Pixels
    answer: Pixels
    low: int
    high: int
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def of(cls, pixels: Pixels, low: int, high: int) -> Picture:
        return cls(pixels, pixels.copy(), low, high)

    def write(self, text: str, line: Lettering, about: Subject, frames: Sequence[int], dice: Dice) -> bool:
        """Write a line at a free place, on some frames.

        Returns:
            Whether there was room.
        """
        level = draw_ink(text, line.size_px, line.hand)
        ink = turned(level, line.angle)
        place = self._free_place(ink.shape, line.is_in_margin, dice)
        if place is None:
            return False
        left, top = place
        rows, columns = ink.shape
        box = (left, top, left + columns, top + rows)
        start, end = _secret_part(text, about.needles, line, level.shape[1])
        window = np.s_[:, top : top + rows, left : left + columns]
        chosen = list(frames)
        behind = int(np.median(self.pixels[window][chosen]))
        reach = self.high - self.low
        value = behind + int(line.contrast * reach) if behind < self.low + reach // 2 else behind - int(line.contrast * reach)
        value = min(max(value, self.low), self.high)
        for frame in chosen:
            _blend(self.pixels[window][frame], ink, value)
            if about.fate is Fate.GO:
                self.answer[window][frame] = self.low
            else:
                _blend(self.answer[window][frame], ink, value)
        contrast = round(abs(value - behind) / reach, 2)
        self.lines.append(
            Line(
                tuple(chosen),
                box,
                text,
                about.needles,
                about.category,
                about.culture,
                about.script,
                about.fate,
                line.size_px,
                contrast,
                line.angle,
                _part_of(box, start, end, line.angle),
            )
        )
        return True

    def stamp_code(self, content: str, format_: str, module_px: int, about: Subject, dice: Dice) -> bool:
        """Stamp a bar code, dark on a bright label, at a free place of all frames.

        Returns:
            Whether there was room.
        """
        ink = draw_code(content, format_, module_px)
        place = self._free_place(ink.shape, True, dice)
        if place is None:
            return False
        left, top = place
        rows, columns = ink.shape
        window = np.s_[:, top : top + rows, left : left + columns]
        for frame in range(len(self.pixels)):
            _blend(self.pixels[window][frame], ~ink, self.high)
            _blend(self.pixels[window][frame], ink, self.low)
            self.answer[window][frame] = self.low
        quiet = quiet_px(module_px)
        box = (left + quiet, top + quiet, left + columns - quiet, top + rows - quiet)
        frames = tuple(range(len(self.pixels)))
        size_px = max(_CODE_MARGIN_PX, quiet)
        self.lines.append(
            Line(
                frames,
                box,
                content,
                about.needles,
                about.category,
                about.culture,
                about.script,
                about.fate,
                size_px,
                1.0,
                0.0,
                box,
            )
        )
        return True

    def _free_place(self, shape: tuple[int, ...], is_in_margin: bool, dice: Dice) -> tuple[int, int] | None:
        """(left, top) of a place that no line has yet."""
        rows, columns = self.pixels.shape[1:3]
        room_down, room_across = rows - shape[0] - 2 * _MARGIN_PX, columns - shape[1] - 2 * _MARGIN_PX
        if min(room_down, room_across) < 0 or not min(shape):
            return None
        for _ in range(_TRIES):
            left, top = _MARGIN_PX + dice.whole(0, room_across), _MARGIN_PX + dice.whole(0, room_down)
            if is_in_margin:
                left = _MARGIN_PX if dice.chance(0.5) else _MARGIN_PX + room_across
            gap = max(2 * _MARGIN_PX, min(shape))
            taken = (
                left < line.box[2] + gap
                and line.box[0] < left + shape[1] + gap
                and top < line.box[3] + gap
                and line.box[1] < top + shape[0] + gap
                for line in self.lines
            )
            if not any(taken):
                return left, top
        return None


@dataclass(frozen=True)
class Lettering:
    """How a line looks; see `Line` and `draw_ink`."""

    size_px: int
    contrast: float
    angle: float
    hand: str
    is_in_margin: bool


@dataclass(frozen=True)
class Subject:
    """What a line is about; see `Line`."""

    needles: tuple[str, ...]
    category: str
    culture: str
    script: str
    fate: Fate


def _secret_part(text: str, needles: Sequence[str], line: Lettering, length_px: int) -> tuple[float, float]:
    """Where the part of a line begins and ends that gives it away, as shares of its length; all of it where nobody knows."""
    found = [(text.find(needle), text.find(needle) + len(needle)) for needle in needles if needle and needle in text]
    if not found or not length_px:
        return 0.0, 1.0
    first, last = min(start for start, _ in found), max(end for _, end in found)
    start = draw_ink(text[:first], line.size_px, line.hand).shape[1] if text[:first].strip() else 0
    end = draw_ink(text[:last], line.size_px, line.hand).shape[1] if text[last:].strip() else length_px
    return start / length_px, min(1.0, end / length_px)


def _part_of(box: tuple[int, int, int, int], start: float, end: float, angle: float) -> tuple[int, int, int, int]:
    """A part of the box of a line that runs at some degrees against the clock."""
    left, top, right, bottom = box
    quarters = round(angle / 90) % 4
    if quarters in (1, 2):  # It ends at the top or at the left.
        start, end = 1 - end, 1 - start
    if quarters % 2:
        height = bottom - top
        return left, top + int(start * height), right, bottom - int((1 - end) * height)
    width = right - left
    return left + int(start * width), top, right - int((1 - end) * width), bottom


def texture(frames: int, rows: int, columns: int, dice: Dice) -> npt.NDArray[np.int32]:
    """Soft structures with a little noise, which change slowly from frame to frame.

    Returns:
        (frames, rows, columns), 0 to 255. All arithmetic is of whole numbers, so it is the same on every machine.
    """
    state = np.random.RandomState(dice.whole(0, 2**31 - 1))  # Its stream is frozen.
    shape = (rows // _STEPS + 2, columns // _STEPS + 2)
    first, last = ((255 * state.random_sample(shape)).astype(np.int32) for _ in range(2))
    between = max(1, frames - 1)
    coarse = [(first * (between - frame) + last * frame) // between for frame in range(frames)]
    noise = (24 * state.random_sample((frames, rows, columns))).astype(np.int32)
    soft = np.stack([_enlarged(knots, rows, columns) for knots in coarse])
    return np.asarray(np.clip(20 + (soft * 7 // 10) + noise, 0, 255), np.int32)


def body(rows: int, columns: int, height: int = 42, width: int = 44) -> npt.NDArray[np.bool_]:
    """Where an ellipse in the middle is; half axes as hundredths of the picture."""
    down, across = np.mgrid[0:rows, 0:columns].astype(np.int64)
    vertical, horizontal = (200 * down - 100 * rows) * width * columns, (200 * across - 100 * columns) * height * rows
    return np.asarray(vertical**2 + horizontal**2 < (2 * height * width * rows * columns) ** 2, np.bool_)


def sector(rows: int, columns: int) -> npt.NDArray[np.bool_]:
    """Where the sector of an ultrasound probe is."""
    down, across = np.mgrid[0:rows, 0:columns].astype(np.int64)
    away = np.abs(2 * across - columns)
    inside = (away * 4 < down * 6) & (4 * down**2 + away**2 < 4 * (rows * 9 // 10) ** 2)
    return np.asarray(inside & (down > rows // 10), np.bool_)


def _enlarged(knots: npt.NDArray[np.int32], rows: int, columns: int) -> npt.NDArray[np.int32]:
    """Linear between knots, in whole numbers."""
    across = np.arange(columns)
    left, share = across // _STEPS, across % _STEPS
    wide = (knots[:, left] * (_STEPS - share) + knots[:, left + 1] * share) // _STEPS
    down = np.arange(rows)
    above, part = down // _STEPS, (down % _STEPS)[:, None]
    return np.asarray((wide[above] * (_STEPS - part) + wide[above + 1] * part) // _STEPS, np.int32)


def _blend(pixels: Pixels, ink: Coverage, value: int) -> None:
    """Draw a value where the ink is, in place."""
    share = ink.astype(np.int64) if pixels.ndim == 2 else ink.astype(np.int64)[:, :, None]
    pixels[...] = (pixels.astype(np.int64) * (255 - share) + value * share) // 255
