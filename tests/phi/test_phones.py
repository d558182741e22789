import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.identifying import rules_of, without_identifying

NUMBERS = [
    # United States, United Kingdom, Germany, Austria, Switzerland
    "(617) 555-0142", "617-555-0142", "617.555.0142", "1-617-555-0142", "555-0142", "+1 617 555 0142 ext. 12",
    "617-555-0142 x4471",
    "020 7946 0958", "(020) 7946 0958", "0161-496 0123", "07700 900123", "+44 (0)20 7946 0958", "0044 20 7946 0958",
    "0221 4710815", "0221/4710815", "0221 / 47 10 81 5", "(0221) 47 10 815", "(0)30/12345-67", "0171/234 56 78",
    "+49-30-1234-567",
    "0664 1234567", "044 668 18 00", "079 123 45 67",
    # France, Spain, Italy, Netherlands, Belgium, Nordics
    "06 12 34 56 78", "06.12.34.56.78", "+33 6 12 34 56 78", "912 345 678", "612 34 56 78", "06 1234567", "347 123 4567",
    "020-1234567", "06-12345678", "02 123 45 67", "0475 12 34 56", "08-123 456 78", "22 12 34 56", "+47 22 12 34 56",
    # Japan, China, India, Australia, Brazil
    "03-1234-5678", "138 0013 8000", "98765 43210", "(02) 9876 5432", "0412 345 678", "(11) 91234-5678", "6175550142",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("frame", ["{}", "call back {} about the knee", "T2 FLAIR; {}.", "chest PA, {}"])
def test_a_telephone_number_goes_whole(number: str, frame: str) -> None:
    assert without_identifying(frame.format(number)) == frame.format("_")


LABELS = [
    "ext.",
    "Durchwahl",
    "poste",
    "pager",
    "Bleep:",
    "Tel.",
    "Telefon",
    "tél.",
    "Fax:",
    "toestel",
    "DECT",
    "call",
    "teléfono:",
    "interno",
]


@given(st.sampled_from(LABELS), st.integers(1000, 99999))
def test_a_short_number_goes_behind_its_label(label: str, number: int) -> None:
    assert without_identifying(f"knee left, {label} {number} ok") == f"knee left, {label} _ ok"


@pytest.mark.parametrize(
    "text",
    [
        "Extension 30 degrees", "ext. rotation 20 deg", "lower ext. 2 views", "pH 7.35", "portable 180 cm",
        "mobile x-ray 2 views", "cells 450",
        "512 512", "TR 4500 TE 90", "W 1500 L -600", "120/80 mmHg", "1200 x 900", "magnification x100",
        "0 50 100 150 200 250", "-600 -500 -400 -300",
        "600 500 400 300 200 100", "b 0, 50, 400, 800", "1.25 0.625 512", "SUV 12.3 (prior 8.1)",
    ],
)  # fmt: skip
def test_settings_and_measures_are_no_telephones(text: str) -> None:
    assert not rules_of(text)
