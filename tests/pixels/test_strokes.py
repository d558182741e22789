"""The rendering for faint text, without an engine."""

import numpy as np
import pytest

from efface.transforms.pixels.strokes import show_strokes
from support.text_images import faint, speckle


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (1, 1), (1, 40), (2, 2, 3), (0, 4, 3)])
def test_frames_of_any_size_are_rendered(shape: tuple[int, ...]) -> None:
    assert show_strokes(np.full(shape, 7, np.uint8)).shape == shape[:2]


def test_strokes_are_brighter_than_the_speckle_around_them() -> None:
    image = faint(480, 640, 5, ["OKAFOR, JOHN"])
    strokes = show_strokes(image.pixels).astype(float)
    box = image.lines[0].box
    inside = strokes[box.top : box.bottom, box.left : box.right].mean()
    assert inside > 4 * strokes.mean()


def test_strokes_of_any_contrast_are_rendered() -> None:
    image = speckle(300, 400, 3)
    is_ink = np.zeros(image.pixels.shape, bool)
    is_ink[150:180, 200:203] = True
    renderings = [show_strokes(np.where(is_ink, value, image.pixels).astype(np.uint8)) for value in (40, 90, 200)]
    assert all(rendering[155:175, 201].min() > 200 for rendering in renderings)


def test_wide_areas_of_one_value_are_not_strokes() -> None:
    even = np.full((100, 100), 50, np.uint8)
    even[30:70, 30:70] = 120
    assert show_strokes(even)[40:60, 40:60].max() == 0
