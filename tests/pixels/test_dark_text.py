"""Small dark letters on dark noise."""

import numpy as np
import pytest

from efface.transforms.core.box import covered_share
from efface.transforms.pixels.dark_text import find_dark_lines
from support.text_images import TextImage


def _noise(seed: int, rows: int = 200, columns: int = 256) -> TextImage:
    """The magnitude of complex noise, as the air of an MR image shows it."""
    parts = 13 * np.random.default_rng(seed).standard_normal((2, rows, columns)) + 18
    return TextImage(np.clip(np.hypot(*parts), 0, 255).astype(np.uint8), [])


@pytest.mark.parametrize("seed", range(4))
def test_finds_dark_lines_on_dark_noise(seed: int) -> None:
    image = _noise(seed)
    line = image.write("Study Date: 2004 May 08", 40, 60 + 20 * seed, size_px=9, value=0)
    assert covered_share(line.box, find_dark_lines(image.pixels)) > 0.7


@pytest.mark.parametrize("seed", range(4))
def test_finds_nothing_on_noise_and_on_edges(seed: int) -> None:
    image = _noise(seed)
    image.pixels[100 + 5 * seed :] = 255
    image.pixels[:20] = 0
    image.pixels[40:46, 20:120] = 0
    assert find_dark_lines(image.pixels) == []


@pytest.mark.parametrize("shape", [(0, 5), (1, 1), (3, 700), (7, 9, 3), (900, 900)])
def test_takes_any_shape(shape: tuple[int, ...]) -> None:
    assert find_dark_lines(np.full(shape, 40, np.uint8)) == []
