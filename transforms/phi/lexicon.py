"""Words that may stay: clinical terms, acquisition parameters, markers and short numbers. Nothing else is harmless."""

from __future__ import annotations

import functools
import hashlib
import re
from importlib import resources

from .confusions import plain

_FILES = ("clinical_terms.txt", "acquisition_terms.txt")
_MARKERS = frozenset("L R LT RT LEFT RIGHT A P H F AL AR PL PR LA RA LP RP HL HR FL FR AH PH AF PF I S".split())  # noqa: SIM905
_MAX_DIGITS = 4
_UNIT = (
    r"(?:MM|CM|M|KM|µM|UM|NM|ML|L|CC|MS|S|SEC|MIN|MMS|CMS|MM/S|CM/S|M/S|HZ|KHZ|MHZ|FPS|BPM|KV|KVP|MV|MA|MAS|UAS|DB|%|W|MW|T|G|KG|DEG|°|C|"
    r"HU|GY|CGY|MGY|UGY|PX|X|BIT|DPI|MMHG|PPM|FR|MBQ)"
)
_NUMBER = re.compile(
    rf"[-+<>~=]?\d{{1,{_MAX_DIGITS}}}(?:[.,]\d{{1,3}})?{_UNIT}?(?:/\d{{1,{_MAX_DIGITS}}}(?:\.\d{{1,3}})?{_UNIT}?)?"
)


@functools.cache
def _words() -> frozenset[str]:
    folder = resources.files(__package__)
    lines = (line for name in _FILES for line in folder.joinpath(name).read_text(encoding="utf-8").splitlines())
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_known(word: str) -> bool:
    """Whether a word, in any case, is a clinical or acquisition term; compounds are known when each of their parts is."""
    shown = plain(word)
    if shown in _words():
        return True
    parts = [part for part in re.split(r"[-/.']", shown) if part]
    return len(parts) > 1 and all(part in _words() or is_number(part) for part in parts)


def is_marker(text: str) -> bool:
    """Whether a text is nothing but a marker of laterality or orientation."""
    return plain(text.strip(" .:()[]<>-|")) in _MARKERS


def is_number(word: str) -> bool:
    """Whether a word is a number of at most four digits before its point, with or without a unit."""
    return _NUMBER.fullmatch(plain(word)) is not None


def _version() -> str:
    digest = hashlib.sha256("\n".join(sorted(_words())).encode()).hexdigest()
    return f"lexicon {digest[:8]}"


LEXICON_VERSION = _version()
"""Changes when the words do."""
