"""Identifies the patient of an instance, and gives the new Patient ID and the date offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pydicom.dataset import Dataset

from ..core.dates import DUMMY_DATE, parse_date
from ..core.errors import PatientIdentityError, UnmappedPatientError
from ..core.pseudonyms import Pseudonyms, patient_key
from ..core.published import PersonRefs
from ..phi.spellings import squeezed
from .elements import value_of
from .header_identifiers import says_nothing
from .patients import PatientMapping
from .profile import Profile, patient_mappings

PATIENT_NAME, PATIENT_ID = 0x00100010, 0x00100020
_ISSUER, _STUDY, _BIRTH_DATE, _SEX = 0x00100021, 0x0020000D, 0x00100030, 0x00100040


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
    elif profile.requires_line:
        raise UnmappedPatientError("the patient is not in the table of the policy", pseudonyms.patient_ref(old_id))
    return PatientIdentity(old_id, issuer, new_id, offset_days, mapping)


class PersonFacts(NamedTuple):
    """What a header says about the person, "" for nothing: identifying. Names are without case, accents and punctuation."""

    name: str
    birth_date: str
    sex: str

    def refs(self, patient_id: str, pseudonyms: Pseudonyms) -> PersonRefs:
        """Their keyed hashes.

        Args:
            patient_id: The new Patient ID, under which people are compared.
        """

        def ref(domain: str, value: str) -> str:
            return pseudonyms.token(domain, f"{patient_id}\0{value}", 26) if value else ""

        return PersonRefs(
            ref("person-name", self.name),
            ref("person-birth-date", self.birth_date),
            ref("person-sex", self.sex),
            pseudonyms.token("person", "\0".join(self), 26) if all(self) else "",
        )


def person_facts(dataset: Dataset) -> PersonFacts:
    """Family and given name, date of birth and sex in a source's header."""
    written = value_of(dataset, PATIENT_NAME).partition("=")[0]
    name = "" if says_nothing(written) else "^".join(map(squeezed, written.split("^")[:2])).strip("^")
    born, sex = parse_date(value_of(dataset, _BIRTH_DATE)), value_of(dataset, _SEX).upper()
    birth_date = "" if born is None or born == parse_date(DUMMY_DATE) else f"{born:%Y%m%d}"
    return PersonFacts(name, birth_date, sex if sex in ("M", "F") else "")


def issuer_of(dataset: Dataset, profile: Profile) -> str:
    """Issuer of Patient ID at a level, "" where there is none or where the profile ignores it."""
    return value_of(dataset, _ISSUER) if profile.issuer == "counts" else ""
