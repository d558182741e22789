"""Writes a CSV of the published files with what converters to BIDS ask for: no file is copied that lies in a folder already."""

from __future__ import annotations

import re

from .csv_table import CsvTable
from .entry import Entry
from .folder import ExportFolder
from .series import ACQUISITION
from .settings import ExportError

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


def bids_table(folder: ExportFolder) -> CsvTable:
    """`outputs.csv`. The split is of no use here: a converter takes all."""
    participants = _Participants()
    return CsvTable(folder, "outputs.csv", COLUMNS, lambda entry, _: _row(entry, participants))


class _Participants:
    """The labels of patients."""

    def __init__(self) -> None:
        self._patients: dict[str, str] = {}

    def id_of(self, patient_id: str) -> str:
        """`sub-` and a label of BIDS, which has letters and digits alone.

        Raises:
            ExportError: Another patient has it.
        """
        label = re.sub(r"[^A-Za-z0-9]", "", patient_id) or "0"
        if self._patients.setdefault(label.casefold(), patient_id) != patient_id:
            raise ExportError(
                "two patients would be one participant: labels of BIDS hold letters and digits alone, and their new IDs differ "
                "in nothing else; correct the table of patients, and run again"
            )
        return f"sub-{label}"


def _row(entry: Entry, participants: _Participants) -> dict[str, str | int | None]:
    instance = entry.instance
    names, pixels = instance.names, instance.pixels
    return {
        "path": entry.path,
        "participant_id": participants.id_of(names.patient_id),
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
