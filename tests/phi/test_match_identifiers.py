import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.phi.match_identifiers import find_header_identifier
from efface.transforms.phi.reasons import Reason

NAME = HeaderIdentifier(IdentifierKind.NAME, "White^Rosalind^Ann^^")
BORN = HeaderIdentifier(IdentifierKind.DATE, "19600102")
NUMBER = HeaderIdentifier(IdentifierKind.ID, "QX-57720981")
PLACE = HeaderIdentifier(IdentifierKind.PLACE, "Brackenfjord County")
PHONE = HeaderIdentifier(IdentifierKind.PHONE, "+1 (555) 010-7734")
TERMS = (NAME, BORN, NUMBER, PLACE, PHONE)

_MISREAD = {"O": "0", "0": "O", "I": "l", "L": "1", "1": "I", "S": "5", "5": "S", "B": "8", "8": "B", "2": "Z", "Z": "2"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("WHITE, ROSALIND", Reason.HEADER_NAME),
        ("R0SAL1ND", Reason.HEADER_NAME),
        ("WHITEROSALIND", Reason.HEADER_NAME),
        ("SONO: white", Reason.HEADER_NAME),
        ("ROSALNID", Reason.HEADER_NAME),
        ("01/02/1960", Reason.HEADER_DATE),
        ("2.1.60 02.01.60", Reason.HEADER_DATE),
        ("1960-01-02", Reason.HEADER_DATE),
        ("O1/O2/196O", Reason.HEADER_DATE),
        ("QX 57720981", Reason.HEADER_ID),
        ("OX-S772O98I", Reason.HEADER_ID),
        ("Brackenfjord", Reason.HEADER_PLACE),
        ("555 010 7734", Reason.HEADER_PHONE),
    ],
)
def test_what_the_header_says_is_found_on_the_picture(text: str, reason: Reason) -> None:
    assert find_header_identifier(text, TERMS) is reason


@pytest.mark.parametrize("text", ["LIVER RT LOBE", "GAIN 50", "12.4 cm", "PORTABLE", "L", "SUPINE AP", "W 400 L 40"])
def test_what_it_does_not_say_is_not(text: str) -> None:
    assert find_header_identifier(text, TERMS) is None


names = st.text("ABCDEFGHIKLMNOPRSTUVWZ", min_size=5, max_size=12)


@given(names, names, st.data())
def test_a_name_is_found_however_it_is_read(family: str, given_name: str, data: st.DataObject) -> None:
    term = HeaderIdentifier(IdentifierKind.NAME, f"{family}^{given_name}")
    word = data.draw(st.sampled_from([family, given_name]))
    read = "".join(_MISREAD.get(char, char) if data.draw(st.booleans()) else char for char in word)
    around = data.draw(st.sampled_from(["{}", "Name: {}", "{}, X", "XX{}XX", "({})"]))
    assert find_header_identifier(around.format(read), (term,)) is Reason.HEADER_NAME


@given(st.dates(), st.sampled_from(["%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d", "%d%m%y", "%y/%m/%d"]))
def test_a_date_is_found_however_it_is_written(day, form: str) -> None:
    term = HeaderIdentifier(IdentifierKind.DATE, f"{day.year:04}{day.month:02}{day.day:02}")
    written = form.replace("%Y", f"{day.year:04}").replace("%y", f"{day.year % 100:02}")
    written = written.replace("%m", f"{day.month:02}").replace("%d", f"{day.day:02}")
    assert find_header_identifier(f"Exam {written} 10:15", (term,)) is Reason.HEADER_DATE
