"""Removes what identifies from a text and leaves the clinical words.

The values of the instance's own header go, what identifies by its form or its label, and names. Dates move. What identifies
is deleted, not masked, so that a value stays within the length of its VR.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from ..core.instance import HeaderIdentifier
from .ages import cap_ages, find_ages
from .dates_in_text import find_dates, move_dates
from .find_identifying import find_identifying, find_in_label
from .free_text import CLOSED, RULES_ALONE, FreeTextSettings, find_unexplained, without_kept
from .match_identifiers import matcher_of
from .other_scripts import find_unknown_words_of_other_scripts

FindSpans = Callable[[str], Iterable[tuple[int, int]]]
"""Finds names of persons and places in a text, as half-open ranges of characters."""


_BY_RULES_ALONE = FreeTextSettings()
_CACHED_TEXTS, _SHORT = 4096, 256
"""The instances of a series share most of their texts up to this length."""


class TextCleaner:
    """Cleans texts of one instance.

    Args:
        identifiers: The identifying values of the instance's header.
        offset_days: How far a date in a text moves; None removes it, 0 keeps it.
        find_names: Optional recogniser for names that nothing else finds; used on free text only.
        redact: Regular expressions of a policy; what they match is removed from every text.
        free_text: What happens to the words of a free text that no rule finds.
    """

    def __init__(
        self,
        identifiers: Iterable[HeaderIdentifier],
        offset_days: int | None,
        find_names: FindSpans | None = None,
        redact: Iterable[str] = (),
        free_text: FreeTextSettings = _BY_RULES_ALONE,
    ) -> None:
        self._free_text = free_text
        self._is_closed = free_text.words == CLOSED
        self._redact = tuple(re.compile(pattern, re.I) for pattern in redact)
        self._matcher = matcher_of(tuple(identifiers))
        self._offset_days = offset_days
        self._find_names = find_names
        self._clean_short = functools.lru_cache(maxsize=_CACHED_TEXTS)(self._clean_text)
        self._clean_short_by_rules = functools.lru_cache(maxsize=_CACHED_TEXTS)(self._clean_by_rules)
        self._clean_short_label = functools.lru_cache(maxsize=_CACHED_TEXTS)(self._clean_label)

    def clean_label(self, text: str) -> str:
        """A short, structured text without the header's values and without what identifies anybody else by its form.

        Names of products, codes, settings and versions stay. Where free text is closed, words in other scripts than Latin go
        that no list of terms has.
        """
        return self._clean_short_label(text) if len(text) <= _SHORT else self._clean_label(text)

    def _clean_label(self, text: str) -> str:
        return self._as_written(text, self._cleaned_label, is_label=True)

    def _cleaned_label(self, text: str) -> str:
        cleaned = self._by_policy(text)
        if self._offset_days != 0:
            cleaned = move_dates(cleaned, self._offset_days, self._matcher.days, only_sure=True)
        found = [*find_in_label(cleaned), *(find_unknown_words_of_other_scripts(cleaned) if self._is_closed else ())]
        cleaned = cap_ages(_without(cleaned, (one.span for one in found)))
        cleaned = self.without_header(cleaned, is_label=True)
        return text if cleaned == text else _tidy(cleaned)

    def clean_text(self, text: str) -> str:
        """A free text without what identifies, and without the words that the settings for free text leave out."""
        return self._clean_short(text) if len(text) <= _SHORT else self._clean_text(text)

    def clean_by_rules(self, text: str) -> str:
        """A text of unknown kind without what identifies. Words that nothing explains stay: programs, private codes."""
        if self._free_text.words == RULES_ALONE:
            return self.clean_text(text)
        return self._clean_short_by_rules(text) if len(text) <= _SHORT else self._clean_by_rules(text)

    def _clean_text(self, text: str) -> str:
        return self._as_written(text, lambda written: self._cleaned(written, self._free_text), is_label=False)

    def _clean_by_rules(self, text: str) -> str:
        by_rules = replace(self._free_text, words=RULES_ALONE)
        return self._as_written(text, lambda written: self._cleaned(written, by_rules), is_label=False)

    def _as_written(self, text: str, clean: Callable[[str], str], *, is_label: bool) -> str:
        """Clean a text in the letters that it was written in: UTF-8 in a header that declares Latin-1 is cleaned as UTF-8."""
        written = _utf_8_in(text)
        if written is None:
            return clean(text)
        cleaned = clean(written).encode("utf-8").decode("latin-1")
        return self.without_header(cleaned, is_label=is_label)

    def _cleaned(self, text: str, free_text: FreeTextSettings) -> str:
        cleaned = self._by_policy(text)
        if free_text.words != RULES_ALONE:
            cleaned = cap_ages(cleaned)  # Before the words go that show that a number is an age.
        named = [] if self._find_names is None else without_kept(cleaned, self._find_names(cleaned), free_text.keep_words)
        spans = [*self._matcher.spans(cleaned), *(found.span for found in find_identifying(cleaned)), *named]
        if free_text.words != RULES_ALONE:
            spans += (found.span for found in find_unexplained(cleaned, free_text, self._judged_apart(cleaned), named))
        cleaned = _without(cleaned, spans)
        if self._offset_days != 0:  # After the numbers that begin with a date of birth, whose check digit tells them.
            cleaned = move_dates(cleaned, self._offset_days, self._matcher.days)
        cleaned = self.without_header(cap_ages(cleaned), is_label=False)
        return text if cleaned == text else _tidy(cleaned)

    def _judged_apart(self, text: str) -> list[tuple[int, int]]:
        """Half-open ranges of characters of the dates and ages of a text: the words in them are no names."""
        dates = [date.span for date in find_dates(text, self._matcher.days)]
        return dates + [(age.start, age.end) for age in find_ages(text)]

    def _by_policy(self, text: str) -> str:
        for pattern in self._redact:
            text = pattern.sub("", text)
        return text

    def without_header(self, text: str, *, is_label: bool) -> str:
        """The text without the header's values, also where removing one brings the parts of another together."""
        while spans := self._matcher.spans(text, is_label=is_label):
            text = _without(text, spans)
        return text


@functools.lru_cache(maxsize=64)
def cleaner_of(
    identifiers: tuple[HeaderIdentifier, ...],
    offset_days: int | None,
    find_names: FindSpans | None = None,
    redact: tuple[str, ...] = (),
    free_text: FreeTextSettings = _BY_RULES_ALONE,
) -> TextCleaner:
    """The cleaner of a header, made once for all instances that have the same."""
    return TextCleaner(identifiers, offset_days, find_names, redact, free_text)


def _utf_8_in(text: str) -> str | None:
    """The text of UTF-8 that was decoded as Latin-1; None for any other text.

    A text in Latin-1 with letters beyond ASCII is no UTF-8, but for a few pairs of letters that no word has.
    """
    if text.isascii():
        return None
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text without some half-open ranges of it, which may overlap."""
    kept, position = [], 0
    for start, end in sorted(spans):
        if start > position:
            kept.append(text[position:start])
        position = max(position, end)
        if text[position : position + 1] == ":" and kept and not text[start - 1 : start].strip():
            kept[-1] = kept[-1].rstrip(" ")  # "CHEST Quillfeather: ok"
    return "".join(kept) + text[position:]


def _tidy(text: str) -> str:
    if not any(map(str.isalnum, text)):
        return ""
    text = re.sub(r"\(\s*\)|\[\s*\]", "", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip(" \t,;:^-_/")
