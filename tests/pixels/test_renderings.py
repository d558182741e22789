import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.errors import VoiWindowsError
from efface.transforms.core.instance import PixelFacts
from efface.transforms.core.voi import GreyscaleTransform, LookupTable, Rescale, Sigmoid, Window
from efface.transforms.pixels.renderings import display_frame, render_frame


def facts(frame, **attributes):
    rows, columns = frame.shape[:2]
    photometric = attributes.pop("photometric", "MONOCHROME2")
    return PixelFacts("PixelData", rows, columns, 1, 1, photometric, 16, 16, True, **attributes)


def window(low, high, modality=None):
    return GreyscaleTransform(modality or Rescale(), Window(low, high))


def table(entries, first=0):
    return LookupTable(first, np.asarray(entries, "<u2").tobytes())


def contrasts(frame, mask, transforms=(), **attributes):
    """Name of each rendering -> the difference of the pixels of the mask from the rest, in grey levels."""
    views = render_frame(frame, facts(frame, **attributes), transforms)
    return {view.name: abs(float(view.image[mask].mean()) - float(view.image[~mask].mean())) for view in views}


@pytest.fixture
def text():
    mask = np.zeros((100, 120), bool)
    mask[20:28, 10:60:3] = True
    return mask


def noisy(shape):
    return np.random.default_rng(3).normal(100, 10, shape).astype(np.int16)


def test_text_outside_of_the_window_is_rendered(text):
    frame = noisy(text.shape)
    frame[text] = 3000
    frame[~text & (np.arange(120) < 60)] += 2500  # Anatomy: bright above, text brighter still.
    assert max(contrasts(frame, text, [window(75, 125)]).values()) > 60


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


def test_a_window_that_shows_something_else_is_rendered(text):
    frame = noisy(text.shape)
    frame[text] += 60
    frame[:, 80:] = np.arange(40) * 500
    views = {view.name: view.image[:, :80] for view in render_frame(frame, facts(frame), [window(55, 205)])}
    assert views["window"][text[:, :80]].mean() - views["window"][~text[:, :80]].mean() > 60


def test_monochrome1_is_rendered_as_a_viewer_shows_it():
    frame = np.arange(100, dtype=np.uint16).reshape(10, 10)
    [view] = render_frame(frame, facts(frame, photometric="MONOCHROME1"), ())
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
def test_every_frame_has_a_rendering_of_its_size(frame):
    lookup = GreyscaleTransform(Rescale(), table([5, 9, 1], 1))
    views = render_frame(frame, facts(frame), [window(1, 2), lookup, GreyscaleTransform(Rescale(), Sigmoid(0, 1))])
    assert views
    for view in views:
        assert view.image.dtype == np.uint8
        assert view.image.shape == frame.shape


def test_colours_of_8_bits_are_not_changed():
    frame = np.random.default_rng(0).integers(0, 255, (6, 7, 3), dtype=np.uint8)
    [view] = render_frame(frame, facts(frame), [window(100, 110)])
    assert view.image is frame


@pytest.fixture
def faint(text):
    """Text brighter than its surroundings by 1 % of the range of values, beside a slope over the whole range."""
    frame = np.full(text.shape, 1000, np.uint16)
    frame[text] = 1041
    frame[:, 80:] = np.linspace(0, 4095, 40)
    return frame


FAINT = {
    "a window": window(980, 1060),
    "a window in rescaled values": window(-24, 56, Rescale(1, -1004)),
    "a window over a negative slope": window(-2120, -1960, Rescale(-2, 0)),
    "a sigmoid": GreyscaleTransform(Rescale(), Sigmoid(1020, 80)),
    "a VOI LUT": GreyscaleTransform(Rescale(), table([0] * 1000 + list(range(0, 4200, 100)) + [4200] * 3000)),
    "a VOI LUT that starts at its values": GreyscaleTransform(Rescale(), table(range(1, 60), 990)),
    "a VOI LUT of negative values": GreyscaleTransform(Rescale(1, -1024), table(range(1, 60), -34)),
    "a VOI LUT that goes up and down": GreyscaleTransform(Rescale(), table(np.arange(4096) // 41 % 2)),
    "a Modality LUT": GreyscaleTransform(table([0] * 1020 + [9] * 3000), None),
    "a window over a Modality LUT": window(3, 4, table(np.arange(4096) // 300 + (np.arange(4096) > 1020))),
}


@pytest.mark.parametrize("transform", FAINT.values(), ids=FAINT)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_text_that_only_one_transform_shows_is_rendered(faint, text, transform, photometric):
    left, inside = faint[:, :80], text[:, :80]
    hidden = render_frame(faint, facts(faint), ())
    views = render_frame(faint, facts(faint, photometric=photometric), [window(0, 4095), transform])
    seen = [float(abs(np.mean(view.image[:, :80][inside]) - np.mean(view.image[:, :80][~inside]))) for view in views]
    assert left.shape == inside.shape
    assert all(np.ptp(view.image[:, :80]) < 8 for view in hidden)
    assert max(seen) > 60


frames = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).integers(0, np.random.default_rng(seed).integers(1, 4096), (8, 9)).astype(np.int16)
)
transforms = st.one_of(
    st.builds(window, st.integers(-500, 4500), st.integers(-500, 4500)),
    st.builds(
        lambda center, width: GreyscaleTransform(Rescale(), Sigmoid(center, width)), st.integers(0, 4096), st.integers(1, 4096)
    ),
    st.builds(
        lambda entries, first: GreyscaleTransform(Rescale(), table(entries, first)),
        st.lists(st.integers(0, 4095), min_size=1, max_size=99),
        st.integers(0, 4000),
    ),
)


@given(frames, st.lists(transforms, max_size=5))
def test_some_rendering_shows_every_contrast_that_a_transform_shows(frame, several):
    images = [view.image.astype(int) for view in render_frame(frame, facts(frame), several)]
    for transform in several:
        picture = transform.apply(frame.astype(np.float32))
        picture = (picture - picture.min()) * (255 / (np.ptp(picture) or 1))
        contrast = np.abs(picture.ravel()[:, None] - picture.ravel())
        seen = [np.abs(image.ravel()[:, None] - image.ravel()) for image in images]
        assert any((contrast - other).max() < 10 for other in seen)  # Fewer than 8, and how they are rounded.


@given(frames, transforms)
def test_equal_transforms_are_rendered_once(frame, transform):
    once = render_frame(frame, facts(frame), [transform])
    again = render_frame(frame, facts(frame), [transform, GreyscaleTransform(transform.modality, transform.voi), transform])
    assert [view.name for view in once] == [view.name for view in again]


def test_a_window_wider_than_the_values_and_a_negative_add_no_rendering(faint):
    several = [
        window(-9, 9000),
        window(0, 4095),
        window(-4095, 0, Rescale(-1, 0)),
        GreyscaleTransform(Rescale(), table(range(4095, -1, -1))),
    ]
    assert [view.name for view in render_frame(faint, facts(faint), several)] == ["stored"]


@pytest.mark.parametrize(("low", "is_read"), [(60, False), (200, True)])
def test_a_window_close_to_another_rendering_adds_none(faint, low, is_read):
    assert (len(render_frame(faint, facts(faint), [window(low, 4095)])) == 2) is is_read


def test_a_frame_with_too_many_windows_is_refused(faint):
    several = [window(400 * number, 400 * number + 300) for number in range(9)]
    assert len(render_frame(faint, facts(faint), several[:8])) == 9  # The full range is not counted.
    assert [view.name for view in render_frame(faint, facts(faint), several[:2])] == ["stored", "window", "window 2"]
    with pytest.raises(VoiWindowsError):
        render_frame(faint, facts(faint), several)


@pytest.mark.parametrize("dtype", [np.int32, np.uint32, np.float32, np.float64])
def test_values_of_more_than_16_bits_are_rendered_alike(faint, dtype):
    few = render_frame(faint, facts(faint), FAINT.values())
    many = np.pad(faint, ((0, 0), (0, 1))).astype(dtype)
    many[0, -1] = 4095
    if dtype in (np.int32, np.uint32):
        many *= 65536
        several = [GreyscaleTransform(Rescale(1 / 65536, 0), one.voi) for one in FAINT.values() if one.modality == Rescale()]
        few = render_frame(faint, facts(faint), [GreyscaleTransform(Rescale(), one.voi) for one in several])
    else:
        several = list(FAINT.values())
    for one, other in zip(few, render_frame(many, facts(many), several), strict=True):
        assert one.name == other.name
        assert np.abs(one.image.astype(int) - other.image[:, :-1]).max() <= 1


displayed = [Window(75, 125), Sigmoid(100, 50), table(range(0, 60000, 100)), Window(90, 90)]


@given(frames, frames, st.sampled_from(displayed), st.sampled_from(["MONOCHROME1", "MONOCHROME2"]))
def test_a_window_displays_equal_values_alike_in_every_frame(one, other, voi, photometric):
    transforms = [GreyscaleTransform(Rescale(), None), GreyscaleTransform(Rescale(), voi), window(0, 1)]
    both = np.concatenate([one.ravel(), other.ravel()]).reshape(1, -1)
    together = display_frame(both, facts(both, photometric=photometric), transforms).ravel()
    alone = [display_frame(frame, facts(frame, photometric=photometric), transforms).ravel() for frame in (one, other)]
    assert np.array_equal(together, np.concatenate(alone))
    assert together.dtype == np.uint8


def test_a_window_is_black_below_and_white_above():
    frame = np.array([[0, 75, 100, 125, 900]], np.int16)
    assert display_frame(frame, facts(frame), [window(75, 125)]).tolist() == [[0, 0, 128, 255, 255]]
    assert display_frame(frame, facts(frame, photometric="MONOCHROME1"), [window(75, 125)]).tolist() == [[255, 255, 127, 0, 0]]


@given(frames)
def test_without_a_window_the_full_range_is_displayed(frame):
    assert np.array_equal(display_frame(frame, facts(frame), ()), render_frame(frame, facts(frame), ())[0].image)


def test_colours_are_displayed_as_they_are():
    frame = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    assert display_frame(frame, facts(frame), [window(0, 10)]) is frame
