"""Writes an export as files and a CSV with one row for each."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO, Any

from .entry import COLUMNS, Entry
from .folder import ExportFolder
from .series import Series
from .split import Split


class CsvTable:
    """`instances.csv`; see `Index`."""

    name = "instances.csv"

    def __init__(self, folder: ExportFolder) -> None:
        self._folder = folder
        self._file: IO[Any] = folder.open(self.name, "w", encoding="utf-8", newline="")
        self._rows = csv.DictWriter(self._file, COLUMNS, lineterminator="\n")
        self._rows.writeheader()

    def add(self, split: Split, series: Series, entries: Iterable[Entry]) -> int:
        """Add the rows of a series, and write its files."""
        count = 0
        for entry in entries:
            self._folder.add(entry)
            self._rows.writerow({"path": entry.path, **entry.describe(split)})
            count += 1
        return count

    def close(self) -> None:
        """Complete the file."""
        self._file.close()
