"""Places and regions, whatever the engines find."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box
from efface.transforms.core.text_line import TextLine
from efface.transforms.ocr.lines import merge_lines
from efface.transforms.ocr.regions import busy_areas, cut_tiles, join_regions

sides = st.integers(1, 120)
boxes = st.builds(lambda left, top, width, height: Box(left, top, left + width, top + height), sides, sides, sides, sides)
text_lines = st.builds(TextLine, boxes, st.sampled_from(["", "A", "B"]), st.floats(0, 1), st.just("e"), st.just("v"))


def line(box: tuple[int, int, int, int], engine: str = "e") -> TextLine:
    return TextLine(Box(*box), "", 0.5, engine, "stored")


@given(st.lists(text_lines, max_size=12))
def test_every_reading_is_in_one_place_and_no_place_is_larger_than_its_largest_box(lines: list[TextLine]) -> None:
    places = merge_lines(lines)
    assert sorted(map(hash, lines)) == sorted(hash(one) for place in places for one in place)
    for place in places:
        assert all(place[0].box.area_px >= one.box.area_px for one in place)
        assert all(place[0].box.overlap(one.box) >= 0.5 for one in place)


@given(st.lists(text_lines, max_size=8), st.randoms())
def test_the_order_of_the_readings_does_not_matter(lines: list[TextLine], random: object) -> None:
    shuffled = lines[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge_lines(shuffled) == merge_lines(lines)


def test_two_engines_on_one_line_are_one_place() -> None:
    assert len(merge_lines([line((10, 10, 100, 30)), line((12, 8, 97, 31), "f"), line((12, 60, 97, 80))])) == 2


def test_neighbouring_lines_stay_apart_even_under_a_box_over_all_of_them() -> None:
    rows = [line((10, 10 + 22 * row, 200, 30 + 22 * row)) for row in range(5)]
    assert len(merge_lines([*rows, line((0, 0, 220, 130), "f")])) == 6


def test_a_chain_of_overlapping_boxes_does_not_swallow_the_image() -> None:
    places = merge_lines([line((20 * step, 0, 20 * step + 40, 20)) for step in range(20)])
    assert max(one.box.right for one in places[0]) <= 60


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_tiles_cover_the_image_overlap_and_keep_the_limit(rows: int, columns: int) -> None:
    tiles = cut_tiles(rows, columns, 1280, 160)
    assert all(tile == tile.clip(columns, rows) and tile.width <= 1280 and tile.height <= 1280 for tile in tiles)
    for start, end, length in (("left", "right", columns), ("top", "bottom", rows)):
        spans = sorted({(getattr(tile, start), getattr(tile, end)) for tile in tiles})
        assert spans[0][0] == 0
        assert spans[-1][1] == length
        assert all(left[1] - right[0] >= 160 for left, right in pairwise(spans))
    assert len(tiles) == len({tile.left for tile in tiles}) * len({tile.top for tile in tiles})


@given(st.lists(boxes, max_size=10))
def test_joining_regions_loses_no_pixel_and_is_finished(found: list[Box]) -> None:
    joined = join_regions(found)
    assert all(any(box.intersection(one) == box for one in joined) for box in found)
    assert join_regions(joined) == joined


def test_halves_of_a_line_are_joined_and_stacked_lines_are_not() -> None:
    assert join_regions([Box(0, 0, 100, 20), Box(80, 1, 200, 21)]) == [Box(0, 0, 200, 21)]
    assert len(join_regions([Box(0, 0, 100, 20), Box(0, 18, 100, 38)])) == 2


@given(st.integers(1, 900), st.integers(1, 900), st.lists(st.tuples(st.integers(0, 899), st.integers(0, 899)), max_size=12))
def test_every_edge_is_in_a_busy_area_with_what_is_around_it(rows: int, columns: int, dots: list[tuple[int, int]]) -> None:
    image = np.zeros((rows, columns), np.uint8)
    dots = [(row % rows, column % columns) for row, column in dots]
    for row, column in dots:
        image[row, column] = 200
    areas = busy_areas(image)
    assert all(area == area.clip(columns, rows) and area.area_px for area in areas)
    for row, column in dots:
        around = Box(column - 16, row - 16, column + 16, row + 16).clip(columns, rows)
        covered = np.zeros((rows, columns), bool)
        for left, top, right, bottom in areas:
            covered[top:bottom, left:right] = True
        assert covered[around.top : around.bottom, around.left : around.right].all() or rows == 1 or columns == 1
    assert busy_areas(np.full((rows, columns, 3), 90, np.uint8)) == []


def test_a_line_is_whole_in_one_area_or_the_areas_overlap() -> None:
    image = np.zeros((2000, 2000), np.uint8)
    image[40:60, 100:1900:6] = 255
    image[100:1900:6, 1960:1980] = 255
    areas = busy_areas(image)
    assert sum(area.area_px for area in areas) < 0.4 * image.size
    assert any(area.intersection(other).area_px for area in areas for other in areas if area != other)
