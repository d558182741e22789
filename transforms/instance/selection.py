"""Which instances a policy takes: rules on SOP Class, Modality, Image Type and Series Description."""

from __future__ import annotations

import fnmatch
import functools
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.uid import UID, MediaStorageDirectoryStorage, UID_dictionary

from ..core.choices import did_you_mean
from ..core.errors import NotSelectedError
from ..core.malformed import malformed

_LONGEST_DESCRIPTION = 1024
"""Letters of a Series Description that a pattern is searched in. LO allows 64."""


@dataclass(frozen=True)
class SelectRule:
    """Matches an instance that has one of the values in each of the fields that are given.

    Args:
        sop_class: UIDs, names or keywords of the standard, such as "CT Image Storage"; kept as UIDs.
        modality: Values of Modality.
        image_type: Values of Image Type, in any place of it, with `*` and `?` as in file names; a backslash separates values
            that have to be there together: "DERIVED\\SECONDARY".
        series_description: Regular expressions, searched for in Series Description.
        reason: For whoever reads the policy.

    Letters match in either case. An attribute that is missing matches nothing.

    Raises:
        ValueError: No field is given, a SOP Class is unknown, or a pattern is none.
    """

    sop_class: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    image_type: tuple[str, ...] = ()
    series_description: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        values = (self.sop_class, self.modality, self.image_type, self.series_description)
        if not any(values):
            raise ValueError("a rule needs sop_class, modality, image_type or series_description")
        if not all(value.strip() for several in values for value in several):
            raise ValueError("a value is blank")
        object.__setattr__(self, "sop_class", tuple(map(_sop_class_uid, self.sop_class)))
        object.__setattr__(self, "modality", tuple(map(_folded, self.modality)))
        object.__setattr__(self, "image_type", tuple(map(_folded, self.image_type)))
        for pattern in self.series_description:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression ({error})") from None

    def matches(self, facts: _Facts) -> bool:
        """Whether an instance is one of these."""
        return (
            (not self.sop_class or facts.sop_class_uid in self.sop_class)
            and (not self.modality or facts.modality in self.modality)
            and (not self.image_type or any(_has_values(facts.image_type, pattern) for pattern in self.image_type))
            and (not self.series_description or any(_shows(pattern, facts) for pattern in self.series_description))
        )


@dataclass(frozen=True)
class Selection:
    """The choice of a policy.

    Attributes:
        leave_out: An instance that matches one of these rules is left out.
        only: Where there are any, an instance that matches none of these is left out as well.
    """

    leave_out: tuple[SelectRule, ...] = ()
    only: tuple[SelectRule, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.leave_out or self.only)

    def digest(self) -> str:
        """Changes when the choice may: not with the reasons, nor with the order of rules."""
        content = [
            sorted(json.dumps(asdict(replace(rule, reason=""))) for rule in rules) for rules in (self.leave_out, self.only)
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


EVERYTHING = Selection()
"""Takes every instance."""


@malformed(raised_in="pydicom.")
def require_selected(header: Dataset, selection: Selection) -> None:
    """Check that the policy takes an instance.

    Args:
        header: Its header, from `read_header`. A DICOMDIR passes: it is no instance, and fails as what it is.

    Raises:
        NotSelectedError: It does not; the message tells the rule by its place in the policy.
    """
    if not selection:
        return
    facts = _facts_of(header)
    if facts.sop_class_uid == MediaStorageDirectoryStorage:
        return
    for number, rule in enumerate(selection.leave_out, 1):
        if rule.matches(facts):
            raise NotSelectedError(f"rule {number} of select.leave_out")
    if selection.only and not any(rule.matches(facts) for rule in selection.only):
        raise NotSelectedError("no rule of select.only")


@dataclass(frozen=True)
class _Facts:
    sop_class_uid: str
    modality: str
    image_type: tuple[str, ...]
    series_description: str = field(repr=False)


def _facts_of(header: Dataset) -> _Facts:
    file_meta = getattr(header, "file_meta", None) or Dataset()
    return _Facts(
        _first(header.get("SOPClassUID")) or _first(file_meta.get("MediaStorageSOPClassUID")),
        _folded(_first(header.get("Modality"))),
        tuple(map(_folded, _values(header.get("ImageType")))),
        _first(header.get("SeriesDescription"))[:_LONGEST_DESCRIPTION],
    )


def _values(value: object) -> list[str]:
    several: Iterable[object] = value if isinstance(value, MultiValue | list) else [value]
    return ["" if one is None else str(one).strip("\0 \t\r\n") for one in several]


def _first(value: object) -> str:
    return next(iter(_values(value)), "")


def _folded(text: str) -> str:
    return text.strip().upper()


def _has_values(image_type: tuple[str, ...], pattern: str) -> bool:
    return all(any(fnmatch.fnmatchcase(value, part.strip()) for value in image_type) for part in pattern.split("\\"))


def _shows(pattern: str, facts: _Facts) -> bool:
    return bool(facts.series_description) and re.search(pattern, facts.series_description, re.IGNORECASE) is not None


@functools.cache
def _sop_classes() -> dict[str, str]:
    """Name and keyword of every SOP Class of the standard, folded -> its UID."""
    classes = {uid: entry for uid, entry in UID_dictionary.items() if entry[1] == "SOP Class"}
    names = {entry[0].casefold(): uid for uid, entry in classes.items()}
    return names | {entry[4].casefold(): uid for uid, entry in classes.items() if entry[4]}


def _sop_class_uid(name: str) -> str:
    name = name.strip()
    if re.fullmatch(r"[0-9.]+", name):
        if not UID(name).is_valid:
            raise ValueError(f"{name!r} is no UID")
        return name
    uid = _sop_classes().get(name.casefold())
    if uid is None:
        raise ValueError(f"{name!r} is no SOP Class of the standard{did_you_mean(name, _sop_classes())}")
    return uid
