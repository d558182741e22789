"""Finds full names without help: a frequent given name next to a frequent surname."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.word_lists import load_words
from .eponyms import names_a_thing
from .lexicon import is_ambiguous, is_known

_PART = r"(?:[A-Z][a-z'’]{1,40}(?:-?[A-Z][a-z'’]{1,40})?|[A-Z'’]{3,40}(?:-[A-Z]{3,40})?)"
_INITIAL = r"(?:[A-Z]\.?[ ^])?"
_FULL_NAME = re.compile(
    rf"(?<![^\W_])(?=(?P<first>{_PART})(?P<between>[ _]|, ?|\^)(?P<initial>{_INITIAL})(?P<last>{_PART})(?![^\W_]))"
)


def find_full_names(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of characters of full names: "Mary Smith", "SMITH^MARY^A", "Smith, Mary A".

    Both parts have the same case. Two words that are both clinical terms are no name: "Max Hand" is a hand. Neither is
    what a thing is called after: "Robert Jones bandage". With a comma or a caret between them a surname need not be frequent.
    """
    end = 0
    for found in _FULL_NAME.finditer(text):
        first, last = found["first"], found["last"]
        is_turned = found["between"] not in (" ", "_")
        if found.start() < end or first.isupper() != last.isupper():
            continue
        if _is_name(first, last) or (is_turned and (_is_name(last, first) or _is_turned_name(first, last))):
            end = found.end("last")
            if names_a_thing(text, found.start("first"), end):
                continue
            yield found.start("first"), end


def _is_name(given: str, surname: str) -> bool:
    given, surname = given.upper(), surname.upper().replace("’", "'")
    parts = surname.replace("'", "").split("-")
    surnames = load_words(__package__, "surnames.txt")
    is_known = given.split("-")[0] in load_words(__package__, "given_names.txt") and any(part in surnames for part in parts)
    return is_known and not {given, surname} <= load_words(__package__, "names_that_are_terms.txt")


def _is_turned_name(family: str, given: str) -> bool:
    """Whether a word that no list has stands in front of a given name as a surname does: "Oxenthorpe, Maud"."""
    names_of_terms = load_words(__package__, "names_that_are_terms.txt")
    words = re.split(r"['’-]", family)
    is_given = given.upper().split("-")[0] in load_words(__package__, "given_names.txt") and given.upper() not in names_of_terms
    return is_given and len(family) >= _SURNAME and not any(is_known(word) or is_ambiguous(word) for word in words if word)


_SURNAME = 5
"""Shorter words that no list has are codes and abbreviations."""
