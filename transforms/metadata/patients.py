"""The table of patients whose new ID is already decided, as hospitals and spreadsheet programs write one."""

from __future__ import annotations

import csv
import io
import json
import re
import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..core.choices import require_one_of
from ..core.file_names import is_device
from ..core.pseudonyms import Pseudonyms

OTHERS = ("pseudonym", "quarantine")
"""What may happen to a patient who is not in the table."""
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r"sep=.", re.IGNORECASE)
"""First line for spreadsheet programs: the delimiter."""
_DAYS = re.compile(r"([+-]?\d{1,6})(?:[.,]0{0,9})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]000", re.ASCII)
"""1,000 is one day with decimals, or a thousand days."""
_NEW_ID = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?")
_SPOILT = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}|#(?:NV|N/A|REF!|BEZUG!|VALUE!|WERT!|NAME\?|NULL!|NUM!|ZAHL!|DIV/0!)")
"""1.23457E+11, and what stands in a cell whose formula found nothing."""
_DECIMAL_ID = re.compile(r"\d+\.0+", re.ASCII)
_WHOLE_NUMBER = re.compile(r"(\d+)[.,]0{1,2}", re.ASCII)
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})


@dataclass(frozen=True)
class PatientMapping:
    """The name that a user gives one patient, instead of the keyed pseudonym.

    Attributes:
        old_id: The original Patient ID: identifying.
        new_id: Its replacement.
        offset_days: The patient's date offset, or None for the keyed one.
        is_merged: Other original IDs have this new ID too, and no offset is given: the keyed offset is that of the new ID.
        values: Column and value of each further column that the policy uses.
        line: Where it stands in the table, from 1.
    """

    old_id: str = field(repr=False)
    new_id: str
    offset_days: int | None = None
    is_merged: bool = False
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    line: int = field(default=0, compare=False)

    def offset(self, pseudonyms: Pseudonyms, keyed: int) -> int:
        """By how many days the patient's dates move.

        Args:
            keyed: The offset of the original ID.
        """
        if self.offset_days is not None:
            return self.offset_days
        return pseudonyms.date_offset_days(f"new\0{self.new_id}") if self.is_merged else keyed

    def value(self, column: str) -> str:
        """What stands in a further column; "" for nothing."""
        return dict(self.values).get(column, "")

    def ref(self, pseudonyms: Pseudonyms) -> str:
        """A keyed hash of the whole line, which changes when anything of it does."""
        content = json.dumps((self.old_id, self.new_id, self.offset_days, self.is_merged, self.values))
        return pseudonyms.token("mapping", content, 26)


@dataclass(frozen=True)
class PatientColumns:
    """What the columns of a table are called. Letters match in either case.

    Attributes:
        offset_days: May be missing in the table where it has the default name.
        further: Columns whose values the policy uses.
    """

    old_id: str = "old_id"
    new_id: str = "new_id"
    offset_days: str = "offset_days"
    further: tuple[str, ...] = ()


DEFAULT_COLUMNS = PatientColumns()


def parse_patients(text: str, columns: PatientColumns = DEFAULT_COLUMNS) -> tuple[PatientMapping, ...]:
    """Read a table: its first line names the columns; commas, semicolons, tabs or bars delimit them.

    Blank lines, spaces around values, whole days that are written with decimals and the `="007"` of spreadsheet programs are
    understood. A line may stand twice. Several original IDs may have one new ID, and then have one offset.

    Args:
        text: Of the file, without a byte order mark.

    Raises:
        ValueError: It is not such a table; the message names the line and never a value.
    """
    rows = list(_rows(text, columns))
    by_old_id: dict[str, PatientMapping] = {}
    for row in rows:
        other = by_old_id.setdefault(row.old_id, row)
        if other != row:
            raise ValueError(f"lines {other.line} and {row.line} map one original ID in two ways")
    spelled: dict[str, PatientMapping] = {}
    for row in rows:
        other = spelled.setdefault(row.new_id.casefold(), row)
        if other.new_id != row.new_id:
            raise ValueError(f"lines {other.line} and {row.line}: two new IDs differ in nothing but the case of letters")
    lines = {row.old_id.casefold(): row.line for row in rows}
    for row in rows:
        if row.new_id.casefold() in lines:
            raise ValueError(f"line {row.line}: the new ID is the original ID of line {lines[row.new_id.casefold()]}")
    return tuple(_merge(list(by_old_id.values())))


def _merge(rows: Sequence[PatientMapping]) -> Iterator[PatientMapping]:
    """The rows, with one offset for all that have one new ID."""
    groups: defaultdict[str, list[PatientMapping]] = defaultdict(list)
    for row in rows:
        groups[row.new_id].append(row)
    for row in rows:
        group = groups[row.new_id]
        given = {one.offset_days: one.line for one in group if one.offset_days is not None}
        if len(given) > 1:
            first, second, *_ = given.values()
            raise ValueError(f"lines {first} and {second} give one new ID two offsets")
        yield replace(row, offset_days=next(iter(given), None), is_merged=len(group) > 1 and not given)


def _rows(text: str, columns: PatientColumns) -> Iterator[PatientMapping]:
    lines = io.StringIO(text, newline="")
    skipped, first = 0, ""
    for first in lines:
        if first.strip("".join((*_DELIMITERS, string.whitespace))) and not _SEPARATOR_LINE.fullmatch(first.strip()):
            break
        skipped += 1
    table = _header(first, columns, skipped + 1)
    reader = csv.reader(lines, delimiter=table.delimiter, strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            values = [_cell(cell) for cell in cells]
            if any(values):
                yield _mapping(values, table, columns, skipped + 1 + reader.line_num)
    except csv.Error:
        raise ValueError(f"line {skipped + 1 + reader.line_num}: a quote is not closed, or stands within a value") from None


class _Header(NamedTuple):
    """The delimiter of a table, the place of each name in its first line, and the number of columns."""

    delimiter: str
    places: dict[str, int]
    width: int


def _header(line: str, columns: PatientColumns, number: int) -> _Header:
    needed = [columns.old_id, columns.new_id, *columns.further]
    if columns.offset_days != DEFAULT_COLUMNS.offset_days:
        needed.append(columns.offset_days)
    missing: list[str] = needed
    for delimiter in _DELIMITERS:
        names = [_cell(cell).casefold() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]
        lacking = [name for name in needed if name.strip().casefold() not in names]
        if not lacking:
            for name in (*needed, columns.offset_days):
                if names.count(name.strip().casefold()) > 1:
                    raise ValueError(f"line {number} names the column {name!r} twice")
            return _Header(delimiter, {name: place for place, name in enumerate(names)}, len(names))
        missing = min(missing, lacking, key=len)
    raise ValueError(f"line {number}, the first one, has to name the columns; missing: {', '.join(map(repr, missing))}")


def _mapping(values: list[str], table: _Header, columns: PatientColumns, number: int) -> PatientMapping:
    if any(values[table.width :]):
        raise ValueError(f"line {number} has more values than there are columns")

    def value(column: str) -> str:
        place = table.places.get(column.strip().casefold(), len(values))
        return values[place] if place < len(values) else ""

    old_id, new_id, days = value(columns.old_id), value(columns.new_id), value(columns.offset_days).translate(_MINUS)
    if not old_id:
        raise ValueError(f"line {number} has no original ID")
    if _SPOILT.fullmatch(old_id):
        raise ValueError(f"line {number}: a spreadsheet program has rounded the original ID, or found none; format it as text")
    if _DECIMAL_ID.fullmatch(new_id):
        raise ValueError(f"line {number}: the new ID ends like a number with decimals; format it as text, without them")
    if not _NEW_ID.fullmatch(new_id):
        raise ValueError(
            f"line {number}: the new ID has to be 1 to 64 letters without accents, digits, hyphens, underscores and dots, "
            "with no dot at its ends"
        )
    if is_device(new_id):
        raise ValueError(f"line {number}: the new ID is the name of a device on Windows, where no folder can have it")
    further = tuple((column, value(column)) for column in columns.further)
    return PatientMapping(old_id, new_id, _offset_days(days, table.delimiter, number), values=further, line=number)


def _offset_days(text: str, delimiter: str, number: int) -> int | None:
    if not text:
        return None
    found = _DAYS.fullmatch(text)
    if found is None:
        raise ValueError(f"line {number}: the offset is no whole number of days")
    if _THOUSANDS.fullmatch(text) and not (delimiter == "," and "." in text):  # Commas delimit: a decimal mark is a dot.
        raise ValueError(f"line {number}: the offset may be so many thousand days; write it without a comma and a dot")
    return int(found[1])


def _cell(cell: str) -> str:
    """A value without what spreadsheet programs write around it."""
    cell = cell.strip(" \t\r\n\0\ufeff\u200b\u00a0")
    return (cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell).strip()


def mapping_refs(patients: Iterable[PatientMapping], pseudonyms: Pseudonyms) -> dict[str, str]:
    """`Pseudonyms.exact_patient_ref` of each patient of the table -> `PatientMapping.ref`."""
    return {pseudonyms.exact_patient_ref(patient.old_id): patient.ref(pseudonyms) for patient in patients}


def spelled_otherwise(old_id: str) -> str:
    """An original ID without the decimals that a spreadsheet gives numbers: "1234.0" is "1234"."""
    found = _WHOLE_NUMBER.fullmatch(old_id)
    return found[1] if found else old_id


def check_others(others: str) -> None:
    """Check what a policy says about patients who are not in the table.

    Raises:
        ValueError: It is not one of `OTHERS`.
    """
    require_one_of("patients.others", others, OTHERS)
