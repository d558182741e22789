"""The attributes that every instance has: patient, study, series, equipment, and the file meta information."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .dice import Dice
from .people import Name, Person, Place, draw_name
from .phrases import Kept, Phrase, Secret, phrase
from .remarks import GREAT_AGE, Writer
from .spellings import spelled_names
from .tree import Day, Item, Uid
from .word_lists import Split, load_lists

_MANUFACTURERS = ("Northlight Imaging", "Harbor Systems", "Corvex Healthcare", "Aldgate Instruments")


@dataclass(frozen=True)
class Study:
    """What the instances of a study share."""

    writer: Writer
    uid: str
    frame_of_reference: str
    time: str
    study_id: str
    referring: Name
    reading: Name
    operator: Name
    station: str
    description: str

    @property
    def patient(self) -> Person:
        return self.writer.patient

    @property
    def day(self) -> date:
        return self.writer.day

    @property
    def lists(self) -> Split:
        return self.writer.lists


@dataclass(frozen=True)
class Series:
    """What the instances of a series share."""

    study: Study
    uid: str
    number: int
    modality: str
    manufacturer: str
    description: str


def draw_uid(dice: Dice) -> str:
    """A UID that nobody else has, made from a number of 30 digits (PS3.5 B.2)."""
    return f"2.25.{dice.whole(1, 9)}{dice.digits(29)}"


def draw_study(patient: Person, lists: Split, dice: Dice) -> Study:
    """A study of a patient, in one of the languages of free text that the header can hold."""
    first = max(patient.birth.toordinal() + 400, date(2004, 1, 1).toordinal())
    day = date.fromordinal(dice.whole(first, date(2024, 6, 30).toordinal()))
    writer = Writer(patient, dice.fill("@%#######"), day, dice.pick(patient.languages), lists)
    return Study(
        writer=writer,
        uid=draw_uid(dice),
        frame_of_reference=draw_uid(dice),
        time=f"{dice.whole(6, 21):02}{dice.whole(0, 59):02}{dice.whole(0, 59):02}",
        study_id=dice.fill("%####"),
        referring=_staff(patient, lists, dice),
        reading=_staff(patient, lists, dice),
        operator=_staff(patient, lists, dice),
        station=dice.fill(f"{dice.pick(('CT', 'MR', 'RAD', 'US'))}-%##"),
        description=dice.pick(load_lists(lists)["descriptors"]),
    )


def draw_series(study: Study, modality: str, number: int, dice: Dice) -> Series:
    return Series(
        study, draw_uid(dice), number, modality, dice.pick(_MANUFACTURERS), dice.pick(load_lists(study.lists)["descriptors"])
    )


def general_header(series: Series, sop_class: str, sop_instance_uid: str, number: int) -> Item:
    """Patient, General Study, General Series, General Equipment and SOP Common of an instance."""
    study, item = series.study, Item()
    patient = study.patient
    item.put_all(
        {
            "SpecificCharacterSet": list(patient.character_sets) if patient.character_sets[1:] else patient.character_sets[0],
            "SOPClassUID": sop_class,
            "SOPInstanceUID": Uid(sop_instance_uid),
            "InstanceNumber": number,
            "Modality": series.modality,
            "Manufacturer": phrase(Kept(series.manufacturer, "device")),
            "StudyInstanceUID": Uid(study.uid),
            "SeriesInstanceUID": Uid(series.uid),
            "SeriesNumber": series.number,
            "StudyTime": study.time,
            "SeriesTime": study.time,
            "Laterality": "",
            "StudyDescription": phrase(Kept(study.description, "descriptor")),
            "SeriesDescription": phrase(Kept(series.description, "descriptor")),
        }
    )
    for keyword in ("StudyDate", "SeriesDate", "ContentDate", "InstanceCreationDate"):
        item.put(keyword, Day(study.day))
    item.put("AcquisitionDateTime", Day(study.day, f"{study.time}.000000"))
    _put_patient(item, study)
    _put_staff(item, study)
    return item


def _put_patient(item: Item, study: Study) -> None:
    patient = study.patient
    name, birth = patient.name, f"{patient.birth:%Y%m%d}"
    age = patient.age(study.day)
    in_header = Secret(
        name.in_header(with_native=patient.is_native),
        "name of the patient",
        "header",
        patient.shown_names,
        patient.culture.name,
    )
    item.put_all(
        {
            "PatientName": phrase(in_header, instead="PSEUDONYM"),
            "PatientID": phrase(_own("number of the patient", patient.patient_id, patient), instead=_pseudonym(patient)),
            "IssuerOfPatientID": phrase(_place("hospital", patient.hospital, 64, patient)),
            "PatientBirthDate": phrase(_own("birth date", birth, patient)),
            "PatientSex": patient.sex,
            "OtherPatientNames": phrase(Secret(*_other_name(study), patient.culture.name)),
            "PatientAddress": phrase(_place("postal address", patient.address, 64, patient)),
            "PatientTelephoneNumbers": phrase(_own("telephone number", patient.phone, patient)),
        }
    )
    if age >= GREAT_AGE:
        item.put("PatientAge", phrase(_own("age over 89", f"{age:03}Y", patient), instead="090Y"))
    else:
        item.put("PatientAge", f"{age:03}Y")
    other = Item()
    other.put("PatientID", phrase(_own("national number", patient.national_number, patient), instead="NONE"))
    other.put("TypeOfPatientID", "TEXT")
    item.put("OtherPatientIDsSequence", [other])


def _other_name(study: Study) -> tuple[str, str, str, tuple[str, ...]]:
    """A former name in another spelling: text, category, form, parts."""
    patient = study.patient
    forms = spelled_names(patient.name, "name of the patient", patient.culture.name, Dice(study.uid))
    usable = [one for one in forms if patient.can_spell(one.text) and "\n" not in one.text and "\\" not in one.text]
    chosen = Dice(study.uid, "other name").pick(usable)
    return chosen.text, chosen.category, chosen.form, chosen.parts


def _put_staff(item: Item, study: Study) -> None:
    patient = study.patient
    item.put_all(
        {
            "AccessionNumber": phrase(_own("accession number", study.writer.accession, patient)),
            "StudyID": phrase(_own("study ID", study.study_id, patient)),
            "ReferringPhysicianName": _staff_name("name of another person", study.referring, patient),
            "NameOfPhysiciansReadingStudy": _staff_name("name of another person", study.reading, patient),
            "OperatorsName": _staff_name("name of another person", study.operator, patient),
            "InstitutionName": phrase(_place("hospital", patient.hospital, 64, patient)),
            "StationName": study.station,
        }
    )


def meta_header(study: Study, dice: Dice) -> Item:
    """What the file meta information says about places and people."""
    patient, item = study.patient, Item()
    family = study.writer.header_name(dice)
    title = "".join(sign for sign in family.text.upper() if sign.isascii() and sign.isalnum())[:12]
    if len(title) > 4:
        item.put("ImplementationVersionName", phrase(_title(title, patient), instead="1"), "file meta")
    item.put("SourceApplicationEntityTitle", phrase(_own("application title", study.station, patient)), "file meta")
    if dice.chance(0.5):
        item.put("PrivateInformationCreatorUID", "1.2.826.0.1.3680043.8.498.1", "file meta")
        information = phrase(_own("number of the patient", patient.patient_id, patient), instead="-")
        item.put("PrivateInformation", information, "file meta")
    return item


def _pseudonym(patient: Person) -> str:
    """What the right output calls a patient."""
    return f"ANON{Dice('pseudonym', patient.patient_id).digits(10)}"


def _title(title: str, patient: Person) -> Secret:
    return Secret(title, "name of the patient", "application title", (), patient.culture.name)


def _own(category: str, text: str, patient: Person) -> Secret:
    return Secret(text, category, "header", (text,), patient.culture.name)


def _place(category: str, where: Place, limit: int, patient: Person) -> Secret:
    spelled = patient.spelled_place(where)
    text = spelled.text[:limit].strip()
    return Secret(text, category, "header", tuple(part for part in spelled.parts if part in text), patient.culture.name)


def _staff_name(category: str, name: Name, patient: Person) -> Phrase:
    return phrase(Secret(f"{name.family}^{name.given}", category, "header", (name.family, name.given), patient.culture.name))


def _staff(patient: Person, lists: Split, dice: Dice) -> Name:
    name = draw_name(patient.culture, lists, dice)
    return Name(patient.spelled(name.family), patient.spelled(name.given))
