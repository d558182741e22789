"""Lines that slope, and letters larger than half size shows, by the prefilter with its real weights."""

import cv2
import numpy as np
import pytest

from efface.transforms.core.box import bounding_box, covered_share
from efface.transforms.ocr.prefilter import TextPrefilter, load_prefilter
from support.text_images import blank, speckle


@pytest.fixture(scope="module")
def network() -> TextPrefilter:
    return load_prefilter()


@pytest.mark.parametrize("turn_deg", [-45, -30, -20, 20, 30, 45, 60, -70])
def test_lines_of_any_slope_are_found_on_a_turned_copy(network: TextPrefilter, turn_deg: float) -> None:
    image = blank(700, 700, 0)
    line = image.write("MRN 55120987", 240, 340, size_px=28, value=200)
    turn = cv2.getRotationMatrix2D((350, 350), turn_deg, 1.0)
    pixels = cv2.warpAffine(image.pixels, turn, (700, 700))
    down, across = np.nonzero(pixels > 60)
    ink = bounding_box(zip(across.tolist(), down.tolist(), strict=True))
    found = [bounding_box(corners).clip(700, 700) for corners in network.sloping_places(pixels)]
    assert covered_share(ink, found) > 0.85, (line, ink, found)


def test_few_places_slope_where_there_is_no_text(network: TextPrefilter) -> None:
    assert sum(len(network.sloping_places(speckle(480, 640, seed).pixels)) for seed in range(4)) <= 2


def test_a_picture_of_one_pixel_has_no_sloping_places(network: TextPrefilter) -> None:
    assert network.sloping_places(np.zeros((1, 1), np.uint8)) == []


@pytest.mark.parametrize("size_px", [160, 280, 400])
def test_letters_of_hundreds_of_pixels_are_found(network: TextPrefilter, size_px: int) -> None:
    image = blank(1400, 1600, 60)
    line = image.write("04.12.57", 40, 500, size_px=size_px, value=190)
    [heatmap] = network.heatmaps([image.pixels])
    assert covered_share(line.box, [place.box for place in heatmap.places()]) > 0.9
