"""Names of other people in free text of headers: how many are found, how many clinical words are lost, by setting of a policy.

Names and clinical words are drawn from lists that no rule was made from and no network was trained on (`--lists measuring`). A
name is found when none of its parts is left. A name beside no label and no title is the hardest and the usual case: the rules
alone find few.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from efface.pipeline.certify.cultures import CULTURES, Culture
from efface.pipeline.certify.dice import Dice
from efface.pipeline.certify.lines import clinical_lines
from efface.pipeline.certify.needles import Needle
from efface.pipeline.certify.people import Name, draw_name
from efface.pipeline.certify.tables import count_shares, table
from efface.pipeline.certify.word_lists import Split
from efface.transforms.core.box import Box
from efface.transforms.core.evidence import Verdict
from efface.transforms.core.text_line import TextLine
from efface.transforms.instance.models import load_name_recognizer
from efface.transforms.phi.clean_text import TextCleaner
from efface.transforms.phi.free_text import FREE_TEXT, FreeTextSettings, Standing, may_be_name, split_words
from efface.transforms.phi.judge import judge_readings
from efface.transforms.phi.names import NameRecognizer
from efface.transforms.phi.settings import ModelSource, PhiSettings

_FRAMES = (
    "{name}",
    "{clinical} {name}",
    "{name} {clinical}",
    "{clinical}, {name}",
    "{clinical}. {name} informed",
    "repeat for {name}; {clinical}",
    "{clinical} - {name}",
    "as discussed with {name}, {clinical}",
    "{clinical} ({name})",
    "{name}: {clinical}",
)
_FORMS = ("{g} {f}", "{F} {G}", "{f}, {g}", "{f} {i}", "{i}. {f}", "{f}", "{F}", "{g}", "{F}, {i}.", "{G} {F}")


@dataclass(frozen=True)
class Planted:
    """A line with a name in it, the name's parts without particles, and whether a list of names holds all of them."""

    text: str
    parts: tuple[str, ...]
    culture: str
    is_listed: bool


_ON_PICTURES = {
    "SURNAME G": "{F} {I}",
    "Surname, G.": "{f}, {I}.",
    "R SURNAME": "R {F}",
    "G. Surname": "{I}. {f}",
    "SURNAME": "{F}",
    "SURNAME, GIVEN": "{F}, {G}",
    "SURNAME 45": "{F} 45",
    "SURNAME AP": "{F} AP",
    "CHEST SURNAME": "CHEST {F}",
}
"""How equipment and technologists write names on pictures."""
_FEWEST_SURNAMES, _FEWEST_GIVEN = 50, 20
"""Shorter lists of a locale are no sample of its names."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150, help="names of each culture")
    parser.add_argument("--lists", choices=("building", "measuring"), default="measuring")
    parser.add_argument("--model", choices=("shipped", "none", "both"), default="both")
    parser.add_argument("--show", type=int, default=0, help="print so many failures of each setting")
    parser.add_argument("--locales", action="store_true", help="forms on pictures alone, of all locales of Faker and Mimesis")
    arguments = parser.parse_args()
    if arguments.locales:
        print_forms(names_of_locales(arguments.seed, arguments.count), "names of Faker and Mimesis on pictures")
        return
    planted = list(planted_lines(arguments.seed, arguments.count, arguments.lists))
    recognizers: dict[str, NameRecognizer | None] = {"none": None, "shipped": load_name_recognizer(ModelSource(shipped=True))}
    for words in FREE_TEXT:
        for name in recognizers if arguments.model == "both" else (arguments.model,):
            cleaner = cleaner_with(words, recognizers[name])
            checks = [*found(cleaner, planted, arguments.show), *kept(cleaner, arguments.lists, arguments.show)]
            print(table(f"free_text: {words}, model: {name}", count_shares(checks)), "\n")
    for name, recognizer in recognizers.items():
        print(table(f"pictures, model: {name}", count_shares(on_pictures(recognizer, planted, arguments.lists))), "\n")
    print_forms(names_of_cultures(arguments.seed, arguments.count, arguments.lists), "names of certify on pictures")
    print(f"{msec_a_line([line.text for line in planted]):.2f} ms of CPU a unique line")


def cleaner_with(words: str, recognizer: NameRecognizer | None) -> TextCleaner:
    """What cleans the free text of an instance of which the header names nobody."""
    return TextCleaner((), -1234, recognizer.find_spans if recognizer else None, free_text=FreeTextSettings(words))


def planted_lines(seed: int, count: int, lists: Split) -> Iterator[Planted]:
    """Names within clinical words, `count` of each culture."""
    clinical = [line.text for line in clinical_lines(lists)]
    for culture in CULTURES:
        for number in range(count):
            dice = Dice(seed, "names", culture.name, number)
            name = draw_name(culture, lists, dice)
            text, parts = _written(name, culture, dice)
            line = dice.pick(_FRAMES).format(name=text, clinical=dice.pick(clinical))
            is_listed = all(may_be_name(part) for part in parts)
            yield Planted(line.upper() if dice.chance(0.2) else line, parts, culture.name, is_listed)


def _written(name: Name, culture: Culture, dice: Dice) -> tuple[str, tuple[str, ...]]:
    """A name in one of its forms, and its parts there."""
    if name.native_family and dice.chance(0.4):
        return f"{name.native_family} {name.native_given}", (name.native_family, name.native_given)
    form = dice.pick(_FORMS)
    fields = {"g": name.given, "f": name.family, "G": name.given.upper(), "F": name.family.upper(), "i": name.given[0]}
    shown = [part for part, keys in ((name.family, "fF"), (name.given, "gG")) if any(f"{{{key}}}" in form for key in keys)]
    words = (word for part in shown for word in part.replace("-", " ").split())
    return form.format(**fields), tuple(word for word in words if len(word) > 1 and not word.islower())


def found(cleaner: TextCleaner, planted: Sequence[Planted], show: int) -> Iterator[tuple[str, bool]]:
    """Whether each name is gone, by culture, and apart for names that a list holds and for others."""
    shown = 0
    for line in planted:
        left = cleaner.clean_text(line.text)
        is_gone = not any(Needle(part).in_text(left) for part in line.parts)
        yield "names found", is_gone
        yield f"- of lists: {'yes' if line.is_listed else 'no'}", is_gone
        yield f"- {line.culture}", is_gone
        shown += not is_gone
        if not is_gone and shown <= show:
            print(f"left: {line.text!r} -> {left!r}")


def kept(cleaner: TextCleaner, lists: Split, show: int) -> Iterator[tuple[str, bool]]:
    """Whether each clinical word stays, by language."""
    shown = 0
    for line in clinical_lines(lists):
        words, left = Counter(line.text.split()), Counter(cleaner.clean_text(line.text).split())
        for word, count in words.items():
            stays = left[word] >= count
            yield "clinical words kept", stays
            yield f"- {line.category}", stays
            shown += not stays
            if not stays and shown <= show:
                print(f"lost: {word!r} of {line.text!r}")


def on_pictures(recognizer: NameRecognizer | None, planted: Sequence[Planted], lists: Split) -> Iterator[tuple[str, bool]]:
    """Whether lines of pictures go that hold a name of which each word is also a term, and whether clinical lines stay."""
    for line in planted:
        if all(word.standing is not Standing.UNKNOWN for word in split_words(line.text)):
            yield "names that are terms, redacted", _verdict(line.text, recognizer) is Verdict.REDACT
    for clinical in clinical_lines(lists):
        yield "clinical lines kept", _verdict(clinical.text, recognizer) is Verdict.KEEP


def _verdict(text: str, recognizer: NameRecognizer | None) -> Verdict:
    line = TextLine(Box(40, 40, 40 + 10 * len(text), 60), text, 0.99, "engine", "stored")
    return judge_readings([line], (), PhiSettings(), recognizer).verdict


def names_of_cultures(seed: int, count: int, lists: Split) -> Iterator[tuple[str, str]]:
    """Surnames and given names in Latin letters, `count` of each culture."""
    for culture in CULTURES:
        for number in range(count):
            name = draw_name(culture, lists, Dice(seed, "pictures", culture.name, number))
            yield name.family, name.given


def names_of_locales(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """The same of each locale of Faker and Mimesis, which have to be installed, and anyascii."""
    from tools.names_by_locale import names_by_locale

    given, surnames = names_by_locale()
    for locale in sorted(surnames):
        if len(surnames[locale]) >= _FEWEST_SURNAMES and len(given.get(locale, ())) >= _FEWEST_GIVEN:
            for number in range(count):
                dice = Dice(seed, "locales", locale, number)
                yield dice.pick(surnames[locale]), dice.pick(given[locale])


def print_forms(names: Iterable[tuple[str, str]], title: str) -> None:
    """Prints which share of names would stay on a picture in each form, alone in their line."""
    recognizer = load_name_recognizer(ModelSource(shipped=True))
    checks = []
    for family, given in names:
        fields = {"f": family, "F": family.upper(), "G": given.upper(), "I": given[0].upper()}
        checks += [
            (f"{form}, kept", _verdict(text.format(**fields), recognizer) is Verdict.KEEP)
            for form, text in _ON_PICTURES.items()
        ]
    print(table(title, count_shares(checks)), "\n")


def msec_a_line(texts: Sequence[str]) -> float:
    """CPU time of the shipped network for each of some texts, asked one by one, without its cache and what it takes to load."""
    from efface.transforms.phi.name_network import NameNetwork

    network = NameNetwork()
    unique = sorted(set(texts))
    for text in unique[:200]:  # Each new shape takes the runtime some time.
        network([text])
    started = time.process_time()
    for text in unique:
        network([text])
    return (time.process_time() - started) / len(unique) * 1000


if __name__ == "__main__":
    main()
