from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from efface.transforms.phi.dates_in_text import find_dates, is_known_date, mask_dates, move_dates, spellings_of

DAYS = st.dates(min_value=date(1951, 1, 1), max_value=date(2050, 12, 31))
WEEKS = st.integers(1, 520)
AROUND = st.sampled_from(["{}", "prior {} knee", "({})", "knee_{}_2", "on {}, 10:15", "CT vom {}.", "date:{}"])
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
SURE_FORMS = (
    *("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y_%m_%d", "%Y:%m:%d", "%Y. %m. %d", "%d.%m.%Y", "%d. %m. %Y"),
    *("%d %b %Y", "%d-%b-%Y", "%d%b%Y", "%d-%b-%y", "%d %B %Y", "%B %d, %Y", "%b %d %Y", "%b-%d-%Y", "%Y-%b-%d"),
    *("%dth of %B %Y", "%a %b %d %Y", "%A, %d %B %Y", "%Y年%m月%d日", "%Y년 %m월 %d일", "%d %b '%y", "%d%b%y", "%b-%d-%y"),
)
OPEN_FORMS = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%d/%m/%Y", "%d-%m-%Y", "%d / %m / %Y", "%d/%m/%y", "%d %m %Y")
"""Which number is the day is plain in these only from the 13th on."""


@given(DAYS, st.sampled_from(SURE_FORMS), AROUND, WEEKS)
def test_a_date_is_found_and_moves_in_its_spelling(day: date, form: str, around: str, weeks: int) -> None:
    assume("%B" not in form or (day.month != 5 and (day - timedelta(weeks=weeks)).month != 5))  # "May" is short as well.
    assume("th" not in form or (day.day in range(10, 21) and (day - timedelta(weeks=weeks)).day in range(10, 21)))
    text = around.format(day.strftime(form))
    [found] = find_dates(text)
    assert found.as_da == day.strftime("%Y%m%d")
    assert move_dates(text, 0) == text
    assert move_dates(text, -7 * weeks) == around.format((day - timedelta(weeks=weeks)).strftime(form))
    assert day.strftime("%d") not in move_dates(text, None) or "10:15" in around


@given(DAYS, st.sampled_from(OPEN_FORMS), AROUND)
def test_a_date_moves_only_where_it_is_plain_which_number_is_the_month(day: date, form: str, around: str) -> None:
    text = around.format(day.strftime(form))
    moved = move_dates(text, -70)
    if day.day > 12:
        assert moved == around.format((day - timedelta(days=70)).strftime(form))
    else:
        assert moved == around.format("")
    if day.day != day.month:
        assert move_dates(text, -70, {day.strftime("%Y%m%d")}) == around.format((day - timedelta(days=70)).strftime(form))


@given(
    DAYS, st.sampled_from(sorted(MONTHS)), st.sampled_from(["{d}. {m} {y}", "{d} {m} {y}", "{d} de {m} de {y}", "{d}-{m}-{y}"])
)
def test_the_months_of_every_language_are_found_in_any_case_and_without_accents(day: date, language: str, form: str) -> None:
    name = MONTHS[language].split()[day.month - 1]
    plain = name.translate(str.maketrans("äéûçÄÉÛÇ", "aeucAEUC"))
    for shown in {name, name.upper(), name.lower(), name.title(), plain}:
        text = form.format(d=day.day, m=shown, y=day.year)
        assert [found.as_da for found in find_dates(f"CT {text}, ok")] == [day.strftime("%Y%m%d")]
        assert move_dates(text, None) == ""


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("11. M\u00e4rz 2020", "01. Januar 2020"),
        ("11. Ma\u0308rz 2020", "01. Januar 2020"),
        ("20. MAERZ 2020", "10. JANUAR 2020"),
        ("20. Mai 2020", "11. Mrz 2020"),
        ("le 11 ao\u00fbt 2019", "le 02 juin 2019"),
        ("1er mars 2020", "22 decembre 2019"),
        ("11 de marzo de 2020", "01 de enero de 2020"),
        ("March 11th 2020", "January 1st 2020"),
        ("MAR 2020", "JAN 2020"),
        ("3/2020", "1/2020"),
        ("03.2020", "01.2020"),
        ("2020-03", "2020-01"),
        ("2020\u5e743\u670811\u65e5", "2020\u5e741\u67081\u65e5"),
        (
            "\uff12\uff10\uff12\uff10\u5e74\uff13\u6708\uff11\uff11\u65e5",
            "\uff12\uff10\uff12\uff10\u5e74\uff11\u6708\uff11\u65e5",
        ),
        ("\u4ee4\u548c2\u5e743\u670811\u65e5", "\u4ee4\u548c2\u5e741\u67081\u65e5"),
        ("\u4ee4\u548c\u5143\u5e745\u670820\u65e5", "\u5e73\u621031\u5e743\u670811\u65e5"),
        ("R2.3.11", "R2.1.1"),
        ("S32.4.12", "S32.2.1"),
        ("17.III.2021", "06.I.2021"),
        ("20200311143000.5", "20200101143000.5"),
        ("2020-03-11T14:30:00Z", "2020-01-01T14:30:00Z"),
        ("Wed Mar 11 10:15:00 2020", "Wed Jan 01 10:15:00 2020"),
        ("Mittwoch, den 11.03.2020", "Mittwoch, den 01.01.2020"),
        ("since 2020", "since 2019"),
        ("date 970311", "date 961231"),
        ("12.4.21 04/25/21", "1.2.21 02/14/21"),
    ],
)
def test_dates_of_other_languages_and_forms_move(text: str, moved: str) -> None:
    assert move_dates(text, -70 if "since" not in text else -364) == moved


@pytest.mark.parametrize(
    "text",
    [
        *("31.02.2020", "03/04/2020", "3-4-20", "03-03-2020", "21. 4. 20.", "17/03/2564", "12051987", "knee_170321_2"),
        *(
            "17th of March",
            "March 17th",
            "on 3/17",
            "am 17.03.",
            "17-Mar",
            "Mar-21",
            "since March",
            "seventeenth of March 2021",
        ),
        *("KW 11/2021", "2021-W11-3", "Q1 2021", "1. Quartal 2021", "spring 2021", "Winter 2020/21", "in 2019/20", "in '19"),
        *(
            "17.-20.03.2021",
            "17-20 March 2021",
            "March 17-20, 2021",
            "3月17日",
            "二〇二一年三月十七日",
            "siebzehnter März 2021",
        ),
        *("DOB 12 April 1957", "geb. 12.4.57", "*12.04.1957", "born 1957", "n\u00e9e le 12/04/57", "seit 3/21", "Mi 17.3."),
    ],
)
def test_what_does_not_say_which_day_goes(text: str) -> None:
    assert find_dates(text)
    moved = move_dates(f"{text} knee", -70)
    assert not set("0123456789一三") & set(moved.replace("_2", ""))
    assert moved == move_dates(f"{text} knee", None)


@pytest.mark.parametrize(("text", "offset_days"), [("March 2021", -7), ("since 2019", -70), ("03/2021", -14)])
def test_a_date_that_would_read_the_same_goes(text: str, offset_days: int) -> None:
    assert not any(map(str.isdigit, move_dates(text, offset_days)))


def test_a_weekday_goes_where_the_days_move_by_no_whole_weeks() -> None:
    assert move_dates("Wed 11 March 2020", -70) == "Wed 01 January 2020"
    assert move_dates("Wed 11 March 2020", -71) == "31 December 2019"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1.2.840.113619",
            "v1.2.3",
            "v2.11.20",
            "version 5.1.18",
            "syngo 5.1.18",
            "Rev 3.4.12",
            "Section 3.2.10",
            ">= 2.6.24",
        ),
        *("b 1000", "120/80", "L4-5-10", "L4/5/S1", "C5-6-7", "T10-11-12", "S1-2-3", "S1/2/3", "P4^P101^S108", "10.1.2.33"),
        *(
            "May 5 mg",
            "it may 10 percent",
            "iMAR 5",
            "3 MAR",
            "CT MAR 5",
            "OCT 12 mm",
            "2 OCT scans",
            "DEC 5",
            "sep 3",
            "1st set",
        ),
        *(
            "T2 2020",
            "5.0 B31f",
            "512 512 2020",
            "13/13/2020",
            "Somatom 2020",
            "Rev 2021A",
            "BI-RADS 2013",
            "ESC guidelines in 2019",
        ),
        *(
            "12/24",
            "3/10 slices",
            "on 3/4 of the views",
            "0/30/60",
            "5-10-15 min",
            "2/3/4 Gy",
            "1-2-3",
            "10-20-30",
            "8-9-10",
            "-4 -6 -8 -10",
            "6 -8 -10",
        ),
        *(
            "10.5.3 mm",
            "3 x 4 x 5",
            "12.10 cm",
            "im 3/2021",
            "1/2000",
            "in 2000 mL",
            "1990 ms",
            "TR/TE 2000/12",
            "from 3.2 to 4.1 cm",
        ),
        *(
            "defaults to 0.25.",
            "MI 1.1",
            "am 1.5 T MRT",
            "march fracture",
            "August",
            "5th metatarsal",
            "95th percentile",
            "98.6 F",
        ),
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert [text[slice(*found.span)] for found in find_dates(text)] == []


def test_terms_are_not_taken_for_dates() -> None:
    """The code meanings that pydicom carries."""
    from pydicom.sr._concepts_dict import concepts

    meanings = {meaning for codes in concepts.values() for terms in codes.values() for meaning, _ in terms.values()}
    assert [meaning for meaning in meanings if find_dates(meaning)] == []


def test_a_date_of_the_header_or_of_the_text_says_which_number_is_the_day() -> None:
    assert [found.as_da for found in find_dates("04/05/1957")] == [""]
    assert [found.as_da for found in find_dates("04/05/1957", {"19570504"})] == ["19570504"]
    assert [found.as_da for found in find_dates("04/05/1957", {"19570405"})] == ["19570405"]
    assert [found.as_da for found in find_dates("04/05/45", {"19450405"})] == ["19450405"]
    assert [found.as_da for found in find_dates("04/05/1957 and 04/25/1957")] == ["19570405", "19570425"]
    assert [found.as_da for found in find_dates("04/05/1957, 25/04/1957, 04/25/1957")] == ["", "19570425", "19570425"]


@given(DAYS)
def test_six_and_eight_digits_are_a_date_when_the_header_says_so(day: date) -> None:
    known = {day.strftime("%Y%m%d")}
    for form in ("%y%m%d", "%d%m%y", "%m%d%y", "%d%m%Y", "%m%d%Y"):
        assert any(is_known_date(found, known) for found in find_dates(day.strftime(form), known))
        assert move_dates(f"knee {day.strftime(form)}", None, known, only_sure=True) == "knee "
        assert move_dates(f"x{day.strftime(form)}", -70, known, only_sure=True) != f"x{day.strftime(form)}"


def test_a_month_of_the_header_s_date_is_not_that_date() -> None:
    assert not any(is_known_date(found, {"20210315"}) for found in find_dates("March 2021", {"20210315"}))


@given(DAYS)
def test_spellings_are_found_again(day: date) -> None:
    known = {day.strftime("%Y%m%d")}
    for text in spellings_of(day.strftime("%Y%m%d")):
        assert all(is_known_date(found, known) for found in find_dates(text, known))
        assert find_dates(text, known)


def test_a_masked_text_is_as_long_and_holds_no_date() -> None:
    assert mask_dates("on 17.03.2021, and 3/4/21: ok") == "on ==========, and ======: ok"


def test_only_dates_that_stand_for_themselves_are_explicit() -> None:
    explicit = ("20210317", "2021-03-17", "17.03.2021", "17 March 2021", "MAR 2021", "2021年3月17日")
    others = ("17.3.21", "03/2021", "since 2019", "17 March", "KW 11/2021")
    assert all(found.is_explicit for text in explicit for found in find_dates(text))
    assert not any(found.is_explicit for text in others for found in find_dates(text))


@given(st.text(max_size=80), st.sampled_from([None, 0, -70, -71]))
def test_any_text_can_be_moved(text: str, offset_days: int | None) -> None:
    spans = [found.span for found in find_dates(text)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert offset_days != 0 or move_dates(text, offset_days) == text
    move_dates(text, offset_days)


LENGTH = 1 << 17


@pytest.mark.parametrize(
    "piece", ["1", "1.", "1 ", "17-", "1/2/3 ", "may ", "12 may ", "2021 ", "2021, ", "since ", "q1 ", "'", "\u6708", "\u4e00"]
)
def test_the_time_grows_with_the_length_of_a_text_alone(piece: str) -> None:
    # Where it grows with the square, this takes minutes.
    assert find_dates((piece * LENGTH)[:LENGTH] + " 17.03.2021")[-1].as_da == "20210317"
