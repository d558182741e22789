"""Writes an export as files and a CSV with one row for each."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, Any

from .entry import COLUMNS, Entry
from .folder import ExportFolder
from .series import Series
from .split import Split


class CsvTable:
    """A CSV of the files of an export; see `Index`.

    Args:
        folder: Of the export.
        name: Of the CSV.
        columns: Its first line.
        row_of: The row of a file.
    """

    def __init__(
        self,
        folder: ExportFolder,
        name: str,
        columns: Sequence[str],
        row_of: Callable[[Entry, Split], Mapping[str, object]],
    ) -> None:
        self.name = name
        self._folder, self._row_of = folder, row_of
        self._file: IO[Any] = folder.open(name, "w", encoding="utf-8", newline="")
        self._rows = csv.DictWriter(self._file, columns, lineterminator="\n")
        self._rows.writeheader()

    def add(self, split: Split, series: Series, entries: Iterable[Entry]) -> int:
        """Add the rows of a series, and write its files."""
        count = 0
        for entry in entries:
            self._folder.add(entry)
            self._rows.writerow(self._row_of(entry, split))
            count += 1
        return count

    def close(self) -> None:
        """Complete the file."""
        self._file.close()


def instances_table(folder: ExportFolder) -> CsvTable:
    """`instances.csv`: what the audit says of each file, with its split."""
    return CsvTable(folder, "instances.csv", COLUMNS, lambda entry, split: {"path": entry.path, **entry.describe(split)})
