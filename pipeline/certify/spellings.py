"""The header's identifiers as people and programs write them elsewhere: each form is a way that a plain comparison misses."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

from .dice import Dice
from .people import Name
from .phrases import Secret
from .transliterate import drop_marks, expand_marks

NameForm = Callable[[Name, Dice], str]


def spelled_names(name: Name, category: str, culture: str, dice: Dice) -> list[Secret]:
    """The name of a person in every form that makes a difference for it."""
    made = ((form, spell(name, dice), parts(name)) for form, (spell, parts) in _NAME_FORMS.items())
    plain = _plain(name)
    return [
        Secret(text, category, form, tuple(part for part in parts if part), culture)
        for form, text, parts in made
        if text and (form in _ALWAYS or text not in plain)
    ]


def spelled_numbers(number: str, category: str, culture: str, dice: Dice) -> list[Secret]:
    """An identifier in every form that makes a difference for it."""
    made = ((form, spell(number, dice)) for form, spell in _NUMBER_FORMS.items())
    return [Secret(text, category, form, (number,), culture) for form, text in made if text]


def _plain(name: Name) -> set[str]:
    return {name.family, name.given, f"{name.given} {name.family}"}


def _both(name: Name) -> tuple[str, ...]:
    return name.family, name.given


def _family(name: Name) -> tuple[str, ...]:
    return (name.family,)


def _native(name: Name) -> tuple[str, ...]:
    return name.native_family, name.native_given


def _halves(name: Name) -> tuple[str, ...]:
    return (re.split("[- ]", name.family)[-1],)


def _broken(name: Name, _: Dice) -> str:
    middle = len(name.family) // 2
    return f"{name.family[:middle]}\r\n{name.family[middle:]}" if len(name.family) > 5 else ""


def _escaped(name: Name, _: Dice) -> str:
    return "".join(f"&#{ord(letter)};" if ord(letter) > 127 else letter for letter in name.family)


def _named(name: Name, _: Dice) -> str:
    known = {
        "é": "eacute",
        "è": "egrave",
        "ü": "uuml",
        "ö": "ouml",
        "ä": "auml",
        "ß": "szlig",
        "ç": "ccedil",
        "ñ": "ntilde",
        "ø": "oslash",
        "å": "aring",
        "í": "iacute",
        "ó": "oacute",
        "á": "aacute",
    }
    return "".join(f"&{known[letter]};" if letter in known else html.escape(letter) for letter in name.family)


def _upper_without_marks(name: Name, _: Dice) -> str:
    return drop_marks(f"{name.family}, {name.given}").upper()


def _without(name: Name, sign: str, instead: str = "") -> str:
    return name.family.replace(sign, instead) if sign in name.family else ""


_ALWAYS = {"given and family", "family alone"}
_NAME_FORMS: dict[str, tuple[NameForm, Callable[[Name], tuple[str, ...]]]] = {
    "given and family": (lambda name, _: f"{name.given} {name.family}", _both),
    "family, given": (lambda name, _: f"{name.family}, {name.given}", _both),
    "carets": (lambda name, _: f"{name.family}^{name.given}", _both),
    "capitals": (lambda name, _: f"{name.family} {name.given}".upper(), _both),
    "lower case": (lambda name, _: f"{name.given} {name.family}".lower(), _both),
    "family alone": (lambda name, _: name.family, _family),
    "initial and family": (lambda name, _: f"{name.given[:1]}. {name.family}", _family),
    "marks dropped": (lambda name, _: drop_marks(name.family), _family),
    "capitals, marks dropped": (_upper_without_marks, _both),
    "marks expanded": (lambda name, _: expand_marks(name.family), _family),
    "decomposed": (lambda name, _: unicodedata.normalize("NFD", name.family), _family),
    "hyphen dropped": (lambda name, _: _without(name, "-"), _family),
    "hyphen as space": (lambda name, _: _without(name, "-", " "), _family),
    "half of a double name": (lambda name, _: _halves(name)[0] if _halves(name)[0] != name.family else "", _halves),
    "apostrophe dropped": (lambda name, _: _without(name, "'"), _family),
    "curly apostrophe": (lambda name, _: _without(name, "'", "’"), _family),
    "glued to digits": (lambda name, dice: f"{drop_marks(name.family)}{dice.whole(2, 99)}", _family),
    "glued to an initial": (lambda name, _: f"{drop_marks(name.family).replace(' ', '')}{drop_marks(name.given)[:1]}", _family),
    "glued given name": (lambda name, _: drop_marks(f"{name.given}{name.family}").replace(" ", ""), _family),
    "underscores": (lambda name, _: drop_marks(f"{name.family}_{name.given}").replace(" ", "_"), _both),
    "line break inside": (_broken, _family),
    "URL escapes": (lambda name, _: quote(name.family) if quote(name.family) != name.family else "", _family),
    "HTML numbers": (_escaped, _family),
    "HTML names": (_named, _family),
    "native script": (lambda name, _: f"{name.native_family}{name.native_given}" if name.native_family else "", _native),
}


def _only(number: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", number)


def _grouped(number: str, separator: str) -> str:
    plain = _only(number)
    return separator.join(plain[start : start + 3] for start in range(0, len(plain), 3))


_NUMBER_FORMS: dict[str, Callable[[str, Dice], str]] = {
    "as in the header": lambda number, _: number,
    "spaced": lambda number, _: _grouped(number, " "),
    "dotted": lambda number, _: _grouped(number, "."),
    "dashed": lambda number, _: _grouped(number, "-"),
    "slashes": lambda number, _: _grouped(number, "/"),
    "without separators": lambda number, _: _only(number) if _only(number) != number else "",
    "letter in front": lambda number, dice: f"{dice.pick('xvnq')}{_only(number)}",
    "letter behind": lambda number, dice: f"{_only(number)}{dice.pick('ABZ')}",
    "underscore and counter": lambda number, dice: f"{number}_{dice.whole(1, 9)}",
    "in a query": lambda number, _: f"?pid={quote(number, safe='')}&view=2",
    "lower case": lambda number, _: number.lower() if number.lower() != number else "",
}
