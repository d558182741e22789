import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.national_numbers import find_national_numbers, has_luhn_digit
from efface.transforms.phi.rules import Rule
from support.identifying import without_identifying

# Numbers of the documentation of each country, or made up.
VALID = [
    ("943 476 5919", Rule.NATIONAL_NUMBER),  # NHS
    ("756.9217.0769.85", Rule.NATIONAL_NUMBER),  # AHV
    ("7569217076985", Rule.NATIONAL_NUMBER),
    ("A123456780", Rule.NATIONAL_NUMBER),  # Krankenversichertennummer
    ("86 095 742 719", Rule.NATIONAL_NUMBER),  # Steuer-ID
    ("2 69 05 49 588 157 80", Rule.NATIONAL_NUMBER),  # NIR
    ("269054958815780", Rule.NATIONAL_NUMBER),
    ("1 85 05 2A 006 084", Rule.NATIONAL_NUMBER),  # NIR of Corsica, without its key
    ("12345678Z", Rule.NATIONAL_NUMBER),  # DNI
    ("12.345.678-Z", Rule.NATIONAL_NUMBER),
    ("X1234567L", Rule.NATIONAL_NUMBER),  # NIE
    ("RSSMRA85T10A562S", Rule.NATIONAL_NUMBER),  # Codice fiscale
    ("AB 12 34 56 C", Rule.NATIONAL_NUMBER),  # National Insurance
    ("85.07.30-033.28", Rule.NATIONAL_NUMBER),  # Rijksregister
    ("850730-1234", Rule.NATIONAL_NUMBER),  # Personnummer
    ("010185-1234", Rule.NATIONAL_NUMBER),  # CPR
    ("046 454 286", Rule.NATIONAL_NUMBER),  # SIN
    ("2123 45670 1", Rule.NATIONAL_NUMBER),  # Medicare
    ("2345 6789 0123", Rule.NATIONAL_NUMBER),  # Aadhaar
    ("111.444.777-35", Rule.NATIONAL_NUMBER),  # CPF
    ("123-45-6789", Rule.SOCIAL_SECURITY_NUMBER),
    ("123 45 6789", Rule.SOCIAL_SECURITY_NUMBER),
    ("DE89 3704 0044 0532 0130 00", Rule.BANK_ACCOUNT),
    ("GB29NWBK60161331926819", Rule.BANK_ACCOUNT),
    ("fr76 3000 6000 0112 3456 7890 189", Rule.BANK_ACCOUNT),
    ("4111 1111 1111 1111", Rule.PAYMENT_CARD),
    ("3782 822463 10005", Rule.PAYMENT_CARD),
]


@pytest.mark.parametrize(("number", "rule"), VALID)
@pytest.mark.parametrize("frame", ["{}", "knee ({}), left", "on file: {}."])
def test_a_number_is_known_by_its_form_and_check_digit(number: str, rule: Rule, frame: str) -> None:
    found = [found for found in find_national_numbers(frame.format(number)) if found.rule is rule]
    assert (frame.index("{"), frame.index("{") + len(number)) in [one.span for one in found]
    assert without_identifying(frame.format(number)) == frame.format("_")


@pytest.mark.parametrize(
    "text",
    [
        "943 476 5918", "A123456781", "86 095 742 718", "12.345.678-A", "85.07.30-033.29", "046 454 287", "2123 45671 1",
        "111.444.777-36",
        "DE88 3704 0044 0532 0130 00", "4111 1111 1111 1112", "751.9217.0769.85", "013285-1234", "999 45 6789",
        "1.2.840.113619",
        "0.625 1.25 512 512", "120 kVp 200 mA 350 ms", "-12.5 34.2 107.9",
    ],
)  # fmt: skip
def test_a_wrong_check_digit_and_a_setting_are_no_number(text: str) -> None:
    assert list(find_national_numbers(text)) == []


def test_a_word_behind_a_bank_account_stays() -> None:
    assert without_identifying("AT61 1904 3002 3457 3201 knee") == "_ knee"
    assert without_identifying("DE89 3704 0044 0532 0130 00 ok") == "_ ok"


@given(st.text("0123456789", min_size=12, max_size=18))
def test_one_digit_in_ten_checks_a_number(digits: str) -> None:
    assert sum(has_luhn_digit(digits + last) for last in "0123456789") == 1
