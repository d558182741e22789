from hypothesis import given
from hypothesis import strategies as st

from efface.pipeline.certify.dice import Dice


def test_draws_are_what_they_always_were():
    """Another machine or version of Python must draw the same."""
    dice = Dice(1, "patient", 2)
    assert [dice.whole(0, 99) for _ in range(6)] == DRAWN


DRAWN = [44, 1, 71, 22, 30, 12]


@given(st.integers(), st.integers(-50, 50), st.integers(0, 50))
def test_whole_numbers_stay_within_their_bounds(seed, low, room):
    assert low <= Dice(seed).whole(low, low + room) <= low + room


@given(st.integers(), st.lists(st.integers()))
def test_an_order_has_every_item(seed, items):
    assert sorted(Dice(seed).order(items)) == sorted(items)


def test_parts_do_not_move_each_other():
    first, second = Dice(1), Dice(1)
    second.digits(9)
    assert first.apart("a").digits(9) == second.apart("a").digits(9)


def test_patterns_are_filled():
    filled = Dice(4).fill("%#-@@ x")
    assert filled[0] in "123456789"
    assert filled[1].isdigit()
    assert filled[3:5].isupper()
    assert filled.endswith(" x")
