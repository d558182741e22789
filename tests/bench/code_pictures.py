"""Pictures with planted bar codes, and radiographs without any that show what bar codes are mistaken for. All from a seed."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from support import text_images
from support.bar_codes import Look, PlantedCode, draw_content, draw_format, plant_code

_MOST_CODES = 3


def planted_pictures(number: int, seed: int, grounds: list[np.ndarray]) -> Iterator[tuple[np.ndarray, list[PlantedCode]]]:
    """Pictures with one to three codes each, until there are so many codes.

    Args:
        grounds: Frames without codes, (rows, columns) of uint8.
    """
    random = np.random.default_rng(seed)
    made = 0
    while made < number:
        picture, codes = _ground(random, grounds), list[PlantedCode]()
        for _ in range(1 if random.random() < 0.75 else _MOST_CODES):
            format_, before = draw_format(random), picture.copy()
            code = plant_code(picture, format_, draw_content(format_, random), _look(random), random)
            if code is not None and any(code.box.pad(40).overlap(other.box.pad(40)) for other in codes):
                picture, code = before, None
            codes += [] if code is None else [code]
        made += len(codes)
        if codes:
            yield picture, codes


def _ground(random: np.random.Generator, grounds: list[np.ndarray]) -> np.ndarray:
    rows, columns = (512, 512) if random.random() < 0.4 else random.integers(512, 1200, 2)
    if random.random() < 0.06:
        rows, columns = 3000, 2500
    kind = random.random()
    if kind < 0.2:
        return np.zeros((rows, columns), np.uint8)
    if kind < 0.45:
        return text_images.speckle(int(rows), int(columns), int(random.integers(1 << 30))).pixels
    picture = grounds[int(random.integers(len(grounds)))]
    return np.asarray(cv2.resize(picture, (int(columns), int(rows)), interpolation=cv2.INTER_LINEAR))


def _look(random: np.random.Generator) -> Look:
    angles = (0.0, 0.0, 90.0, 180.0, 270.0, float(random.uniform(0, 360)), float(random.uniform(0, 360)))
    sizes = (1.0, 2.0, 3.0, float(random.uniform(1, 2)), float(random.uniform(1.5, 4)), float(random.uniform(4, 8)))
    module_px, contrast = float(random.choice(sizes)), int(random.choice([15, 25, 40, 70, 110, 160, 220, 255]))
    return Look(
        module_px=module_px,
        contrast=contrast,
        is_inverted=bool(random.random() < 0.25),
        angle=float(random.choice(angles)),
        blur_px=module_px * float(random.choice([0, 0, 0, 0.25, 0.4, 0.6])),
        noise=contrast * float(random.choice([0, 0, 0.02, 0.05, 0.1])),
        damage_share=float(random.choice([0, 0, 0, 0, 0.06])),
        has_caption=bool(random.random() < 0.6),
        height_px=int(random.choice([15, 25, 40, 60, 100])),
        jpeg_quality=int(random.choice([0, 0, 0, 60, 80, 92])),
        cut_share=float(random.choice([0, 0, 0, 0, 0, 0.03, 0.15])),
    )


def clean_radiographs(number: int, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Drawn radiographs: soft shadows with noise and several of what `_HAZARDS` draws; (rows, columns) of uint8."""
    random = np.random.default_rng(seed)
    for index in range(number):
        rows, columns = (int(side) for side in random.choice([512, 700, 1000, 1400], 2))
        values = _tissue(random, rows, columns)
        chosen = random.choice(len(_HAZARDS), int(random.integers(2, 5)), replace=False)
        for hazard in chosen:
            values = _HAZARDS[hazard](random, values)
        values += random.normal(0, float(random.choice([0.5, 2, 5, 9])), values.shape).astype(np.float32)
        if random.random() < 0.4:
            values = cv2.GaussianBlur(values, (0, 0), float(random.uniform(0.4, 1.2)))
        picture = np.clip(values, 0, 255).astype(np.uint8)
        yield f"drawn {index}: {' '.join(sorted(_HAZARDS[one].__name__ for one in chosen))}", picture


def _tissue(random: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    values = np.zeros((rows, columns), np.float32)
    for step in (4, 9, 20):
        part = random.normal(0, 60 / step**0.5, (step, step)).astype(np.float32)
        values += cv2.resize(part, (columns, rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray(values - values.mean() + float(random.uniform(60, 150)), np.float32)


def _grid_lines(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """An anti-scatter grid: lines of one distance, with the moiré of two."""
    along = np.arange(max(values.shape), dtype=np.float32)
    first, second = random.uniform(2.2, 14), random.uniform(2.2, 14)
    wave = np.sin(along * 2 * np.pi / first) + float(random.choice([0, 0.6])) * np.sin(along * 2 * np.pi / second)
    wave *= float(random.choice([4, 10, 25, 50]))
    if random.random() < 0.5:
        return np.asarray(values + wave[None, : values.shape[1]], np.float32)
    return np.asarray(values + wave[: values.shape[0], None], np.float32)


def _ribs(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    rows, columns = values.shape
    canvas, pitch = np.zeros_like(values), int(random.integers(20, 90))
    for top in range(-rows // 2, rows, pitch):
        axes = (columns // 2, int(random.integers(rows // 6, rows // 3)))
        cv2.ellipse(
            canvas, (columns // 2, top + rows // 4), axes, 0, 200, 340, float(random.uniform(30, 70)), max(3, pitch // 3)
        )
    return np.asarray(values + cv2.GaussianBlur(canvas, (0, 0), float(random.uniform(0.8, 3))), np.float32)


def _screws(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """Screws with their threads, and a plate with holes."""
    for _ in range(int(random.integers(2, 7))):
        length, thick = int(random.integers(60, 200)), int(random.integers(8, 26))
        pitch = int(random.integers(3, 9))
        part = np.zeros((2 * thick, length), np.float32)
        part[thick // 2 : 3 * thick // 2] = 1
        for at in range(0, length, pitch):
            part[thick // 4 : 7 * thick // 4, at : at + pitch // 2 + 1] = 1
        values = _stamped(values, part, float(random.uniform(190, 255)), random)
    plate = np.zeros((40, 300), np.float32)
    cv2.line(plate, (20, 20), (280, 20), 1.0, 30)
    for at in range(30, 280, int(random.integers(24, 50))):
        cv2.circle(plate, (at, 20), 8, 0.2, -1)
    return _stamped(values, plate, 250.0, random)


def _stamped(values: np.ndarray, part: np.ndarray, value: float, random: np.random.Generator) -> np.ndarray:
    rows, columns = values.shape
    centre = part.shape[1] / 2, part.shape[0] / 2
    matrix = cv2.getRotationMatrix2D(centre, float(random.uniform(0, 360)), 1.0)
    matrix[:, 2] += random.uniform(0, columns) - centre[0], random.uniform(0, rows) - centre[1]
    share = cv2.warpAffine(part, matrix, (columns, rows))
    return np.asarray(values * (1 - share) + value * share, np.float32)


def _collimator(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    rows, columns = values.shape
    inside = np.zeros_like(values)
    size = (float(random.uniform(0.5, 0.9)) * columns, float(random.uniform(0.5, 0.9)) * rows)
    corners = cv2.boxPoints(((columns / 2, rows / 2), size, float(random.uniform(-8, 8))))
    cv2.fillPoly(inside, [corners.astype(np.int32)], 1.0)
    return np.asarray(values * inside + (1 - inside) * float(random.choice([0, 5, 255])), np.float32)


def _wires(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """Leads, coils and a zip: curves of metal, evenly spaced teeth."""
    rows, columns = values.shape
    for _ in range(int(random.integers(1, 5))):
        angle = np.linspace(0, float(random.uniform(20, 90)), 600)
        x = random.uniform(0.2, 0.8) * columns + angle * random.uniform(1, 4) + random.uniform(3, 15) * np.cos(angle)
        y = random.uniform(0.2, 0.8) * rows + random.uniform(3, 15) * np.sin(angle)
        cv2.polylines(values, [np.stack([x, y], 1).astype(np.int32)], False, float(random.uniform(180, 255)), 2)
    left, top, pitch = int(random.integers(0, columns - 40)), int(random.integers(0, rows // 2)), int(random.integers(4, 14))
    for at in range(top, min(rows - 4, top + 40 * pitch), pitch):
        cv2.rectangle(values, (left, at), (left + 9, at + pitch // 2), 235.0, -1)
    return values


def _scales(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """A ruler with long and short ticks, and a wedge of grey steps."""
    rows, columns = values.shape
    pitch, left, top = int(random.integers(4, 14)), int(random.integers(5, columns // 2)), int(random.integers(5, rows - 70))
    for tick in range(min(40, (columns - left) // pitch)):
        long = 6 if tick % 5 else 14
        cv2.line(values, (left + tick * pitch, top), (left + tick * pitch, top + long), 240.0, int(random.choice([1, 1, 2])))
    for step in range(12):
        cv2.rectangle(values, (8 + 14 * step, 8), (21 + 14 * step, 30), 20.0 * step, -1)
    return values


def _trabeculae(random: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """Bone with a texture that runs one way."""
    rows, columns = values.shape
    noise = random.normal(0, float(random.uniform(20, 80)), values.shape).astype(np.float32)
    sizes = (float(random.uniform(0.6, 1.5)), float(random.uniform(2, 9)))
    texture = cv2.GaussianBlur(noise, (0, 0), sigmaX=sizes[0], sigmaY=sizes[1])
    inside = np.zeros_like(values)
    axes = (int(random.integers(40, columns // 3)), int(random.integers(40, rows // 2)))
    cv2.ellipse(inside, (int(columns * random.random()), int(rows * random.random())), axes, 0, 0, 360, 1.0, -1)
    return np.asarray(values + inside * texture * 2, np.float32)


_HAZARDS = (_grid_lines, _ribs, _screws, _collimator, _wires, _scales, _trabeculae)
