"""Identifies the patient of an instance, and gives the new Patient ID and the date offset."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset

from ..core.errors import PatientIdentityError, UnmappedPatientError
from ..core.pseudonyms import Pseudonyms, patient_key
from .elements import value_of
from .patients import PatientMapping
from .profile import Profile, patient_mappings

PATIENT_NAME, PATIENT_ID = 0x00100010, 0x00100020
_ISSUER, _STUDY = 0x00100021, 0x0020000D


@dataclass(frozen=True)
class PatientIdentity:
    """A patient before and after.

    Attributes:
        old_id: Patient ID of the source.
        issuer: Issuer of Patient ID of the source, "" where the profile ignores it.
        new_id: Patient ID of the output.
        offset_days: By how many days the dates of the patient move.
        mapping: The line of the table of patients; None for a patient who is not in it.
    """

    old_id: str
    issuer: str
    new_id: str
    offset_days: int
    mapping: PatientMapping | None = None


def identify_patient(dataset: Dataset, profile: Profile, pseudonyms: Pseudonyms) -> PatientIdentity:
    """The patient of a data set.

    Raises:
        PatientIdentityError: Patient ID or Patient's Name holds several values.
        UnmappedPatientError: The patient is not in the table, and the policy wants only those who are.
    """
    old_id, study = value_of(dataset, PATIENT_ID), value_of(dataset, _STUDY)
    if "\\" in old_id or "\\" in value_of(dataset, PATIENT_NAME):
        raise PatientIdentityError("Patient ID or Patient's Name holds several values")
    issuer = issuer_of(dataset, profile)
    key = patient_key(old_id, issuer, study)
    new_id, offset_days = pseudonyms.patient_id(key), pseudonyms.date_offset_days(key)
    mapping = patient_mappings(profile).get(old_id) if old_id else None
    if mapping is not None:
        new_id, offset_days = mapping.new_id, mapping.offset(pseudonyms, offset_days)
    elif profile.other_patients == "quarantine":
        raise UnmappedPatientError("the patient is not in the table of the policy")
    return PatientIdentity(old_id, issuer, new_id, offset_days, mapping)


def issuer_of(dataset: Dataset, profile: Profile) -> str:
    """Issuer of Patient ID at a level, "" where there is none or where the profile ignores it."""
    return value_of(dataset, _ISSUER) if profile.issuer == "counts" else ""
