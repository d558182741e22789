"""Finds the towns where people live or come from: "a man from Oakhollow", "wohnhaft in Altenau", "vive en Valdepeñas"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .finders import Finders
from .name_words import ends_like_a_term, ends_like_a_word, names_nobody
from .proper_words import end_behind
from .rules import Found, Rule

_OF_A_PERSON = re.compile(
    r"\b(?:patient(?:in|e)?|pt|pat|man|woman|male|female|boy|girl|child|old|y/?o|\d+ ?yo|resident|native|visitor|lives?|living"
    r"|resides?|came|comes|moved|born|farmer|retired|mann|frau|wohnhaft|wohnt|stammt|geboren|habitante?|habite|domiciliée?"
    r"|originaire|née?|vive|residente|natural|nacid[oa]|abita|nat[oa]|woont|wonend|woonachtig|afkomstig|paciente|paziente"
    r"|patiënte?)\b[^.;:\n]{0,24}$",
    re.I,
)
"""Somebody, or where somebody lives, shortly before the preposition."""
_ROOM = 48
_SPACE = re.compile(r"\s+")
_CAPITAL = re.compile(r"[^\W\d_a-z][a-zß-ÿ]")


def _find_town(text: str, start: int, end: int) -> Iterator[Found]:
    space = _SPACE.match(text, end)
    if space is None or not _CAPITAL.match(text, space.end()):
        return
    if _OF_A_PERSON.search(text, max(0, start - _ROOM), start) is None:
        return
    town = end_behind(text, space.start(), 3)
    if town is not None:
        yield Found(space.end(), town, Rule.POSTAL_TOWN)


_BEHIND_NAME = re.compile(r"(?:,?[ ](?:in|aus|from|of|at|à|en|de|a|di|da|te|uit|i|fra|från)|,)[ ](?=[^\W\d_a-z][^\W\d_A-Z])")


def find_towns_behind(text: str, ends: Iterable[int]) -> Iterator[Found]:
    """Towns behind names of persons and institutions: "Dr. Miller in Altenau".

    Args:
        text: Any text.
        ends: Where the names end.
    """
    for end in ends:
        link = _BEHIND_NAME.match(text, end)
        if link is None:
            continue
        town = end_behind(text, link.end() - 1, 2)
        if town is not None and not any(_is_word(word) for word in re.findall(r"[^\W\d_]+", text[link.end() : town])):
            yield Found(link.end(), town, Rule.POSTAL_TOWN)


def _is_word(word: str) -> bool:
    return names_nobody(word) or ends_like_a_term(word) or (ends_like_a_word(word) and not word.endswith("ingen"))


FINDERS: Finders = dict.fromkeys(
    ("from", "in", "near", "aus", "bei", "à", "en", "de", "a", "di", "da", "te", "uit"), (_find_town,)
)
"""Prepositions in front of towns."""
