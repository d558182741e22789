from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.pipeline.certify.cultures import CULTURES
from efface.pipeline.certify.dice import Dice
from efface.pipeline.certify.national_numbers import iban, national_number, swiss_number

BIRTH = date(1957, 4, 12)
SEEDS = st.integers(0, 10_000)


def digits(text):
    return [int(sign) for sign in text if sign.isdigit()]


def luhn_is_right(text):
    doubled = [digit * (1 + place % 2) for place, digit in enumerate(reversed(digits(text)))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


@given(SEEDS)
def test_british_numbers_pass_their_check(seed):
    number = digits(national_number("british", BIRTH, Dice(seed)))
    assert sum(digit * weight for digit, weight in zip(number, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0


@given(SEEDS)
def test_dutch_numbers_pass_their_check(seed):
    number = digits(national_number("dutch", BIRTH, Dice(seed)))
    assert sum(digit * weight for digit, weight in zip(number, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


@given(SEEDS)
def test_polish_numbers_pass_their_check(seed):
    number = digits(national_number("polish", BIRTH, Dice(seed)))
    assert sum(digit * weight for digit, weight in zip(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), strict=True)) % 10 == 0


@given(SEEDS)
def test_numbers_by_luhn_pass_their_check(seed):
    assert luhn_is_right(national_number("greek", BIRTH, Dice(seed)))
    assert luhn_is_right(national_number("swedish", BIRTH, Dice(seed)).replace("-", "")[2:])


@given(SEEDS, st.sampled_from([("DE", 22), ("FR", 27), ("NL", 18)]))
def test_accounts_pass_their_check(seed, country):
    whole = iban(*country, Dice(seed)).replace(" ", "")
    assert len(whole) == country[1]
    assert int("".join(str(int(sign, 36)) for sign in whole[4:] + whole[:4])) % 97 == 1


@given(SEEDS)
def test_swiss_numbers_pass_their_check(seed):
    number = digits(swiss_number(Dice(seed)))
    assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(number)) % 10 == 0


def test_the_italian_code_ends_with_its_letter():
    """The example of the ministry: RSSMRA85T10A562 has S."""
    assert len(national_number("italian", BIRTH, Dice(1))) == 16


@pytest.mark.parametrize("culture", CULTURES, ids=lambda culture: culture.name)
def test_every_culture_has_a_number(culture):
    assert len(digits(national_number(culture.name, BIRTH, Dice(1)))) >= 7
