"""Draws lines of text for the trainer of the name network: names of many countries within clinical words.

Names come from the lists of Faker and Mimesis (MIT). Of these, names of odd digest are left out, since
`pipeline/certify/lists/measuring` may hold them (`tools.generate_certify_lists`), so that they measure the network.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

from efface.pipeline.certify.word_lists import load_lists
from efface.transforms.core.word_lists import load_words, words_of
from efface.transforms.phi.lexicon import is_ambiguous, is_known
from efface.transforms.phi.spellings import plain
from tools.names_by_locale import flat, mimesis_files, names_by_locale, usable_names

_PACKAGE = "efface.transforms.phi"
_LISTS = Path(__file__).parents[1] / "transforms" / "phi"
_FEWEST_WORDS = 100
_PREFIXES = words_of(
    "hypo hyper peri endo epi intra inter supra infra sub para retro trans pre post poly micro macro neo pseudo hemi"
    " angio cardio"
)
_ROOTS = words_of(
    "card hepat nephr gastr enter oste arthr my neur encephal cyst chol splen pulmon bronch trache laryng pharyng rhin ot"
    " ophthalm"
    " derm aden angi phleb lymph hemat thromb scler fibr lip carcin sarc chondr spondyl myel mening ventricul atri valvul coron"
    " mamm hyster salping oophor prostat ureter urethr pyel col rect ile jejun duoden"
)
_SUFFIXES = words_of(
    "itis osis oma ectomy otomy ostomy ography ogram oscopy opathy oplasty algia emia uria ocele omegaly olysis ogenic al ic"
    " ous"
    " ale ales alen itisches ographie ographia ografia ografie oskopie oscopia opatia opathie ektomie ectomie ectomia om omen"
)
_CONTEXTS = (
    ("", ""),
    ("", ""),
    ("for ", ""),
    ("seen by ", ""),
    ("per ", ""),
    ("as discussed with ", ""),
    ("sent to ", ""),
    ("call ", " with results"),
    ("repeat for ", ""),
    ("ordered by ", ""),
    ("compare with ", " study"),
    ("", "'s request"),
    ("mother ", ""),
    ("Patient ", ""),
    ("Tech ", ""),
    ("Dr ", ""),
    ("für ", ""),
    ("von ", ""),
    ("pour ", ""),
    ("vu par ", ""),
    ("para ", ""),
    ("visto por ", ""),
    ("per ", ""),
    ("voor ", ""),
    ("door ", ""),
    ("- ", ""),
    ("(", ")"),
    ("/ ", ""),
)
"""What stands before and behind a planted name."""


Part = tuple[str, int, float]
"""A part of a line, its label and its weight."""


class Line(NamedTuple):
    """A line, and for each character the label 0 or 1 (of a name), and the weight that the label has."""

    text: str
    labels: list[int]
    weights: list[float]


@dataclass(frozen=True)
class Words:
    """What lines are drawn from.

    Attributes:
        given: Given names by locale, in Latin letters.
        surnames: Surnames by locale.
        terms: Words of the lexicon.
        ambiguous: Terms that are names as well.
        others: Words that name nobody, by the list that they come from.
    """

    given: dict[str, list[str]]
    surnames: dict[str, list[str]]
    terms: list[str]
    ambiguous: list[str]
    others: dict[str, list[str]]


def load_training_words(lists: Iterable[Path]) -> Words:
    """Everything that lines are drawn from.

    Args:
        lists: Further lists of words, one a line, or dictionaries of Hunspell; entries with a capital are left out.
    """
    given, surnames = names_by_locale(is_for_training)
    for kind, side in (("women", given), ("men", given), ("surnames", surnames)):
        for title, entries in load_lists("building").items():
            if title.endswith(f" {kind}"):
                latin = (entry.rpartition("=")[2] for entry in entries)
                side.setdefault(title.split()[0], []).extend(usable_names(latin, is_for_training))
    for file, side in (("surnames.txt", surnames), ("given_names.txt", given)):
        side["census"] = usable_names((word.capitalize() for word in load_words(_PACKAGE, file)), is_for_training)
    locales = [locale for locale in given if given[locale] and surnames.get(locale)]
    names = {plain(name) for side in (given, surnames) for entries in side.values() for name in entries}
    files = sorted(_LISTS.rglob("*.txt"))
    listed = {
        word for file in files for word in words_of(file.read_text(encoding="utf-8")) if word.isalpha() and is_known(word)
    }
    ambiguous = sorted(word for word in names if is_ambiguous(word))
    others = {**_words_of_faker(), **_words_of_mimesis(), **{path.name: _words_in(path) for path in lists}}
    return Words(
        {locale: given[locale] for locale in locales},
        {locale: surnames[locale] for locale in locales},
        sorted(listed),
        ambiguous,
        {source: sorted(entries) for source, entries in others.items() if len(entries) >= _FEWEST_WORDS},
    )


def is_for_training(name: str) -> bool:
    """Whether a name may be trained on: half of them, by digest; the others may be measured with."""
    marks = unicodedata.normalize("NFKD", name.strip().casefold())
    key = "".join(letter for letter in marks if not unicodedata.combining(letter))
    return hashlib.sha256(key.encode()).digest()[0] % 2 == 0


def _words_of_mimesis() -> dict[str, set[str]]:
    return {
        f"mimesis {locale}": {word for word in flat(content.get("words", [])) if _is_word(word)}
        for locale, content in mimesis_files("text")
    }


def _words_of_faker() -> dict[str, set[str]]:
    from faker.providers import lorem

    words = {}
    for module in pkgutil.iter_modules(lorem.__path__):
        provider = importlib.import_module(f"{lorem.__name__}.{module.name}").Provider
        words[module.name] = {word for word in getattr(provider, "word_list", ()) if _is_word(word)}
    return words


def _words_in(path: Path) -> set[str]:
    entries = (re.split(r"[/\t ]", line)[0] for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    return {word for word in entries if _is_word(word)}


def _is_word(word: str) -> bool:
    is_latin = word.isalpha() and all("LATIN" in unicodedata.name(char, "") for char in word)
    return len(word) > 2 and is_latin and word.islower()


class LineDrawer:
    """Draws lines endlessly.

    Args:
        words: What from.
        random: Decides.
    """

    def __init__(self, words: Words, random: Random) -> None:
        self._words, self._random = words, random
        self._locales = sorted(words.given)
        makers: tuple[tuple[Callable[[], str], float, float], ...] = (
            (lambda: random.choice(words.terms), 0.5, 0.38),
            (self._other, 1.0, 0.30),
            (lambda: random.choice(words.ambiguous), 1.0, 0.06),
            (self._affixed, 1.0, 0.06),
            (lambda: _misspelled(random.choice(words.terms), random), 1.0, 0.06),
            (self._compound, 1.0, 0.04),
            (self._number, 0.2, 0.10),
        )
        self._makers = [(make, weight) for make, weight, _ in makers]
        self._shares = [share for _, _, share in makers]
        # A long list counts for more than a short one, but not by its length.
        self._lists = [source for source, entries in words.others.items() for _ in range(round(len(entries) ** 0.35))]

    def draw(self) -> Line:
        """A line of clinical words, in two of three a name among them, in one case, with misread characters now and then."""
        random = self._random
        parts: list[Part] = self._clinical()
        if random.random() < 0.65:
            before, after = random.choice(_CONTEXTS)
            name: list[Part] = [(before, 0, 0.3), *self._name(), (after, 0, 0.3)]
            at = random.choice((0, len(parts), len(parts), random.randint(0, len(parts))))
            glue = random.choice((" ", " ", " ", ", ", ". ", "; ", " - ", "_"))
            before_name: list[Part] = [*parts[:at], (glue, 0, 0.0)] if at else []
            behind_name: list[Part] = [(" ", 0, 0.0), *parts[at:]] if at < len(parts) else []
            parts = before_name + name + behind_name
        return _in_case(_misread(_joined(parts), random), random)

    def _clinical(self) -> list[Part]:
        random, parts = self._random, list[Part]()
        is_sentence = random.random() < 0.5
        for number in range(random.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8))):
            word, weight = self._word()
            shows_capital = (number == 0 and random.random() < 0.7) or random.random() < (0.05 if is_sentence else 0.45)
            word = word.lower()
            parts += [(" ", 0, 0.0)] if parts else []
            parts.append((word.capitalize() if shows_capital else word, 0, weight))
        return parts

    def _word(self) -> tuple[str, float]:
        """A clinical word and its weight: words that the lexicon knows are not asked about, but teach how words look."""
        [(make, weight)] = self._random.choices(self._makers, self._shares)
        return make(), weight

    def _other(self) -> str:
        return self._random.choice(self._words.others[self._random.choice(self._lists)])

    def _affixed(self) -> str:
        pick = self._random.choice
        return pick(("", pick(_PREFIXES))) + pick(_ROOTS) + pick(_SUFFIXES)

    def _compound(self) -> str:
        return self._random.choice(self._words.terms) + self._random.choice(self._words.terms)

    def _number(self) -> str:
        pick = self._random.choice
        return f"{pick(('', pick('TLCSVPBRW')))}{self._random.randint(0, 400)}{pick(('', 'mm', 'cm', 'w'))}"

    def _name(self) -> list[Part]:
        """The parts of a name, in one of the ways that people write them."""
        random, locale = self._random, self._random.choice(self._locales)
        given, surname = random.choice(self._words.given[locale]), random.choice(self._words.surnames[locale])
        first, last, initial = _labelled(given), _labelled(surname), (given[0], 1, 0.3)
        if random.random() < 0.12:
            last = [*last, ("-", 1, 1.0), *_labelled(random.choice(self._words.surnames[locale]))]
        space = (" ", 0, 0.0)
        forms = (
            [*first, space, *last],
            [*first, space, *last],
            [*last, (", ", 0, 0.0), *first],
            [*last, space, *first],
            [*last, ("^", 0, 0.0), *first],
            [*last, space, initial],
            [*last, (", ", 0, 0.0), initial, (".", 0, 0.0)],
            [initial, (". ", 0, 0.0), *last],
            [*first, space, (random.choice("ABCDEFGHJKLMNPRSTW"), 1, 0.3), (". ", 0, 0.0), *last],
            last,
            last,
            first,
        )
        return list(random.choice(forms))


def _labelled(name: str) -> list[Part]:
    """The words of a name; those that the lexicon knows are not asked about."""
    parts = re.split("( )", name)
    return [(part, int(part != " "), 0.0 if part == " " or is_known(part) else 1.0) for part in parts if part]


def _joined(parts: Iterable[Part]) -> Line:
    text, labels, weights = "", list[int](), list[float]()
    for part, label, weight in parts:
        text += part
        labels += [label] * len(part)
        weights += [weight] * len(part)
    return Line(text, labels, weights)


def _misspelled(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    change = random.choice((word[at] * 2, "", random.choice("aeiourstln"), word[at : at + 2][::-1] + word[at + 2 : at + 2]))
    return word[:at] + change + word[at + (2 if len(change) == 2 and change[0] != change[1] else 1) :]


_MISREAD = {
    "o": "0",
    "l": "1",
    "I": "l",
    "i": "1",
    "S": "5",
    "B": "8",
    "e": "c",
    "c": "e",
    "n": "h",
    "h": "n",
    "u": "v",
    "a": "o",
}
"""Characters as readers of pictures take them."""


def _misread(line: Line, random: Random) -> Line:
    """One line in six with single characters as a reader of pictures takes them, or without a space."""
    if random.random() > 0.16 or not line.text:
        return line
    share = random.choice((0.02, 0.05, 0.1))
    text = "".join(_MISREAD.get(char, char) if random.random() < share else char for char in line.text)
    return Line(text, line.labels, line.weights)


def _in_case(line: Line, random: Random) -> Line:
    draw = random.random()
    if draw < 0.35:
        return Line("".join(char.upper() if len(char.upper()) == 1 else char for char in line.text), line.labels, line.weights)
    if draw < 0.43:
        return Line("".join(char.lower() if len(char.lower()) == 1 else char for char in line.text), line.labels, line.weights)
    return line
