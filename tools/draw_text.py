"""Pictures to train the prefilter with: text of every kind over what medical images show, and what only looks like text.

Everything is drawn from one random generator. A part of the backgrounds may be real images without text.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE_PX = 320
"""Width and height of a picture."""

_LARGEST_BITMAP_PX = 24
_BITMAP_FONTS = (".pcf.gz", ".otb")
_SCRIPTS = {  # Other fonts show boxes for most of these letters.
    "NotoSansCJK": "山田太郎病院王明李小龙北京東京大学放射線科検査胸部正面患者氏名日期年月東芝医療",
    "DejaVu": "ИВАНОВАПЕТРКЛИНИКАбольница№ΠΑΠΑΔΟΠΟΥΛΟΣνοσοκομείο",
    "NotoSansArabic": "محمدعليمستشفىالقاهرة",
    "NotoSansHebrew": "כהןביתחוליםירושלים",
    "NotoSansThai": "โรงพยาบาลกรุงเทพ",
    "NotoSansDevanagari": "रामअस्पतालदिल्ली",
}
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MORE_LATIN = "ÄÖÜÉÈÇÑŁŠŽØÅ"
_SIGNS = "-/.:,#()[]<>+=%*'&_^°µ"
_VECTOR_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)
_UNITS = ("mm", "cm", "Hz", "kHz", "MHz", "dB", "%", "kV", "mA", "ms", "cm/s", "bpm", "fps", "mGy", "°", "x")
_LABELS = (
    "ID",
    "MRN",
    "DOB",
    "Name",
    "Pat",
    "Acc#",
    "MI",
    "TIS",
    "TIB",
    "FR",
    "Gain",
    "Gn",
    "W",
    "L",
    "Se",
    "Im",
    "Thk",
    "TR",
    "TE",
)


Colour = tuple[float, float, float]
"""Red, green, blue."""


@dataclass
class Picture:
    """A picture to learn from.

    Attributes:
        pixels: (SIZE_PX, SIZE_PX, 3) of float32, 0 to 255 where it is not cut off yet, RGB.
        lines: The corners of each line of text, (4, 2) of float32 as (x, y), running around it.
        doubtful: Of each line, whether nobody could be blamed for missing it.
    """

    pixels: np.ndarray
    lines: list[np.ndarray] = field(default_factory=list)
    doubtful: list[bool] = field(default_factory=list)


def find_fonts(folders: Sequence[Path], left_out: Sequence[str] = ()) -> list[Path]:
    """Font files below some folders, without those whose names begin with something that is left out."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")))
    kinds = (".ttf", ".otf", ".ttc", *_BITMAP_FONTS)
    # Emoji and symbols are no text. Bitmap fonts come once a size and a code page: one page is enough.
    return [
        path
        for path in files
        if path.name.endswith(kinds)
        and not path.name.startswith(
            (*left_out, "NotoColor", "NotoSansSymbols", "NotoMusic", "D050000L", "StandardSymbols", "opens___")
        )
        and not re.search(r"(ISO|iso-)8859-(?!1\.)|KOI8|koi8|cp1251|jis|hang|gb16|gb24|cu|[0-9]k\.pcf", path.name)
    ]


class TextPainter:
    """Draws pictures, endlessly.

    Args:
        fonts: From `find_fonts`.
        photographs: Real images without text, (rows, columns) of uint8, from which a part of the backgrounds is cut.
        random: Decides everything.
    """

    def __init__(self, fonts: Sequence[Path], photographs: Sequence[np.ndarray], random: np.random.Generator) -> None:
        self._bitmap = [path for path in fonts if path.name.endswith(_BITMAP_FONTS)]
        self._scalable = [path for path in fonts if not path.name.endswith(_BITMAP_FONTS)]
        # Fonts of other scripts are a hundred times as many files as those that equipment uses.
        self._plain = [path for path in self._scalable if not path.name.startswith("NotoS")]
        self._scripts = {name: [path for path in fonts if path.name.startswith(name)] for name in _SCRIPTS}
        self._photographs = photographs
        self._random = random

    def draw(self) -> Picture:
        """The next picture."""
        random = self._random
        backgrounds = (
            (self._speckle, 8),
            (self._anatomy, 6),
            (self._photograph, 5),
            (self._flat, 4),
            (self._shapes, 1),
            (self._sweep, 1),
        )
        picture = Picture(np.repeat(_choose(random, backgrounds)()[..., None], 3, axis=2))
        if random.random() < 0.15:
            self._draw_flow(picture)
        if random.random() < 0.6:
            self._draw_graphics(picture)
        # Cutting values off comes before the text, as it does in equipment, or after it, as a viewer's window does.
        picture.pixels = np.clip(picture.pixels, 0, 255)
        for _ in range(int(random.integers(1, 7)) if random.random() < 0.75 else 0):
            self._write_lines(picture)
        self._degrade(picture)
        return picture

    # Backgrounds: (SIZE_PX, SIZE_PX) of float32, 0 to 255.

    def _speckle(self) -> np.ndarray:
        """Log-compressed speckle of any grain and direction, sometimes projected over frames, often with a dark outside."""
        random = self._random
        size = round(1.5 * SIZE_PX)
        across, along = random.uniform(0.4, 3.2), random.uniform(0.4, 2.0)
        structures = _smooth(random, size, float(random.uniform(10, 60)))
        depth = np.linspace(random.uniform(0.8, 1.6), random.uniform(0.3, 1.0), size, dtype=np.float32)[:, None]
        gain, offset = random.uniform(0.1, 0.32), random.uniform(0.2, 0.6)
        frames = int(random.integers(2, 9)) if random.random() < 0.25 else 1
        stack = []
        for _ in range(frames):
            parts = [cv2.GaussianBlur(_noise(random, size), (0, 0), across, None, along) for _ in "ri"]
            amplitude = np.hypot(*parts) / (parts[0].std() + 1e-6) * np.exp(random.uniform(0.3, 1.1) * structures) * depth
            stack.append(offset + gain * np.log(amplitude + 1e-3))
        values = stack[0] if frames == 1 else np.max(stack, axis=0) if random.random() < 0.6 else np.median(stack, axis=0)
        turned = self._turn(255 * np.clip(values, 0, 1).astype(np.float32))
        if random.random() < 0.5:
            turned[self._outside()] = random.choice((0.0, 0.0, 0.0, 8.0, 20.0))
        return turned

    def _anatomy(self) -> np.ndarray:
        """Smooth shades, organs and bones with hard or soft edges, ribs, and the noise of a detector."""
        random = self._random
        values = random.uniform(0, 200) + random.uniform(5, 60) * _smooth(random, SIZE_PX, float(random.uniform(8, 90)))
        down, across = np.mgrid[0:SIZE_PX, 0:SIZE_PX].astype(np.float32)
        for _ in range(int(random.integers(0, 7))):
            shape: np.ndarray = np.zeros((SIZE_PX, SIZE_PX), np.float32)
            center = tuple(int(part) for part in random.integers(-50, SIZE_PX + 50, 2))
            axes = tuple(int(part) for part in random.integers(3, 160, 2))
            thickness = -1 if random.random() < 0.6 else int(random.integers(1, 14))
            cv2.ellipse(shape, center, axes, float(random.uniform(0, 180)), 0, float(random.uniform(60, 360)), 1.0, thickness)
            if random.random() < 0.7:
                shape = cv2.GaussianBlur(shape, (0, 0), float(random.uniform(0.5, 6)))
            values += random.uniform(-120, 160) * shape
        if random.random() < 0.3:
            waves = (down * random.uniform(-1, 1) + across * random.uniform(-1, 1)) / random.uniform(4, 30)
            values += random.uniform(3, 25) * np.maximum(0, np.sin(waves + _smooth(random, SIZE_PX, 40)))
        strength = random.uniform(0, 9) ** 1.5 / 3
        values += strength * cv2.GaussianBlur(_noise(random, SIZE_PX), (0, 0), float(random.uniform(0.3, 1.2)))
        if random.random() < 0.3:
            values[self._outside()] = random.uniform(0, 30)
        return np.clip(values, 0, 255).astype(np.float32)

    def _photograph(self) -> np.ndarray:
        if not self._photographs:
            return self._anatomy()
        random = self._random
        image = self._photographs[int(random.integers(len(self._photographs)))]
        size = int(min(*image.shape, SIZE_PX * random.uniform(0.5, 3.0)))
        top, left = (int(random.integers(0, side - size + 1)) for side in image.shape)
        how = cv2.INTER_AREA if size > SIZE_PX else cv2.INTER_CUBIC if random.random() < 0.5 else cv2.INTER_LINEAR
        cut = cv2.resize(image[top : top + size, left : left + size], (SIZE_PX, SIZE_PX), interpolation=how)
        if random.random() < 0.3:  # Sharpened, as equipment does.
            strength = float(random.uniform(0.5, 2))
            soft = cv2.GaussianBlur(cut, (0, 0), float(random.uniform(0.8, 4)))
            cut = cv2.addWeighted(cut, 1 + strength, soft, -strength, 0)
        turned = np.rot90(cut, int(random.integers(4)))
        values: np.ndarray = (turned[:, ::-1] if random.random() < 0.5 else turned).astype(np.float32)
        values = 255 * np.clip(values / 255, 0, 1) ** random.uniform(0.5, 2.0)
        if random.random() < 0.15:
            values = 255 - values
        return np.ascontiguousarray(values * random.uniform(0.5, 1.2) + random.uniform(0, 4) * _noise(random, SIZE_PX))

    def _flat(self) -> np.ndarray:
        """A margin, a page, or a title bar over either; sometimes with a shade."""
        random = self._random
        value = random.choice((0.0, 0.0, 0.0, random.uniform(0, 60), random.uniform(0, 255), random.uniform(220, 255)))
        values = np.full((SIZE_PX, SIZE_PX), value, np.float32)
        if random.random() < 0.3:
            values += np.linspace(0, random.uniform(-40, 40), SIZE_PX, dtype=np.float32)[:, None]
        if random.random() < 0.3:
            values[: int(random.integers(10, 150))] = random.uniform(0, 255)
        if random.random() < 0.2:
            values += random.uniform(0, 4) * _noise(random, SIZE_PX)
        return values

    def _shapes(self) -> np.ndarray:
        """A few shades with hard edges: segmentations, furrows of a brain, vessels."""
        random = self._random
        values = np.full((SIZE_PX, SIZE_PX), random.uniform(0, 255), np.float32)
        for _ in range(int(random.integers(1, 4))):
            waves = _smooth(random, SIZE_PX, float(random.uniform(2, 25)))
            level, width = random.uniform(-1.5, 1.5), random.uniform(0.05, 1.0)
            values[(waves > level) & (waves < level + width)] = random.uniform(0, 255)
        return values

    def _sweep(self) -> np.ndarray:
        """Spectra and motion over time: one column beside the other, under a curve that comes again."""
        random = self._random
        grain = cv2.GaussianBlur(_noise(random, SIZE_PX), (0, 0), random.uniform(0.3, 4), None, random.uniform(0.3, 3))
        down, across = np.mgrid[0:SIZE_PX, 0:SIZE_PX].astype(np.float32)
        beat = np.abs(np.sin(across / random.uniform(8, 60) + _smooth(random, SIZE_PX, 60)[0])) ** float(random.uniform(0.5, 8))
        depth = down / SIZE_PX - random.uniform(0.2, 0.8)
        envelope = np.clip(1 - np.abs(depth) / (random.uniform(0.1, 0.6) * beat + 0.02), 0, 1)
        return np.clip(random.uniform(60, 255) * envelope * (0.6 + 0.5 * grain / grain.std()), 0, 255).astype(np.float32)

    def _turn(self, values: np.ndarray) -> np.ndarray:
        """The middle of a larger square, turned by any angle and perhaps enlarged, as scan conversion does."""
        size = values.shape[0]
        scale = self._random.uniform(1.0, 1.8) if self._random.random() < 0.4 else 1.0
        matrix = cv2.getRotationMatrix2D((size / 2, size / 2), float(self._random.uniform(0, 360)), scale)
        matrix[:, 2] -= (size - SIZE_PX) / 2
        return cv2.warpAffine(values, matrix, (SIZE_PX, SIZE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)

    def _outside(self) -> np.ndarray:
        """One side of a large circle or of a slanting line."""
        random = self._random
        down, across = np.mgrid[0:SIZE_PX, 0:SIZE_PX].astype(np.float32)
        center = random.uniform(-1.5 * SIZE_PX, 2.5 * SIZE_PX, 2)
        through = random.uniform(0.1 * SIZE_PX, 0.9 * SIZE_PX, 2)
        outside = np.hypot(down - center[0], across - center[1]) > np.hypot(*(through - center))
        return np.asarray(outside if random.random() < 0.5 else ~outside)

    # What looks like text and is none.

    def _draw_graphics(self, picture: Picture) -> None:
        random = self._random
        kinds = (
            self._draw_ruler,
            self._draw_trace,
            self._draw_arrow,
            self._draw_caliper,
            self._draw_scale,
            self._draw_outline,
            self._draw_grid,
            self._draw_dots,
            self._draw_logo,
        )
        for _ in range(int(random.integers(1, 5))):
            canvas = np.ascontiguousarray(picture.pixels)
            colour = self._colour()
            draw = kinds[int(random.integers(0, len(kinds)))]
            left, top = (int(part) for part in random.integers(0, SIZE_PX, 2))
            draw(canvas, colour, left, top, int(random.integers(10, SIZE_PX)), int(random.integers(1, 4)))
            picture.pixels = canvas

    def _draw_ruler(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        random = self._random
        step, tick, major = int(random.integers(3, 30)), int(random.integers(2, 8)), int(random.integers(2, 11))
        for number, at in enumerate(range(top, SIZE_PX, step)):
            end = left + (2 * tick if number % major == 0 else tick)
            points = ((left, at), (end, at)) if length % 2 else ((at, left), (at, end))
            cv2.line(canvas, *points, colour, thick if number % 3 else 1)

    def _draw_trace(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        random = self._random
        across = np.arange(left, min(SIZE_PX, left + length))
        wave = np.cumsum(random.standard_normal(across.size)) * random.uniform(0, 1)
        wave += random.uniform(2, 25) * np.abs(np.sin(across / random.uniform(2, 25))) ** float(random.integers(1, 20))
        points = np.stack([across, top - wave], axis=1).astype(np.int32)
        cv2.polylines(canvas, [points[:, None]], isClosed=False, color=colour, thickness=thick, lineType=cv2.LINE_AA)

    def _draw_arrow(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        random = self._random
        end = (left + int(random.integers(-length, length)), top + int(random.integers(-length, length)))
        (cv2.arrowedLine if random.random() < 0.5 else cv2.line)(canvas, (left, top), end, colour, thick)

    def _draw_caliper(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        """Two crosses with a dotted line between them."""
        random = self._random
        end = np.array((left + int(random.integers(-length, length)), top + int(random.integers(-length, length))))
        for share in np.linspace(0, 1, max(2, length // 6)):
            at = tuple(int(part) for part in np.array((left, top)) * (1 - share) + end * share)
            cv2.circle(canvas, at, int(random.integers(0, 2)), colour, -1)
        for x, y in ((left, top), tuple(int(part) for part in end)):
            arm = int(random.integers(3, 8))
            cv2.line(canvas, (x - arm, y), (x + arm, y), colour, thick)
            cv2.line(canvas, (x, y - arm), (x, y + arm), colour, thick)

    def _draw_scale(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        """A bar of shades or colours."""
        random = self._random
        wide = int(random.integers(6, 24))
        bar = np.linspace(255, 0, length, dtype=np.float32)[:, None, None] * np.ones((1, wide, 1), np.float32)
        bar = np.clip(bar * random.uniform(0.3, 1.6, 3).astype(np.float32), 0, 255)
        part = canvas[top : top + length, left : left + wide]
        part[:] = bar[: part.shape[0], : part.shape[1]]

    def _draw_outline(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        if self._random.random() < 0.5:
            cv2.rectangle(canvas, (left, top), (left + length, top + length // 2), colour, thick)
        else:
            cv2.circle(canvas, (left, top), length // 3, colour, thick, cv2.LINE_AA)

    def _draw_grid(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        step = int(self._random.integers(8, 60))
        canvas[top::step] = colour
        canvas[:, left::step] = colour

    def _draw_dots(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        random = self._random
        for _ in range(int(random.integers(1, 25))):
            at = tuple(int(part) for part in random.integers(0, SIZE_PX, 2))
            cv2.ellipse(canvas, at, (int(random.integers(1, 7)), int(random.integers(1, 7))), 0, 0, 360, colour, -1)

    def _draw_logo(self, canvas: np.ndarray, colour: Colour, left: int, top: int, length: int, thick: int) -> None:
        """A small shape without meaning."""
        random = self._random
        points = random.integers(0, 18, (int(random.integers(3, 7)), 2)) + np.array([left, top])
        cv2.fillPoly(canvas, [points.astype(np.int32)], colour)

    def _draw_flow(self, picture: Picture) -> None:
        """Flow in colours, in branches or in blots, within a box."""
        random = self._random
        left, top = (int(part) for part in random.integers(0, SIZE_PX // 2, 2))
        part = (slice(top, top + int(random.integers(60, SIZE_PX))), slice(left, left + int(random.integers(60, SIZE_PX))))
        waves = _smooth(random, SIZE_PX, float(random.uniform(2, 20))) + 0.5 * _smooth(random, SIZE_PX, 40)
        speed: np.ndarray = waves - random.uniform(0.0, 1.5) + random.uniform(0, 0.4) * _noise(random, SIZE_PX)
        cells = int(random.choice((1, 1, 2, 3)))
        speed = np.kron(speed[::cells, ::cells], np.ones((cells, cells), np.float32))[:SIZE_PX, :SIZE_PX]
        scale = np.clip(np.abs(speed)[..., None] * random.uniform(80, 400) * random.uniform(0.1, 1.5, 3), 0, 255)
        if random.random() < 0.5:  # Away from the probe it is blue.
            scale = np.where((_smooth(random, SIZE_PX, 30) > 0)[..., None], scale, scale[..., ::-1])
        flows = (speed > 0)[part]
        picture.pixels[part][flows] = scale[part][flows]

    def _colour(self) -> Colour:
        random = self._random
        if random.random() < 0.5:
            value = float(random.uniform(60, 255))
            return value, value, value
        return tuple(float(part) for part in random.choice((0, 60, 128, 200, 255), 3))  # type: ignore[return-value]

    # Text.

    def _write_lines(self, picture: Picture) -> None:
        """A single line anywhere, or a column of lines in one hand."""
        random = self._random
        pen = self._pen()
        if random.random() < 0.65:
            turns = int(random.choice((0, 1, 2, 3), p=(0.8, 0.08, 0.04, 0.08)))
            self._write_line(picture, np.rot90(pen(), turns), can_tilt=turns == 0)
            return
        left, top = int(random.integers(0, SIZE_PX // 2)), int(random.integers(0, SIZE_PX * 3 // 4))
        spacing, colour = random.uniform(1.05, 1.9), None
        for _ in range(int(random.integers(2, 8))):
            ink = pen()
            colour = self._write_line(picture, ink, (left, top), colour)
            top += max(ink.shape[0] + 3, round(spacing * max(ink.shape[0], 6)))

    def _write_line(
        self,
        picture: Picture,
        ink: np.ndarray,
        place: tuple[int, int] | None = None,
        colour: np.ndarray | None = None,
        *,
        can_tilt: bool = False,
    ) -> np.ndarray | None:
        """Put a line down where there is room; returns its colour."""
        random = self._random
        rows, columns = ink.shape
        if rows >= SIZE_PX - 2 or columns >= 2 * SIZE_PX or ink.size < 20:
            return colour
        corners = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
        if can_tilt and random.random() < 0.05:
            ink, corners = _tilt(ink, corners, float(random.uniform(-12, 12)))
            rows, columns = ink.shape
        # Lines may be cut by the picture's edge: what is left of them is still text.
        low, high = np.array((-columns // 4, -rows // 4)), np.array((SIZE_PX - columns * 3 // 4, SIZE_PX - rows * 3 // 4))
        left, top = place or (int(part) for part in random.integers(np.minimum(low, high), np.maximum(low, high) + 1))
        corners += (left, top)
        around = np.array([corners.min(axis=0) - 2, corners.max(axis=0) + 2])
        if any(np.all(around[0] < other.max(axis=0)) and np.all(other.min(axis=0) < around[1]) for other in picture.lines):
            return colour
        part = (slice(max(0, top), min(SIZE_PX, top + rows)), slice(max(0, left), min(SIZE_PX, left + columns)))
        there = picture.pixels[part]
        if min(there.shape) < 3 or there.size < 60:
            return colour
        ink = ink[part[0].start - top : part[0].stop - top, part[1].start - left : part[1].stop - left]
        if np.count_nonzero(ink > 0.4) < 6:
            return colour
        if colour is None:
            colour = self._ink_colour(there)
        style = random.random()
        if style < 0.1:  # On a bar of its own.
            there[:] = random.uniform(0, 60) if np.mean(colour) > 128 else random.uniform(180, 255)
        elif style < 0.2:  # With an outline.
            outline = cv2.dilate(ink, np.ones((3, 3), np.uint8))[..., None]
            there[:] = there * (1 - outline) + (0.0 if np.mean(colour) > 128 else 255.0) * outline
        opacity = 1.0 if random.random() < 0.85 else float(random.uniform(0.5, 1))
        before = there.copy()
        there[:] = there * (1 - opacity * ink[..., None]) + np.asarray(colour, np.float32) * (opacity * ink[..., None])
        seen = float(np.abs(there - before).mean(axis=2)[ink > 0.4].mean())
        noise = float(before.mean(axis=2).std())
        picture.lines.append(corners)
        picture.doubtful.append(seen < 9 or (opacity < 1 and seen < 0.7 * noise))
        return colour

    def _ink_colour(self, there: np.ndarray) -> np.ndarray:
        """Anything from a few grey values away from what is there to black on white."""
        random = self._random
        behind = float(np.median(there))
        kind = random.random()
        if kind < 0.65:
            contrast = 255 * float(random.uniform(0.05, 0.17) if kind < 0.45 else random.uniform(0.17, 0.45))
            value = behind + (contrast if random.random() < 0.75 else -contrast)
            return np.full(3, np.clip(value if 0 <= value <= 255 else 2 * behind - value, 0, 255))
        colour = np.asarray(self._colour()) if kind < 0.8 else np.full(3, random.uniform(150, 255))
        return colour if np.abs(colour - behind).max() > 60 else np.full(3, 255.0 if behind < 128 else 0.0)

    def _pen(self) -> Callable[[], np.ndarray]:
        """A font, a size and a way to draw. Each call writes a random line of text: how much of each pixel it covers, 0 to 1,

        (rows, columns) of float32, cut to the ink.
        """
        random = self._random
        size_px = round(float(np.exp(random.uniform(np.log(7), np.log(46)))))
        if random.random() < 0.5:
            size_px = int(random.integers(9, 24))
        kind = random.random()
        if kind < 0.06:
            face = int(random.choice(_VECTOR_FONTS))
            thick, how = int(random.integers(1, 3)), cv2.LINE_AA if random.random() < 0.5 else cv2.LINE_8
            return lambda: _draw_vectors(self._text(_LATIN), face, size_px / 28, thick, how)
        letters, fonts = _LATIN, self._plain
        if kind < 0.14:
            script = str(random.choice([name for name, found in self._scripts.items() if found] or [""]))
            letters, fonts = _SCRIPTS.get(script, letters), self._scripts.get(script, fonts)
        elif kind < 0.3 and self._bitmap:
            fonts, size_px = self._bitmap, min(size_px, _LARGEST_BITMAP_PX)
        font = None
        while font is None:
            font = _font(_pick(random, fonts), size_px, letters[0])
        mode = "L" if random.random() < 0.65 else "1"
        scale, how = 1.0, cv2.INTER_LINEAR
        if random.random() < 0.08:  # Text of an image that was enlarged or made smaller.
            scale, how = float(random.uniform(0.7, 2.2)), int(random.choice((cv2.INTER_LINEAR, cv2.INTER_NEAREST)))
        return lambda: _draw_text(self._text(letters), font, mode, scale, how)

    def _text(self, letters: str) -> str:
        random = self._random
        if random.random() < 0.2:
            return self._word(letters if random.random() < 0.6 else "0123456789", int(random.integers(1, 4)))
        if letters is not _LATIN:
            return " ".join(self._word(letters, int(random.integers(2, 9))) for _ in range(int(random.integers(1, 3))))
        parts = []
        for _ in range(int(random.choice((1, 2, 3, 4), p=(0.35, 0.35, 0.2, 0.1)))):
            kind = int(random.integers(0, 9))
            if kind <= 2:
                word = self._word(_LATIN + (_MORE_LATIN if random.random() < 0.1 else ""), int(random.integers(1, 11)))
                parts.append(word if random.random() < 0.5 else word.capitalize() if random.random() < 0.7 else word.lower())
            elif kind == 3:
                parts.append(self._digits(int(random.integers(1, 10))))
            elif kind == 4:
                parts.append(
                    str(random.choice(list("-/. "))).join(self._digits(count) for count in (2, 2, int(random.choice((2, 4)))))
                )
            elif kind == 5:
                parts.append(":".join(self._digits(2) for _ in range(int(random.integers(2, 4)))))
            elif kind == 6:
                parts.append(f"{self._digits(int(random.integers(1, 4)))}.{self._digits(1)} {random.choice(_UNITS)}")
            elif kind == 7:
                parts.append(str(random.choice(_LABELS)) + str(random.choice(("", ":", " "))))
            else:
                parts.append(self._word(_LATIN, 2) + str(random.choice(list(_SIGNS))) + self._digits(3))
        return " ".join(parts)

    def _word(self, letters: str, length: int) -> str:
        return "".join(self._random.choice(list(letters), length))

    def _digits(self, count: int) -> str:
        return self._word("0123456789", count)

    # What happens to a picture on its way.

    def _degrade(self, picture: Picture) -> None:
        random = self._random
        values = picture.pixels
        if random.random() < 0.12:  # A viewer's window.
            low, high = random.uniform(-30, 60), random.uniform(150, 300)
            values = (values - low) * (255 / (high - low))
        if random.random() < 0.1:
            values = 255 - values
        kind = random.random()
        strength = 0.0
        if kind < 0.08:
            strength = float(random.uniform(0.4, 0.9))
            values = cv2.GaussianBlur(values, (0, 0), strength)
        elif kind < 0.16:
            strength = float(random.uniform(1, 8))
            values = values + strength * _noise(random, SIZE_PX)[..., None]
        pixels = np.clip(values, 0, 255).round().astype(np.uint8)
        if random.random() < 0.3:
            quality = int(random.integers(50, 97))
            _, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
            pixels = cv2.imdecode(coded, cv2.IMREAD_COLOR)
            strength += (100 - quality) / 6
        picture.pixels = pixels
        if strength > 2:  # Faint text does not survive everything.
            grey = pixels.astype(np.float32).mean(axis=2)
            for number, corners in enumerate(picture.lines):
                (left, top), (right, bottom) = corners.min(axis=0).astype(int), corners.max(axis=0).astype(int)
                there = grey[max(0, top) : bottom, max(0, left) : right]
                picture.doubtful[number] |= bool(there.size and there.std() < 2.5 * strength)


def _choose(random: np.random.Generator, ways: Sequence[tuple[Callable[[], np.ndarray], int]]) -> Callable[[], np.ndarray]:
    shares = np.array([share for _, share in ways], float)
    return ways[int(random.choice(len(ways), p=shares / shares.sum()))][0]


def _pick(random: np.random.Generator, paths: Sequence[Path]) -> Path:
    return paths[int(random.integers(len(paths)))]


@functools.cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


@functools.lru_cache(2000)
def _font(path: Path, size_px: int, letter: str) -> ImageFont.FreeTypeFont | None:
    """None for a bitmap font that has no such size near, and for a font without the letter."""
    for near in (0, 1, -1, 2, -2, 3, -3, 4, -4) if path.name.endswith(_BITMAP_FONTS) else (0,):
        try:
            # A file, not its name: of a font that has no such size, Pillow would look for others of the name everywhere.
            font = ImageFont.truetype(io.BytesIO(_content(path)), max(5, size_px + near))
        except OSError:
            continue
        drawn, missing = (bytes(font.getmask(sign)) for sign in (letter, "\uffff"))
        return font if any(drawn) and drawn != missing else None
    return None


def _draw_text(text: str, font: ImageFont.FreeTypeFont, mode: str, scale: float, how: int) -> np.ndarray:
    left, top, right, bottom = (int(side) for side in font.getbbox(text))
    canvas = Image.new("L", (max(1, right - left) + 8, max(1, bottom - top) + 8), 0)
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = mode
    draw.text((4 - left, 4 - top), text, fill=255, font=font)
    ink = np.asarray(canvas, np.float32) / 255
    return _cut_to_ink(ink if scale == 1.0 else cv2.resize(ink, None, fx=scale, fy=scale, interpolation=how))


def _draw_vectors(text: str, face: int, scale: float, thick: int, how: int) -> np.ndarray:
    """The vector letters of plotters and of OpenCV, that much equipment draws with."""
    text = text.encode("ascii", "replace").decode()
    (width, height), below = cv2.getTextSize(text, face, scale, thick)
    canvas = np.zeros((height + below + 8, width + 8), np.uint8)
    cv2.putText(canvas, text, (4, height + 4), face, scale, 255, thick, how)
    return _cut_to_ink(canvas.astype(np.float32) / 255)


def _cut_to_ink(ink: np.ndarray) -> np.ndarray:
    down, across = np.nonzero(ink > 0.25)
    if not down.size:
        return ink[:0, :0]
    return ink[down.min() : down.max() + 1, across.min() : across.max() + 1]


def _tilt(ink: np.ndarray, corners: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = ink.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1.0)
    turned = corners @ matrix[:, :2].T + matrix[:, 2]
    shift = turned.min(axis=0)
    matrix[:, 2] -= shift
    size = np.ceil(turned.max(axis=0) - shift).astype(int)
    return cv2.warpAffine(ink, matrix, (int(size[0]), int(size[1]))), (turned - shift).astype(np.float32)


def _noise(random: np.random.Generator, size: int) -> np.ndarray:
    return random.standard_normal((size, size), dtype=np.float32)


def _smooth(random: np.random.Generator, size: int, sigma_px: float) -> np.ndarray:
    """Noise smoothed to structures of a size, with a deviation of 1."""
    step = max(1, int(sigma_px / 3))
    small = cv2.GaussianBlur(_noise(random, size // step + 4), (0, 0), sigma_px / step)
    values = cv2.resize(small, (size, size), interpolation=cv2.INTER_CUBIC)
    return (values - values.mean()) / (values.std() + 1e-6)
