"""The list of patients who withdrew, as people and programs write it. What can be meant by a line is withdrawn."""

from __future__ import annotations

import csv
import re
import unicodedata

from efface.transforms.core.identity import Pseudonyms, normal_patient_id
from efface.transforms.storage import read_text

Entry = frozenset[str]
"""`Pseudonyms.patient_ref` of everything that a line may mean."""

_DELIMITERS = ("\t", ";", ",")
_LONGEST_LINE = 4096
_QUOTES = "\"'“”„‘’"
_ID_COLUMN = re.compile(
    r"((patients?|patienten|pat|subject|participant|case|old|original|person)_?)?(id|identifier)"
    r"|(patients?|patienten|pat|subject|participant|case)_?(number|nummer|no|nr)|pid|mrn|0010,?0020"
)
_WORDS_OF_TABLES = frozenset({"patient", "subject", "participant"})
"""Headers of a column of IDs in a table; alone on a line they may be an ID, and then count as one."""


class WithdrawalError(ValueError):
    """A line of the list cannot be understood; the message names the line and nothing that stands in it."""


def read_withdrawn(file: str, pseudonyms: Pseudonyms) -> tuple[Entry, ...]:
    """The entries of a withdrawal list: one original Patient ID a line, or a table whose first line names the column of IDs.

    Blank lines and lines that begin with # are left out. Columns are parted by tab, semicolon or comma. In a table without
    such a first line, an entry means what stands in its first column, and the whole line as well.

    Args:
        file: A local file or an object, in UTF-8.

    Raises:
        WithdrawalError: A line holds no ID, or no text.
        OSError, UnicodeDecodeError, EffaceError: The list cannot be read.
    """
    lines = [(number, line.strip()) for number, line in enumerate(read_text(file).splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not lines:
        return ()
    delimiter, column = _header(lines[0][1])
    entries = lines if column is None else lines[1:]
    return tuple(_entry(number, line, delimiter, column or 0, pseudonyms) for number, line in entries)


def _header(line: str) -> tuple[str, int | None]:
    """How a first line parts its columns, and which of them it calls the Patient ID; None where it is no header."""
    for delimiter in _DELIMITERS:
        names = [re.sub(r"[^a-z0-9_,;\t]", "", re.sub(r"[ -]", "_", cell.casefold())) for cell in _cells(line, delimiter)]
        words = _WORDS_OF_TABLES if len(names) > 1 else frozenset()
        for column, name in enumerate(names):
            if _ID_COLUMN.fullmatch(name) or name in words:
                return (delimiter if len(names) > 1 else ""), column
    return "", None


def _entry(number: int, line: str, delimiter: str, column: int, pseudonyms: Pseudonyms) -> Entry:
    if len(line) > _LONGEST_LINE or any(unicodedata.category(letter) == "Cc" and letter != "\t" for letter in line):
        raise WithdrawalError(f"line {number} holds no text that could be a Patient ID")
    parted = [_cells(line, mark) for mark in ([delimiter] if delimiter else _DELIMITERS)]
    ids = [cells[column] if column < len(cells) else "" for cells in parted]
    if not all(map(normal_patient_id, ids)):
        raise WithdrawalError(f"line {number} holds no Patient ID")
    meant = {line.strip(_QUOTES).strip(), *ids}
    exact = {pseudonyms.token("patient-ref", one, 26) for one in meant}  # as audits of earlier versions have it
    return frozenset(exact | {pseudonyms.patient_ref(one) for one in meant})


def _cells(line: str, delimiter: str) -> list[str]:
    [cells] = csv.reader([line], delimiter=delimiter, skipinitialspace=True)  # A quote that is not closed is no error there.
    return [cell.strip().strip(_QUOTES).strip() for cell in cells]
