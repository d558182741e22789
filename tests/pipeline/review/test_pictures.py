"""Pictures of Frames, and what is said where there is none."""

import io

import numpy as np
import pytest
from PIL import Image

from efface.pipeline.review.pictures import AS_STORED, draw, frames_of, views_of
from efface.transforms.core.errors import EffaceError, PixelFactsError
from efface.transforms.instance.listing import find_source
from support.corpus import minimal, saved
from support.samples import sample
from support.steps import pictured


def stored(folder, content):
    (folder / "1.dcm").write_bytes(content)
    return find_source(str(folder / "1.dcm"))


def opened(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def test_each_frame_is_drawn_in_its_own_pixels(tmp_path):
    pixels = np.zeros((3, 20, 30), np.uint8)
    pixels[1, 5:9, 10:20] = 200
    pixels[:, 0, 0] = 255
    source = stored(tmp_path, saved(pictured(pixels)))
    assert frames_of(source) == 3
    for frame in range(3):
        assert np.array_equal(opened(draw(source, frame)), pixels[frame])
    with pytest.raises(IndexError):
        draw(source, 3)


def test_a_view_is_a_rendering_that_the_engine_reads(tmp_path):
    source = stored(tmp_path, sample("CT_small.dcm"))
    views = views_of(source, 0)
    assert views[:2] == (AS_STORED, "stored")
    pictures = {view: draw(source, 0, view) for view in views}
    assert all(opened(picture).shape == (128, 128) for picture in pictures.values())
    assert draw(source, 0, "no such view") == pictures[AS_STORED]


def test_a_small_picture_has_the_shape_of_the_frame(tmp_path):
    source = stored(tmp_path, saved(pictured(np.zeros((100, 400), np.uint8))))
    assert opened(draw(source, 0, max_px=40)).shape == (10, 40)


def test_what_has_no_pixels_or_is_broken_is_told_by_its_code(tmp_path):
    with pytest.raises(PixelFactsError):
        frames_of(stored(tmp_path, saved(minimal())))
    with pytest.raises(EffaceError):
        draw(stored(tmp_path, sample("CT_small.dcm")[:9000]), 0)
