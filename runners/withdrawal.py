"""Reads the list of withdrawn patients, in the forms that people and programs write. Every possible reading is withdrawn."""

from __future__ import annotations

import csv
import re
import unicodedata

from efface.transforms.core.pseudonyms import Pseudonyms, normal_patient_id
from efface.transforms.storage import read_text

Entry = frozenset[str]
"""`Pseudonyms.patient_ref` of everything that a line may mean."""

_DELIMITERS = ("\t", ";", ",")
_LONGEST_LINE = 4096
_QUOTES = "\"'“”„‘’"
_PATIENT_ID = re.compile(
    r"(patients?|patienten|pat|subject|participant|old|original|person)_?(id|identifier)"
    r"|(patients?|patienten|pat|subject|participant)_?(number|nummer|no|nr)|pid|mrn|medical_record_(number|no|nr)|0010,?0020"
)
_PATIENT = re.compile(r"patient|subject|participant")
"""Headers of a column of IDs in a table; alone on a line they may be an ID, and then count as one."""
_ANY_ID = re.compile(r"(case_?)?(id|identifier)|case_?(number|nummer|no|nr)")
_SEPARATOR_LINE = re.compile(r"sep=.", re.IGNORECASE)
"""Tells a spreadsheet program how columns are parted."""


class WithdrawalError(ValueError):
    """A line of the list cannot be understood; the message names the line and nothing that stands in it."""


def read_withdrawn(file: str, pseudonyms: Pseudonyms) -> tuple[Entry, ...]:
    """The entries of a withdrawal list: one original Patient ID a line, or a table whose first line names the column of IDs.

    Blank lines and lines that begin with # are left out. Columns are parted by tab, semicolon or comma. In a table without
    such a first line, an entry means what stands in its first column, and the whole line as well. Where several columns are
    called the ID of a patient, each of them is meant.

    Args:
        file: A local file or an object, in UTF-8.

    Raises:
        WithdrawalError: A line holds no ID, or no text.
        OSError, UnicodeDecodeError, EffaceError: The list cannot be read.
    """
    lines = list(enumerate(read_text(file).splitlines(), 1))
    lines = [(number, line) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]
    if lines and _SEPARATOR_LINE.fullmatch(lines[0][1].strip()):
        del lines[0]
    if not lines:
        return ()
    delimiter, columns = _header(lines[0][1])
    entries = lines[1:] if columns else lines
    return tuple(_entry(number, line, delimiter, columns or (0,), pseudonyms) for number, line in entries)


def _header(line: str) -> tuple[str, tuple[int, ...]]:
    """The delimiter of a first line and the column that it calls Patient ID; none where it is no header."""
    for delimiter in _DELIMITERS:
        names = [re.sub(r"[^a-z0-9_,;\t]", "", re.sub(r"[ -]", "_", cell.casefold())) for cell in _cells(line, delimiter)]
        for kind in (_PATIENT_ID, _PATIENT, _ANY_ID) if len(names) > 1 else (_PATIENT_ID, _ANY_ID):
            columns = tuple(column for column, name in enumerate(names) if kind.fullmatch(name))
            if columns:
                return (delimiter if len(names) > 1 else ""), columns
    return "", ()


def _entry(number: int, line: str, delimiter: str, columns: tuple[int, ...], pseudonyms: Pseudonyms) -> Entry:
    line = line if delimiter else line.strip()  # In a table a line may begin with an empty cell.
    if len(line) > _LONGEST_LINE or any(unicodedata.category(letter) == "Cc" and letter != "\t" for letter in line):
        raise WithdrawalError(f"line {number} holds no text that could be a Patient ID")
    parted = [_cells(line, mark) for mark in ([delimiter] if delimiter else _DELIMITERS)]
    ids = {cells[column] for cells in parted for column in columns if column < len(cells) and normal_patient_id(cells[column])}
    if not ids or (not delimiter and not all(cells[0] for cells in parted)):
        raise WithdrawalError(f"line {number} holds no Patient ID")
    meant = {line.strip().strip(_QUOTES).strip(), *ids}
    exact = {pseudonyms.token("patient-ref", one, 26) for one in meant}  # as audits of earlier versions have it
    return frozenset(exact | {pseudonyms.patient_ref(one) for one in meant})


def _cells(line: str, delimiter: str) -> list[str]:
    [cells] = csv.reader([line], delimiter=delimiter, skipinitialspace=True)  # A quote that is not closed is no error there.
    # Spreadsheets write ="007", so that the zeros stay.
    return [cell.strip().removeprefix('="').strip(_QUOTES).strip() for cell in cells]
