"""Equal pictures are searched and read once, and answers are those of the engine."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.ocr import equal_crops
from efface.transforms.ocr.equal_crops import EqualCrops
from efface.transforms.ocr.two_stage import Corners, Reading


class Engine:
    """Reads the values of a picture, and counts what it was asked."""

    name, version, tile_px, overlap_px, giant_share = "plain", "1", 64, 8, 0.1

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def find(self, images: Sequence[np.ndarray], *, may_enlarge: bool) -> list[list[Corners]]:
        self.asked += [image.tobytes() for image in images]
        return [[np.full((4, 2), image.sum() + may_enlarge, float)] for image in images]

    def read(self, crops: Sequence[np.ndarray]) -> list[Reading]:
        self.asked += [crop.tobytes() for crop in crops]
        return [Reading(f"{crop.shape} {crop.tobytes().hex()}", 1.0) for crop in crops]


_PICTURES = st.lists(
    st.tuples(st.sampled_from([(1, 4, 3), (2, 2, 3), (4, 1, 3)]), st.integers(0, 2), st.booleans()), min_size=1, max_size=12
)


def drawn(shape: tuple[int, int, int], value: int, is_view: bool) -> np.ndarray:
    image = np.full(shape, value, np.uint8)
    return image[::-1] if is_view else image


@given(st.lists(_PICTURES, min_size=1, max_size=4), st.booleans())
def test_answers_are_those_of_the_engine_and_equal_pictures_are_asked_about_once(rounds: list, may_enlarge: bool) -> None:
    engine, plain = Engine(), Engine()
    remembering = EqualCrops(engine)
    different = set()
    for pictures in rounds:
        images = [drawn(*picture) for picture in pictures]
        different |= {(image.shape, image.tobytes()) for image in images}
        assert remembering.read(images) == plain.read(images)
        found, expected = (one.find(images, may_enlarge=may_enlarge) for one in (remembering, plain))
        assert all(np.array_equal(*pair) for pair in zip(found, expected, strict=True))
        for regions in found:
            regions[0][:] = -1  # What a caller does with its answer changes no other.
    assert len(engine.asked) == 2 * len(different)


def test_no_more_is_kept_than_the_limit(monkeypatch) -> None:
    monkeypatch.setattr(equal_crops, "_KEPT_READINGS", 3)
    engine = Engine()
    remembering = EqualCrops(engine)
    images = [np.full((1, 1, 3), value, np.uint8) for value in range(5)]
    assert [one.text for one in remembering.read(images)] == [one.text for one in Engine().read(images)]
    remembering.read(images[2:])
    assert len(engine.asked) == 5
    remembering.read(images[:1])
    assert len(engine.asked) == 6
