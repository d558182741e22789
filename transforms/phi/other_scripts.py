"""Words in other scripts than Latin: which of them the list of their terms explains, and which are left in a label.

Scripts without spaces run their words together, so a run of characters is explained if all of it comes apart into terms.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from ..core.word_lists import load_words
from .lexicon import is_known, is_number
from .rules import Found, Rule

_TERMS = "terms/other_scripts.txt"
_RUN = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u3005-\u3007\u3040-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefe\uff66-\uffdc"
    "\U00020000-\U0003ffff]+"
)
"""Letters and marks of all scripts but Latin, also their digits and punctuation."""
_SYMBOL = re.compile("[\u0370-\u03ff]")
"""A Greek letter alone stands for a number or a kind, not for a name."""
_CACHED_WORDS = 1 << 12
_LONGEST_RUN, _LONGEST_TERM = 64, 16


def find_unknown_words_of_other_scripts(text: str) -> Iterator[Found]:
    """The words of other scripts than Latin that no term explains."""
    if text.isascii():
        return
    for run in _RUN.finditer(text):
        if any(map(str.isalpha, run.group())) and not is_term_of_another_script(run.group()):
            yield Found(*run.span(), Rule.UNKNOWN_WORD)


@functools.lru_cache(maxsize=_CACHED_WORDS)
def is_term_of_another_script(word: str) -> bool:
    """Whether a word in another script is a term, or comes apart into terms; a Greek letter alone is a symbol."""
    terms, shown = load_words(__package__, _TERMS), word.upper()
    if shown in terms or _SYMBOL.fullmatch(word):
        return True
    if len(word) > _LONGEST_RUN or shown != word.lower():  # Scripts with capitals have spaces.
        return False
    before = {0: {False}}  # Where terms end -> whether the last one is a single character. Two of them may be a name.
    for end in range(1, len(word) + 1):
        starts = (at for at in range(max(0, end - _LONGEST_TERM), end) if at in before and word[at:end] in terms)
        if kinds := {end - at == 1 for at in starts if end - at > 1 or False in before[at]}:
            before[end] = kinds
    return len(word) in before


def is_explained_in_another_script(word: str) -> bool:
    """Whether a word comes apart into terms of other scripts and terms and numbers in Latin letters: "胸部CT"."""
    runs, others = _RUN.findall(word), _RUN.sub(" ", word).split()
    are_terms = bool(runs) and all(map(is_term_of_another_script, runs))
    return are_terms and all(part.isascii() and (is_known(part) or is_number(part)) for part in others)
