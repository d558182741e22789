"""Finds faces with BlazeFace, the network for faces up to some metres away that Google published with MediaPipe (Apache-2.0).

It sees a square of 192 pixels, and faces that take up a twentieth of it or more, upright. So the whole picture is shown to it,
with room around it for a face that fills it, and its parts; and all of them turned, since photographs of patients lie on
every side.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ..core.box import Box
from ..core.errors import ModelError

Image = npt.NDArray[np.uint8]
ENGINE = "blazeface"
_WEIGHTS, _SHA256 = "blazeface_full_range.tflite", "671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce"
_SIDE, _CELLS = 192, 48
"""Side of what the network sees; it answers for so many cells a side (`face_detection_full_range` of MediaPipe)."""
_CONFIG = {
    "INFERENCE_NUM_THREADS": "1",
    "NUM_STREAMS": "1",
    "PERFORMANCE_HINT": "LATENCY",
    "ENABLE_CPU_PINNING": "NO",
    "INFERENCE_PRECISION_HINT": "f32",
}


@dataclass(frozen=True)
class FaceThresholds:
    """How photographs are shown to the network, and what counts. No rate of found faces is measured.

    Attributes:
        min_score: Score from which on there is a face.
        room_share: Room around the whole picture, of its longer side.
        parts: Parts a side into which the picture is cut, ...
        part_overlap: ... and how far each reaches beyond, of its side.
        turned_parts: Up to so many parts a side are shown turned as well.
        least_part_px: Smaller parts are not cut.
        pad_share: What of its size is added on every side of a face that is filled: hair, ears and chin tell a person too.
    """

    min_score: float = 0.7
    room_share: float = 0.25
    parts: tuple[int, ...] = (1, 2, 3)
    part_overlap: float = 0.25
    turned_parts: int = 2
    least_part_px: int = 96
    pad_share: float = 0.35


THRESHOLDS = FaceThresholds()


class Face(NamedTuple):
    """A face on a picture.

    Attributes:
        box: In pixels of the picture, with hair, ears and chin, clipped to it.
    """

    box: Box
    score: float


def find_faces(image: Image) -> list[Face]:
    """The faces on a photograph, at any quarter turn.

    Args:
        image: (rows, columns) or (rows, columns, 3) RGB.

    Raises:
        ModelError: The network cannot be loaded.
    """
    rows, columns = image.shape[:2]
    if min(rows, columns) < 16:
        return []
    rgb: Image = np.ascontiguousarray(image if image.ndim == 3 else np.stack([image] * 3, axis=-1))
    found = [face for part, turns in _views(columns, rows) for face in _faces_of(rgb, part, turns)]
    return _distinct(found)


def weights_version() -> str:
    """What the faces that are found depend on."""
    return f"{ENGINE} {_SHA256[:12]}"


def _views(columns: int, rows: int) -> Iterator[tuple[Box, int]]:
    """The parts of a picture that are shown, as boxes that may reach beyond it, each with its quarter turns."""
    room = round(THRESHOLDS.room_share * max(columns, rows))
    yield from ((Box(0, 0, columns, rows).pad(room), turns) for turns in range(4))
    for parts in THRESHOLDS.parts:
        width, height = -(-columns // parts), -(-rows // parts)
        if parts > 1 and max(width, height) < THRESHOLDS.least_part_px:
            return
        reach = round(THRESHOLDS.part_overlap * max(width, height)) if parts > 1 else 0
        for top in range(0, rows, height):
            for left in range(0, columns, width):
                part = Box(left, top, left + width, top + height).pad(reach).clip(columns, rows)
                yield from ((part, turns) for turns in range(4 if parts <= THRESHOLDS.turned_parts else 1))


def _faces_of(rgb: Image, part: Box, turns: int) -> list[Face]:
    """The faces on a part of a picture, which is shown turned against the clock."""
    rows, columns = rgb.shape[:2]
    side = max(part.width, part.height)
    scale = _SIDE / side
    source, factor = rgb, 1
    while scale * factor < 0.5 and min(source.shape[:2]) > 2:  # The network would see noise instead of the mean of pixels.
        source, factor = np.asarray(cv2.pyrDown(source), np.uint8), 2 * factor
    shift = np.array([[scale * factor, 0, -part.left * scale], [0, scale * factor, -part.top * scale]])
    square = cv2.warpAffine(source, shift, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    turned = np.ascontiguousarray(np.rot90(square, turns))
    boxes, scores = _network()(turned.astype(np.float32) / 127.5 - 1)
    faces = []
    for index in np.flatnonzero(scores >= THRESHOLDS.min_score):
        x, y, width, height = _turned_back(boxes[index], turns)
        size = (0.5 + THRESHOLDS.pad_share) * max(width, height)
        left, top = part.left + (x - size) / scale, part.top + (y - size) / scale
        right, bottom = part.left + (x + size) / scale, part.top + (y + size) / scale
        box = Box(int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom))).clip(columns, rows)
        if box.width > 0 and box.height > 0:
            faces.append(Face(box, float(scores[index])))
    return faces


def _turned_back(box: npt.NDArray[np.float32], turns: int) -> tuple[float, float, float, float]:
    """Centre and size of a face on the square before it was turned."""
    x, y, width, height = (float(value) for value in box)
    for _ in range(turns):
        x, y, width, height = _SIDE - y, x, height, width
    return x, y, width, height


def _distinct(faces: list[Face]) -> list[Face]:
    """The faces of highest score, without those that are the same one seen in another view."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: (-face.score, face.box)):
        if not any(face.box.overlap(other.box) > 0.5 for other in kept):
            kept.append(face)
    return sorted(kept, key=lambda face: face.box)


_Answer = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


@functools.cache
def _network() -> Callable[[npt.NDArray[np.float32]], _Answer]:
    """(192, 192, 3) from -1 to 1 -> for each cell the centre and the size of a face in pixels, and its score from 0 to 1."""
    import openvino  # Its users are photographs alone.

    with resources.as_file(resources.files(__package__) / _WEIGHTS) as path:
        if hashlib.sha256(path.read_bytes()).hexdigest() != _SHA256:
            raise ModelError(f"the weights {_WEIGHTS} are not the pinned ones: install efface again")
        model = openvino.Core().read_model(path)
    request = openvino.Core().compile_model(model, "CPU", _CONFIG).create_infer_request()
    places = (np.arange(_CELLS, dtype=np.float32) + 0.5) * (_SIDE / _CELLS)
    centers = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)

    def answer(picture: npt.NDArray[np.float32]) -> _Answer:
        request.infer([picture[None]], share_inputs=True)
        boxes = np.array(request.get_output_tensor(0).data)[0, :, :4]
        logits = np.array(request.get_output_tensor(1).data)[0, :, 0]
        boxes[:, :2] += centers
        return boxes, np.asarray(1 / (1 + np.exp(-np.clip(logits, -80, 80))), np.float32)

    return answer
