import pytest

from efface.transforms.phi.setting_forms import blank_setting_forms, find_setting_forms

WHOLE = [
    "TA 2:35", "TA: 0:48", "TA 1:12 min", "LT BREAST 2:30", "Rt breast 11:00", "3 o'clock", "5 CM FN", "GA 32w4d",
    "EGA(LMP) 8w1d", "19w6d",
    "b 1000", "b=800", "b-value: 50", "b=2000", "Tc-99m", "99mTc", "I-123", "131-I", "Ga-68", "3.0/0.3", "SP 2.5/0.5",
    "5.0mm/5.0sp",
    "ST 3.0", "MAT 320x256", "512 x 512 x 16", "320/224".join(["Mat ", ""]), "x2.5", "H 123.5", "D 14.0 cm", "G 55%",
    "10-15 cm",
    "0.35 mm/px", "4 ml/s", "250 Hz/Px", "L5/S1", "T12/L1", "Br44", "I31f/2", "DR 55 dB", "DR 60/3", "T1 850 ms", "RAO 30",
    "CAUD 25",
]  # fmt: skip
NOTHING = [
    "2:35", "14:30", "BREAST 14:35", "45w", "67W", "b 1957", "b. 2000", "T1 1957", "F-18", "F 18", "Y-90", "12/04",
    "12.04.57", "4-57",
    "Xu 45", "D 15", "M 3.0", "TA 2:35:11", "b 12345", "212-555", "3.0/0.3/57", "DR LONG", "GA", "1957/03",
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE)
def test_a_setting_is_found_in_any_case_and_beside_words(text: str) -> None:
    for spelled in (text, text.lower(), text.upper(), f"{text} AXIAL", f"AXIAL {text}"):
        blanked = blank_setting_forms(spelled)
        assert len(blanked) == len(spelled)
        assert not any(map(str.isdigit, blanked))


@pytest.mark.parametrize("text", NOTHING)
def test_a_date_an_age_a_time_or_a_number_is_none(text: str) -> None:
    assert find_setting_forms(text) == []


@pytest.mark.timeout(30, method="signal")
@pytest.mark.parametrize("piece", ["1", "1.", "1 ", "b=", "GA ", "2:00 ", "x1", "T1 ", "9-", "%", "12w3d ", "a"])
def test_no_form_backtracks_without_bounds(piece: str) -> None:
    assert len(blank_setting_forms(piece * 30_000)) == len(piece) * 30_000
