import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.box import Box, covered_share
from efface.transforms.core.evidence import Finding, Verdict
from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.core.text_line import TextLine
from efface.transforms.ocr.lines import merge_lines
from efface.transforms.phi.name_entities import NameEntity
from efface.transforms.phi.names import NameRecognizer
from efface.transforms.phi.places import classify_lines
from efface.transforms.phi.reasons import Reason
from efface.transforms.phi.rules import Rule
from efface.transforms.phi.settings import PhiSettings
from efface.transforms.phi.transformers_names import TransformersNames

COLUMNS, ROWS = 800, 600
PLACE = Box(100, 100, 260, 120)
HEADER = (HeaderIdentifier(IdentifierKind.NAME, "Haugen^Sven"),)


def read(text: str, box: Box = PLACE, score: float = 0.98, rendering: str = "stored", **other: Any) -> TextLine:
    return TextLine(box, text, score, "e", rendering, **other)


def classified(*lines: TextLine, identifiers: tuple[HeaderIdentifier, ...] = (), **settings: object) -> tuple[Finding, ...]:
    recognizer = settings.pop("recognizer", None)
    chosen = dataclasses.replace(PhiSettings(), **settings)
    return classify_lines(merge_lines(lines), identifiers, (0,), COLUMNS, ROWS, chosen, recognizer)


def is_kept(*lines: TextLine, identifiers: tuple[HeaderIdentifier, ...] = (), **settings: object) -> bool:
    findings = classified(*lines, identifiers=identifiers, **settings)
    assert findings
    return all(finding.verdict is Verdict.KEEP for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "PORTABLE", "Semi-Upright", "GAIN 50", "GAIN50", "MI 0.9", "MI0.9", "LEFT KIDNEY", "LEFTKIDNEY",
        "CTDIvol 12.4 mGy", "DLP 431 mGy cm", "DLP431mGycm", "SAG LT KIDNEY", "C5-1 Abd", "W 400 L 40", "W400L40",
        "LIVER RT LOBE", "FR28Hz", "Thk5.0mm", "HEAD CT", "LEFT HAND", "LT KIDNEY LONG", "WHITE MATTER",
        "FOV 240x240", "12.4 cm", "-40", "L", "\u5341", "0 10 20 30 40", "-1000 -500 0 500", "0 128 255", "120 kV 200 mA",
        "512 x 512", "2048 x 2500", "10.5 cm 12.3 cm", "TR 5000 TE 100", "FA 90 TR 2000 TE 80", "W 4096 L 2048", "1500 / -600",
        "W/L 2500 480", "DR 60 dB", "500 ms. TE 20", "LONG AXIS", "L SPINE", "C SPINE", "AP CHEST", "L KNEE", "R HIP", "LAT L",
        "STONE 5 MM", "LONG 12 ML", "NO CONTRAST", "No 3", "Image No. 112", "Scan time 12 s", "M-MODE", "Series Time 12",
        "KNEE R", "R HAND", "MR HEAD", "L KIDNEY LONG", "FEMALE PELVIS", "Im: 27/64", "125.50 103.25",
        "120 HU", "PATIENT SUPINE", "MIN MAX", "200 MA", "Scan time 2:35", "Tc-99m", "LT BREAST 2:00 N4", "GA 21w4d",
        "b 1000", "SP 5.0/1.0", "RAO 30 CRA 20", "3.0/0.3",
    ],
)  # fmt: skip
def test_what_equipment_writes_stays(text: str) -> None:
    assert is_kept(read(text, PLACE._replace(right=PLACE.left + 12 * len(text) + 8)))


@pytest.mark.parametrize("text", ["T", "L", "000", "AP", "3"])
def test_a_few_characters_in_a_place_for_many_explain_nothing(text: str) -> None:
    assert not is_kept(read(text, Box(100, 100, 260, 120)))


@pytest.mark.parametrize("text", ["facT", "RT9T", "2TTÉ S", "T37R"])
def test_letters_in_any_case_explain_nothing_unless_they_are_sharp(text: str) -> None:
    assert not is_kept(read(text, score=0.7), keep_words=(text,))


@pytest.mark.parametrize("text", ["00", "000", "0000"])
def test_zeros_alone_may_be_letters_of_another_script(text: str) -> None:
    assert not is_kept(read(text, PLACE._replace(right=PLACE.left + 12 * len(text))))


@pytest.mark.parametrize(
    "text",
    [
        "HAUGEN", "White", "LONG, STONE", "MAY HEAD", "HAND 45", "LIVER SMITH", "A1234", "55120987", "ROBERTSON",
        "Stone 12", "QX-577", "LEFT KIDNEY Wong", "045Y", "DR STONE", "12 Jan 2001", "SIZEMORE", "Li", "ST MARY",
        "J. LONG", "[M]", "(733)637-7730", "(733)6377730", "020 7946 0958", "O2O 7946 O958", "4821 3377", "482l  3377",
        "LIVER 4821 3377", "4821 3377 L", "1234 5678 9012", "03-1234-5678", "138 0013 8000", "(02)9876-5432", "637-7730",
        "01 42 68 53 00", "0221/4711 0815", "DE89 3704 0044 0532 0130 00", "12.345.678-9", "709-S60-2587",
        "Study Date: 1557", "Study Date: 16 04", "Study Date: 1597 4pr 16", "StudyDate:1557", "Study Date: I6 O4", "Date 12",
        "Exam date 1 2 97", "Acq. Date 12", "DOB: /27/1531", "/27/1531", "27/1531", "02/27/", "Datum: 1204", "Geb. 0312",
        "Mrs. Field", "Mr. Long", "Dr. Stone", "Prof Head", "Ms. Park", "Mrs Field", "Mr Long", "MRS FIELD",
        "MR. LONG", "MS LONG", "Hr. Bauer", "BAUER L", "M. Long", "L. Bauer", "Colon, Max", "LONG M", "HEAD J.", "Long, M",
        "STONE R", "A. Brown", "Male 96", "Female 94", "M/96", "96 Male", "Male 9O",
        "M96", "F96", "96M", "F101", "D0B 16", "DO8: 16", "No. 4821", "NO 4821", "Study Time: 1204", "4821~3377", "4821\"3377",
        "<4821> <3377>", "4821  /  3377", "Long M/45", "LONG M45", "STONE F/45", "LONG MA", "STONE, CM", "Mw. Long",
        "Sister Long", "HU", "Hu, Ma", "Min Chi", "SID MAX",
        "Male 45", "M 56", "34/M", "F15", "4821", "A59 77", "L8E 7FS", "H46 479", "No 33 077", "497-3",
        "CT WALKER", "X-306.6", "LIVER 482", "LUNG, CHI", "GAIN, MAX", "Stone, Left", "LM STONE", "STONE PA-C", "HR LONG",
        "LONG, RT(R)", "L. Chest", "04/57", "12/04", "4 57", "45 lat", "38 år", "M 45 let", "61 vuotta", "(212)", "+49", "OR 3",
        "CATH LAB 2", "EP lab 1",
    ],
)  # fmt: skip
def test_what_may_name_somebody_does_not(text: str) -> None:
    assert not is_kept(read(text))


def test_the_header_beats_the_lexicon_in_any_reading() -> None:
    liver = (HeaderIdentifier(IdentifierKind.NAME, "Liver^Lobe"),)
    assert not is_kept(read("LIVER"), identifiers=liver)
    assert not is_kept(read("GAIN 50"), read("HAUGEN", rendering="window", score=0.3), identifiers=HEADER)


def test_a_sure_reading_of_a_vertical_line_may_stay() -> None:
    upright = Box(10, 100, 30, 260)
    assert is_kept(read("LIVER RT LOBE", upright, is_vertical=True))
    assert not is_kept(read("LIVER RT LOBE", upright, 0.7, is_vertical=True))


@pytest.mark.parametrize("text", ["S a", "C", "HU", "M.S", "L"])
def test_a_few_characters_explain_nothing_unless_they_are_sharp(text: str) -> None:
    [finding] = classified(read(text, score=0.6))
    assert (finding.verdict, finding.reason) == (Verdict.REDACT, Reason.UNREADABLE_TEXT)
    assert is_kept(read("GAIN 50", score=0.6))


def test_one_reading_that_must_not_stay_is_enough() -> None:
    assert not is_kept(read("SUPINE"), read("SUPINA Wu", rendering="window"))


def test_the_users_words_count() -> None:
    assert is_kept(read("BIPLANAR"), keep_words=("biplanar",))
    assert not is_kept(read("PORTABLE"), redact_words=("portable",))
    assert not is_kept(read("PORTABLE"), keep="nothing")


def test_a_model_takes_a_second_look_at_what_would_stay(name_model: Path) -> None:
    of_transformers = NameRecognizer(TransformersNames(name_model))
    assert is_kept(read("LEFT KIDNEY"), recognizer=of_transformers)
    assert is_kept(read("haugen left"), keep_words=("haugen",), recognizer=of_transformers)
    everything = NameRecognizer(lambda texts: [[NameEntity(0, len(text), "ALL", 1.0)] for text in texts])
    assert is_kept(read("LONG AXIS"))
    [finding] = classified(read("LONG AXIS"), recognizer=everything)
    assert (finding.verdict, finding.reason, finding.rule) == (Verdict.REDACT, Reason.NAME_MODEL, Rule.NAME_MODEL)


@pytest.mark.parametrize(
    ("box", "score", "expected"),
    [
        (Box(100, 100, 260, 120), 0.95, Box(97, 97, 263, 123)),
        (Box(100, 100, 260, 120), 0.85, Box(77, 97, 283, 123)),
        (Box(100, 100, 120, 260), 0.85, Box(97, 77, 123, 283)),
        (Box(5, 100, 165, 110), 0.3, Box(0, 98, 177, 112)),
        (Box(100, 100, 130, 120), 0.3, Box(97, 97, 133, 123)),
    ],
)
def test_a_line_that_is_hard_to_read_gets_room_at_its_ends(box: Box, score: float, expected: Box) -> None:
    [finding] = classified(read("HAUGEN", box, score))
    assert finding.box == expected


boxes = st.builds(
    lambda left, top, width, height: Box(left, top, left + width, top + height),
    st.integers(0, 700), st.integers(0, 500), st.integers(4, 100), st.integers(4, 60),
)  # fmt: skip
texts = st.sampled_from(["Kowalska", "SUPINE", "", "12"])
lines = st.builds(TextLine, boxes, texts, st.floats(0, 1), st.just("e"), st.just("stored"))


@given(st.lists(lines, max_size=6))
def test_what_is_not_surely_read_as_harmless_is_covered(found: list[TextLine]) -> None:
    redacted = [finding.box for finding in classified(*found) if finding.verdict is Verdict.REDACT]
    for line in found:
        if line.text == "Kowalska" and line.score >= 0.5:
            assert any(one.intersection(line.box) == line.box for one in redacted)
    assert all(box == box.clip(COLUMNS, ROWS) and box.area_px for box in redacted)


def line_with_letters(text: str, left: int = 100, top: int = 100, score: float = 0.98, letter_px: int = 9) -> TextLine:
    """A reading whose letters are all of one width."""
    letters = tuple((index + 0.5) / len(text) for index in range(len(text)))
    return read(text, Box(left, top, left + letter_px * len(text), top + 16), score, letters=letters)


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Name:", "SEXTON CARMEN"),
        ("Patient ID:", "32096484"),
        ("DOB:", "08/04/1932"),
        ("Geb.-Datum:", "04.08.1932"),
        ("Age:", "67"),
    ],
)
def test_a_label_stays_readable_and_its_value_goes(label: str, value: str) -> None:
    line = line_with_letters(f"{label} {value}")
    kept, redacted = sorted(classified(line), key=lambda finding: finding.box.left)
    assert (kept.verdict, kept.rule, redacted.verdict) == (Verdict.KEEP, Rule.LABEL, Verdict.REDACT)
    first_letter_px = 100 + 9 * (len(label) + 1)
    assert 100 + 9 * (len(label) - 1) <= redacted.box.left < first_letter_px
    assert redacted.box.right >= line.box.right


def test_a_label_that_not_every_reading_shows_goes_with_its_value() -> None:
    line = line_with_letters("Name: SEXTON CARMEN")
    [finding] = classified(line, dataclasses.replace(line, text="SENTON CARMEN", rendering="window", letters=()))
    assert finding.verdict is Verdict.REDACT and finding.box.left < line.box.left


def test_a_line_of_which_nobody_says_where_its_letters_are_goes_whole() -> None:
    [finding] = classified(read("Name: SEXTON CARMEN"))
    assert finding.verdict is Verdict.REDACT and finding.box.left < PLACE.left


@pytest.mark.parametrize("label", ["Name:", "DOB", "Patient ID", "Birth date", "Geschlecht:", "Stuudy Date:"])
def test_a_label_alone_stays(label: str) -> None:
    [finding] = classified(line_with_letters(label))
    assert (finding.verdict, finding.rule) == (Verdict.KEEP, Rule.LABEL)


def test_a_label_in_a_box_that_is_too_wide_for_it_goes() -> None:
    [finding] = classified(read("DOB:", Box(100, 100, 300, 116)))
    assert finding.verdict is Verdict.REDACT


@pytest.mark.parametrize("value", ["67", "LONG", "16", "HEAD", "SUPINE"])
@pytest.mark.parametrize("place", [(160, 101), (250, 98), (98, 118)])
def test_what_stands_beside_or_below_a_label_is_judged_with_it(value: str, place: tuple[int, int]) -> None:
    left, top = place
    if (value, left) == ("SUPINE", 250):
        return  # a term far away
    label, beside = line_with_letters("DOB:"), line_with_letters(value, left, top)
    assert is_kept(beside) or value in ("LONG", "HEAD")
    verdicts = {finding.box.intersection(beside.box).area_px > 0: finding for finding in classified(label, beside)}
    assert verdicts[True].verdict is Verdict.REDACT
    assert verdicts[False].rule is Rule.LABEL


def test_a_label_below_a_label_is_no_value() -> None:
    labels = [line_with_letters(text, 100, 100 + 18 * number) for number, text in enumerate(("Name:", "DOB:", "Sex:"))]
    assert is_kept(*labels)


@pytest.mark.parametrize("is_column", [True, False])
@pytest.mark.parametrize("step", [5, 500, -50])
def test_numbers_at_equal_distances_are_a_scale(is_column: bool, step: int) -> None:
    values = [str(abs(step) * 3 + step * number) for number in range(4)]
    places = [(700, 50 + 90 * number) if is_column else (60 + 120 * number, 500) for number in range(4)]
    ticks = [line_with_letters(value, *place, score=0.7) for value, place in zip(values, places, strict=True)]
    assert {finding.rule for finding in classified(*ticks)} == {Rule.SCALE}
    assert not is_kept(*ticks[:2])


def test_a_date_that_is_cut_gets_room_for_what_it_lacks() -> None:
    line = line_with_letters("Study Date: 1557", score=0.83)
    assert max(finding.box.right for finding in classified(line)) >= line.box.right + 6 * 9


def test_a_line_that_is_missing_in_a_block_of_labelled_lines_goes() -> None:
    texts = {0: "Study Date: 1999 Sep 23", 2: "Name: SEXTON CARMEN", 3: "Age: 67", 4: "DOB: 08/04/1932"}
    lines = [line_with_letters(text, 100, 100 + 18 * number) for number, text in texts.items()]
    missing = Box(100, 100 + 18, 280, 100 + 2 * 18)
    redacted = [finding.box for finding in classified(*lines) if finding.verdict is Verdict.REDACT]
    assert covered_share(missing, redacted) > 0.9
    without = [finding.box for finding in classified(*lines[1:])]
    assert covered_share(missing, without) < 0.2


@pytest.mark.parametrize(
    "places", [[2.0] * 12, [0.9 + 0.005 * number for number in range(12)], [1 - number / 12 for number in range(12)]]
)
def test_a_line_whose_letters_are_no_places_within_its_box_goes_whole(places: list[float]) -> None:
    line = dataclasses.replace(line_with_letters("Name: SEXTON"), letters=tuple(places))
    [finding] = classified(line)
    assert finding.verdict is Verdict.REDACT and finding.box.intersection(line.box) == line.box


def test_a_number_beside_a_label_is_its_value_although_it_is_on_a_scale() -> None:
    label = line_with_letters("Patient ID:")
    ticks = [line_with_letters(str(1000 * number), 210 + 60 * number) for number in range(1, 4)]
    verdicts = [finding.verdict for finding in classified(label, *ticks) if finding.rule is not Rule.LABEL]
    assert Verdict.REDACT in verdicts


@pytest.mark.parametrize("values", [(1950, 1951, 1952), (1960, 1970, 1980, 1990), (4711, 4712, 4713), (8120, 8130, 8140, 8150)])
def test_a_column_of_years_or_of_record_numbers_is_no_scale(values: tuple[int, ...]) -> None:
    column = [line_with_letters(str(value), 700, 50 + 90 * number) for number, value in enumerate(values)]
    assert all(finding.verdict is Verdict.REDACT for finding in classified(*column))


def redacted_texts(*lines: TextLine) -> set[str]:
    found = [finding.box for finding in classified(*lines) if finding.verdict is Verdict.REDACT]
    return {line.text for line in lines if any(box.intersection(line.box) == line.box for box in found)}


def test_a_value_below_counts_where_an_explained_term_stands_far_to_the_right() -> None:
    lines = line_with_letters("Name:"), line_with_letters("SUPINE", 280), line_with_letters("BACK", 100, 120)
    assert redacted_texts(*lines) == {"BACK"}


@pytest.mark.parametrize("label", ["Name:", "Patient name", "שם:", "اسم المريض"])
def test_both_boxes_of_a_value_go(label: str) -> None:
    is_turned = not label.isascii()
    places = ((430, 370), (300, 300)) if is_turned else ((240, 290), (100, 100))
    label_line = line_with_letters(label, 480 if is_turned else 100)
    surname, given = line_with_letters("BACK", places[0][0]), line_with_letters("IRIS", places[0][1])
    far = line_with_letters("SUPINE", 600, 300)
    assert redacted_texts(label_line, surname, given, far) == {"BACK", "IRIS"}


def test_the_rest_of_a_value_that_was_boxed_apart_goes() -> None:
    lines = line_with_letters("Name: SEXTON"), line_with_letters("GRAND", 100 + 9 * 13)
    assert "GRAND" in redacted_texts(*lines)


def test_a_value_to_the_left_of_its_label_goes() -> None:
    lines = line_with_letters("BACK", 100), line_with_letters("Name", 150)
    assert redacted_texts(*lines) == {"BACK"}
    of_another = line_with_letters("DOB:", 40), line_with_letters("67", 100), line_with_letters("Name:", 150)
    assert redacted_texts(*of_another) == {"67"}


def test_a_patient_may_be_called_like_a_label() -> None:
    assert redacted_texts(line_with_letters("Name:"), line_with_letters("Case", 160)) == {"Case"}
    assert redacted_texts(line_with_letters("Name:"), line_with_letters("DOB:", 160)) == set()


@pytest.mark.parametrize("label", ["الاسم", "תאריך לידה:", "Фамилия:", "氏名", "환자명"])
def test_labels_of_other_scripts_stay(label: str) -> None:
    [finding] = classified(line_with_letters(label, letter_px=14))
    assert (finding.verdict, finding.rule) == (Verdict.KEEP, Rule.LABEL)


@given(gap=st.integers(-4, 12), is_above=st.booleans(), score=st.floats(0.5, 1))
def test_padding_does_not_enter_a_line_that_stays_and_never_cuts_what_was_read(gap: int, is_above: bool, score: float) -> None:
    top = PLACE.top - 20 - gap if is_above else PLACE.bottom + gap
    term = read("LEFT KIDNEY", PLACE._replace(top=top, bottom=top + 20, right=PLACE.left + 120))
    filled = [one.box for one in classified(read("OKAFOR, JOHN", score=score), term) if one.verdict is Verdict.REDACT]
    assert covered_share(PLACE, filled) == 1
    assert all(term.box.intersection(box).area_px == term.box.intersection(PLACE).area_px for box in filled)


@given(gap=st.integers(0, 30))
def test_padding_at_the_ends_of_a_faint_line_does_not_enter_a_line_that_stays(gap: int) -> None:
    term = read("LEFT KIDNEY", PLACE.shift(PLACE.width + gap, 0))
    filled = [one.box for one in classified(read("OKAFOR, JOHN", score=0.7), term) if one.verdict is Verdict.REDACT]
    assert covered_share(PLACE, filled) == 1
    assert not any(term.box.intersection(box).area_px for box in filled)


def test_padding_enters_a_line_that_stays_where_its_reading_is_no_sure_one() -> None:
    term = read("LEFT KIDNEY", PLACE.shift(0, 21), score=0.7)
    filled = [one.box for one in classified(read("OKAFOR, JOHN"), term) if one.verdict is Verdict.REDACT]
    assert any(term.box.intersection(box).area_px for box in filled)
