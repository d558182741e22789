"""The screen lets every code pass, and little else."""

import numpy as np
import pytest

from efface.transforms.barcodes import screen
from efface.transforms.barcodes.screen import find_candidates
from efface.transforms.core.box import covered_share
from support import text_images
from support.bar_codes import Look, draw_content, plant_code


@pytest.mark.parametrize("format_", ["Code128", "DataMatrix", "QRCode", "Aztec", "PDF417"])
@pytest.mark.parametrize("contrast", [20, 200])
def test_a_code_of_narrow_modules_is_a_candidate(format_, contrast):
    random = np.random.default_rng(3)
    picture = text_images.blank(300, 400).pixels
    code = plant_code(picture, format_, draw_content(format_, random), Look(module_px=1.5, contrast=contrast), random)
    assert code is not None
    assert covered_share(code.box, [one.box for one in find_candidates(picture)]) > 0.9


def test_noise_an_edge_and_a_shadow_are_none():
    noise = np.random.default_rng(4).normal(120, 20, (400, 400)).clip(0, 255).astype(np.uint8)
    edge = np.zeros((400, 400), np.uint8)
    edge[:, 200:] = 255
    shadow = np.tile(np.linspace(0, 255, 400).astype(np.uint8), (400, 1))
    assert [find_candidates(picture) for picture in (noise, edge, shadow)] == [[], [], []]


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (3, 900), (5, 5)])
def test_pictures_of_any_shape_are_screened(shape):
    assert find_candidates(np.full(shape, 7, np.uint8)) == []


def test_a_picture_is_screened_in_bands_as_at_once(monkeypatch):
    random = np.random.default_rng(5)
    picture = random.integers(0, 256, (330, 402), np.uint8)
    picture[:, 200:] = text_images.blank(330, 202).pixels
    code = plant_code(picture, "QRCode", draw_content("QRCode", random), Look(module_px=2, contrast=90), random)
    assert code is not None
    at_once = find_candidates(picture)
    for band_px in (1, 5 * picture.shape[1], 100_000):
        monkeypatch.setattr(screen, "_BAND_PX", band_px)
        in_bands = find_candidates(picture)
        assert len(in_bands) == len(at_once) > 0
        for one, other in zip(at_once, in_bands, strict=True):
            assert (one.box, one[2:]) == (other.box, other[2:])
            assert np.array_equal(one.cells, other.cells)
