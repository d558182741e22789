"""Faces on photographs are found at any turn and size; what is no face is left."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from efface.transforms.core.box import Box
from efface.transforms.faces.detector import find_faces
from support import text_images

PORTRAIT = cv2.cvtColor(cv2.imread(str(Path(__file__).parent / "data" / "collins.jpg")), cv2.COLOR_BGR2RGB)


def photograph(side_px: int, turns: int = 0) -> tuple[np.ndarray, Box]:
    """A portrait on a photograph of a wall."""
    noise = np.random.default_rng(1).normal(0, 4, (480, 640, 3))
    picture = np.clip(np.array([150, 140, 130]) + noise, 0, 255).astype(np.uint8)
    picture[100 : 100 + side_px, 200 : 200 + side_px] = np.rot90(cv2.resize(PORTRAIT, (side_px, side_px)), turns)
    return picture, Box(200, 100, 200 + side_px, 100 + side_px)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("side_px", [90, 160, 320])
def test_a_face_is_found_at_any_turn_and_size(side_px, turns):
    picture, place = photograph(side_px, turns)
    [face] = [one for one in find_faces(picture) if one.box.overlap(place) > 0.5]
    middle = place.pad(-side_px // 4)
    assert face.box.intersection(middle) == middle


def test_a_portrait_without_colours_that_fills_its_picture_is_found():
    assert find_faces(cv2.cvtColor(cv2.resize(PORTRAIT, (300, 300)), cv2.COLOR_RGB2GRAY))


def test_the_same_picture_gives_the_same_faces():
    picture, _ = photograph(160)
    assert find_faces(picture) == find_faces(picture)


@pytest.mark.parametrize(
    "picture",
    [
        text_images.blank(300, 400, (90, 90, 90)).pixels,
        np.random.default_rng(2).integers(0, 256, (300, 400, 3), dtype=np.uint8),
        np.zeros((1, 900), np.uint8),
    ],
)
def test_what_is_no_face_is_left(picture):
    assert find_faces(picture) == []
