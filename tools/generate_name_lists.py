"""Writes the lists of names of `transforms/phi`: python -m tools.generate_name_lists CENSUS_FOLDER TERMS...

CENSUS_FOLDER holds the three lists of names that the census of the United States of 1990 published (public domain):
`dist.female.first`, `dist.male.first` and `dist.all.last`. TERMS are lists of words that are also clinical terms.
"""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

from efface.transforms.core.word_lists import words_of

_SURNAMES = 20_000
_MIN_LETTERS = 3
_COLUMNS = 119
_SOURCE = "of the census of the United States of 1990 (public domain), written by generate_name_lists.py"
PHI = Path(__file__).parents[1] / "transforms" / "phi"


def main() -> None:
    """Write `given_names.txt`, `surnames.txt` and `names_that_are_terms.txt`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("census", type=Path)
    parser.add_argument("terms", type=Path, nargs="+")
    arguments = parser.parse_args()
    given = {name for sex in ("female", "male") for name in _read(arguments.census / f"dist.{sex}.first")}
    surnames = set(_read(arguments.census / "dist.all.last")[:_SURNAMES])
    terms = {word for file in arguments.terms for word in words_of(file.read_text(encoding="utf-8"))}
    _write("given_names", "given names", given)
    _write("surnames", "most frequent surnames", surnames)
    _write("names_that_are_terms", "names that are also clinical terms,", (given | surnames) & terms)


def _read(file: Path) -> list[str]:
    names = (line.split()[0] for line in file.read_text(encoding="ascii").splitlines())
    return [name for name in names if len(name) >= _MIN_LETTERS]


def _write(name: str, what: str, words: set[str]) -> None:
    text = f"# {len(words)} {what} {_SOURCE}\n{textwrap.fill(' '.join(sorted(words)), _COLUMNS)}\n"
    (PHI / f"{name}.txt").write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
