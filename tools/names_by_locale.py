"""Names of people by locale, from the lists of Faker and Mimesis (both MIT).

The trainer of the name network and the list of names of countries are made from them. Both libraries have to be installed, and
anyascii.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_IN_NAME = re.compile(r"[^\W\d_][^\d_]{0,30}")
_WITHOUT_VOWELS = re.compile("[\u0590-\u06ff]")
"""Hebrew and Arabic: their transliteration has no vowels, as no one writes it."""


class Names(NamedTuple):
    """Given names and surnames by locale, in Latin letters."""

    given: dict[str, list[str]]
    surnames: dict[str, list[str]]


def names_by_locale(is_wanted: Callable[[str], bool] = bool) -> Names:
    """All names of both libraries for which a condition holds."""
    given, surnames = _of_faker(is_wanted)
    for locale, content in mimesis_files("person"):
        for side, kind in ((given, "names"), (surnames, "surnames")):
            side[f"mimesis {locale}"] = usable_names(flat(content.get(kind, [])), is_wanted)
    return Names(given, surnames)


def usable_names(names: Iterable[str], is_wanted: Callable[[str], bool]) -> list[str]:
    """Names in Latin letters, transliterated where they are written otherwise."""
    from anyascii import anyascii

    found = set()
    for name in names:
        if not is_wanted(name) or not _IN_NAME.fullmatch(name.strip()) or _WITHOUT_VOWELS.search(name):
            continue
        is_latin = all("LATIN" in unicodedata.name(char, "") for char in name if char.isalpha())
        shown = name.strip() if is_latin else str(anyascii(name)).strip().title()
        if len(shown) > 1 and "." not in shown and re.search(r"[A-Za-z]", shown):
            found.add(shown)
    return sorted(found)


def mimesis_files(file: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The content of one file of Mimesis for each locale."""
    import mimesis

    for path in sorted((Path(mimesis.__file__).parent / "datasets").glob(f"*/{file}.json")):
        yield path.parent.name, json.loads(path.read_text(encoding="utf-8"))


def flat(value: object) -> Iterator[str]:
    """All texts within lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from flat(inner)


def _of_faker(is_wanted: Callable[[str], bool]) -> Names:
    from faker.providers import person as people

    names = Names({}, {})
    for module in pkgutil.iter_modules(people.__path__):
        provider = importlib.import_module(f"{people.__name__}.{module.name}").Provider
        for side, kind in ((names.given, "first"), (names.surnames, "last")):
            lists = (getattr(provider, name) for name in dir(provider) if kind in name and "name" in name)
            entries = (str(entry) for values in lists if isinstance(values, list | tuple | dict) for entry in values)
            side[module.name] = usable_names(entries, is_wanted)
    return names
