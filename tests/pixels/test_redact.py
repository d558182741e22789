import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Finding, Verdict
from efface.transforms.pixels.redact import boxes_by_frame, fill_value, redact_frame


def finding(box, frames=(0,), verdict=Verdict.REDACT):
    return Finding(frames, box, verdict, "unknown_text", "rule", 1.0)


boxes_in_frames = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 10), st.integers(1, 10)).map(
    lambda sides: Box(min(sides[0], sides[2]), min(sides[1], sides[3]), max(sides[0], sides[2]), max(sides[1], sides[3]))
)


@given(
    arrays(st.sampled_from([np.uint8, np.int16, np.uint16]), array_shapes(min_dims=2, max_dims=2, min_side=10, max_side=12)),
    st.lists(boxes_in_frames, max_size=3),
)
def test_no_bit_outside_the_boxes_changes(frame, boxes):
    value = fill_value(frame, frame.astype(np.float64))
    redacted = redact_frame(frame, boxes, value)
    inside = np.zeros(frame.shape, bool)
    for box in boxes:
        inside[box.top : box.bottom, box.left : box.right] = True
    assert redacted.dtype == frame.dtype
    assert np.array_equal(redacted[~inside], frame[~inside])
    assert (redacted[inside] == value).all()
    assert value == frame.min()


def test_the_fill_value_is_that_of_the_darkest_pixel_that_is_no_padding():
    stored = np.array([[3, 9], [5, 7]], np.uint16)
    assert fill_value(stored, np.array([[np.nan, 4.0], [2.0, 3.0]])) == 5
    assert fill_value(stored, np.full((2, 2), np.nan)) == 3
    colours = np.array([[[200, 128, 128], [16, 128, 128]]], np.uint8)
    assert fill_value(colours, np.array([[600.0, 48.0]])).tolist() == [16, 128, 128]


def test_boxes_to_redact_are_listed_once_and_in_order():
    one, two = Box(5, 5, 6, 6), Box(1, 1, 2, 2)
    findings = [finding(one, (2, 0)), finding(two, (2,)), finding(one, (2,)), finding(Box(7, 7, 8, 8), (1,), Verdict.KEEP)]
    assert boxes_by_frame(findings) == {0: (one,), 2: (two, one)}
    assert list(boxes_by_frame(findings)) == [0, 2]
