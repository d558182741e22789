"""Numbers of a free text that nothing explains go in the closed world, and settings stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.clean_text import TextCleaner
from efface.transforms.phi.free_text import CLOSED, FreeTextSettings
from efface.transforms.phi.unexplained_numbers import find_unexplained_numbers


def left(text: str) -> str:
    return TextCleaner((), 0, free_text=FreeTextSettings(CLOSED)).clean_text(text)


@pytest.mark.parametrize(
    "code",
    ["55120", "4471-22-1", "012 34 56 78", "34 12 78 90", "LT4471", "AB1234567", "ab12cd34", "K7M2Q9", "48.8566, 2.3522"],
)
def test_a_number_that_nothing_explains_goes(code: str) -> None:
    assert left(f"chest {code}") == "chest"
    assert left(f"chest ({code}) supine") == "chest supine"


@pytest.mark.parametrize(
    "text",
    [
        "TR 12000 ms TE 85",
        "b 0 500 1000 2000",
        "Volume 123456 mm3",
        "3.5 mm 0.0125 256x256",
        "ep2d_diff_b1000 tse2d1rr se_15",
        "CT128 GE750",
    ],
)
def test_settings_and_measurements_stay(text: str) -> None:
    assert left(text) == text


@given(st.text(alphabet="0123456789 .,-/:aB", max_size=60))
def test_what_is_found_has_more_than_four_digits(text: str) -> None:
    assert all(sum(map(str.isdigit, text[start:end])) > 4 for start, end in find_unexplained_numbers(text))


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    for text in ("12-" * 40_000, "1 " * 60_000, "0.1234 " * 20_000, "A-B1 " * 20_000):
        list(find_unexplained_numbers(text))
