"""The spellings of a name in plain letters: with and without what an accent stands for, and in Latin for Cyrillic and Greek.

A name reaches a text through keyboards, passports and interfaces that lack its letters: Müller, Mueller, Muller and M?ller are
one name, and so are Щербаков, Shcherbakov and Schtscherbakow. All spellings are generated for the names of a header, which are
few and short. The words of a text in Cyrillic or Greek are romanised in the same ways.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from .romanization import romanized
from .spellings import squeezed

_LETTERS = {
    **dict.fromkeys("ÄǞ", ("A", "AE")),
    **dict.fromkeys("ÖŐ", ("O", "OE")),
    **dict.fromkeys("ÜŰ", ("U", "UE")),
    "Å": ("A", "AA"),
    "Ø": ("O", "OE"),
    "Æ": ("AE", "A", "E"),
    "Œ": ("OE", "O"),
    "Ō": ("O", "OO", "OU", "OH"),
    "Ū": ("U", "UU"),
    "ß": ("SS", "S", "SZ"),
    "ẞ": ("SS", "S", "SZ"),
    "Þ": ("TH", "T"),
    "Ð": ("D", "DH", "TH"),
    "Đ": ("D", "DJ"),
    "Ə": ("A", "E"),
    "Ñ": ("N", "NY"),
    "Ç": ("C", "CH"),
    **dict.fromkeys("ČĆ", ("C", "CH")),
    **dict.fromkeys("ŠŞȘŚ", ("S", "SH")),
    **dict.fromkeys("ŽŻŹ", ("Z", "ZH")),
    **dict.fromkeys("ŢȚ", ("T", "TS", "TZ")),
    "Ř": ("R", "RZ"),
    "Ğ": ("G", "GH"),
}
"""Upper-case letters -> how they are written without their mark, first as `squeezed` does it."""
_DIGRAPHS = {"AE": "A", "OE": "O", "UE": "U", "AA": "A", "DJ": "D", "CH": "C", "SH": "S", "ZH": "Z", "GH": "G", "RZ": "R"}
"""Pairs of letters that may stand for one with a mark, which `squeezed` leaves without it."""
_LOST = "?\ufffd"
_ANY_LETTER = ("", *["A", "AE", "O", "OE", "U", "UE", "E", "I", "Y", "SS", "S", "Z", "C", "N", "L", "D", "G", "T", "R"])
"""What a letter may have been that got lost before it came into the header."""
_WIDENED = {"A": ("AE", "AA"), "O": ("OE",), "U": ("UE",)}
"""Vowels that a header may have lost the mark of."""
_MIN_WIDENED = 5
"""The shortest name that is looked for with wider vowels."""
_MIN_LOST, _MIN_KEPT_SHARE = 5, 0.65
"""A name of which the letters with marks got lost is looked for where this many letters, and this share of them, are left."""
_MAX_PRODUCT = 48

_LATIN = re.compile(r"[^\W\d_]*[A-Z\u00c0-\u024f\u1e00-\u1eff]", re.I)


def spellings_of_name(name: str, *, widens: bool = True) -> tuple[str, ...]:
    """The spellings of a part of a name, squeezed, each once; first as it stands.

    Args:
        name: One word in any script.
        widens: Whether a vowel may have lost its mark before it came into the header.
    """
    found = {squeezed(name): None}
    if _LATIN.match(name):
        found |= dict.fromkeys(_latin_spellings(unicodedata.normalize("NFC", name), widens=widens))
    found |= dict.fromkeys(map(squeezed, romanized(name, is_mixed=True)))
    return tuple(filter(None, found))


def _latin_spellings(name: str, *, widens: bool) -> Iterator[str]:
    tokens = list(_tokens(name))
    if prod(map(len, tokens)) <= _MAX_PRODUCT:
        yield from map("".join, product(*tokens))
    else:
        yield from _in_one_manner(tokens)
    first = [token[0] for token in tokens]
    if widens and len(first) >= _MIN_WIDENED:
        for index, letter in enumerate(first):
            for wide in _WIDENED.get(letter, ()):
                yield "".join((*first[:index], wide, *first[index + 1 :]))
    kept = squeezed("".join(filter(str.isascii, name)))
    if len(kept) >= max(_MIN_LOST, len(first) * _MIN_KEPT_SHARE):
        yield kept


def _tokens(name: str) -> Iterator[tuple[str, ...]]:
    """For each letter, or pair of letters that may stand for one, how it is spelled."""
    shown = "".join(map(_upper, name))
    index = 0
    while index < len(shown):
        pair = shown[index : index + 2]
        if pair in _DIGRAPHS:
            yield pair, _DIGRAPHS[pair]
            index += 2
            continue
        is_lost = shown[index] in _LOST and 0 < index < len(shown) - 1
        spelled = _ANY_LETTER if is_lost else _LETTERS.get(shown[index]) or (squeezed(shown[index]),)
        if spelled != ("",):
            yield spelled
        index += 1


def _upper(char: str) -> str:
    return char if char == "ß" else char.upper()


def _in_one_manner(tokens: Sequence[Sequence[str]]) -> Iterator[str]:
    """The spellings of a name with many marks in which all of them are written in one manner, or all but one."""
    for manner in range(max(map(len, tokens))):
        same = [token[min(manner, len(token) - 1)] for token in tokens]
        yield "".join(same)
        for index, token in enumerate(tokens):
            yield from ("".join((*same[:index], other, *same[index + 1 :])) for other in token if other != same[index])
