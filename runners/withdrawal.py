"""Reads lists of patients who withdrew, as people and programs write them. Everything that a line may mean is withdrawn."""

from __future__ import annotations

import csv
import re
import unicodedata

from efface.transforms.core.pseudonyms import Pseudonyms, normal_patient_id
from efface.transforms.storage import read_text

WithdrawalEntry = frozenset[str]
"""`Pseudonyms.patient_ref` of each Patient ID that a line may mean."""

_DELIMITERS = ("\t", ";", ",")
_MAX_LINE_LENGTH = 4096
_QUOTES = "\"'“”„‘’"
_PATIENT_ID = re.compile(
    r"(patients?|patienten|pat|subject|participant|old|original|person)_?(id|identifier)"
    r"|(patients?|patienten|pat|subject|participant)_?(number|nummer|no|nr)|pid|mrn|medical_record_(number|no|nr)|0010,?0020"
)
_PATIENT = re.compile(r"patient|subject|participant")
"""Names of a column of IDs in a table. Alone on a line, such a word may be an ID and is taken for one."""
_ANY_ID = re.compile(r"(case_?)?(id|identifier)|case_?(number|nummer|no|nr)")
_SEPARATOR_LINE = re.compile(r"sep=.", re.IGNORECASE)
"""First line for spreadsheet programs: the delimiter of columns."""


class WithdrawalError(ValueError):
    """A line of the list is not understood. The message gives its number and none of its content."""


def read_withdrawn(file: str, pseudonyms: Pseudonyms) -> tuple[WithdrawalEntry, ...]:
    """Read a withdrawal list: one original Patient ID per line, or a table whose first line names the column of IDs.

    Blank lines and lines that begin with # are ignored. Tabs, semicolons or commas delimit columns. In a table without column
    names, an entry means both the content of its first column and the whole line. If several columns bear the name of a
    Patient ID, an entry means each of them.

    Args:
        file: A local file or an object, in UTF-8, or in UTF-16 with a byte order mark.

    Raises:
        WithdrawalError: A line contains no ID, or no text.
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
    """The delimiter of a first line and the columns that it names as Patient IDs; ("", ()) if it is no header."""
    for delimiter in _DELIMITERS:
        names = [re.sub(r"[^a-z0-9_,;\t]", "", re.sub(r"[ -]", "_", cell.casefold())) for cell in _cells(line, delimiter)]
        for kind in (_PATIENT_ID, _PATIENT, _ANY_ID) if len(names) > 1 else (_PATIENT_ID, _ANY_ID):
            columns = tuple(column for column, name in enumerate(names) if kind.fullmatch(name))
            if columns:
                return (delimiter if len(names) > 1 else ""), columns
    return "", ()


def _entry(number: int, line: str, delimiter: str, columns: tuple[int, ...], pseudonyms: Pseudonyms) -> WithdrawalEntry:
    line = line if delimiter else line.strip()  # In a table, a line may begin with an empty cell.
    if len(line) > _MAX_LINE_LENGTH or any(unicodedata.category(letter) == "Cc" and letter != "\t" for letter in line):
        raise WithdrawalError(f"line {number} contains no text that can be a Patient ID")
    splits = [_cells(line, mark) for mark in ([delimiter] if delimiter else _DELIMITERS)]
    ids = {cells[column] for cells in splits for column in columns if column < len(cells) and normal_patient_id(cells[column])}
    if not ids or (not delimiter and not all(cells[0] for cells in splits)):
        raise WithdrawalError(f"line {number} contains no Patient ID")
    spellings = {line.strip().strip(_QUOTES).strip(), *ids}
    exact = {pseudonyms.token("patient-ref", spelling, 26) for spelling in spellings}  # as in audits of earlier versions
    return frozenset(exact | {pseudonyms.patient_ref(spelling) for spelling in spellings})


def _cells(line: str, delimiter: str) -> list[str]:
    [cells] = csv.reader([line], delimiter=delimiter, skipinitialspace=True)  # Accepts an open quote.
    # Spreadsheets write ="007" to keep leading zeros.
    return [cell.strip().removeprefix('="').strip(_QUOTES).strip() for cell in cells]
