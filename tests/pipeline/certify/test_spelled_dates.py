from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.pipeline.certify.cultures import LANGUAGES
from efface.pipeline.certify.spelled_dates import find_days, spell
from efface.pipeline.certify.word_lists import load_lists

TEMPLATES = [
    (language, template)
    for split in ("building", "measuring")
    for language in (*LANGUAGES, "japanese")
    for template in load_lists(split)[f"{language} dates"]
]
DAYS = st.dates(date(1940, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(("language", "template"), TEMPLATES)
@given(day=DAYS)
def test_what_is_spelled_is_found(language, template, day):
    assert find_days(f"seen {spell(day, template, language)}, again", template, language, day) == [day]


@pytest.mark.parametrize(("language", "template"), TEMPLATES)
@given(day=DAYS, days=st.integers(-2000, -1))
def test_a_moved_day_is_spelled_otherwise(language, template, day, days):
    assert spell(day + timedelta(days=days), template, language) != spell(day, template, language)


@pytest.mark.parametrize(
    ("day", "template", "language", "text"),
    [
        (date(2021, 3, 1), "{ord} of {month} {y}", "english", "1st of March 2021"),
        (date(2021, 3, 12), "{month} {ord}, {y}", "english", "March 12th, 2021"),
        (date(2021, 3, 17), "{d2}{MON}{y}", "english", "17MAR2021"),
        (date(2021, 3, 17), "{d}. {month} {y}", "german", "17. März 2021"),
        (date(2021, 3, 17), "{era}年{m}月{d}日", "japanese", "令和3年3月17日"),
        (date(2001, 3, 17), "{era}年{m}月{d}日", "japanese", "平成13年3月17日"),
        (date(1999, 3, 7), "{d2}-{mon}-{y2}", "dutch", "07-mrt-99"),
    ],
)
def test_known_spellings(day, template, language, text):
    assert spell(day, template, language) == text


def test_impossible_days_are_none():
    assert find_days("31.02.2020", "{d2}.{m2}.{y}", "german", date(2020, 1, 1)) == []
