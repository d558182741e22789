"""Cyrillic and Greek in Latin letters, by the schemes of passports, libraries and the languages that write such names."""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import product
from math import prod

_ENGLISH = {
    **dict(zip("АБВГДЕЗИКЛМНОПРСТУФЫЭ", "ABVGDEZIKLMNOPRSTUFYE", strict=True)),
    **{"Ё": "YO", "Ж": "ZH", "Й": "Y", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ъ": "", "Ь": "", "Ю": "YU"},
    **{"Я": "YA", "І": "I", "Ї": "YI", "Є": "YE", "Ґ": "G", "Ў": "U", "Ђ": "DJ", "Ј": "J", "Љ": "LJ", "Њ": "NJ", "Ћ": "C"},
    **{"Џ": "DZ", "Ѓ": "GJ", "Ќ": "KJ", "Ѕ": "DZ"},
}
_POPULAR = {"ИЙ": "Y", "ЫЙ": "Y", "ИЯ": "IA", "КС": "X", "Ё": "E", "Ї": "I", "Є": "E"}
_POPULAR_WITH_I = {"ИЙ": "I", "ЫЙ": "Y", "Ё": "E", "Й": "I", "Ъ": "IE", "ДЖ": "J"}
_ICAO_9303 = {"Ё": "E", "Й": "I", "Ъ": "IE", "Ю": "IU", "Я": "IA", "Ї": "I", "Є": "IE"}
_LIBRARIES = {"Ё": "E", "Ж": "Z", "Й": "J", "Х": "CH", "Ц": "C", "Ч": "C", "Ш": "S", "Щ": "SC", "Ю": "JU", "Я": "JA"}
_ISO_9 = {"Ё": "E", "Ж": "Z", "Й": "J", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S", "Щ": "S", "Ю": "U", "Я": "A"}
_GERMAN = {
    **{"В": "W", "Ё": "JO", "Ж": "SCH", "З": "S", "Й": "I", "Х": "CH", "Ц": "Z", "Ч": "TSCH", "Ш": "SCH", "Щ": "SCHTSCH"},
    **{"Ю": "JU", "Я": "JA", "ИЯ": "IA", "Ї": "JI", "Є": "JE"},
}
_FRENCH = {
    **{"Ё": "IO", "Ж": "J", "Й": "I", "Ч": "TCH", "Ш": "CH", "Щ": "CHTCH", "Ю": "IOU", "Я": "IA", "У": "OU", "ИЙ": "I"},
}
_UKRAINIAN = {"Г": "H", "И": "Y", "Й": "I", "Ї": "I", "Є": "IE", "Ю": "IU", "Я": "IA", "Ё": "E"}
_POPULAR_UKRAINIAN = {"Г": "H", "И": "Y", "ИЙ": "Y"}
_BULGARIAN = {"Щ": "SHT", "Ъ": "A", "Х": "H"}
_SERBIAN = {"Х": "H", "Ц": "C", "Ч": "C", "Ш": "S", "Ж": "Z", "Ђ": "D"}
_ELOT_743 = {
    **dict(zip("ΑΒΓΔΕΖΗΙΚΛΜΝΞΟΠΡΣΤΥΦΩ", "AVGDEZIIKLMNXOPRSTYFO", strict=True)),
    **{"Θ": "TH", "Χ": "CH", "Ψ": "PS", "ΟΥ": "OU", "ΓΓ": "NG", "ΑΥ": "AV", "ΕΥ": "EV", "ΜΠ": "B"},
}
_POPULAR_GREEK = {"Υ": "I", "Χ": "H", "ΝΤ": "D", "ΓΚ": "G", "ΑΥ": "AF", "ΕΥ": "EF"}
_LETTER_BY_LETTER = {"Χ": "H", "ΓΚ": "GK", "ΑΥ": "AU", "ΕΥ": "EU"}
_CLASSICAL = {"Β": "B", "Η": "E", "Φ": "PH", "ΟΥ": "U", "ΑΥ": "AU", "ΕΥ": "EU", "ΜΠ": "MP"}

_CYRILLIC, _GREEK = re.compile(r"[\u0400-\u052f]"), re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_SCHEMES = {
    _CYRILLIC: [
        _ENGLISH | others
        for others in (
            *({}, _POPULAR, _POPULAR_WITH_I, _ICAO_9303, _LIBRARIES, _ISO_9, _FRENCH),
            *(_GERMAN, _GERMAN | {"Ё": "E"}, _GERMAN | {"Ё": "O"}),
            *(_UKRAINIAN, _POPULAR_UKRAINIAN, _BULGARIAN, _SERBIAN),
        )
    ],
    _GREEK: [_ELOT_743 | others for others in ({}, _POPULAR_GREEK, _LETTER_BY_LETTER, _CLASSICAL)],
}
_TOKENS = re.compile("ИЙ|ЫЙ|ИЯ|КС|ДЖ|ΟΥ|ΓΓ|ΓΚ|ΑΥ|ΕΥ|ΜΠ|ΝΤ|.", re.S)


_MAX_MIXED = 96


@functools.lru_cache(maxsize=4096)
def romanized(word: str, *, is_mixed: bool = False) -> tuple[str, ...]:
    """A word in Cyrillic or Greek in Latin letters, in upper case, each spelling once; none for another script.

    Args:
        is_mixed: Also with one letter by one scheme and the next by another, where that does not give too many spellings.
    """
    for script, schemes in _SCHEMES.items():
        if script.search(word):
            tokens = _TOKENS.findall("".join(map(_unaccented, unicodedata.normalize("NFC", word))).upper())
            spelled = [[_written(token, scheme) for token in tokens] for scheme in schemes]
            found = dict.fromkeys(map("".join, spelled))
            each = [list(dict.fromkeys(ways)) for ways in zip(*spelled, strict=True)]
            if is_mixed and prod(map(len, each)) <= _MAX_MIXED:
                found |= dict.fromkeys(map("".join, product(*each)))
            return tuple(found)
    return ()


def _written(token: str, scheme: dict[str, str]) -> str:
    return scheme[token] if token in scheme else "".join(scheme.get(char, char) for char in token)


def _unaccented(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0] if _GREEK.match(char) else char
