import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.digit_groups import blank_scales, is_number_in_groups
from efface.transforms.phi.patterns import find_as_read, find_patterns

separators = st.sampled_from([" ", "  ", "-", ".", "/", " - ", ") ", ")", ", "])
groups = st.lists(st.tuples(separators, st.text("0123456789", min_size=3, max_size=4)), min_size=2, max_size=4)


@given(st.text("123456789", min_size=2, max_size=3), groups)
def test_seven_digits_in_three_groups_name_somebody(first: str, others: list[tuple[str, str]]) -> None:
    text = "0" + first + "".join(separator + digits for separator, digits in others)
    assert any(find_patterns(text)) or any(find_as_read(text))


@given(st.integers(-50, 50), st.sampled_from([1, 2, 5, 10, 20, 25, 50, 100]), st.integers(4, 9), st.booleans())
def test_ticks_of_a_scale_do_not(first: int, step: int, count: int, is_falling: bool) -> None:
    ticks = [str(step * (first + index)) for index in range(count)]
    scale = " ".join(reversed(ticks) if is_falling else ticks)
    if all(len(tick.lstrip("-")) <= 4 for tick in ticks):
        assert not blank_scales(scale).strip(" =")
        assert not any(find_patterns(scale))


@pytest.mark.parametrize("text", ["12 03 57", "01 02 03 04 05", "123 456 789", "4821 3377 4822 3378", "1111 2222 3333 4444"])
def test_dates_and_numbers_are_no_scales(text: str) -> None:
    assert blank_scales(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "512 512",
        "5000/100",
        "4000 200",
        "1234 5678 MM 100 MS",
        "L3 L4 L5 S1",
        "W/L 2500 480",
        "10.52 1024.5 12.33",
        "L2500, 24",
    ],
)
def test_settings_and_measures_are_no_numbers_in_groups(text: str) -> None:
    assert not is_number_in_groups(text)
