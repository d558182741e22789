"""Cleans single values by VR: moves dates, replaces UIDs, removes identifiers from texts, numbers and bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..core.dates import is_time, shift_date, shift_datetime, truncate_date, truncate_datetime
from ..core.instance import HeaderIdentifier, IdentifierKind
from ..core.pseudonyms import Pseudonyms
from ..phi.ages import cap_age
from ..phi.clean_text import FindSpans, cleaner_of
from ..phi.free_text import FreeTextSettings
from ..phi.match_identifiers import matcher_of
from .actions import dummy_bytes
from .binary_values import BinaryMatcher, clean_text_in, without
from .defined_terms import is_defined_term, is_foreign_to
from .elements import SINGLE_VALUE_VRS
from .profile import Profile
from .uids import is_uid, uid_of_output
from .unlisted_attributes import Handling, has_form

_LABELS = (Handling.LABEL, Handling.FORM)


class ValueCleaner:
    """Cleans each kind of value.

    Args:
        offset_days: The patient's date offset.
        terms: The identifying values of the instance's header.
        find_names: Optional recogniser for names in free text.
        keep_words: Words of a policy that stay in free text.
    """

    def __init__(
        self,
        profile: Profile,
        pseudonyms: Pseudonyms,
        offset_days: int,
        terms: Iterable[HeaderIdentifier],
        find_names: FindSpans | None,
        keep_words: tuple[str, ...] = (),
    ) -> None:
        self._pseudonyms = pseudonyms
        self._keeps_uids = profile.retains_uids
        self._offset_days = profile.offset_of(offset_days)
        redact = tuple(rule.redact for rule in profile.text_rules)
        self._precision = profile.date_precision
        # A date in a text has no form without its day, so that one goes whose day must not be told.
        in_text = self._offset_days if self._precision == "day" else None
        searched = tuple(term for term in terms if in_text != 0 or term.kind is not IdentifierKind.DATE)
        self._matcher = matcher_of(searched)
        self._binary = BinaryMatcher(self._matcher)
        free_text = FreeTextSettings(profile.free_text, keep_words)
        self._text = cleaner_of(searched, in_text, find_names, redact, free_text)
        self._parts: dict[Handling, Callable[[str, str, int], str]] = {
            Handling.TEXT: lambda value, *_: self._text.clean_text(value),
            Handling.TEXT_BY_RULES: lambda value, *_: self.text_by_rules(value),
            Handling.LABEL: lambda value, *_: self._text.clean_label(value),
            Handling.FORM: self._form,
            Handling.DATE: lambda value, vr, _: self._date(value, vr),
            Handling.TIME: lambda value, vr, _: value if is_time(value.strip()) else _dummy(vr),
            Handling.AGE: lambda value, vr, _: cap_age(value.strip()) or _dummy(vr),
        }

    def clean(self, text: str, handling: Handling, vr: str, tag: int) -> str:
        """An element's text, all values of it, cleaned; the same text where nothing in it had to change."""
        if "\\" not in text or vr in SINGLE_VALUE_VRS:
            return self._parts[handling](text, vr, tag)
        if self._goes_over_values(text, handling):
            # First, since a name with escapes between two values reads like a path.
            text = self._text.without_header(text, is_label=handling in _LABELS)
        parts = text.split("\\")
        return "\\".join(self._parts[handling](part, vr, tag) or _empty(vr) if part.strip() else part for part in parts)

    def _goes_over_values(self, text: str, handling: Handling) -> bool:
        """Whether an identifier stands in several values together, as where an escape begins with a backslash."""
        if handling not in (Handling.TEXT, Handling.TEXT_BY_RULES, Handling.LABEL, Handling.FORM):
            return False
        spans = self._matcher.spans(text, is_label=handling in _LABELS)
        return any("\\" in text[start:end] for start, end in spans)

    def text_by_rules(self, text: str) -> str:
        """A text that nobody defines without what identifies by the rules for free text."""
        return self._text.clean_by_rules(text)

    def may_be_identifier(self, data: bytes) -> bool:
        """Whether a decimal string, as encoded, may be an identifier of the header. Cheap, since most are none."""
        return self._matcher.in_numbers.may_show(data)

    def may_identify(self, data: bytes, vr: str, *, is_little: bool) -> bool:
        """Whether a binary value may equal or spell an identifier of the header. Cheap, since most do not."""
        return self._binary.may_show(data, vr, is_little=is_little)

    def binary(self, data: bytes, vr: str, *, is_little: bool, is_free: bool) -> bytes:
        """A binary value without the header's identifiers.

        Args:
            is_free: Nobody defines what it holds: where it reads as text, it is cleaned as free text.
        """
        cleaned = clean_text_in(data, self.text_by_rules) if is_free else data
        while spans := self._binary.spans(cleaned, vr, is_little=is_little, is_free=is_free):
            cleaned = without(cleaned, spans)
        return cleaned

    def without_foreign(self, data: bytes) -> bytes:
        """An encoded text without what spells an identifier of the header in another character set than its own."""
        spans = self._matcher.in_bytes.foreign_spans(data)
        for start, end in sorted(spans, reverse=True):
            data = data[:start] + data[end:]
        return data

    def uid(self, uid: str) -> str:
        """The UID that stands for this one in the output."""
        return uid_of_output(uid, self._pseudonyms, retains_uids=self._keeps_uids)

    def uids(self, text: str, *, is_vocabulary: bool) -> str:
        """All values of a UI attribute; of a vocabulary's only those that are no UIDs are replaced."""
        uids = (uid.strip(" \0") for uid in text.split("\\"))
        return "\\".join(uid if is_vocabulary and is_uid(uid) else self.uid(uid) for uid in uids)

    def _form(self, value: str, vr: str, tag: int) -> str:
        """A code or number: without the header's values, "" where it is one itself, replaced where a number is none."""
        if vr in ("DS", "IS"):
            if not has_form(vr, value.encode("ascii", "replace")):
                return _dummy(vr)
            return "" if self._matcher.in_numbers.shows(value) else value
        if is_defined_term(tag, value):
            return value
        return _dummy(vr) if is_foreign_to(tag, value) else self._text.clean_label(value)

    def _date(self, value: str, vr: str) -> str:
        if self._offset_days is None:
            return _dummy(vr)
        shift, truncate = (shift_datetime, truncate_datetime) if vr == "DT" else (shift_date, truncate_date)
        moved = shift(value.strip(), self._offset_days)
        return truncate(moved, self._precision) if moved else _dummy(vr)


def _empty(vr: str) -> str:
    """What stands for one of several values that had to go: numbers count on their number."""
    return _dummy(vr) if vr in ("DS", "IS") else ""


def _dummy(vr: str) -> str:
    return dummy_bytes(vr).decode("ascii")
