from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.dates import is_time, shift_date, shift_datetime

DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
OFFSETS = st.integers(-520, -1).map(lambda weeks: 7 * weeks)


@given(DAYS, OFFSETS)
def test_a_shifted_date_is_the_date_and_the_offset(day: date, offset_days: int) -> None:
    expected = f"{day + timedelta(days=offset_days):%Y%m%d}"
    assert shift_date(f"{day:%Y%m%d}", offset_days) == expected
    assert shift_datetime(f"{day:%Y%m%d}101500.25+0100", offset_days) == f"{expected}101500.25+0100"


@given(st.text(max_size=12), OFFSETS)
def test_a_text_that_is_no_date_is_never_returned(text: str, offset_days: int) -> None:
    shifted = shift_date(text, offset_days)
    assert shifted is None or shifted != text


@pytest.mark.parametrize("text", ["20201332", "2020", "Plantagenet", "20200101x", "0001-01-01", "٢٠٢٠٠١٠١x"])
def test_malformed_dates_give_none(text: str) -> None:
    assert shift_date(text, -7) is None


@pytest.mark.parametrize(("value", "shifted"), [("2020", "2019"), ("202003", "202001"), ("20200311", "20200101")])
def test_a_date_time_stays_as_precise_as_it_was(value: str, shifted: str) -> None:
    assert shift_datetime(value, -70 if value != "2020" else -364) == shifted


def test_times() -> None:
    assert all(is_time(value) for value in ("10", "1015", "101500", "101500.123456", "10:15:00"))
    assert not any(is_time(value) for value in ("", "noon", "1", "10150", "101500 x"))
