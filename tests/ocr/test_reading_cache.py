"""Equal crops are read once, and every answer is the one that the crop itself gets."""

import numpy as np
import pytest

from efface.transforms.ocr import reading_cache
from efface.transforms.ocr.reading_cache import ReadingCache


@pytest.fixture
def asked() -> list[np.ndarray]:
    return []


@pytest.fixture
def cache(asked: list[np.ndarray]) -> ReadingCache[tuple[tuple[int, ...], bytes]]:
    def read(crop: np.ndarray) -> tuple[tuple[int, ...], bytes]:
        asked.append(crop)
        return crop.shape, crop.tobytes()

    return ReadingCache(read)


def test_equal_crops_are_read_once_wherever_they_lie_in_memory(cache, asked) -> None:
    whole = np.random.default_rng(1).integers(0, 255, (20, 60, 3), dtype=np.uint8)
    crop = whole[4:12, 10:40]
    assert cache(crop) == cache(crop.copy()) == (crop.shape, crop.tobytes())
    assert len(asked) == 1


def test_crops_that_differ_in_a_pixel_or_in_shape_alone_are_read_each(cache, asked) -> None:
    crop = np.zeros((4, 6, 3), np.uint8)
    other = crop.copy()
    other[3, 5, 2] = 1
    views = (crop, other, crop.reshape(6, 4, 3), crop.reshape(2, 12, 3))
    assert [cache(view) for view in views] == [(view.shape, view.tobytes()) for view in views]
    assert len(asked) == len(views)


def test_only_the_latest_answers_are_held(cache, asked, monkeypatch) -> None:
    monkeypatch.setattr(reading_cache, "MOST", 2)
    crops = [np.full((2, 2, 3), value, np.uint8) for value in range(3)]
    for crop in (crops[0], crops[1], crops[0], crops[2], crops[0], crops[1]):
        cache(crop)
    assert [int(crop[0, 0, 0]) for crop in asked] == [0, 1, 2, 1]
