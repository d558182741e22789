import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.core.word_lists import load_words
from efface.transforms.phi.match_identifiers import IdentifierMatcher, matcher_of
from efface.transforms.phi.rules import Rule
from efface.transforms.phi.vocabulary import PARTICLES_AND_TITLES

NAME = HeaderIdentifier(IdentifierKind.NAME, "White^Rosalind^Ann^^")
BORN = HeaderIdentifier(IdentifierKind.DATE, "19600102")
NUMBER = HeaderIdentifier(IdentifierKind.ID, "QX-57720981")
PLACE = HeaderIdentifier(IdentifierKind.PLACE, "Brackenfjord County")
PHONE = HeaderIdentifier(IdentifierKind.PHONE, "+1 (555) 010-7734")
FORMS = (
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%Y-%m-%d",
    "%d%m%y",
    "%y%m%d",
    "%d%m%Y",
    "%d.%m.%y",
    "%d-%b-%y",
    "%B %d, %Y",
    "%d%b%Y",
)
HEADER = (NAME, BORN, NUMBER, PLACE, PHONE)

_MISREAD = {"O": "0", "0": "O", "I": "l", "L": "1", "1": "I", "S": "5", "5": "S", "B": "8", "8": "B", "2": "Z", "Z": "2"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("WHITE, ROSALIND", Rule.HEADER_NAME),
        ("R0SAL1ND", Rule.HEADER_NAME),
        ("WHITEROSALIND", Rule.HEADER_NAME),
        ("SONO: white", Rule.HEADER_NAME),
        ("ROSALNID", Rule.HEADER_NAME),
        ("01/02/1960", Rule.HEADER_DATE),
        ("2.1.60 02.01.60", Rule.HEADER_DATE),
        ("1960-01-02", Rule.HEADER_DATE),
        ("O1/O2/196O", Rule.HEADER_DATE),
        ("QX 57720981", Rule.HEADER_ID),
        ("OX-S772O98I", Rule.HEADER_ID),
        ("Brackenfjord", Rule.HEADER_PLACE),
        ("555 010 7734", Rule.HEADER_PHONE),
    ],
)
def test_what_the_header_says_is_found_on_the_picture(text: str, rule: Rule) -> None:
    assert matcher_of(HEADER).find_in_line(text) is rule


@pytest.mark.parametrize("text", ["LIVER RT LOBE", "GAIN 50", "12.4 cm", "PORTABLE", "L", "SUPINE AP", "W 400 L 40"])
def test_what_it_does_not_say_is_not(text: str) -> None:
    assert matcher_of(HEADER).find_in_line(text) is None


def code_meanings() -> set[str]:
    """Of the code dictionaries that pydicom carries."""
    from pydicom.sr._concepts_dict import concepts

    return {meaning for codes in concepts.values() for terms in codes.values() for meaning, _ in terms.values()}


names = st.text("ABCDEFGHIKLMNOPRSTUVWZ", min_size=5, max_size=12)


@given(names, names, st.data())
def test_a_name_is_found_however_it_is_read(family: str, given_name: str, data: st.DataObject) -> None:
    identifier = HeaderIdentifier(IdentifierKind.NAME, f"{family}^{given_name}")
    word = data.draw(st.sampled_from([family, given_name]))
    read = "".join(_MISREAD.get(char, char) if data.draw(st.booleans()) else char for char in word)
    around = data.draw(st.sampled_from(["{}", "Name: {}", "{}, X", "XX{}XX", "({})"]))
    assert matcher_of((identifier,)).find_in_line(around.format(read)) is Rule.HEADER_NAME


@given(st.dates(), st.sampled_from(["%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d", "%d%m%y", "%y/%m/%d"]))
def test_a_date_is_found_however_it_is_written(day, form: str) -> None:
    identifier = HeaderIdentifier(IdentifierKind.DATE, f"{day.year:04}{day.month:02}{day.day:02}")
    written = form.replace("%Y", f"{day.year:04}").replace("%y", f"{day.year % 100:02}")
    written = written.replace("%m", f"{day.month:02}").replace("%d", f"{day.day:02}")
    assert matcher_of((identifier,)).find_in_line(f"Exam {written} 10:15") is Rule.HEADER_DATE


@given(names, names, st.data())
def test_a_line_that_shows_a_value_exactly_is_matched_as_a_text_is(family: str, given_name: str, data: st.DataObject) -> None:
    assume(not {family.casefold(), given_name.casefold()} & PARTICLES_AND_TITLES)
    matcher = IdentifierMatcher([HeaderIdentifier(IdentifierKind.NAME, f"{family}^{given_name}"), NUMBER, BORN, PLACE, PHONE])
    shown = data.draw(st.sampled_from([family.title(), f"{given_name} {family}", "qx57720981", "2-JAN-60", "Brackenfjord"]))
    text = data.draw(st.sampled_from(["{}", "{} knee", "knee_{}_2", "({})"])).format(shown)
    assert matcher.mentions(text, is_label=False)
    assert matcher.find_in_line(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Müller^Hans", "MUELLER"),
        ("Mueller^Hans", "MUELLER"),
        ("Ødegård^Åse", "ODEGARD"),
        ("Ødegård^Åse", "OEDEGAARD"),
        ("O'Brien^Kim", "OBRIEN knee"),
        ("Garcia-Lopez^Ana", "GARCIA LOPEZ ANA"),
        ("Garcia-Lopez^Ana", "knee of Lopez"),
        ("Garcia-Lopez^Ana", "knee GARCIA LOPEZ"),
        ("Plantagenet^Ana", "knee\r\nPlanta\r\ngenet"),
        ("Li^Wu", "Wu"),
        ("Li^Wu", "LI_WU"),
        ("\u5c71\u7530^\u592a\u90ce", "\u5c71\u7530\u592a\u90ce"),
        ("Smith^John", "JohnSmithKnee"),
        ("Smith^John", "KNEESMITH"),
        ("Smith^John", "jsmith2"),
        ("Smith^John", "XSmith"),
        ("Smith^John", "smith_j"),
        ("Smith^John", "SMITHJOHN"),
        ("Smith^John", "S M I T H"),
        ("Smith^John", "Smi\tth"),
        ("Oß^Eva", "eoss"),
        ("de la Fuenmayor^Xiomara", "XIOMARADELAFUENMAYOR"),
        ("OShaughnessy^Tim", "O\u2019 Shaughnessy"),
        ("O'Shaughnessy^Tim", "shaughnessy"),
        ("McNamara^Tim", "Mc Namara"),
        ("Планетова^Юлия", "Planetova"),
        ("Planetov^Yuri", "пациент Планетову"),
        ("Quillfeather^Ana", "Quill feather"),
        ("Quillfeather^Ana", "QUILL\\FEATHER"),
    ],
)
def test_a_name_is_matched_in_every_spelling(name: str, text: str) -> None:
    assert IdentifierMatcher([HeaderIdentifier(IdentifierKind.NAME, name)]).mentions(text, is_label=False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Stern^Max", "sternum, maximal dose"),
        ("Li^Wu", "LI-RADS 4"),
        ("Le^Do", "le patient, do not move"),
        ("Dr^Van Der^^Mr", "MR BRAIN, van of Dr"),
        ("Anonymous^Test^Phantom", "test of a phantom"),
        ("Martin^Eve", "MARTINI"),
        ("Oliver^Eve", "W/O LIVER"),
        ("Philip^Eve", "Philips"),
        ("Asper^Eve", "as per protocol"),
        ("Ash^Eve", "as is"),
        ("Noto^Eve", "is not open"),
        ("Inez^Kim", "line scan"),
        ("Rensch^Eve", "different schemes"),
    ],
)
def test_a_word_that_only_resembles_a_name_is_none(name: str, text: str) -> None:
    assert not IdentifierMatcher([HeaderIdentifier(IdentifierKind.NAME, name)]).mentions(text)


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("7741920385", "77.4192.0385"),
        ("7741920385", "x7741920385y"),
        ("7741920385", "774 1920 385"),
        ("7741920385", "77419-\r\n   20385"),
        ("7741920385", "\u0667\u0667\u0664\u0661\u0669\u0662\u0660\u0663\u0668\u0665"),
        ("7741920385", "0007741920385"),
        ("0007741920", "7741920"),
        ("QX-4471", "QX004471"),
        ("QX004471", "qx 4471"),
        ("VN4471", "IDVN4471"),
        ("85A77T10X562S", "85a77t10x562"),
        ("12345678Z", "12.345.678"),
    ],
)
def test_an_identifier_is_matched_in_every_spelling(identifier: str, text: str) -> None:
    assert IdentifierMatcher([HeaderIdentifier(IdentifierKind.ID, identifier)]).mentions(f"ID {text}, knee", is_label=False)


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        ("617-555-0188", "6175550188"),
        ("617-555-0188", "16175550188"),
        ("617-555-0188", "+1 617 555 0188"),
        ("617-555-0188", "0016175550188"),
        ("+49 89 1234567", "0891234567"),
        ("+49 89 1234567", "1234567"),
        ("089/1234567", "+49891234567"),
        ("02079460958", "+442079460958"),
        ("02079460958", "442079460958"),
    ],
)
def test_a_telephone_number_is_matched_with_and_without_separators(phone: str, text: str) -> None:
    matcher = IdentifierMatcher([HeaderIdentifier(IdentifierKind.PHONE, phone)])
    assert matcher.mentions(f"coil {text}")
    assert not matcher.mentions(f"coil 3{text[-7:]}")


@pytest.mark.parametrize(
    ("value", "label", "is_kept"),
    [
        ("Head^Max", "HEAD COIL", True),
        ("Kim^An", "KIM", True),
        ("Long^Ada", "LONG AXIS", True),
        ("Basic^Clean", "Basic Profile", False),
        ("Long^Ada", "Report of Long", False),
        ("Long^Ada", "Long, A", False),
        ("Wolf^Ada", "WOLF 2", False),
        ("Li^Wu", "LI_WU", False),
    ],
)
def test_what_is_as_short_as_a_code_stays_in_labels(value: str, label: str, is_kept: bool) -> None:
    matcher = IdentifierMatcher([HeaderIdentifier(IdentifierKind.NAME, value)])
    assert bool(matcher.spans(label, is_label=True)) is not is_kept
    assert matcher.spans(label)


@pytest.mark.parametrize(
    ("place", "label", "is_kept"),
    [
        ("Kestrelbrook Memorial Hospital", "KESTRELBROOK_MR2", False),
        ("Kestrelbrook Memorial Hospital", "Memorial 2", True),
        ("Bad Aue Klinik", "AUE 2", True),
        ("Radiology Center Siemens", "SIEMENS MR", True),
        ("Hôpital d'Ambrelieu", "Ambrelieu IRM", False),
    ],
)
def test_a_word_of_a_place_goes_from_labels_where_it_is_long(place: str, label: str, is_kept: bool) -> None:
    matcher = IdentifierMatcher([HeaderIdentifier(IdentifierKind.PLACE, place)])
    assert bool(matcher.spans(label, is_label=True)) is not is_kept


@pytest.mark.parametrize(("identifier", "is_kept"), [("4471", True), ("AB1234", False), ("ABC123", True), ("A7712", True)])
def test_short_identifiers_stay_in_labels(identifier: str, is_kept: bool) -> None:
    matcher = IdentifierMatcher([HeaderIdentifier(IdentifierKind.ID, identifier)])
    assert bool(matcher.spans(f"coil {identifier}", is_label=True)) is not is_kept
    assert matcher.spans(f"coil {identifier}")


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_header_and_any_text_can_be_asked(value: str, text: str) -> None:
    for kind in IdentifierKind:
        matcher = IdentifierMatcher([HeaderIdentifier(kind, value if kind is not IdentifierKind.DATE else "19600102")])
        assert all(0 <= start < end <= len(text) for start, end in matcher.spans(text))


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(FORMS))
def test_a_date_is_matched_in_every_spelling(day: date, form: str) -> None:
    matcher = IdentifierMatcher([HeaderIdentifier(IdentifierKind.DATE, day.strftime("%Y%m%d"))])
    assert matcher.mentions(f"prior {day.strftime(form)} knee")
    assert matcher.find_in_line(f"prior {day.strftime(form)} knee")


SURNAMES = sorted(load_words("efface.transforms.phi", "surnames.txt"))[::10]


def test_clinical_words_hardly_ever_match_a_surname() -> None:
    """What `MatchingThresholds` rests on."""
    words = {word.upper() for meaning in code_meanings() for word in re.findall(r"[^\W\d_]+", meaning)}
    matcher = IdentifierMatcher(HeaderIdentifier(IdentifierKind.NAME, surname) for surname in SURNAMES)
    matches = sum(len(set(matcher.spans(word))) for word in words.difference(SURNAMES))
    assert matches < len(words) * len(SURNAMES) / 20_000
