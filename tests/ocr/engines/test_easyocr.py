"""What is particular to EasyOCR's models."""

import math

import numpy as np
import pytest
import torch
from easyocr.utils import get_image_list
from hypothesis import example, given
from hypothesis import strategies as st

from efface.transforms.ocr.base import OcrSettings
from efface.transforms.ocr.engines.easyocr import EasyOcr, batches_of_one_width

SIDES_PX = st.tuples(st.integers(1, 60), st.integers(1, 400))


def padded_px(crops: list[np.ndarray]) -> int:
    """The width that EasyOCR gives the lines of one picture."""
    widths = [int(get_image_list([[0, crop.shape[1], 0, crop.shape[0]]], [], crop, model_height=64)[1]) for crop in crops]
    return max(widths)


@given(st.lists(SIDES_PX, max_size=40))
@example([(8, 385), (49, 1)])
def test_no_line_is_padded_to_the_width_of_another(sides: list[tuple[int, int]]) -> None:
    crops = [np.zeros(shape, np.uint8) for shape in sides]
    batches = batches_of_one_width(crops)
    assert sorted(number for batch in batches for number in batch) == list(range(len(crops)))
    for batch in batches:
        assert {padded_px([crops[number]]) for number in batch} == {padded_px([crops[number] for number in batch])}


def test_like_lines_are_read_together() -> None:
    crops = [np.zeros((20, 101 + number), np.uint8) for number in range(16)]
    assert len(batches_of_one_width(crops)) == math.ceil(len(crops) / 16)


@pytest.mark.parametrize("precision", ["exact", "fastest"])
def test_the_network_computes_in_float32_unless_told_otherwise(precision: str) -> None:
    engine = EasyOcr(OcrSettings(engine="easyocr", device="cpu", precision=precision))
    types = {values.dtype for values in engine._reader.detector.parameters()}
    types |= {values.dtype for values in engine._reader.recognizer.parameters()}
    assert torch.float32 in types
    assert precision == "fastest" or types == {torch.float32}
