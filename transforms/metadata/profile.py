"""The profile that a user chose: the Basic Profile, its Options, and exceptions for single Attributes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from ..core.choices import did_you_mean, not_one_of, require_one_of
from ..core.dates import PRECISIONS
from ..core.instance import HeaderIdentifier, IdentifierKind
from ..phi.free_text import CLOSED, FREE_TEXT, RULES_ALONE
from ..phi.version import judge_version
from .elements import keywords, known_vr
from .own_values import DERIVED, check_value, column_value, require_text
from .patients import PatientMapping, check_others
from .tables import PrivateKey, creators_that_know, editions


class Option(StrEnum):
    """The ten Options of Table E.1-1 (PS3.15 E.3)."""

    RETAIN_SAFE_PRIVATE = "retain_safe_private"
    RETAIN_UIDS = "retain_uids"
    RETAIN_DEVICE_IDENTITY = "retain_device_identity"
    RETAIN_INSTITUTION_IDENTITY = "retain_institution_identity"
    RETAIN_PATIENT_CHARACTERISTICS = "retain_patient_characteristics"
    RETAIN_LONG_FULL_DATES = "retain_long_full_dates"
    RETAIN_LONG_MODIFIED_DATES = "retain_long_modified_dates"
    CLEAN_DESCRIPTORS = "clean_descriptors"
    CLEAN_STRUCTURED_CONTENT = "clean_structured_content"
    CLEAN_GRAPHICS = "clean_graphics"


_RETAINING_DATES = frozenset({Option.RETAIN_LONG_FULL_DATES, Option.RETAIN_LONG_MODIFIED_DATES})
_ACTIONS = ("D", "Z", "X", "K", "C", "U", "R")


def tag_digits(tag: str) -> str:
    """The digits of a tag by what people write: "(0008,103e)" and "SeriesDescription" are "0008103E".

    What is neither comes back in capitals, without brackets.
    """
    number = keywords().get(tag.strip())
    return f"{number:08X}" if number is not None else re.sub(r"[(), ]", "", tag).upper()


def is_private(digits: str) -> bool:
    """Whether a tag is of an odd group."""
    return int(digits[:4], 16) % 2 == 1


@dataclass(frozen=True)
class Override:
    """Another action for one attribute, wherever it stands, and why.

    Args:
        tag: A keyword of the standard, such as "StudyDescription", or eight hexadecimal digits, also as "(gggg,eeee)". Of a
            private attribute the block does not count, and may be written as xx: "0019xxBB". Digits afterwards.
        action: D, Z, X, K, C or U as in Table E.1-1a; or R, which gives a standard attribute a value, also where it lacks at
            the first level: one of the last three.
        reason: For whoever reads the policy.
        creator: The private creator of a private attribute. It may be left out where the lists know just one.
        value: A text: the value for every instance.
        column: A column of the table of patients.
        derive: "year" or "month": what stays of the attribute's own date; "age": the patient's age at the examination.

    Raises:
        ValueError: One of them is not that.
    """

    tag: str
    action: str
    reason: str
    creator: str = ""
    value: str = field(default="", repr=False)
    column: str = ""
    derive: str = ""

    def __post_init__(self) -> None:
        digits = tag_digits(self.tag)
        if not re.fullmatch(r"[0-9A-F]{4}(?:[0-9A-F]{2}|XX)[0-9A-F]{2}", digits):
            raise ValueError(
                f"the tag {self.tag!r} is neither a keyword of the standard nor eight hexadecimal digits in quotes"
                f"{did_you_mean(self.tag, keywords())}"
            )
        if int(digits[:4], 16) <= 2:
            raise ValueError(f"the tag {self.tag!r} is of the file meta; only attributes of data sets can be overridden")
        if is_private(digits):
            object.__setattr__(self, "creator", _creator_of(digits, self.creator))
            digits = f"{digits[:4]}xx{digits[6:]}"
        elif self.creator or "X" in digits:
            raise ValueError(f"the tag {self.tag!r} is of a standard attribute, which has eight digits and no private creator")
        if digits in _FIXED:
            raise ValueError(f"the tag {self.tag!r} names the output and cannot be overridden")
        if self.action not in _ACTIONS:
            raise ValueError(f"the action {not_one_of(self.action, _ACTIONS)}")
        if self.action == "U" and not self.creator and known_vr(int(digits, 16)) not in ("UI", "SQ", "UN"):
            raise ValueError(f"the action U is for UIDs and for sequences of references, and {self.tag!r} is neither")
        if not self.reason.strip():
            raise ValueError(f"the override of {self.tag!r} needs a reason")
        self._check_own_value("" if self.creator else known_vr(int(digits, 16)))
        object.__setattr__(self, "tag", digits)

    def _check_own_value(self, vr: str) -> None:
        given = [name for name in ("value", "column", "derive") if getattr(self, name)]
        if self.action != "R" and given:
            raise ValueError(f"the override of {self.tag!r}: {given[0]} goes with the action R")
        if self.action != "R":
            return
        if self.creator:
            raise ValueError(f"the override of {self.tag!r}: private attributes cannot be given a value")
        if len(given) != 1:
            raise ValueError(f"the override of {self.tag!r}: the action R needs one of value, column and derive")
        if self.derive and self.derive not in DERIVED:
            raise ValueError(f"the override of {self.tag!r}: derive: {not_one_of(self.derive, DERIVED)}")
        if self.derive and vr not in DERIVED[self.derive]:
            vrs = " or ".join(sorted(DERIVED[self.derive]))
            raise ValueError(f"the override of {self.tag!r}: {self.derive} is for attributes of VR {vrs}")
        try:
            check_value(vr, self.value) if self.value else require_text(vr)
        except ValueError as error:
            raise ValueError(f"the override of {self.tag!r}: {error}") from None

    @property
    def private_keys(self) -> tuple[PrivateKey, ...]:
        """What `tables` calls the attribute, if it is a private one."""
        return ((int(self.tag[:4], 16), self.creator, int(self.tag[6:], 16)),) if self.creator else ()


def _creator_of(digits: str, creator: str) -> str:
    """The private creator of a tag of an odd group: as given, or the only one that the lists know for it.

    Raises:
        ValueError: It is not given, and the lists know none or several.
    """
    if creator.strip():
        return creator.strip()
    known = creators_that_know(int(digits[:4], 16), int(digits[6:], 16))
    if len(known) != 1:
        among = f"; known are: {', '.join(known)}" if known else ""
        raise ValueError(f"the private tag {digits} needs its private creator: creator{among}")
    return known[0]


PRIVATE_VRS = tuple("AS CS DA DS DT FD FL IS LO LT OB OF OW SH SL SQ SS ST SV TM UC UI UL UN US UT UV".split())  # noqa: SIM905


@dataclass(frozen=True)
class PrivateKeep:
    """A private attribute that a site has looked at and keeps, wherever it stands.

    Its values are still searched for the header's identifiers: dates move, UIDs are replaced and texts are cleaned by its VR.

    Args:
        creator: Its private creator (PS3.5 7.8.1).
        element: Its tag, eight hexadecimal digits; the block does not count and may be written as xx: "(0019,xxBB)".
        vr: By which its values are judged. Where the file declares another kind of VR, the attribute goes.
        reason: For whoever reads the policy.

    Raises:
        ValueError: One of them is not that.
    """

    creator: str
    element: str
    vr: str
    reason: str

    def __post_init__(self) -> None:
        digits = tag_digits(self.element)
        if not re.fullmatch(r"[0-9A-F]{3}[13579BDF](?:[0-9A-F]{2}|XX)[0-9A-F]{2}", digits):
            raise ValueError(f"{self.element!r} is no private tag: eight hexadecimal digits, an odd group, the block as xx")
        if not self.creator.strip() or not self.reason.strip():
            raise ValueError(f"the private attribute {self.element!r} needs a creator and a reason")
        if self.vr not in PRIVATE_VRS:
            raise ValueError(f"the VR {not_one_of(self.vr, PRIVATE_VRS)}")
        object.__setattr__(self, "creator", self.creator.strip())
        object.__setattr__(self, "element", f"{digits[:4]}xx{digits[6:]}")

    @property
    def key(self) -> PrivateKey:
        """What `tables` calls it."""
        return int(self.element[:4], 16), self.creator, int(self.element[6:], 16)


_FIXED = ("00080016", "00080018", "0020000D", "0020000E", "00100010", "00100020", "00080005")


@dataclass(frozen=True)
class TextRule:
    """A rule of a site for its own texts: removes what a pattern matches from every text that stays.

    Attributes:
        redact: A regular expression; letters match in either case.
        reason: Why, for people.

    Raises:
        ValueError: It is no regular expression, or one that matches nothing at all.
    """

    redact: str
    reason: str

    def __post_init__(self) -> None:
        try:
            is_empty = re.compile(self.redact).fullmatch("") is not None
        except re.error as error:
            raise ValueError(f"{self.redact!r} is no regular expression ({error})") from None
        if is_empty or not self.reason:
            raise ValueError("a text rule needs a pattern that matches something, and a reason")


ISSUERS = ("ignored", "counts")
_CLEANING = frozenset(
    {
        Option.CLEAN_DESCRIPTORS,
        Option.CLEAN_STRUCTURED_CONTENT,
        Option.CLEAN_GRAPHICS,
        Option.RETAIN_PATIENT_CHARACTERISTICS,
    }
)
"""The options under which texts stay that people type."""


@dataclass(frozen=True)
class Profile:
    """One checked choice.

    Args:
        issuer: "ignored": one Patient ID is one patient, whoever issued it. "counts": with another Issuer of Patient ID
            (0010,0021), or with none, it is another patient.
        free_text: One of `phi.free_text.FREE_TEXT`: which words of free text go beside those that the rules find. "" asks for
            "closed" where texts stay that people type, for their names in it have no label, and for "rules" elsewhere.
        other_patients: Those who are not in the table of patients get a keyed "pseudonym", or go to "quarantine".
        date_precision: Of dates that an option retains: "day", or the "month" or "year" alone.

    Raises:
        ValueError: Two options or two entries contradict each other, or an entry is none of those allowed.
    """

    name: str = "basic"
    options: frozenset[Option] = frozenset()
    overrides: tuple[Override, ...] = ()
    text_rules: tuple[TextRule, ...] = ()
    patients: tuple[PatientMapping, ...] = field(default=(), repr=False)
    issuer: str = "ignored"
    other_patients: str = "pseudonym"
    date_precision: str = "day"
    private_keep: tuple[PrivateKeep, ...] = ()
    free_text: str = ""

    def __hash__(self) -> int:
        """Without the patients, of whom there may be a hundred thousand: functions of a profile are cached."""
        return hash((self.name, self.options, self.overrides, self.text_rules, self.issuer, len(self.patients)))

    def __post_init__(self) -> None:
        require_one_of("issuer", self.issuer, ISSUERS)
        if not self.free_text:
            keeps_texts = _CLEANING & self.options or any(override.action == "C" for override in self.overrides)
            object.__setattr__(self, "free_text", CLOSED if keeps_texts else RULES_ALONE)
        require_one_of("free_text", self.free_text, FREE_TEXT)
        if {Option.RETAIN_LONG_FULL_DATES, Option.RETAIN_LONG_MODIFIED_DATES} <= self.options:
            raise ValueError("retain_long_full_dates and retain_long_modified_dates exclude each other")
        tags = [(override.tag, override.creator) for override in self.overrides]
        if len(set(tags)) < len(tags):
            raise ValueError("an attribute is overridden twice")
        if len({kept.key for kept in self.private_keep}) < len(self.private_keep):
            raise ValueError("a private attribute is kept twice")
        if len({patient.old_id for patient in self.patients}) < len(self.patients):
            raise ValueError("a patient is mapped twice")
        check_others(self.other_patients)
        if self.other_patients == "quarantine" and not self.patients:
            raise ValueError("patients.others: quarantine needs a table of patients")
        require_one_of("date_precision", self.date_precision, PRECISIONS)
        if self.date_precision != "day" and not _RETAINING_DATES & self.options:
            raise ValueError(
                "date_precision is for dates that stay: it needs retain_long_full_dates or retain_long_modified_dates"
            )
        self._check_columns()

    def _check_columns(self) -> None:
        """Check the values that the table gives attributes."""
        for override in self.overrides:
            for patient in self.patients if override.column else ():
                try:
                    vr = known_vr(int(override.tag, 16))
                    if value := column_value(vr, patient.value(override.column)):
                        check_value(vr, value)
                except ValueError as error:
                    place = f"line {patient.line} of the table of patients, column {override.column!r}"
                    raise ValueError(f"{place}: {error}") from None
            if override.column and not self.patients:
                raise ValueError(f"the override of {override.tag!r} takes a column of patients.table, and there is none")

    def offset_of(self, offset_days: int) -> int | None:
        """By how many days dates move whose patient has an offset: 0 where they stay, None where they are removed."""
        if Option.RETAIN_LONG_FULL_DATES in self.options:
            return 0
        return offset_days if Option.RETAIN_LONG_MODIFIED_DATES in self.options else None

    def counted(self, identifiers: Iterable[HeaderIdentifier]) -> tuple[HeaderIdentifier, ...]:
        """The identifying values of a header that texts may not show: institutions may, where their option retains them."""
        keeps_places = Option.RETAIN_INSTITUTION_IDENTITY in self.options
        return tuple(one for one in identifiers if not (keeps_places and one.kind is IdentifierKind.PLACE))

    @property
    def retains_uids(self) -> bool:
        """Whether the outputs have the UIDs of the sources."""
        return Option.RETAIN_UIDS in self.options

    @property
    def keeps_days(self) -> bool:
        """Whether dates stay, moved or not, to the day."""
        return self.date_precision == "day" and bool(_RETAINING_DATES & self.options)

    @property
    def requires_line(self) -> bool:
        """Whether only patients who are in the table are taken."""
        return self.other_patients == "quarantine"

    def patients_digest(self) -> str:
        """Changes when the table says something else about anybody, or when others are taken; "" without a table."""
        content = sorted((one.old_id, one.new_id, str(one.offset_days), one.values) for one in self.patients)
        return hashlib.sha256(json.dumps([content, self.other_patients]).encode()).hexdigest() if content else ""

    def digest(self) -> str:
        """Changes when anything that the profile does to a data set may change: the choice or the tables under it.

        The table of patients does not count: each of its lines concerns one patient (`PatientMapping.ref`). What happens to
        others concerns them alone.
        """
        content = {
            "options": sorted(self.options),
            "overrides": sorted(
                (one.tag, one.creator, one.action, one.value, one.column, one.derive) for one in self.overrides
            ),
            "private_keep": sorted((*kept.key, kept.vr) for kept in self.private_keep),
            "text_rules": [rule.redact for rule in self.text_rules],
            "issuer": self.issuer,
            "free_text": self.free_text,
            "date_precision": self.date_precision,
            "tables": editions(),
            "judge": judge_version(),
            "rules": _RULES_VERSION,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=8)
def patient_mappings(profile: Profile) -> dict[str, PatientMapping]:
    """The profile's patients by original ID."""
    return {patient.old_id: patient for patient in profile.patients}


_RULES_VERSION = 5
"""Raised when the code of this folder decides anything otherwise than before."""

BASIC = Profile()
TCIA = Profile(
    "tcia",
    frozenset(
        {
            Option.RETAIN_SAFE_PRIVATE,
            Option.RETAIN_DEVICE_IDENTITY,
            Option.RETAIN_PATIENT_CHARACTERISTICS,
            Option.RETAIN_LONG_MODIFIED_DATES,
            Option.CLEAN_DESCRIPTORS,
            Option.CLEAN_STRUCTURED_CONTENT,
        }
    ),
    (
        Override("00081140", "U", "references between the images of a study still resolve"),
        Override("00082112", "U", "references to the images something was made from still resolve"),
    ),
)
"""The option set of The Cancer Imaging Archive and of the MIDI-B benchmark."""
