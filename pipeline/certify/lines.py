"""Plain lines by category, each with the part that identifies: what measures the judging of text alone.

Two sets: lines as equipment burns them into pictures, judged without a header and as a whole; and sentences of free text,
from which the planted part has to go and the rest has to stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .cultures import CULTURES, LANGUAGES, Culture
from .dice import Dice
from .national_numbers import iban, national_number, swiss_number
from .people import Name, draw_address, draw_email, draw_hospital, draw_name, draw_phone
from .spelled_dates import spell
from .transliterate import drop_marks
from .word_lists import Split, load_lists

_FIRST_DAY = date(1995, 1, 1)
_DAYS = 10_500


@dataclass(frozen=True)
class PlainLine:
    """One line.

    Attributes:
        text: The whole of it.
        category: What it is; the rows of the table.
        culture: Whose names or which language.
        planted: What has to go; empty where the line has to stay.
        secrets: What gives it away, each alone.
        kept: What has to stay.
        day: For a date: which it is; None otherwise.
    """

    text: str
    category: str
    culture: str
    planted: str = ""
    secrets: tuple[str, ...] = ()
    kept: str = ""
    day: date | None = None


def picture_lines(seed: int, count: int, lists: Split) -> list[PlainLine]:
    """Lines that identify, `count` of each category, as pictures show them."""
    return _drawn(_IN_PICTURES, seed, count, lists, CULTURES)


def text_lines(seed: int, count: int, lists: Split) -> list[PlainLine]:
    """Sentences of free text with one planted part each, `count` of each category."""
    return _drawn(_IN_TEXT, seed, count, lists, CULTURES)


def clinical_lines(lists: Split) -> list[PlainLine]:
    """Lines that have to stay: all that the lists of a split hold."""
    words = load_lists(lists)
    kept = [
        PlainLine(text, f"clinical, {language}", language, kept=text)
        for language in LANGUAGES
        for text in words[f"{language} clinical"]
    ]
    return kept + [PlainLine(text, "descriptors", "english", kept=text) for text in words["descriptors"]]


def report_lines(lists: Split) -> list[PlainLine]:
    """Lines of reports, requests and technologists' notes, which have to stay: all that the lists of a split hold."""
    words = load_lists(lists)
    return [
        PlainLine(text, f"reports, {language}", language, kept=text)
        for language in LANGUAGES
        for text in words[f"{language} reports"]
    ]


def _drawn(
    table: dict[str, Callable[[Draw], PlainLine]], seed: int, count: int, lists: Split, cultures: tuple[Culture, ...]
) -> list[PlainLine]:
    return [
        make(Draw(Dice(seed, category, number), lists, cultures[number % len(cultures)], category))
        for category, make in table.items()
        for number in range(count)
    ]


@dataclass(frozen=True)
class Draw:
    """What a line is drawn from."""

    dice: Dice
    lists: Split
    culture: Culture
    category: str

    @property
    def language(self) -> str:
        return self.culture.language

    def words(self, kind: str) -> tuple[str, ...]:
        return load_lists(self.lists)[kind]

    def name(self) -> Name:
        return draw_name(self.culture, self.lists, self.dice)

    def day(self) -> date:
        return _FIRST_DAY + timedelta(days=self.dice.whole(0, _DAYS))

    def spelled_day(self, day: date) -> str:
        return spell(day, self.dice.pick(self.words(f"{self.culture.dates} dates")), self.culture.dates)

    def clinical(self) -> str:
        return self.dice.pick(self.words(f"{self.language} clinical"))

    def line(self, text: str) -> PlainLine:
        """A line of a picture, all of which goes."""
        return PlainLine(text, self.category, self.culture.name, text, (text,))

    def sentence(
        self, planted: str, before: str = "", after: str = "", secrets: tuple[str, ...] = (), day: date | None = None
    ) -> PlainLine:
        """A planted part between clinical words."""
        kept = self.clinical()
        whole = f"{before}{planted}{after}"
        text = f"{kept}. {whole}" if self.dice.chance(0.5) else f"{whole}; {kept}"
        return PlainLine(text, self.category, self.culture.name, planted, (planted, *secrets), kept, day)


def _name(draw: Draw) -> PlainLine:
    name, dice = draw.name(), draw.dice
    family, given = name.family, name.given
    native = (
        [f"{name.native_family}{name.native_given}", f"{name.native_family} {name.native_given}"] if name.native_family else []
    )
    forms = (
        f"{family}, {given}".upper(),
        f"{family} {given}",
        f"{given} {family}",
        f"{family}^{given}".upper(),
        drop_marks(f"{family}, {given}").upper(),
        f"{given[0]}. {family}",
        f"{family} {given[0]}".upper(),
        family.upper(),
        f"{given} {family}".lower(),
        *native,
    )
    return draw.line(dice.pick(forms))


def _name_that_is_a_word(draw: Draw) -> PlainLine:
    """Only what stands beside the word says that it is a name."""
    dice, given = draw.dice, draw.name().given
    word = dice.pick(draw.words("surnames that are words"))
    forms = (
        f"{given[0]}. {word}",
        f"{word}, {given}",
        f"{word} {given[0]}".upper(),
        f"Mrs. {word}",
        f"Dr {word}",
        f"{given} {word}",
        f"{word}^{given}".upper(),
        f"Name: {word}",
    )
    return draw.line(dice.pick(forms))


def _read_without_spaces(draw: Draw) -> PlainLine:
    """As engines read what is set close."""
    make = draw.dice.pick(
        (_name, _name_with_details, _labelled_number, _labelled_date, _phone, _date_in_picture, _labelled_in_picture)
    )
    return draw.line(make(draw).text.replace(" ", ""))


def _read_wrong(draw: Draw) -> PlainLine:
    """As engines misread: a letter for a digit, a digit for a letter, the first letter lost."""
    make = draw.dice.pick(
        (_name, _number_in_picture, _labelled_number, _labelled_date, _phone, _date_in_picture, _labelled_in_picture)
    )
    text, wrong = make(draw).text, str.maketrans("0158OISB", "OISB0158")
    place = draw.dice.whole(0, len(text) - 1)
    changed = f"{text[:place]}{text[place:].translate(wrong)}"
    return draw.line(changed[1:] if draw.dice.chance(0.3) else changed)


def _name_with_details(draw: Draw) -> PlainLine:
    name, dice = draw.name(), draw.dice
    sex, age = dice.pick("MF"), dice.whole(1, 99)
    short = f"{dice.whole(1, 28):02}.{dice.whole(1, 12):02}.{dice.whole(1930, 2015)}"
    forms = (
        f"{name.family} {name.given} {sex} {age}Y",
        f"{name.family.upper()}, {name.given} *{short}",
        f"{name.given} {name.family} ({sex}) {dice.fill('%######')}",
        f"{name.family}^{name.given}  {short}  {sex}",
        f"{dice.fill('%#####')} {name.family.upper()}",
        f"{name.family}, {name.given[0]}. {age}/{sex}",
    )
    return draw.line(dice.pick(forms))


def _labelled_in_picture(draw: Draw) -> PlainLine:
    name, dice = draw.name(), draw.dice
    spelled = dice.pick(
        (f"{name.given} {name.family}", name.family, f"{name.given[0]}. {name.family}", f"{name.family}, {name.given}")
    )
    text = dice.pick(draw.words(f"{draw.language} labels")).replace("_", spelled)
    return draw.line(text.upper() if dice.chance(0.4) else text)


def _number_in_picture(draw: Draw) -> PlainLine:
    pattern = draw.dice.pick(
        ("%#######", "@@%#####", "%##-##-###", "@###-%###", "#######-#", "%#####", "%### ####", "@%####/##")
    )
    return draw.line(draw.dice.fill(pattern))


def _number_in_groups(draw: Draw) -> PlainLine:
    patterns = (
        "%### ####",
        "## ## ## ##",
        "%#-##-##",
        "%## ### ###",
        "%#.###.###",
        "%### # ####",
        "%#### ###",
        "%##/##/###",
        "## ###### #",
    )
    return draw.line(draw.dice.fill(draw.dice.pick(patterns)))


def _sex_and_age(draw: Draw) -> PlainLine:
    dice = draw.dice
    sex, age = dice.pick(("M", "F", "Male", "Female", "m", "w", "H")), dice.whole(18, 104)
    return draw.line(
        dice.pick((f"{sex} {age}", f"{sex}/{age}", f"{age} {sex}", f"{age}{sex[0]}", f"{sex} {age:03}Y", f"{sex}, {age} yrs"))
    )


def _part_of_a_line(draw: Draw) -> PlainLine:
    """What is left when a detector cuts the ends off."""
    make = draw.dice.pick(
        (_number_in_picture, _labelled_date, _labelled_number, _phone, _name_with_details, _national_in_picture)
    )
    text = make(draw).text
    cut = draw.dice.whole(1, max(1, len(text) // 3))
    return draw.line(text[cut:].strip() if draw.dice.chance(0.5) else text[:-cut].strip())


def _labelled_number(draw: Draw) -> PlainLine:
    dice = draw.dice
    label = dice.pick(
        (
            "ID",
            "MRN",
            "Pat.-Nr.",
            "Patient ID:",
            "No. dossier",
            "NHC",
            "Acc#",
            "Fallnr.",
            "Cod. paz.",
            "Patiëntnr.",
            "Hosp No",
            "UHID",
            "CPR",
            "PID:",
        )
    )
    return draw.line(f"{label} {dice.fill(dice.pick(('%#####', '%#######', '@%####', '%###-##', '%## ###')))}")


def _date_in_picture(draw: Draw) -> PlainLine:
    return draw.line(draw.spelled_day(draw.day()))


def _labelled_date(draw: Draw) -> PlainLine:
    label = draw.dice.pick(
        (
            "DOB",
            "DOB:",
            "Geb.",
            "geb. am",
            "Né le",
            "Née le",
            "Fecha nac.",
            "Nato il",
            "Geb.dat.",
            "Exam date",
            "Study Date:",
            "Date",
            "Birth",
            "Aufn.",
            "Fecha",
        )
    )
    return draw.line(f"{label} {draw.spelled_day(draw.day())}")


def _age_in_picture(draw: Draw) -> PlainLine:
    template = draw.dice.pick([one for one in draw.words(f"{draw.language} ages") if "{n}" in one])
    sex = draw.dice.pick(("male", "female"))
    return draw.line(template.format(n=draw.dice.whole(2, 103), sex=sex, s=sex[0].upper()))


def _hospital(draw: Draw) -> PlainLine:
    text = draw_hospital(draw.culture, draw.lists, draw.dice).text
    return draw.line(text.upper() if draw.dice.chance(0.4) else text)


def _address(draw: Draw) -> PlainLine:
    return draw.line(draw_address(draw.culture, draw.lists, draw.dice, native=draw.dice.chance(0.5)).text)


def _phone(draw: Draw) -> PlainLine:
    prefix = draw.dice.pick(("", "", "Tel ", "Tel. ", "T: ", "Ph "))
    return draw.line(f"{prefix}{draw_phone(draw.culture, draw.lists, draw.dice)}")


def _email_in_picture(draw: Draw) -> PlainLine:
    return draw.line(draw_email(draw.name(), draw.dice))


def _contact_in_picture(draw: Draw) -> PlainLine:
    return draw.line(draw.dice.fill(draw.dice.pick(draw.words("contacts"))))


def _national_in_picture(draw: Draw) -> PlainLine:
    return draw.line(national_number(draw.culture.name, draw.day(), draw.dice))


_IN_PICTURES: dict[str, Callable[[Draw], PlainLine]] = {
    "name": _name,
    "name that is a word": _name_that_is_a_word,
    "name with details": _name_with_details,
    "name with a label": _labelled_in_picture,
    "number": _number_in_picture,
    "number with a label": _labelled_number,
    "number in groups": _number_in_groups,
    "national number": _national_in_picture,
    "date": _date_in_picture,
    "date with a label": _labelled_date,
    "age": _age_in_picture,
    "sex and age": _sex_and_age,
    "hospital": _hospital,
    "postal address": _address,
    "telephone number": _phone,
    "e-mail address": _email_in_picture,
    "other contact": _contact_in_picture,
    "read without spaces": _read_without_spaces,
    "read with wrong letters": _read_wrong,
    "part of a line": _part_of_a_line,
}
_DAMAGED = ("read without spaces", "read with wrong letters", "part of a line")
"""What an engine makes of lines; nobody writes them so."""


def _date_in_text(draw: Draw) -> PlainLine:
    day = draw.day()
    return draw.sentence(draw.spelled_day(day), draw.dice.pick(("", "prior ", "CT ", "since ")), day=day)


def _contact_in_text(draw: Draw) -> PlainLine:
    return draw.sentence(draw.dice.fill(draw.dice.pick(draw.words("contacts"))))


def _national_in_text(draw: Draw) -> PlainLine:
    return draw.sentence(national_number(draw.culture.name, draw.day(), draw.dice), draw.dice.pick(("", "no. ", "ID ")))


def _account_in_text(draw: Draw) -> PlainLine:
    dice = draw.dice
    country, length = dice.pick((("DE", 22), ("FR", 27), ("ES", 24), ("IT", 27), ("NL", 18), ("GB", 22), ("CH", 21)))
    return draw.sentence(swiss_number(dice) if dice.chance(0.4) else iban(country, length, dice))


def _phone_in_text(draw: Draw) -> PlainLine:
    return draw.sentence(draw_phone(draw.culture, draw.lists, draw.dice), draw.dice.pick(("", "tel ", "call ", "Tel. ", "T: ")))


def _address_in_text(draw: Draw) -> PlainLine:
    where = draw_address(draw.culture, draw.lists, draw.dice, native=draw.dice.chance(0.5))
    return draw.sentence(where.text, secrets=where.parts)


def _hospital_in_text(draw: Draw) -> PlainLine:
    where = draw_hospital(draw.culture, draw.lists, draw.dice)
    return draw.sentence(where.text, draw.dice.pick(("", "from ", "prior at ")), secrets=where.parts)


def _ward_in_text(draw: Draw) -> PlainLine:
    return draw.sentence(draw.dice.pick(draw.words(f"{draw.language} wards")))


def _labelled_in_text(draw: Draw) -> PlainLine:
    name, dice = draw.name(), draw.dice
    spelled = dice.pick(
        (f"{name.given} {name.family}", name.family, f"{name.given[0]}. {name.family}", f"{name.family}, {name.given}")
    )
    spelled = spelled.lower() if dice.chance(0.2) else spelled.upper() if dice.chance(0.2) else spelled
    before, _, after = dice.pick(draw.words(f"{draw.language} labels")).partition("_")
    has_given = name.given.casefold() in spelled.casefold()
    return draw.sentence(spelled, before, after, (name.family, name.given) if has_given else (name.family,))


def _age_in_text(draw: Draw) -> PlainLine:
    template = draw.dice.pick([one for one in draw.words(f"{draw.language} ages") if "{n}" in one])
    years, sex = str(draw.dice.whole(91, 104)), draw.dice.pick(("male", "female"))
    before, _, after = template.partition("{n}")
    fill = {"sex": sex, "s": sex[0].upper()}
    return draw.sentence(years, before.format(**fill), after.format(**fill))


_IN_TEXT: dict[str, Callable[[Draw], PlainLine]] = {
    "date": _date_in_text,
    "name with a label": _labelled_in_text,
    "telephone number": _phone_in_text,
    "e-mail address": lambda draw: draw.sentence(draw_email(draw.name(), draw.dice)),
    "postal address": _address_in_text,
    "national number": _national_in_text,
    "account or insurance number": _account_in_text,
    "other contact": _contact_in_text,
    "hospital": _hospital_in_text,
    "ward or bed": _ward_in_text,
    "age over 89": _age_in_text,
}


def draw_picture_line(lists: Split, culture: Culture, dice: Dice) -> PlainLine:
    """One identifying line of a picture, of any category that a person would read as one."""
    category = dice.pick([one for one in _IN_PICTURES if one not in _DAMAGED])
    return _IN_PICTURES[category](Draw(dice, lists, culture, category))


def all_lines(seed: int, count: int, lists: Split) -> Iterator[tuple[str, PlainLine]]:
    """(`picture` or `text`, line) of everything that is measured."""
    yield from (("picture", line) for line in picture_lines(seed, count, lists))
    yield from (("picture", line) for line in clinical_lines(lists))
    yield from (("text", line) for line in text_lines(seed, count, lists))
    yield from (("text", line) for line in clinical_lines(lists))
