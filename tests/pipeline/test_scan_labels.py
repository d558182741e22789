"""No label of a picture lies on another one."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.pipeline.scan_labels import LabelLayout, lay_out_labels
from efface.transforms.core.box import Box


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Box], list[tuple[int, int]], list[tuple[int, int]], int, int]:
    """Boxes in a picture, also crowded and large ones, with sizes of labels."""
    columns, rows = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    boxes = []
    for _ in range(draw(st.integers(0, 25))):
        left, top = draw(st.integers(0, columns - 1)), draw(st.integers(0, rows - 1))
        boxes.append(Box(left, top, draw(st.integers(left + 1, columns)), draw(st.integers(top + 1, rows))))
    size = st.tuples(st.integers(1, 20), st.integers(1, 14))
    entry = st.tuples(st.integers(1, 150), st.integers(1, 14))
    sizes = [draw(st.lists(one, min_size=len(boxes), max_size=len(boxes))) for one in (size, entry)]
    return boxes, sizes[0], sizes[1], columns, rows


def inside(label: Box, columns: int, rows: int) -> bool:
    return label.clip(columns, rows) == label


@given(cases())
def test_no_label_lies_on_another_one_or_outside(case: tuple) -> None:
    _, number_sizes, entry_sizes, columns, rows = case
    layout = lay_out_labels(*case)
    numbers = [label for label in layout.numbers if label is not None]
    for one, other in combinations([*numbers, *layout.entries], 2):
        assert not one.intersection(other).area_px
    assert all(inside(label, columns, rows) for label in numbers)
    assert all(inside(label, layout.columns, layout.rows) and label.top >= rows for label in layout.entries)
    assert [(label.width, label.height) for label in layout.entries] == entry_sizes
    sizes = [(label.width, label.height) if label else size for label, size in zip(layout.numbers, number_sizes, strict=True)]
    assert sizes == number_sizes
    assert layout.columns >= columns


def of_lines(lines: int, columns: int, rows: int) -> tuple[list[Box], LabelLayout]:
    """Lines of text below one another, in two rows of columns."""
    boxes = [Box(x, y, x + 100, y + 12) for y in range(20, 20 + 22 * lines // 2, 22) for x in (10, 140)][:lines]
    return boxes, lay_out_labels(boxes, [(14, 10)] * lines, [(110, 13)] * lines, columns, rows)


def test_twenty_boxes_on_a_small_picture_have_their_numbers_beside_them() -> None:
    boxes, layout = of_lines(20, 256, 256)
    for box, label in zip(boxes, layout.numbers, strict=True):
        assert label is not None
        assert not any(label.intersection(other).area_px for other in boxes)
        assert box.pad(10).intersection(label).area_px
    assert (layout.columns, layout.rows) == (256, 256 + 10 * 13 + 8)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(30, 40, 90, 52), Box(22, 41, 30, 51)),
        (Box(0, 40, 90, 52), Box(90, 41, 98, 51)),
        (Box(0, 40, 256, 52), Box(0, 30, 8, 40)),
    ],
)
def test_a_lone_number_stands_beside_its_box_else_above_it(box: Box, expected: Box) -> None:
    assert lay_out_labels([box], [(8, 10)], [(110, 13)], 256, 256).numbers == [expected]


def test_a_picture_without_boxes_stays_as_large_as_it_is() -> None:
    assert lay_out_labels([], [], [], 30, 40) == LabelLayout([], [], 30, 40)
