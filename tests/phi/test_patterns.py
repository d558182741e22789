import pytest

from efface.transforms.phi.patterns import find_patterns
from efface.transforms.phi.reasons import Reason

IDENTIFYING = {
    Reason.PATTERN_DATE: [
        "04/12/1957", "4.12.57", "1957-04-12", "12-APR-1957",
        "Apr 12, 1957", "12 April 57", "O4/l2/1957", "02 13 2007", "2024 03 18",
        "03/27.1975", "Exam 2019", "MAR 2021",
        "19:28:53", "123-45-6789",
        # No other pattern matches these.
        "12'4'57", "02 13 07", "3rd May 21", "Apr 12, 57", "2021年", "12/04/", "BIRTHDAY",
    ],
    Reason.PATTERN_TIME: ["9:05", "11:30 PM", "Study time 1928"],
    Reason.PATTERN_ID: ["55120987", "QX-57720981", "A70446390", "#4471", "QX57B7"],
    Reason.PATTERN_PERSON: [
        "Dr Lindqvist", "REF: HOUSEMAN", "MRN 71", "ID: 12", "DOB", "Name", "Abbas [M]", "Mr. White", "SEX F",
    ],
    Reason.PATTERN_PLACE: ["ST LUKES HOSPITAL", "Univ. Klinik", "WOMENS CLINIC", "Medical Center", "Room 4"],
    Reason.PATTERN_AGE: ["045Y", "63 YRS", "AGE 5", "94 F"],
    Reason.PATTERN_PHONE: ["555-123-4567", "Tel 12", "someone@example.org"],
    Reason.PATTERN_ADDRESS: ["12 MAIN ST", "Baker Street"],
}  # fmt: skip
HARMLESS = [
    "W 400 L 40", "TR 450 TE 12", "kV 120 mA 210", "MI 1.1 TIS 0.4", "Se: 3 Im: 27",
    "C5-1 Abd", "12.4 cm", "HR 65bpm", "2D 64%", "GAIN 50",
    "LIVER RT LOBE", "Depth 16cm", "DLP 431 mGy cm", "1 / 24", "T1 2 3", "Thk 5.0 mm", "FOV 240x240", "PORTABLE",
]  # fmt: skip


@pytest.mark.parametrize(("reason", "text"), [(reason, text) for reason, texts in IDENTIFYING.items() for text in texts])
def test_identifying_text_gets_its_reason(reason: Reason, text: str) -> None:
    for spelled in (text, text.lower(), f"LIVER {text}"):
        assert next(find_patterns(spelled)).reason == reason


@pytest.mark.parametrize("text", HARMLESS)
def test_text_of_equipment_matches_no_pattern(text: str) -> None:
    assert not list(find_patterns(text))


@pytest.mark.timeout(30, method="signal")
@pytest.mark.parametrize(
    "piece",
    ["1", "A", "1 ", "01/", "JAN", "SJAN", "A1", "-", "19", "O0", "O", "(", "9.", "x@", "A ", "DATE ", "SCAN", "IM 1/", "1 1a"],
)
def test_no_pattern_backtracks_without_bounds(piece: str) -> None:
    # A fraction of a second in linear time, minutes in quadratic time.
    next(find_patterns((piece * 100_000)[:100_000] + "\n!"), None)
