"""Values that a policy gives attributes itself: a text, a column of the table of patients, or what is derived from a date."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass

from pydicom.config import RAISE
from pydicom.dataset import Dataset
from pydicom.valuerep import STR_VR, validate_value

from ..core.dates import parse_date, shift_date, shift_datetime, truncate_date, truncate_datetime
from ..phi.ages import cap_age, in_days, in_years
from .elements import value_of

DERIVED = {"year": frozenset({"DA", "DT"}), "month": frozenset({"DA", "DT"}), "age": frozenset({"AS"})}
"""What can be derived -> the VRs of attributes that can hold it."""
_BIRTH_DATE, _AGE = 0x00100030, 0x00101010
_DATES = (0x00080020, 0x00080021, 0x00080022, 0x00080023)
"""Study, Series, Acquisition and Content Date: the first one counts as the day of the examination."""
_GREAT_AGE_YEARS = 90


def require_text(vr: str) -> None:
    """Check that attributes of this VR hold a text, of which alone a policy can give a value.

    Raises:
        ValueError: They do not.
    """
    if vr not in STR_VR:
        raise ValueError(f"attributes of VR {vr} cannot be given a value")


def check_value(vr: str, value: str) -> None:
    """Check that an attribute of this VR can have a value, in every character set.

    Raises:
        ValueError: It cannot. The message does not name the value.
    """
    require_text(vr)
    if not value.strip() or not value.isascii() or not value.isprintable():
        raise ValueError("the value is blank, or holds letters that not every character set has")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for part in [value] if vr in ("LT", "ST", "UR", "UT") else value.split("\\"):
                validate_value(vr, part, RAISE)
    except (ValueError, UserWarning):
        raise ValueError(f"the value is none of VR {vr}") from None
    if vr == "DA" and parse_date(value) is None:
        raise ValueError("the value is no date")


_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)(?:[ T]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_DATE_WITH_DOTS = re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,(?!\d{3}$)\d+", re.ASCII)
"""1,000 may be one or a thousand."""
_WHOLE = re.compile(r"([+-]?\d+)[.,]0{1,2}", re.ASCII)


def column_value(vr: str, text: str) -> str:
    """A cell of a spreadsheet as the value of an attribute: dates and numbers of one reading in the form of the VR.

    2020-03-01, 2020-03-01 00:00:00 and 1.3.2020 become 20200301; 72,5 becomes 72.5 (DS); 12.0 becomes 12 (IS). Any other text
    comes back as it is, also 3/1/2020, which is a day of March or of January.
    """
    if vr == "DA" and (found := _ISO_DATE.fullmatch(text) or _DATE_WITH_DOTS.fullmatch(text)):
        return f"{found['year']}{int(found['month']):02d}{int(found['day']):02d}"
    if vr == "DS" and _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    if vr == "IS" and (found := _WHOLE.fullmatch(text)):
        return found[1]
    return text


@dataclass(frozen=True)
class DerivedValues:
    """What is derived from the dates of an instance, as they were.

    Attributes:
        age: At the examination, as AS, 090Y for every age over 89 years; "" where it is not known.
        may_show_birth: Whether the year of birth may be told: the patient is known to be less than 90 years old.
    """

    age: str = ""
    may_show_birth: bool = False

    @classmethod
    def of(cls, dataset: Dataset) -> DerivedValues:
        """Those of a data set that is not changed yet."""
        born = parse_date(value_of(dataset, _BIRTH_DATE))
        examined = next(filter(None, (parse_date(value_of(dataset, tag)) for tag in _DATES)), None)
        if born is None or examined is None or born > examined:
            return cls(cap_age(value_of(dataset, _AGE)) or "", False)
        years = examined.year - born.year - ((examined.month, examined.day) < (born.month, born.day))
        age = in_years(years) if years >= 2 else in_days((examined - born).days)
        return cls(cap_age(age) or "", years < _GREAT_AGE_YEARS)

    def value(self, derive: str, tag: int, vr: str, text: str, offset_days: int | None) -> str:
        """A derived value of an attribute; "" where there is none.

        Args:
            derive: One of `DERIVED`.
            text: The value of the attribute, as it was.
            offset_days: By how many days dates move before they lose their day; None where the profile moves none.
        """
        if derive == "age":
            return self.age
        if tag == _BIRTH_DATE and not self.may_show_birth:
            return ""
        shift, truncate = (shift_datetime, truncate_datetime) if vr == "DT" else (shift_date, truncate_date)
        moved = (shift(part.strip(), offset_days or 0) for part in text.split("\\"))
        values = [truncate(part, derive) if part else None for part in moved]
        return "" if None in values else "\\".join(map(str, values))


NOTHING_DERIVED = DerivedValues()
