"""The pixels that boxes cover, against an array in which they are drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from efface.pipeline.reporting.filled_area import filled_pixels
from efface.transforms.core.box import Box

SIDES = st.tuples(st.integers(0, 19), st.integers(1, 20)).filter(lambda pair: pair[0] < pair[1])
BOXES = st.builds(lambda x, y: Box(x[0], y[0], x[1], y[1]), SIDES, SIDES)
FRAMES = st.lists(st.integers(0, 3), max_size=4, unique=True)


@given(st.lists(st.tuples(FRAMES, BOXES), max_size=6))
def test_a_pixel_counts_once_however_many_boxes_cover_it(boxes: list[tuple[list[int], Box]]) -> None:
    drawn = np.zeros((4, 20, 20), bool)
    for frames, box in boxes:
        drawn[frames, box.top : box.bottom, box.left : box.right] = True
    assert filled_pixels(boxes) == drawn.sum()
