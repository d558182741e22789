"""Cleans single values by VR: moves dates, replaces UIDs, removes identifiers from texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..core.dates import is_time, shift_date, shift_datetime
from ..core.instance import HeaderIdentifier
from ..core.pseudonyms import Pseudonyms
from ..phi.ages import cap_age
from ..phi.clean_text import FindSpans, TextCleaner
from .actions import dummy_bytes
from .elements import SINGLE_VALUE_VRS
from .profile import Option, Profile
from .uids import is_uid, replace_uid
from .unlisted_attributes import Handling, has_form


class ValueCleaner:
    """Cleans each kind of value.

    Args:
        offset_days: The patient's date offset.
        terms: The identifying values of the instance's header.
        find_names: Optional recogniser for names in free text.
    """

    def __init__(
        self,
        profile: Profile,
        pseudonyms: Pseudonyms,
        offset_days: int,
        terms: Iterable[HeaderIdentifier],
        find_names: FindSpans | None,
    ) -> None:
        self._pseudonyms = pseudonyms
        self._keeps_uids = Option.RETAIN_UIDS in profile.options
        self._offset_days: int | None = None  # None: dates are removed
        if Option.RETAIN_LONG_FULL_DATES in profile.options:
            self._offset_days = 0
        elif Option.RETAIN_LONG_MODIFIED_DATES in profile.options:
            self._offset_days = offset_days
        redact = (rule.redact for rule in profile.text_rules)
        self._text = TextCleaner(terms, self._offset_days, find_names, redact)
        self._parts: dict[Handling, Callable[[str, str], str]] = {
            Handling.TEXT: lambda value, _: self._text.clean_text(value),
            Handling.LABEL: lambda value, _: self._text.clean_label(value),
            Handling.FORM: self._form,
            Handling.DATE: self._date,
            Handling.TIME: lambda value, vr: value if is_time(value.strip()) else _dummy(vr),
            Handling.AGE: lambda value, vr: cap_age(value.strip()) or _dummy(vr),
        }

    def clean(self, text: str, handling: Handling, vr: str) -> str:
        """An element's text, all values of it, cleaned; the same text where nothing in it had to change."""
        if "\\" not in text or vr in SINGLE_VALUE_VRS:
            return self._parts[handling](text, vr)
        return "\\".join(self._parts[handling](part, vr) if part.strip() else part for part in text.split("\\"))

    def uid(self, uid: str) -> str:
        """The UID that stands for this one in the output."""
        return uid if self._keeps_uids and is_uid(uid) else replace_uid(uid, self._pseudonyms)

    def uids(self, text: str, *, is_vocabulary: bool) -> str:
        """All values of a UI attribute; of a vocabulary's only those that are no UIDs are replaced."""
        uids = (uid.strip(" \0") for uid in text.split("\\"))
        return "\\".join(uid if is_vocabulary and is_uid(uid) else self.uid(uid) for uid in uids)

    def _form(self, value: str, vr: str) -> str:
        """A code or number: without the roster's values, and replaced when a number is none."""
        if vr in ("DS", "IS"):
            return value if has_form(vr, value.encode("ascii", "replace")) else _dummy(vr)
        return self._text.clean_label(value)

    def _date(self, value: str, vr: str) -> str:
        if self._offset_days is None:
            return _dummy(vr)
        return (shift_datetime if vr == "DT" else shift_date)(value.strip(), self._offset_days) or _dummy(vr)


def _dummy(vr: str) -> str:
    return dummy_bytes(vr).decode("ascii")
