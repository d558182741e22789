"""The names of months, weekdays and eras, as regular expressions for folded text and as the spellings to write them in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ..folding import fold

# A row is one language and one length; alternatives are parted by "/", and the first of them is written.
_MONTH_ROWS = {
    "en": (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep/sept oct nov dec",
    ),
    "de": (
        "januar/jänner/jaenner februar/feber märz/maerz april mai juni/juno juli/julei august september oktober november "
        "dezember",
        "jan/jän feb mrz/mär/maer apr mai jun jul aug sep/sept okt nov dez",
    ),
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv/jan févr/fév mars avr mai juin juil/juill août/aoû sept/sep oct nov déc",
    ),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep/sept/set oct nov dic",
    ),
    "it": (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "gen/genn feb/febb mar apr mag giu lug ago set/sett ott nov dic",
    ),
    "pt": (
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan fev mar abr mai jun jul ago set out nov dez",
    ),
    "nl": (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt/maa apr mei jun jul aug sep okt nov dec",
    ),
    "sv": (
        "januari februari mars april maj juni juli augusti september oktober november december",
        "jan feb mar apr maj jun jul aug sep okt nov dec",
    ),
    "da": (
        "januar februar marts april maj juni juli august september oktober november december",
        "jan feb mar apr maj jun jul aug sep okt nov dec",
    ),
    "nb": (
        "januar februar mars april mai juni juli august september oktober november desember",
        "jan feb mar apr mai jun jul aug sep okt nov des",
    ),
    "fi": (
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta "
        "joulukuuta",
        "tammikuu/tammi helmikuu/helmi maaliskuu/maalis huhtikuu/huhti toukokuu/touko kesäkuu/kesä heinäkuu/heinä elokuu/elo "
        "syyskuu/syys lokakuu/loka marraskuu/marras joulukuu/joulu",
    ),
    "pl": (
        "stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja czerwca/czerwiec lipca/lipiec sierpnia/sierpień "
        "września/wrzesień października/październik listopada/listopad grudnia/grudzień",
        "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    ),
    "cs": (
        "ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen září "
        "října/říjen listopadu prosince/prosinec",
    ),
    "hu": (
        "január február március április május június július augusztus szeptember október november december",
        "jan febr márc ápr máj jún júl aug szept okt nov dec",
    ),
    "ro": ("ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",),
    "tr": (
        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
        "oca şub mar nis may haz tem ağu eyl eki kas ara",
    ),
    "ru": (
        "января/январь февраля/февраль марта/март апреля/апрель мая/май июня/июнь июля/июль августа/август сентября/сентябрь "
        "октября/октябрь ноября/ноябрь декабря/декабрь",
        "янв февр/фев мар апр мая июн июл авг сент/сен окт нояб/ноя дек",
    ),
    "uk": (
        "січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень серпня/серпень "
        "вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень",
    ),
    "hr": (
        "siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj lipnja/lipanj srpnja/srpanj "
        "kolovoza/kolovoz rujna/rujan listopada studenoga/studeni/studenog prosinca/prosinac",
    ),
    "ar": ("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",),
    "el": (
        "ιανουαρίου/ιανουάριος φεβρουαρίου/φεβρουάριος μαρτίου/μάρτιος απριλίου/απρίλιος μαΐου/μάιος ιουνίου/ιούνιος "
        "ιουλίου/ιούλιος αυγούστου/αύγουστος σεπτεμβρίου/σεπτέμβριος οκτωβρίου/οκτώβριος νοεμβρίου/νοέμβριος "
        "δεκεμβρίου/δεκέμβριος",
        "ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    ),
}
_DOTTED_DAYS = frozenset(("de", "da", "nb", "fi", "cs", "hr"))
"""Languages that write a dot behind the number of a day."""


@dataclass(frozen=True, slots=True)
class MonthName:
    """One name of a month.

    Attributes:
        number: From 1 to 12.
        rows: The twelve spellings of each language and length that spells it so.
        is_full: Whether some language has it as the full name, of four letters or more: "May" is a verb as well.
    """

    number: int
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    is_full: bool

    def spelled(self, number: int, *, after_dot: bool, is_ascii: bool) -> str:
        """Another month in the same language and length, in small letters.

        Args:
            number: From 1 to 12.
            after_dot: A dot behind the day stands before it, as in German.
            is_ascii: Only ASCII may be written, since the character set may hold no more.
        """
        dotted = [row for row in self.rows if row[0] in _DOTTED_DAYS]
        _, names = dotted[0] if after_dot and dotted else self.rows[0]
        name = names[number - 1]
        if not is_ascii:
            return name
        return "maerz" if name == "märz" else fold(name).shown


def _month_names() -> dict[str, MonthName]:
    numbers: dict[str, int] = {}
    rows: dict[str, list[tuple[bool, str, tuple[str, ...]]]] = {}
    for language, rows_of_language in _MONTH_ROWS.items():
        for is_short, row in zip((False, True), rows_of_language, strict=False):
            spellings = [month.split("/") for month in row.split()]
            written = tuple(names[0] for names in spellings)
            for number, names in enumerate(spellings, 1):
                for folded in (fold(name).shown for name in names):
                    if numbers.setdefault(folded, number) == number:
                        rows.setdefault(folded, []).append((is_short, language, written))
    return {name: _month_name(name, number, rows[name]) for name, number in numbers.items()}


def _month_name(folded: str, number: int, rows: list[tuple[bool, str, tuple[str, ...]]]) -> MonthName:
    is_long = len(folded) > 3
    ordered = sorted(rows, key=lambda row: row[0] == is_long)  # Three letters are read as the short form: it is as short again.
    is_full = is_long and any(not is_short for is_short, _, _ in rows)
    return MonthName(number, tuple((language, names) for _, language, names in ordered), is_full)


MONTHS = _month_names()
"""Each folded spelling of a month."""
ROMAN = dict(zip("i ii iii iv v vi vii viii ix x xi xii".split(), range(1, 13), strict=True))  # noqa: SIM905


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for one of many words, the longest that fits, that tries only those with the right first letter."""
    ordered = sorted(set(words), key=lambda word: (word[0], -len(word), word))
    parts = (
        f"{re.escape(first)}(?:{'|'.join(re.escape(word[1:]) for word in group)})"
        for first, group in groupby(ordered, key=lambda word: word[0])
    )
    return f"(?:{'|'.join(parts)})"


_WEEKDAYS = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri sat sun montag
    dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so lundi mardi mercredi jeudi
    vendredi samedi dimanche lun mar mer jeu ven sam dim lunes martes miercoles jueves viernes sabado domingo mie jue
    vie sab dom lunedi martedi mercoledi giovedi venerdi domenica gio maandag dinsdag woensdag donderdag vrijdag
    zaterdag zondag ma wo vr za zo segunda-feira terca-feira quarta-feira quinta-feira sexta-feira segunda terca quarta
    quinta sexta seg ter qua qui sex mandag tirsdag onsdag torsdag fredag lordag tisdag sondag poniedzialek wtorek sroda
    czwartek piatek sobota niedziela
"""
WEEKDAY = alternatives(_WEEKDAYS.split())
"""A weekday in a European language, in full or short."""
EAST_ASIAN_WEEKDAYS = "[월화수목금토일]요일|[月火水木金土日]曜日"
EAST_ASIAN_WEEKDAY = "(?:[月火水木金土日](?:曜日?)?|[월화수목금토일](?:요일)?|(?:星期|周|週|礼拜)[一二三四五六日天])"


@dataclass(frozen=True, slots=True)
class Era:
    """A Japanese era.

    Attributes:
        names: Its names and its letter; a date that comes to lie in it gets the one of the same kind.
        first: Its first day; its year 1 ends with the calendar year.
        length: How many years it can have had.
    """

    names: tuple[str, str, str]
    first: date
    length: int


ERAS = (
    Era(("明治", "明", "m"), date(1868, 1, 25), 45),
    Era(("大正", "大", "t"), date(1912, 7, 30), 15),
    Era(("昭和", "昭", "s"), date(1926, 12, 25), 64),
    Era(("平成", "平", "h"), date(1989, 1, 8), 31),
    Era(("令和", "令", "r"), date(2019, 5, 1), 40),
)


def era_of(name: str) -> Era:
    """The era of a folded name."""
    return next(era for era in ERAS if name in era.names)


def era_at(day: date) -> Era | None:
    """The era of a day, None before the first of them."""
    return next((era for era in reversed(ERAS) if day >= era.first), None)
