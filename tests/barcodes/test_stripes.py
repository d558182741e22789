"""Bars of any width are seen to run one way, and noise is not."""

import numpy as np
import pytest

from efface.transforms.barcodes.stripes import directions_of

CELLS = np.ones((10, 20), bool)


def bars(width_px: int) -> np.ndarray:
    return np.tile(np.arange(80) // width_px % 2 * 200, (40, 1)).astype(np.uint8)


@pytest.mark.parametrize("width_px", [1, 2, 3, 4])
@pytest.mark.parametrize("turns", [0, 1])
def test_bars_run_one_way(width_px, turns):
    edges = directions_of(np.ascontiguousarray(np.rot90(bars(width_px), turns)), np.rot90(CELLS, turns), is_fine=True)
    assert edges.coherence > 0.95


def test_usual_slopes_do_not_see_bars_of_one_pixel():
    assert directions_of(bars(1), CELLS).energy[1:-1, 1:-1].sum() == 0


@pytest.mark.parametrize("is_fine", [False, True])
def test_noise_runs_all_ways(is_fine):
    noise = np.random.default_rng(1).integers(0, 256, (40, 80)).astype(np.uint8)
    assert directions_of(noise, CELLS, is_fine=is_fine).coherence < 0.2
