from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from efface.transforms.phi.dates_in_text import find_dates, move_dates, spellings_of

DAYS = st.dates(min_value=date(1951, 1, 1), max_value=date(2050, 12, 31))
FORMS = (
    *("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y_%m_%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y"),
    *("%d %b %Y", "%d-%b-%Y", "%d%b%Y", "%d-%b-%y", "%d %B %Y", "%B %d, %Y", "%b %d %Y", "%b-%d-%Y", "%d. %B %Y"),
)


@given(DAYS, st.sampled_from(FORMS), st.sampled_from(["{}", "prior {} knee", "({})", "knee_{}_2", "on {}, 10:15"]))
def test_a_date_is_found_and_moved_in_its_spelling(day: date, form: str, around: str) -> None:
    assume("%B" not in form or day.month != 5)  # "May" is also an abbreviation.
    text = around.format(day.strftime(form))
    [found] = find_dates(text)
    assert found.as_da == day.strftime("%Y%m%d")
    assert move_dates(text, 0) == text
    moved = move_dates(text, -70)
    assert moved == around.format((day - timedelta(days=70)).strftime(form))
    assert move_dates(text, None) == around.format("")


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("11. M\u00e4rz 2020", "01. Januar 2020"),
        ("le 11 ao\u00fbt 2019", "le 02 juin 2019"),
        ("11 de marzo de 2020", "01 de enero de 2020"),
        ("March 11th 2020", "January 01th 2020"),
        ("MAR 2020", "JAN 2020"),
        ("2020\u5e743\u670811\u65e5", "2020\u5e741\u67081\u65e5"),
        ("20200311143000.5", "20200101143000.5"),
        ("31.02.2020", ""),
    ],
)
def test_dates_of_other_languages_and_forms(text: str, moved: str) -> None:
    assert move_dates(text, -70) == moved


@pytest.mark.parametrize(
    "text",
    [
        "1.2.840.113619",
        "v1.2.3",
        "b 1000",
        "120/80",
        "L4-5-10",
        "May 5 mg",
        "T2 2020",
        "5.0 B31f",
        "512 512 2020",
        "13/13/2020",
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert find_dates(text) == []


def test_a_date_of_the_header_says_which_number_is_the_day() -> None:
    assert [found.as_da for found in find_dates("04/05/1957")] == ["19570405"]
    assert [found.as_da for found in find_dates("04/05/1957", {"19570504"})] == ["19570504"]


@given(DAYS)
def test_six_and_eight_digits_are_a_date_when_the_header_says_so(day: date) -> None:
    known = {day.strftime("%Y%m%d")}
    for form in ("%y%m%d", "%d%m%y", "%m%d%y", "%d%m%Y", "%m%d%Y"):
        assert find_dates(day.strftime(form), known)
        assert move_dates(f"knee {day.strftime(form)}", None, known, only_known=True) == "knee "


@given(DAYS)
def test_spellings_are_found_again(day: date) -> None:
    assert {
        found.as_da for text in spellings_of(day.strftime("%Y%m%d")) for found in find_dates(text, {day.strftime("%Y%m%d")})
    } == {day.strftime("%Y%m%d")}
