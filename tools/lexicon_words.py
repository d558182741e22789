"""Reads the sources of the lexicon, `tools/lexicon/*.txt`, with their inflections."""

from __future__ import annotations

import re
from pathlib import Path

from efface.transforms.phi.spellings import plain

PHI = Path(__file__).parents[1] / "transforms" / "phi"
LEXICON = Path(__file__).with_name("lexicon")
_CLASS = re.compile(r"#! (\w+) = (.+)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE"})


def read_source(file: Path) -> dict[str, set[str]]:
    """The words of a source by section, inflected, in upper case without accents; umlauts also as two letters.

    `stem|CLASS` stands for the stem with each ending of a class, which a line `#! CLASS = ending ending` defines before. A
    class that the file does not define is one ending: `stem|ending`.
    """
    classes: dict[str, list[str]] = {}
    sections: dict[str, set[str]] = {"words": set()}
    section = "words"
    for line in file.read_text(encoding="utf-8").splitlines():
        if found := _CLASS.fullmatch(line):
            classes[found.group(1)] = ["" if ending == "," else ending for ending in found.group(2).replace(",", " , ").split()]
        elif line.startswith("["):
            section = line.strip("[]")
            sections.setdefault(section, set())
        elif not line.startswith("#"):
            for word in line.split():
                sections[section] |= _forms(word, classes)
    return sections


def _forms(word: str, classes: dict[str, list[str]]) -> set[str]:
    stem, _, name = word.partition("|")
    endings = classes.get(name, [name])
    forms = {stem + ending for ending in endings}
    return {plain(form) for form in forms} | {plain(form.translate(_UMLAUTS)) for form in forms}
