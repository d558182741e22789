"""Writes `clinical_terms.txt` and `ambiguous_terms.txt` from the code dictionaries of pydicom (SNOMED CT, RadLex, ...).

Run it after pydicom is updated: python -m tools.generate_lexicon
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from efface.transforms.core.word_lists import words_of
from efface.transforms.phi.spellings import plain

PHI = Path(__file__).parents[1] / "transforms" / "phi"
_PEOPLE = Path(__file__).with_name("people_names.txt")
SCHEMES = ("DCM", "SCT", "LN", "RADLEX", "NCIt", "FMA", "MDC", "BARI", "NEU", "IBSI", "UCUM")
_MIN_LETTERS = 3
_COLUMNS = 119
_RATHER_NAMES = frozenset(
    words_of(
        """
        AIN AMINE ANI AZURE BARBADOS BAUER BELGIUM BERLIN BISMARK BLACK BLOCKER BRITISH BROWN BUD BULL CARMINE
        CELESTINE COUSIN CUTTER DAMUS DIAMOND DUCK EVER FOX FRENCH GARNET GENTIAN GIVEN GREEN HANSEL JANUS LEEN
        MAGNUS MARSH MAY MERINO NADIR NIL NURSE ORANGE PANAMA PINK PIT PREM PURPLE RACE RICH ROSE SANDY SCARLET
        SILVER SKY SOLE SON TAU TROTTER UNIQUE URI VICTORIA VIOLET WALKER WILD WRIGHT
        """
    )
)
"""Words of stains, breeds, places and colours that are names of people too, and that nobody writes on a picture."""
_ALSO_NAMES = frozenset(words_of("ALA ALPHA BEAT BETA CARINA CAT CONCHA DELTA MACULA PINNA"))
"""Terms that are given names outside of the list of names."""
_BREEDS = frozenset({7454, 7480, 7481, 7482, 7483, 7484, 7486})
"""Context groups of animals and their registries (PS3.16): most breeds are called after places and people."""


def sort_words(meanings: Iterable[str], names: frozenset[str]) -> tuple[list[str], list[str]]:
    """The words of code meanings: those that are terms, and those that are terms and also names of people.

    A word that owns something, or that is never written in lower case and may be a name, is whom the thing is called after.
    """
    seen: Counter[str] = Counter()
    common: Counter[str] = Counter()
    called_after: Counter[str] = Counter()
    for meaning in meanings:
        for place, word in enumerate(re.findall(r"[^\W\d_]+(?:'s)?", meaning)):
            bare = plain(word.removesuffix("'s"))
            seen[bare] += 1
            common[bare] += word.islower()
            is_capitalised = word[0].isupper() and not word.isupper()
            called_after[bare] += word.endswith("'s") or (place > 0 and is_capitalised and meaning != meaning.title())
    words = sorted(word for word in seen if len(word) >= _MIN_LETTERS and word.isascii())
    words = [word for word in words if word not in _RATHER_NAMES]
    terms = [word for word in words if word not in names and (common[word] or called_after[word] * 2 < seen[word])]
    return terms, [word for word in words if word in names and common[word]]


def main() -> None:
    """Write both lists."""
    import pydicom
    from pydicom.sr._concepts_dict import concepts

    meanings = (
        meaning
        for scheme in SCHEMES
        for codes in concepts[scheme].values()
        for meaning, groups in codes.values()  # type: ignore[attr-defined]
        if not _BREEDS.intersection(groups) and not meaning.endswith(" breed (organism)")
    )
    terms, ambiguous = sort_words(meanings, _ALSO_NAMES | frozenset(words_of(_PEOPLE.read_text(encoding="utf-8"))))
    source = f"of the code meanings in pydicom {pydicom.__version__}, written by generate_lexicon.py"
    for name, words, what in (
        ("clinical_terms.txt", terms, f"{len(terms)} words {source}"),
        ("ambiguous_terms.txt", ambiguous, f"{len(ambiguous)} words {source}, that are also names of people"),
    ):
        text = f"# {what}\n{textwrap.fill(' '.join(words), _COLUMNS)}\n"
        (PHI / name).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
