"""Where most instances of a series show text, the others are read again."""

from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box
from efface.transforms.pixels.series import places_to_reread

NAME, DATE = Box(10, 10, 110, 30), Box(400, 10, 500, 30)


def test_a_place_that_one_instance_lacks_is_read_again() -> None:
    boxes = {f"R{number}": [NAME.shift(number % 3, 0), DATE] for number in range(9)} | {"R9": [DATE]}
    [(ref, [place])] = places_to_reread(boxes).items()
    assert ref == "R9"
    assert place.intersection(NAME) == NAME


def test_a_box_of_few_instances_is_no_consensus() -> None:
    assert places_to_reread({"A": [NAME], "B": [NAME], "C": [], "D": []}) == {}
    assert places_to_reread({"A": [NAME], "B": [NAME], "C": [NAME], "D": [], "E": [], "F": [], "G": []}) == {}
    assert places_to_reread({"A": [NAME], "B": []}) == {}


def test_a_place_covered_by_a_larger_box_is_not_read_again() -> None:
    boxes = {name: [NAME] for name in "ABCD"} | {"E": [Box(0, 0, 200, 60)]}
    assert places_to_reread(boxes) == {}


sides = st.integers(0, 60)
places = st.builds(
    lambda left, top, width, height: Box(left, top, left + width + 1, top + height + 1), sides, sides, sides, sides
)


@given(st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=2), st.lists(places, max_size=4), max_size=8), st.randoms())
def test_the_order_of_the_instances_does_not_matter(boxes: dict[str, list[Box]], random: object) -> None:
    names = list(boxes)
    random.shuffle(names)  # type: ignore[attr-defined]
    assert places_to_reread({name: boxes[name] for name in names}) == places_to_reread(boxes)
    assert set(places_to_reread(boxes)) <= set(boxes)
