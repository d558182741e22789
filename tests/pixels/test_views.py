import numpy as np
import pytest

from efface.transforms.core.records import PixelFacts
from efface.transforms.pixels.views import render_views


def facts(frame, **told):
    rows, columns = frame.shape[:2]
    photometric = told.pop("photometric", "MONOCHROME2")
    return PixelFacts("PixelData", rows, columns, 1, 1, photometric, 16, 16, True, **told)


def contrasts(frame, mask, **told):
    """Per view: how far the pixels of the mask stand out from the rest, in grey levels."""
    views = render_views(frame, facts(frame, **told))
    return {view.name: abs(float(view.image[mask].mean()) - float(view.image[~mask].mean())) for view in views}


@pytest.fixture
def text():
    mask = np.zeros((100, 120), bool)
    mask[20:28, 10:60:3] = True
    return mask


def noisy(shape):
    return np.random.default_rng(3).normal(100, 10, shape).astype(np.int16)


def test_text_outside_of_the_window_is_shown(text):
    frame = noisy(text.shape)
    frame[text] = 3000
    frame[~text & (np.arange(120) < 60)] += 2500  # Anatomy: bright above, text brighter still.
    told = contrasts(frame, text, window=(100.0, 50.0))
    assert max(told.values()) > 60


def test_an_outlier_does_not_fade_faint_text(text):
    frame = noisy(text.shape)
    frame[text] += 60
    frame[0, 0] = 30_000
    assert max(contrasts(frame, text).values()) > 60


def test_padding_does_not_fade_text(text):
    frame = noisy(text.shape)
    frame[text] += 60
    frame[:, 90:] = -32_768
    assert max(contrasts(frame, text, padding_value=-32_768).values()) > 60


def test_the_window_is_read_where_it_shows_something_else(text):
    frame = noisy(text.shape)
    frame[text] += 60
    frame[:, 80:] = np.arange(40) * 500
    views = {view.name: view.image[:, :80] for view in render_views(frame, facts(frame, window=(130.0, 150.0)))}
    assert views["window"][text[:, :80]].mean() - views["window"][~text[:, :80]].mean() > 60


def test_monochrome1_is_shown_as_a_viewer_shows_it():
    frame = np.arange(100, dtype=np.uint16).reshape(10, 10)
    [view] = render_views(frame, facts(frame, photometric="MONOCHROME1"))
    assert view.image[0, 0] == 255
    assert view.image[-1, -1] == 0


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((1, 1), np.uint8),
        np.full((5, 5), -7, np.int16),
        np.full((4, 4), np.nan, np.float32),
        np.array([[np.inf, 1.0], [2.0, np.nan]], np.float32),
        np.zeros((3, 4, 3), np.uint16),
        np.arange(16, dtype=np.uint32).reshape(4, 4),
    ],
)
def test_every_frame_has_a_view_of_its_size(frame):
    views = render_views(frame, facts(frame))
    assert views
    for view in views:
        assert view.image.dtype == np.uint8
        assert view.image.shape == frame.shape


def test_colour_of_8_bits_is_passed_on_untouched():
    frame = np.random.default_rng(0).integers(0, 255, (6, 7, 3), dtype=np.uint8)
    [view] = render_views(frame, facts(frame))
    assert view.image is frame
