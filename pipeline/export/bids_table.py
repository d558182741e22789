"""Writes a CSV of the published files with what converters to BIDS ask for: no file is copied that lies in a folder already."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import IO, Any

from .entry import Entry
from .folder import ExportFolder
from .series import ACQUISITION, Series
from .split import Split

COLUMNS = (
    "path",
    "participant_id",
    "session_id",
    "patient_id",
    "study_instance_uid",
    "series_instance_uid",
    "sop_instance_uid",
    "modality",
    "sop_class_uid",
    "rows",
    "columns",
    "frames",
    "instance_number",
    *ACQUISITION.values(),
)


class BidsTable:
    """`outputs.csv`; see `Index`. The split is of no use here: a converter takes all."""

    name = "outputs.csv"

    def __init__(self, folder: ExportFolder) -> None:
        self._folder = folder
        self._file: IO[Any] = folder.open(self.name, "w", encoding="utf-8", newline="")
        self._rows = csv.DictWriter(self._file, COLUMNS, lineterminator="\n")
        self._rows.writeheader()

    def add(self, split: Split, series: Series, entries: Iterable[Entry]) -> int:
        """Add the rows of a series."""
        count = 0
        for entry in entries:
            self._folder.add(entry)
            self._rows.writerow(_row(entry))
            count += 1
        return count

    def close(self) -> None:
        """Complete the file."""
        self._file.close()


def _row(entry: Entry) -> dict[str, str | int | None]:
    instance = entry.instance
    names, pixels = instance.names, instance.pixels
    return {
        "path": entry.path,
        "participant_id": f"sub-{_label(names.patient_id)}",
        "session_id": f"ses-{names.study_number}",
        "patient_id": names.patient_id,
        "study_instance_uid": names.study_instance_uid,
        "series_instance_uid": names.series_instance_uid,
        "sop_instance_uid": names.sop_instance_uid,
        "modality": instance.modality,
        "sop_class_uid": instance.sop_class_uid,
        "rows": pixels.rows,
        "columns": pixels.columns,
        "frames": pixels.frames,
        "instance_number": instance.number,
        **instance.acquisition,
    }


def _label(patient_id: str) -> str:
    """A label of BIDS, which has letters and digits alone."""
    return re.sub(r"[^A-Za-z0-9]", "", patient_id) or "0"
