"""Dates as people write them: spells a day by a template, and finds the days that a text spells by it."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    "english": "January February March April May June July August September October November December",
    "german": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "french": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "dutch": "januari februari maart april mei juni juli augustus september oktober november december",
}
_SHORT = {
    "english": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "german": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "french": "janv févr mars avr mai juin juil août sept oct nov déc",
    "spanish": "ene feb mar abr may jun jul ago sep oct nov dic",
    "italian": "gen feb mar apr mag giu lug ago set ott nov dic",
    "dutch": "jan feb mrt apr mei jun jul aug sep okt nov dec",
}
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911}
"""Eras of Japan, the newest first, and the year before the first of each."""
_FIELD = re.compile(r"\{(\w+)\}")


def spell(day: date, template: str, language: str) -> str:
    """A day by a template such as `{d}. {month} {y}`."""
    return _FIELD.sub(lambda field: _fields(day, language)[field.group(1)], template)


def find_days(text: str, template: str, language: str, like: date) -> list[date]:
    """The days that a text spells by a template.

    Args:
        like: A day of the same century, for templates with years of two digits.
    """
    pattern = re.compile(_pattern(template, language), re.IGNORECASE)
    days = (_day(match.groupdict(), language, like) for match in pattern.finditer(text))
    return [day for day in days if day is not None]


def _fields(day: date, language: str) -> dict[str, str]:
    months, short = _names(_MONTHS, language), _names(_SHORT, language)
    end = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in (11, 12, 13) else 0, "th")
    return {
        "d": str(day.day),
        "d2": f"{day.day:02}",
        "m": str(day.month),
        "m2": f"{day.month:02}",
        "y": str(day.year),
        "y2": f"{day.year % 100:02}",
        "month": months[day.month - 1],
        "mon": short[day.month - 1],
        "MON": short[day.month - 1].upper(),
        "ord": f"{day.day}{end}",
        "dow": _DAYS[day.weekday()],
        "era": next(f"{era}{day.year - before}" for era, before in _ERAS.items() if day.year > before),
    }


def _names(table: dict[str, str], language: str) -> list[str]:
    return table.get(language, table["english"]).split()


def _pattern(template: str, language: str) -> str:
    words = {"month": _names(_MONTHS, language), "mon": _names(_SHORT, language)}
    one_or_two, two = r"(?P<{}>\d{{1,2}})", r"(?P<{}>\d{{2}})"
    fields = {
        **{name: one_or_two.format(name) for name in ("d", "m")},
        **{name: two.format(name) for name in ("d2", "m2", "y2")},
        "y": r"(?P<y>\d{4})",
        "ord": r"(?P<d>\d{1,2})(?:st|nd|rd|th)",
        "era": rf"(?P<era>{'|'.join(_ERAS)})(?P<number>\d{{1,2}})",
        "dow": f"(?:{'|'.join(_DAYS)})",
        **{name: f"(?P<{name}>{'|'.join(sorted(spelled, key=len, reverse=True))})" for name, spelled in words.items()},
    }
    fields["MON"] = fields["mon"]
    parts = _FIELD.split(template)
    spelled = "".join(fields[part] if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return rf"(?<!\d){spelled}(?!\d)"


def _day(found: dict[str, str], language: str, like: date) -> date | None:
    lowered = {
        name: [word.casefold() for word in _names(table, language)] for name, table in (("month", _MONTHS), ("mon", _SHORT))
    }
    month = next((lowered[name].index(found[name].casefold()) + 1 for name in lowered if name in found), 0)
    year = int(found["y"]) if "y" in found else int(found["number"]) + _ERAS[found["era"]] if "era" in found else 0
    if "y2" in found:
        year = int(found["y2"]) + 100 * (like.year // 100)
        year += 100 * round((like.year - year) / 100)
    try:
        return date(year, month or int(found.get("m") or found["m2"]), int(found.get("d") or found["d2"]))
    except ValueError:
        return None
