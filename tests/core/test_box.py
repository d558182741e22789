from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box, bounding_box

COORDINATES = st.integers(-50, 150)
BOXES = st.builds(Box, COORDINATES, COORDINATES, COORDINATES, COORDINATES)


@given(BOXES, st.integers(1, 100), st.integers(1, 100))
def test_clip_stays_inside(box, columns, rows):
    clipped = box.clip(columns, rows)
    assert clipped.area_px == 0 or (0 <= clipped.left < clipped.right <= columns and 0 <= clipped.top < clipped.bottom <= rows)


@given(BOXES, BOXES)
def test_overlap_is_symmetric_and_a_share(one, other):
    assert one.overlap(other) == other.overlap(one)
    assert 0 <= one.overlap(other) <= 1


@given(st.lists(st.tuples(st.floats(0, 99), st.floats(0, 99)), min_size=4, max_size=4))
def test_bounding_box_holds_every_corner_of_a_rotated_quadrilateral(corners):
    box = bounding_box(corners)
    assert all(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in corners)


@given(BOXES, BOXES)
def test_minus_is_the_rest_and_nothing_twice(one, other):
    rest = one.minus(other)
    assert sum(box.area_px for box in rest) == one.area_px - one.intersection(other).area_px
    assert not any(box.intersection(other).area_px for box in rest)
    assert not any(a.intersection(b).area_px for a in rest for b in rest if a is not b)
