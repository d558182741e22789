"""Patients and staff: names in the scripts of their culture, numbers, addresses and dates. All are drawn; nobody is real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .cultures import LANGUAGES, LATIN_ADDRESS, STATES, Culture
from .dice import Dice
from .national_numbers import national_number
from .transliterate import drop_marks, fold_letters
from .word_lists import Split, load_lists

_LATIN_1, _UNICODE = "latin-1", "utf-8"
_NATIVE_SHARE = 0.7
"""How many headers of cultures with another script hold it; the others are transliterated."""
_UNICODE_SHARE = 0.3
_FIRST_DAY, _LAST_DAY = date(1924, 1, 1), date(2015, 12, 31)


@dataclass(frozen=True)
class Name:
    """A name in Latin letters, and in the script of its culture where that is another."""

    family: str
    given: str
    native_family: str = ""
    native_given: str = ""

    def in_header(self, *, with_native: bool) -> str:
        """As a value of VR PN."""
        latin = f"{self.family}^{self.given}"
        return f"{latin}={self.native_family}^{self.native_given}" if with_native and self.native_family else latin

    @property
    def parts(self) -> tuple[str, ...]:
        """What gives the person away: the names in each script."""
        return tuple(part for part in (self.family, self.given, self.native_family, self.native_given) if part)


@dataclass(frozen=True)
class Place:
    """An address or a house.

    Attributes:
        text: As it is written.
        parts: What gives it away, each alone: street, city, postal code, the name that a house bears.
    """

    text: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A patient."""

    culture: Culture
    name: Name
    sex: str
    birth: date
    patient_id: str
    national_number: str
    address: Place
    phone: str
    email: str
    hospital: Place
    character_sets: tuple[str, ...]
    codec: str

    @property
    def is_native(self) -> bool:
        """Whether the header spells the names in a script of their own as well."""
        return bool(self.name.native_family) and self.codec != _LATIN_1

    @property
    def shown_names(self) -> tuple[str, ...]:
        """The names that the header spells, each alone."""
        return self.name.parts if self.is_native else (self.name.family, self.name.given)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of free text that the header's character set can hold."""
        return LANGUAGES if self.codec == _UNICODE else (self.culture.language,)

    def spelled_place(self, where: Place) -> Place:
        """The same for a place and its parts."""
        return Place(self.spelled(where.text), tuple(map(self.spelled, where.parts)))

    def spelled(self, text: str) -> str:
        """A text as the header's character set can hold it: without marks where it has no such letters."""
        return text if self.can_spell(text) else drop_marks(text).encode("ascii", "ignore").decode()

    def can_spell(self, text: str) -> bool:
        try:
            text.encode(self.codec)
        except UnicodeEncodeError:
            return False
        return True

    def age(self, day: date) -> int:
        """In whole years."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


def draw_person(culture: Culture, lists: Split, dice: Dice) -> Person:
    """A patient of a culture, drawn from one split of the lists."""
    character_sets, codec = (
        (culture.character_sets, culture.codec) if dice.chance(_NATIVE_SHARE) else (("ISO_IR 100",), _LATIN_1)
    )
    if not culture.is_native and codec == _LATIN_1:
        character_sets, codec = culture.character_sets, culture.codec
    if dice.chance(_UNICODE_SHARE):
        character_sets, codec = ("ISO_IR 192",), _UNICODE
    native = codec != _LATIN_1
    sex = dice.pick("FM")
    name = draw_name(culture, lists, dice, sex)
    birth = _FIRST_DAY + timedelta(days=dice.whole(0, (_LAST_DAY - _FIRST_DAY).days))
    patient_id = dice.fill(
        dice.pick(("########", "%#########", "@@-######", "@#######", "%##-##-###", "000#######", "@@@%####/##"))
    )
    return Person(
        culture,
        name,
        sex,
        birth,
        patient_id,
        national_number(culture.name, birth, dice),
        draw_address(culture, lists, dice, native=native),
        draw_phone(culture, lists, dice),
        draw_email(name, dice),
        draw_hospital(culture, lists, dice),
        character_sets,
        codec,
    )


def draw_name(culture: Culture, lists: Split, dice: Dice, sex: str = "") -> Name:
    """A name; some families have two names, joined by a hyphen."""
    words = load_lists(lists)
    family, given = (
        dice.pick(words[f"{culture.name} {kind}"])
        for kind in ("surnames", "women" if (sex or dice.pick("FM")) == "F" else "men")
    )
    native_family, latin_family = _spellings(family)
    native_given, latin_given = _spellings(given)
    if not native_family and dice.chance(0.15) and culture.name != "vietnamese":
        latin_family += f"-{_spellings(dice.pick(words[f'{culture.name} surnames']))[1]}"
    has_both = bool(native_family and native_given)
    return Name(latin_family, latin_given, native_family if has_both else "", native_given if has_both else "")


def draw_address(culture: Culture, lists: Split, dice: Dice, *, native: bool) -> Place:
    """A postal address, in the script of the culture or in Latin letters."""
    words = load_lists(lists)
    city = place(dice.pick(words[f"{culture.name} cities"]), native=native)
    street = place(dice.pick(words.get(f"{culture.name} streets", ("",))), native=native)
    number, code = dice.whole(2, 240), dice.fill(culture.postcode)
    template = culture.address if native or not culture.is_native else LATIN_ADDRESS
    text = template.format(n=number, code=code, state=dice.pick(STATES), city=city, street=street)
    return Place(" ".join(text.split()), tuple(part for part in (street, city, code) if part))


def draw_phone(culture: Culture, lists: Split, dice: Dice) -> str:
    return dice.fill(dice.pick(load_lists(lists)[f"{culture.name} phones"]))


def draw_email(name: Name, dice: Dice) -> str:
    family, given = (fold_letters(part).replace(" ", "") for part in (name.family, name.given))
    host = dice.pick(("posteo.example", "mail-box.org", "hosp-net.eu", "clinic.nhs.example", "webmail.co"))
    return f"{dice.pick((f'{given}.{family}', f'{given[:1]}{family}', f'{family}{dice.whole(1, 99)}'))}@{host}"


def draw_hospital(culture: Culture, lists: Split, dice: Dice) -> Place:
    """In the language of the culture, with a city, a saint or a family of it."""
    words = load_lists(lists)
    name = draw_name(culture, lists, dice)
    fields = {
        "city": place(dice.pick(words[f"{culture.name} cities"]), native=False),
        "name": name.family,
        "saint": name.given,
    }
    template = dice.pick(words[f"{culture.language} hospitals"])
    return Place(template.format(**fields), tuple(value for field, value in fields.items() if f"{{{field}}}" in template))


def place(entry: str, *, native: bool) -> str:
    """One spelling of an entry of a list of places."""
    native_spelling, latin = _spellings(entry)
    return native_spelling if native and native_spelling else latin


def _spellings(entry: str) -> tuple[str, str]:
    """(native, Latin); native is empty where the Latin spelling is the native one."""
    native, separator, latin = entry.partition("=")
    return (native, latin) if separator else ("", native)
