"""Strokes of one value, without an engine."""

import numpy as np
import pytest

from efface.transforms.pixels.strokes import find_strokes
from support.text_images import faint, speckle


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (1, 1), (1, 40), (2, 2, 3), (0, 4, 3)])
def test_frames_of_any_size_are_searched(shape: tuple[int, ...]) -> None:
    assert find_strokes(np.full(shape, 7, np.uint8)).shape == shape[:2]


def test_strokes_are_where_the_text_is_and_not_in_the_speckle_around_it() -> None:
    image = faint(480, 640, 5, ["OKAFOR, JOHN"])
    strokes = find_strokes(image.pixels)
    box = image.lines[0].box
    assert strokes[box.top : box.bottom, box.left : box.right].mean() > 4 * strokes.mean()


@pytest.mark.parametrize("value", [40, 90, 200])
def test_strokes_of_any_contrast_are_found(value: int) -> None:
    image = speckle(300, 400, 3)
    image.pixels[150:180, 200:203] = value
    assert find_strokes(image.pixels)[155:175, 201].all()


def test_wide_areas_of_one_value_are_not_strokes() -> None:
    even = np.full((100, 100), 50, np.uint8)
    even[30:70, 30:70] = 120
    assert not find_strokes(even)[40:60, 40:60].any()
