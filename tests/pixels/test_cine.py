"""Projections show the text of a clip; a Frame whose text they lose is read alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box
from efface.transforms.core.search_plan import Projection
from efface.transforms.core.voi import GreyscaleTransform, Rescale, Window
from efface.transforms.pixels.cine import mosaic_of_changes, plan_readings, project
from support.text_images import TextImage, speckle

FRAMES = 24


@pytest.fixture(scope="module")
def clip():
    """Tissue that drifts slowly, as between the Frames of an ultrasound clip."""
    wide = speckle(120, 240 + FRAMES, seed=5).pixels // 2
    return [np.ascontiguousarray(wide[:, offset : offset + 240]) for offset in range(FRAMES)]


def stamped(clip, frames, **how):
    """The clip with a line of text on some of its Frames."""
    return [write(frame, **how) if index in frames else frame for index, frame in enumerate(clip)]


def write(frame, **how):
    image = TextImage(frame.copy(), [])
    image.write("DOE 123456", 70, 50, **how)
    return image.pixels


def alone(readings):
    return [reading.source_frames[0] for reading in readings if reading.projection is Projection.NONE]


def test_a_clip_is_read_as_one_maximum_a_window_and_one_median(clip):
    readings = plan_readings(range(FRAMES), clip.__getitem__)
    assert len(readings) == FRAMES // 8 + 1
    assert alone(readings) == []
    [median] = [reading for reading in readings if reading.projection is Projection.MEDIAN]
    assert median.frames == tuple(range(FRAMES))


@pytest.mark.parametrize("frames", [(9,), (9, 10, 11), tuple(range(5, 15))])
def test_bright_text_is_unchanged_in_the_maximum_of_its_window(clip, frames):
    frames_of_clip = stamped(clip, frames, value=235)
    readings = plan_readings(range(FRAMES), frames_of_clip.__getitem__)
    ink = write(np.zeros_like(clip[0]), value=235) == 235
    for frame in frames:
        pictures = [
            project(one.source_frames, one.projection, frames_of_clip.__getitem__) for one in readings if frame in one.frames
        ]
        assert any((picture[ink] == 235).all() for picture in pictures)


def test_dark_text_on_a_bar_is_read_alone(clip):
    with_bar = [frame.copy() for frame in clip]
    for frame in with_bar:
        frame[44:76, 60:190] = 200
    assert alone(plan_readings(range(FRAMES), stamped(with_bar, {13}, value=20).__getitem__)) == [13]


def test_text_beside_a_white_flash_is_read_alone(clip):
    with_flash = stamped(clip, {13}, value=200)
    with_flash[12] = np.full_like(clip[0], 255)
    assert 13 in alone(plan_readings(range(FRAMES), with_flash.__getitem__))


def test_text_dimmer_than_moving_tissue_is_read_alone(clip):
    bright = [np.where(frame > 0, frame.astype(int) + 90, 0).astype(np.uint8) for frame in clip]
    lines = {13: 150}
    frames = [write(frame, value=lines[index]) if index in lines else frame for index, frame in enumerate(bright)]
    assert 13 in alone(plan_readings(range(FRAMES), frames.__getitem__))


def test_text_of_a_narrow_voi_window_is_read_alone_where_another_frame_outshines_it(clip):
    frames = [frame.astype(np.uint16) * 2 for frame in clip]
    for index, frame in enumerate(frames):
        frame[0, :2] = 0, 65535
        frame[44:76, 60:190] = 1000 + 100 * (index == 12)
    frames[13][44:76, 60:190] += write(np.zeros_like(clip[0]), value=40)[44:76, 60:190]
    assert alone(plan_readings(range(FRAMES), frames.__getitem__)) == []
    transforms = [GreyscaleTransform(Rescale(), Window(980, 1060))]
    assert 13 in alone(plan_readings(range(FRAMES), frames.__getitem__, transforms))


def test_frames_that_differ_are_read_one_by_one():
    random = np.random.default_rng(1)
    frames = [random.integers(0, 255, (90, 90)).astype(np.uint8) for _ in range(16)]
    sharp = [np.kron(frame[:15, :15], np.ones((6, 6), np.uint8)) for frame in frames]
    readings = plan_readings(range(16), sharp.__getitem__)
    assert len(readings) <= 16
    assert {frame for reading in readings for frame in reading.source_frames} == set(range(16))


@given(st.integers(1, 40), st.sampled_from([np.uint8, np.int16, np.uint16, np.float32]), st.sampled_from([(), (3,)]))
def test_every_frame_is_in_a_window_or_alone(count, dtype, samples):
    readings = plan_readings(range(count), lambda frame: np.full((9, 7, *samples), frame, dtype))
    in_windows = [frame for reading in readings if reading.projection is not Projection.MEDIAN for frame in reading.frames]
    assert sorted(in_windows) == list(range(count))
    assert len(readings) <= count


def test_nan_values_hide_nothing():
    frames = [np.full((4, 5), value, np.float32) for value in (1, np.nan, 4)]
    assert (project(range(3), Projection.MAXIMUM, frames.__getitem__) == 4).all()


def test_projections_keep_shape_and_dtype():
    frames = [np.full((4, 5, 3), value, np.uint16) for value in (1, 9, 4, 2)]
    maximum = project(range(4), Projection.MAXIMUM, frames.__getitem__)
    median = project(range(4), Projection.MEDIAN, frames.__getitem__)
    assert (maximum == 9).all()
    assert (median == 4).all()
    assert maximum.shape == median.shape == (4, 5, 3)
    assert maximum.dtype == median.dtype == np.uint16


def test_a_line_of_some_frames_is_read_again_on_every_distinct_frame(clip):
    frames = stamped(clip, {9, 10}, value=120)
    found = Box(70, 50, 100, 58)  # A part of the line, as an engine can find it on the maximum.
    mosaic = mosaic_of_changes([found], range(8, 16), frames.__getitem__)
    strips = []
    for place, origin in mosaic.strips:
        assert origin.intersection(found) == found
        assert origin.right > 130
        assert mosaic.to_frame(place) == origin
        strips.append(mosaic.picture[place.top : place.bottom, place.left : place.right])
    between = mosaic.strips[0][0].bottom
    assert not mosaic.to_frame(Box(0, between, 50, between + 8)).area_px
    around = mosaic.strips[0][1]
    with_line = frames[9][around.top : around.bottom, around.left : around.right]
    assert any((strip == with_line).all() for strip in strips)
    assert 2 < len(strips) <= 8


def test_text_that_stands_still_is_not_read_again(clip):
    frames = [write(np.zeros_like(frame), value=235) for frame in clip]
    assert mosaic_of_changes([Box(68, 48, 140, 62)], range(8), frames.__getitem__) is None
