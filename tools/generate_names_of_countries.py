"""Writes `transforms/phi/names_of_countries.txt`, from the lists of Faker and Mimesis (both MIT), which have to be installed.

    python -m tools.generate_names_of_countries

Names that the lists of the census hold are left out. Terms of the lexicon that are names stay in: `phi.free_text` doubts them
where they are written like names.
"""

from __future__ import annotations

import re
import textwrap

from efface.transforms.core.word_lists import load_words
from efface.transforms.phi.spellings import plain
from tools.generate_name_lists import PHI
from tools.names_by_locale import Names, names_by_locale

_MIN_LETTERS, _COLUMNS = 2, 127


def main() -> None:
    """Write the list."""
    words = listed_words(names_by_locale())
    head = f"# {len(words)} names of people of many countries, of Faker and Mimesis (MIT), by generate_names_of_countries.py\n"
    text = textwrap.fill(" ".join(words), _COLUMNS, break_long_words=False, break_on_hyphens=False)
    (PHI / "names_of_countries.txt").write_text(f"{head}{text}\n", encoding="ascii")


def listed_words(names: Names) -> list[str]:
    """The words of all names in plain spelling, but those of other lists."""
    census = load_words("efface.transforms.phi", "surnames.txt", "given_names.txt")
    entries = (entry for side in names for of_locale in side.values() for entry in of_locale)
    words = {re.sub("[^A-Z]", "", plain(word)) for entry in entries for word in re.split(r"[\s-]", entry)}
    return sorted(word for word in words - census if len(word) >= _MIN_LETTERS)


if __name__ == "__main__":
    main()
