"""Writes the lists of the lexicon, `transforms/phi/terms/*.txt`, but for what is kept by hand there.

Sources: the code dictionaries of pydicom (SNOMED CT, RadLex, ...), the defined terms of the standard,
and `tools/lexicon/*.txt`; `docs/lexicon.md` lists them with their licences.

Run it after pydicom is updated or a source is changed: python -m tools.generate_lexicon
"""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from efface.transforms.core.word_lists import words_of
from efface.transforms.phi.spellings import plain
from tools.lexicon_words import LEXICON, read_source

TERMS = Path(__file__).parents[1] / "transforms" / "phi" / "terms"
_DEFINED_TERMS = Path(__file__).parents[1] / "transforms" / "metadata" / "standard" / "defined_terms.json"
_PEOPLE = Path(__file__).with_name("people_names.txt")
_RATHER_TERMS = Path(__file__).with_name("rather_terms.txt")
_BY_HAND = ("acquisition.txt", "report_words.txt")
SCHEMES = ("DCM", "SCT", "LN", "RADLEX", "NCIt", "FMA", "MDC", "BARI", "NEU", "IBSI", "UCUM")
GENERAL = frozenset({"english_words", "function_words", "plain_words"})
"""Lists of plain words: they explain a word of free text, and no line of a picture."""
FUNCTION_WORDS, PLAIN_WORDS = "function_words", "plain_words"
OF_SENTENCES = GENERAL | {"icd10cm", "cim10", "structures"}
"""Lists whose words that are names as well may be words in sentences, and are none on pictures: nobody writes them there."""
_MIN_LETTERS = 3
_SHORT_FUNCTION_WORD = 3
_SHORT_PLAIN_WORD = 5
"""Plain words of so many letters are too often spelled like surnames of another country: a capital may make them one."""
_COLUMNS = 119
_RATHER_NAMES = frozenset(
    words_of(
        """
        AIN AMERICAN AMINE ANI AZURE BARBADOS BAUER BELGIUM BERLIN BISMARK BLACK BLOCKER BRITISH BROWN BUD
        BULL CARMINE CELESTINE CHANDIGARH CHINA CONGO COUSIN CUTTER DAMUS DANISH DIAMOND DUCK DUTCH EGYPTIAN
        ENGLISH EVER FOX FRENCH GARNET GENTIAN GERMAN GIVEN GREEN HANSEL INDIAN IRISH JANUS JAPAN LEEN MAGNUS
        MARSH MAY MERINO NADIR NIL NURSE ORANGE PANAMA PINK PIT PREM PURPLE RACE RICH ROSE SANDY SCARLET
        SCOTTISH SILVER SKY SOLE SON SPANISH ST TAU TROTTER TURKEY UNIQUE URI VICTORIA VIOLET WALKER WILD WRIGHT
        """
    )
)
"""Words of stains, breeds, peoples, places and colours that are names of people too, and that nobody writes on a picture."""
_ALSO_NAMES = frozenset(words_of("ALA ALPHA BEAT BETA CARINA CAT CONCHA DELTA MACULA PINNA"))
"""Terms that are given names outside of the list of names."""
_BREEDS = frozenset({7454, 7480, 7481, 7482, 7483, 7484, 7486})
"""Context groups of animals and their registries (PS3.16): most breeds are called after places and people."""


class Names(NamedTuple):
    """What decides between terms and names.

    Attributes:
        people: Words that are names of people, places or peoples as well.
        rather_terms: Those of them that are terms nearly always.
    """

    people: frozenset[str]
    rather_terms: frozenset[str]


def load_names() -> Names:
    """The two lists that are kept beside this file."""
    people, rather = (frozenset(words_of(file.read_text(encoding="utf-8"))) for file in (_PEOPLE, _RATHER_TERMS))
    return Names(people | _ALSO_NAMES, rather)


def sort_words(words: Iterable[str], names: Names) -> tuple[set[str], set[str]]:
    """The words that are terms, and those that are terms and also names."""
    usable = {
        word for word in words if len(word) > 1 and word.isascii() and word not in _RATHER_NAMES
    }  # a letter is an initial
    ambiguous = {word for word in usable if word in names.people and word not in names.rather_terms}
    return usable - ambiguous, ambiguous


def words_of_meanings(meanings: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The words of code meanings, and whether each is ever written in small letters.

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
    for word in seen:
        if len(word) >= _MIN_LETTERS and (common[word] or called_after[word] * 2 < seen[word]):
            yield word, bool(common[word])


def _meanings() -> Iterator[str]:
    from pydicom.sr._concepts_dict import concepts

    for scheme in SCHEMES:
        for codes in concepts[scheme].values():
            for meaning, groups in codes.values():  # type: ignore[attr-defined]
                if not _BREEDS.intersection(groups) and not meaning.endswith(" breed (organism)"):
                    yield meaning


def _defined_terms() -> set[str]:
    """The words of all values that the standard defines for an attribute."""
    terms = json.loads(_DEFINED_TERMS.read_text(encoding="utf-8"))["terms"]
    return {word for term in _texts(terms) for word in re.findall(r"[A-Z]{2,}|[A-Z]+\d+", plain(term))}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)


def read_lists() -> dict[str, set[str]]:
    """The words of all sources by list, names among them; `parts` are those of compounds."""
    lists = {"clinical": {word for word, _ in words_of_meanings(_meanings())}, "defined": _defined_terms(), "parts": set[str]()}
    for file in sorted(LEXICON.glob("*.txt")):
        sections = read_source(file)
        lists["parts"] |= sections.get("parts", set())
        lists[file.stem] = set().union(*sections.values())
    return lists


def make_lists() -> dict[str, set[str]]:
    """All lists that are generated, by name."""
    names, sources = load_names(), read_lists()
    parts = sources.pop("parts")
    written_small = {word for word, is_small in words_of_meanings(_meanings()) if is_small}
    by_hand = {word for name in _BY_HAND for word in words_of((TERMS / name).read_text(encoding="utf-8"))}
    lists: dict[str, set[str]] = {}
    ambiguous: set[str] = set()
    in_sentences: set[str] = set()
    seen = set(by_hand)
    for name in sorted(sources, key=lambda name: (name in GENERAL, name)):
        terms, both = sort_words(sources[name], names)
        if name == FUNCTION_WORDS:  # "die", "van", "con": in a sentence hardly ever a name, whatever a list of names says
            short = {word for word in sources[name] if word.isascii() and len(word) <= _SHORT_FUNCTION_WORD}
            terms, both = terms | short, both - short
        if name == PLAIN_WORDS:
            both |= {word for word in terms if len(word) <= _SHORT_PLAIN_WORD}
            terms -= both
            lists["small_words"] = both - in_sentences - ambiguous - seen
        if name == "clinical":
            both &= written_small
        lists[name] = terms if name == FUNCTION_WORDS else terms - seen
        seen |= terms
        if name in OF_SENTENCES:
            in_sentences |= both if name != PLAIN_WORDS else set()
        else:
            ambiguous |= both
    lists["ambiguous"] = ambiguous - by_hand
    lists["ambiguous_words"] = in_sentences - ambiguous - by_hand
    lists["compound_parts"] = {part for part in parts if len(part) >= _MIN_LETTERS} - ambiguous
    return lists


def main() -> None:
    """Write the lists."""
    for name, words in make_lists().items():
        text = textwrap.fill(" ".join(sorted(words)), _COLUMNS, break_on_hyphens=False)
        what = f"# {len(words)} words, written by generate_lexicon.py; sources and licences: docs/lexicon.md"
        (TERMS / f"{name}.txt").write_text(f"{what}\n{text}\n", encoding="ascii")


if __name__ == "__main__":
    main()
