import numpy as np
import pytest

from efface.pipeline.policy import load_policy
from efface.transforms.core.box import Box, covered_share
from efface.transforms.core.text_line import TextLine
from efface.transforms.instance.models import load_text_detector
from efface.transforms.instance.read_small_text import read_around_small_text
from support.text_images import TextImage


@pytest.fixture(scope="module")
def detector():
    policy, _ = load_policy("basic").resolve()
    return load_text_detector(policy.ocr)


def dark_beside_bright(seed: int) -> TextImage:
    """Noise in the dark tenth of the range beside a bright body."""
    random = np.random.default_rng(seed)
    pixels = random.normal(28, 9, (200, 260)).clip(4, 60).astype(np.uint8)
    pixels[120:] = 255
    return TextImage(pixels, [])


def test_dark_letters_on_dark_noise_are_found_around_a_line_that_was(detector) -> None:
    image = dark_beside_bright(3)
    hidden = image.write("DOB: 08/04/1932", 40, 100, size_px=10, value=0)
    known = image.write("MILLER BEVERLY", 40, 124, size_px=10, value=0)
    lines = [TextLine(known.box.pad(1), known.text, 0.95, "e", "stored")]
    found = read_around_small_text(lines, image.pixels, detector)
    assert covered_share(hidden.box, [line.box for line in found]) > 0.8
    assert not any(line.box.overlap(known.box) > 0.5 for line in found)


def test_nothing_is_looked_for_around_large_text_or_on_a_page(detector) -> None:
    image = dark_beside_bright(4)
    large = TextLine(Box(40, 100, 140, 130), "GAIN 50", 0.95, "e", "stored")
    assert read_around_small_text([large], image.pixels, detector) == []
    page = [TextLine(Box(x, y, x + 8, y + 6), "1", 0.9, "e", "stored") for x in (0, 120, 240) for y in (0, 90, 190)]
    assert read_around_small_text(page, image.pixels, detector) == []


class Unrestricted:
    """Reads all lines, whether the caller needs them or not."""

    def __init__(self, detector) -> None:
        self._detector = detector

    def detect(self, images, *, rendering, wanted, **how):
        return self._detector.detect(images, rendering=rendering, **how)


@pytest.mark.parametrize("seed", [3, 5, 8])
def test_lines_that_are_known_need_not_be_read_for_the_others_to_be_found(detector, seed: int) -> None:
    image = dark_beside_bright(seed)
    written = [
        image.write(text, 40, 76 + 24 * number, size_px=10, value=0) for number, text in enumerate(("DOB: 1932", "M 46"))
    ]
    lines = [TextLine(written[1].box.pad(1), written[1].text, 0.95, "e", "stored")]
    found = read_around_small_text(lines, image.pixels, detector)
    assert found == read_around_small_text(lines, image.pixels, Unrestricted(detector))
