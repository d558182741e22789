"""Takes the words of plain texts of five languages out of lists that hold names, misspelled words and names of sites as well.

A word counts in small letters, in the letters of its language, and only if it is long or an inflected form of it is there:
names have none. German nouns count with a capital, if they have an ending that surnames do not take, or make up compounds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from efface.transforms.phi.spellings import plain
from efface.transforms.phi.word_forms import has_ending_of_a_word

_LETTERS = {"deu": "a-zäöüß", "fra": "a-zàâæçéèêëîïôœùûü", "spa": "a-záéíñóúü", "ita": "a-zàèéìòù", "nld": "a-zéëïöü"}
_FEWEST_LETTERS = 4
_LONGEST_ENDING = 3
_LONG = 8
"""Words of so many letters in small letters are no names, with or without an inflected form."""
_NOUN_ENDINGS = ("e", "en", "es", "er", "ern", "n", "se", "sen", "ses")
_LINKS = ("", "s", "n", "en", "es")
_NOUN = re.compile("[A-ZÄÖÜ][a-zäöüß]{3,}")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE"})


def plain_words(folder: Path) -> set[str]:
    """The words in upper case without accents; German umlauts also as two letters.

    Args:
        folder: Holds `tesseract/LLL.txt` of each language, and `dutch`, a list without misspelled words.
    """
    lists = {language: set(_read(folder / "tesseract" / f"{language}.txt")) for language in _LETTERS}
    found = {plain(word) for language, words in lists.items() if language != "nld" for word in _inflected(language, words)}
    found |= {plain(word) for word in _in_small_letters("nld", lists["nld"] & set(_read(folder / "dutch")))}
    german = _nouns(lists["deu"]) | _inflected("deu", lists["deu"])
    found |= {plain(noun) for noun in german} | {plain(noun.translate(_UMLAUTS)) for noun in german}
    return {word for word in found if not has_ending_of_a_word(word)}  # Their form explains those.


_LIKE_SURNAMES = re.compile(
    r"\w{2,}(?:MAKERS?|MACHER|HUIS|HUIZEN|VELD|FELD|DIJK|DYK|BURG|BERG|BERGER|BACH|HOFF?|MANN?|MANS|SEN|SON|BAUER|MEIER|MEYER|HORST"
    r"|HOUT|KAMP|KAMPS|STRA|BOOM|BAUM|STEIN|STEEN|WALD|WOUD|THAL|DORF|DORP|HAUS|HAUSEN|HAUSER|SCHMIDT|SMID|SMIT|BROEK|BEEK|BOER"
    r"|INGA|ETTI|INI|ELLI|ACCI|UCCI|ISSI|EZ|OZ|ICH|ITZ|SKI|SKY|IAN|POULOS|OGLU)"
)
"""Endings of surnames that are words of their own or endings of words as well."""


def like_names(words: Iterable[str], names: Collection[str]) -> set[str]:
    """Those of some plain words that are names with the ending of a plural or of inhabitants, or that end like surnames."""
    held = set(words)
    with_ending = ((word, word.removesuffix(ending)) for word in held for ending in ("S", "ER") if word.endswith(ending))
    of_names = {word for word, name in with_ending if name in names and (name not in held or len(name) < _FEWEST_LETTERS)}
    return of_names | {word for word in held if word in names or _LIKE_SURNAMES.fullmatch(word)}


def _read(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split()


def _in_small_letters(language: str, words: Iterable[str]) -> set[str]:
    is_word = re.compile(f"[{_LETTERS[language]}]{{{_FEWEST_LETTERS},}}")
    return {word for word in words if is_word.fullmatch(word)}


def _inflected(language: str, words: Iterable[str]) -> set[str]:
    """Words in small letters that are long, or of which another shares all but the ending."""
    small = _in_small_letters(language, words)
    begun = Counter(word[:end] for word in small for end in range(_FEWEST_LETTERS, len(word) + 1))
    return {
        word for word in small if len(word) >= _LONG or begun[word[: max(_FEWEST_LETTERS, len(word) - _LONGEST_ENDING)]] > 1
    }


def _nouns(words: set[str]) -> set[str]:
    """German nouns with their inflected forms, those that make up others, and those that are made up of others."""
    nouns = {word for word in words if _NOUN.fullmatch(word)}
    pairs = ((noun, noun + ending) for noun in nouns for ending in _NOUN_ENDINGS if noun + ending in nouns)
    compounds = (
        (noun, last)
        for noun in nouns
        for cut in range(_FEWEST_LETTERS, len(noun) - _FEWEST_LETTERS + 1)
        if (last := noun[cut:].title()) in nouns and any(noun[:cut].removesuffix(link) in nouns for link in _LINKS)
    )
    return {form for pair in (*pairs, *compounds) for form in pair}
