"""Counts how a table of patients fits the patients of an output: lines that match nobody, and patients without a line."""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

COLUMNS = ("patient_id_ref", "patient_ref")


class MappedPatients(NamedTuple):
    """The result: numbers alone, for the summary and the run file.

    Attributes:
        patients: Patients in the table.
        matched_nobody: Of these, patients of whom nothing is published.
        nearly_matched: Of the latter, those whose ID is that of a patient without a line, but for case, spaces, zeros in front
            of a number, or decimals.
        patients_without_line: Patients who are published under a keyed pseudonym, or quarantined, since no line is theirs.
    """

    patients: int
    matched_nobody: int
    nearly_matched: int
    patients_without_line: int


def compare_with_table(mapped: pa.Table, claims: pa.Table, unmapped: Set[str]) -> MappedPatients:
    """Compare the lines of a table with the instances that are published, and with those that are not for want of a line.

    A blank Patient ID is no patient here.

    Args:
        mapped: `run_plan.MAPPED`.
        claims: Outputs that stand, with `COLUMNS`.
        unmapped: `patient_ref` of each patient whose instances were quarantined because no line is theirs.
    """
    patients = claims.select(list(COLUMNS)).group_by(list(COLUMNS)).aggregate([])
    patients = patients.filter(pc.greater(pc.binary_length(pc.fill_null(patients["patient_id_ref"], "")), 0))
    has_line = pc.is_in(patients["patient_id_ref"], mapped["patient_id_ref"].combine_chunks())
    without_line = patients.filter(pc.invert(has_line))
    matched = pc.is_in(mapped["patient_id_ref"], patients["patient_id_ref"].combine_chunks())
    lines = mapped.filter(pc.invert(matched))
    others = {*unmapped, *without_line["patient_ref"].to_pylist()}
    nearly = sum(ref in others for ref in lines["patient_ref"].to_pylist())
    return MappedPatients(mapped.num_rows, lines.num_rows, nearly, without_line.num_rows + len(unmapped))
