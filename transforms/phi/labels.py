"""Labels of identifying values on pictures and in text: "Name:", "Geb.-Datum", "Patient ID"."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from enum import StrEnum

from ..core.word_lists import load_words
from .lexicon import is_known
from .rules import Rule
from .spellings import distance_at_most, squeezed


class LabelKind(StrEnum):
    """What stands behind a label."""

    NAME = "name"
    ID = "id"
    DATE = "date"
    AGE = "age"
    SEX = "sex"
    PLACE = "place"
    PHONE = "phone"


_LABELS = {
    LabelKind.NAME: """
        name; patient; patient name; patient's name; patients name; pat name; pt name; pat; pt; last name; first name;
        surname; family name; given name; referring physician; referring physician name; referring phys; ref
        physician; ref phys; ref md; referring; referred by; ref by; physician; physician name; phys; performing
        physician; perf phys; perf physician; reading physician; reading radiologist; requesting physician; attending
        physician; attending; doctor; radiologist; radiologist name; operator; operator name; operator's name; oper;
        tech; technologist; technician; sonographer; nurse; requested by; performed by; reported by; read by; seen by;
        signed by; verified by; initials; user; user name; vorname; nachname; familienname; patientin; arzt;
        untersucher; uberweiser; zuweiser; befunder; mtra; mta; nom; prenom; nom du patient; medecin; medecin
        referent; operateur; manipulateur; radiologue; nombre; apellido; apellidos; paciente; nombre del paciente;
        medico; tecnico; operador; radiologo; nome; cognome; paziente; nome paziente; tecnico; operatore; naam;
        achternaam; voornaam; patient naam; patientnaam; arts; laborant; verwijzer; verwezen door;
        الاسم; اسم; اسم المريض; المريض; اسم العائلة; الطبيب; اسم الطبيب; نام; نام بیمار; بیمار; نام خانوادگی; پزشک; مریض;
        שם; שם המטופל; שם החולה; שם מטופל; שם משפחה; שם פרטי; מטופל; חולה; רופא; שם הרופא;
        имя; фамилия; фио; пациент; пациентка; врач; отчество; ονομα; επωνυμο; ονοματεπωνυμο; ασθενης; ιατρος;
        姓名; 病人; 患者; 患者姓名; 病人姓名; 医生; 醫生; 氏名; 患者名; 患者氏名; 이름; 성명; 환자명; 환자; ชื่อ; नाम; रोगी
    """,
    LabelKind.ID: """
        id; patient id; patient's id; pat id; pt id; pid; mrn; med rec no; medical record number; medical record no;
        patient no; patient number; patient nr; pat nr; pat no; accession; accession number; accession no; accession
        nr; acc; acc no; acc nr; acc number; accn; ssn; study id; exam id; case; case no; case number; case id; file
        no; hospital no; hospital number; hosp no; chart no; order no; order number; visit no; visit number; nhs no;
        nhs number; insurance no; device serial number; serial no; fallnummer; fall nr; patienten id; patienten nr;
        patientennummer; auftragsnummer; numero patient; no dossier; numero de dossier; ipp; nip; numero de historia;
        historia clinica; nhc; id paciente; id paziente; numero accesso; patientnummer; patient nummer; bsn;
        رقم المريض; رقم الملف; رقم الهوية; شماره پرونده; کد ملی; מספר מטופל; תז; תעודת זהות; מספר תיק; מספר זהות;
        номер; номер пациента; номер карты; ид пациента; 病历号; 病歷號; 住院号; 检查号; 患者id; 患者番号; 등록번호; 환자번호
    """,
    LabelKind.DATE: """
        dob; d o b; date of birth; birth date; birthdate; birth; born; patient's birth date; patient birth date; study
        date; series date; exam date; examination date; scan date; acq date; acquisition date; content date; image
        date; date; exam dt; study dt; geb; geb datum; gebdatum; geb dat; geboren; geburtsdatum; datum;
        untersuchungsdatum; aufnahmedatum; studiendatum; date de naissance; ne le; nee le; ddn; date examen; date de
        l'examen; fecha; fecha de nacimiento; fecha nac; nacido; fecha de estudio; f nac; data; data di nascita; nato
        il; nata il; data esame; geboortedatum; geb dd; onderzoeksdatum;
        تاريخ الميلاد; التاريخ; تاريخ; تاريخ الفحص; تاریخ تولد; تاریخ; תאריך לידה; תאריך; תאריך בדיקה; ת לידה;
        дата рождения; дата; дата исследования; дата обследования; ημερομηνια; ημερομηνια γεννησης; 出生日期;
        生年月日; 检查日期; 日期; 検査日; 생년월일; 검사일
    """,
    LabelKind.AGE: """
        age; patient age; patient's age; alter; edad; eta; leeftijd;
        العمر; السن; سن; גיל; возраст; ηλικια; 年龄; 年齡; 年齢; 나이
    """,
    LabelKind.SEX: """
        sex; gender; patient sex; patient's sex; patient gender; sex age; age sex; geschlecht; sexe; sexo; sesso;
        geslacht;
        الجنس; جنس; جنسیت; מין; пол; φυλο; 性别; 性別; 성별
    """,
    LabelKind.PLACE: """
        institution; institution name; institution address; hospital name; clinic name; site name; facility; facility
        name; department; department name; dept; address; patient address; patient's address; location; station name;
        institutional department name; klinik; abteilung; adresse; etablissement; service; hopital; institucion;
        direccion; istituto; indirizzo; reparto; instelling; afdeling; adres;
        المستشفى; مستشفى; بیمارستان; בית חולים; מחלקה; больница; отделение; 医院; 病院
    """,
    LabelKind.PHONE: """
        tel; telephone; phone; phone no; fax; mobile; cell; pager; telefon; telefono; telefoon; portable; movil;
        الهاتف; هاتف; تلفن; טלפון; נייד; телефон; τηλεφωνο; 电话; 電話; 전화
    """,
}
RULE_OF_LABEL = {
    LabelKind.NAME: Rule.LABELLED_NAME,
    LabelKind.ID: Rule.LABELLED_NUMBER,
    LabelKind.DATE: Rule.DATE_LABEL,
    LabelKind.AGE: Rule.AGE,
    LabelKind.SEX: Rule.PERSON_LABEL,
    LabelKind.PLACE: Rule.INSTITUTION,
    LabelKind.PHONE: Rule.PHONE,
}
"""Of the value behind a label."""
_SEPARATORS = re.compile(r"[\s:.,;=#>\-]*")
_MAX_WORDS = 4
_MAX_CHARACTERS = 40


@dataclass(frozen=True)
class LabelThresholds:
    """When a reading is a label with a misread letter.

    Attributes:
        misread_letters: From this many letters on a label that ends with a colon or a dot counts with one letter misread. No
            frequent surname of so many letters is so close to a label.
        twice_misread_letters: ... and from this many on with two.
        end_letters: So many last letters of a label count where a colon ends them: its beginning may lie on something bright.
    """

    misread_letters: int = 7
    twice_misread_letters: int = 9
    end_letters: int = 2


THRESHOLDS = LabelThresholds()


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a line.

    Attributes:
        value_start: Where the value begins; the length of the line if nothing stands behind the label.
        is_ended: A colon or a dot stands behind it: it is no word of a sentence.
    """

    kind: LabelKind
    value_start: int
    is_ended: bool


@functools.cache
def _kinds() -> dict[str, LabelKind]:
    phrases = ((kind, phrase.strip()) for kind, text in _LABELS.items() for phrase in text.split(";"))
    return {squeezed(phrase): kind for kind, phrase in phrases if phrase}


def find_label(line: str) -> Label | None:
    """The label that a line begins with, in any case, with or without a colon behind it."""
    head = line[:_MAX_CHARACTERS]
    ended = re.search(r"[:.](?=\s|\Z)|:", head)
    if ended is not None and (kind := _kind_of(head[: ended.start()], may_be_misread=True)):
        return Label(kind, _value_start(line, ended.end()), is_ended=True)
    ends = [word.end() for word in re.finditer(r"[^\s:=#]+", head)][:_MAX_WORDS]
    for end in reversed(ends):
        if kind := _kind_of(head[:end], may_be_misread=False):
            return Label(kind, _value_start(line, end), is_ended=False)
    return None


def is_label(line: str) -> bool:
    """Whether a line is a label and nothing else."""
    label = find_label(line)
    return label is not None and label.value_start == len(line)


@functools.lru_cache(maxsize=1 << 14)
def _kind_of(phrase: str, *, may_be_misread: bool) -> LabelKind | None:
    letters = squeezed(phrase)
    kind = _kinds().get(letters)
    if kind is None and may_be_misread:
        kind = next((kind for known, kind in _kinds().items() if _is_reading_of(letters, known)), None)
    return kind


def _is_name(letters: str) -> bool:
    return letters in load_words(__package__, "given_names.txt", "surnames.txt")


def _is_reading_of(letters: str, label: str) -> bool:
    """Whether letters are a label of which the beginning was not read, or one or two letters were misread."""
    if len(letters) >= THRESHOLDS.end_letters and label.endswith(letters):
        return not (_is_name(letters) or is_known(letters))
    misread = (len(letters) >= THRESHOLDS.misread_letters) + (len(letters) >= THRESHOLDS.twice_misread_letters)
    return misread > 0 and distance_at_most(letters, label, misread)


def _value_start(line: str, end: int) -> int:
    found = _SEPARATORS.match(line, end)
    return found.end() if found else end
