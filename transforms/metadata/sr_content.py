"""What the concept of a content item says of its value: a name, an identifier, an age, a birth (PS3.15 E.3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from ..phi.find_identifying import find_identifying
from ..phi.folding import fold
from ..phi.rules import Rule
from .elements import get_value, items_of

_CONCEPT_NAME, _TEXT_VALUE = BaseTag(0x0040A043), BaseTag(0x0040A160)
_LONGEST_VALUE = 64
"""Longer texts are no name and no number; they are cleaned as free text."""
_OF_LABELS = frozenset((Rule.LABELLED_NAME, Rule.ROLE_NAME, Rule.PERSON_NUMBER, Rule.WARD, Rule.LABELLED_PHONE))
_IDENTIFYING_CONCEPTS = frozenset(
    {
        "110119",  # Station AE Title
        "110122",  # Login
        "110182",  # Node ID
        "110190",  # Issuer of Identifier
        "111700",  # Specimen Container Identifier
        "111705",  # Parent Specimen Identifier
        "111706",  # Issuer of Parent Specimen Identifier
        "111724",  # Issuer of Specimen Identifier
        "113511",  # Radiopharmaceutical Dispense Unit Identifier
        "113516",  # Prescription Identifier
        "113870",  # Person Name
        "113871",  # Person ID
        "113872",  # Person ID Issuer
        "113873",  # Organization Name
        "113877",  # Device Name
        "113880",  # Device Serial Number
        "121000",  # Unique Device Identifiers
        "121008",  # Person Observer Name
        "121009",  # Person Observer's Organization Name
        "121013",  # Device Observer Name
        "121016",  # Device Observer Serial Number
        "121017",  # Device Observer Physical Location During Observation
        "121020",  # Placer Number
        "121021",  # Filler Number
        "121022",  # Accession Number
        "121029",  # Subject Name
        "121030",  # Subject ID
        "121036",  # Mother of fetus
        "121040",  # Specimen Accession Number
        "121041",  # Specimen Identifier
        "121043",  # Slide Identifier
        "121081",  # Physician
        "121082",  # Nurse
        "121083",  # Technologist
        "121084",  # Radiographer
        "121085",  # Intern
        "121086",  # Resident
        "121087",  # Registrar
        "121088",  # Fellow
        "121089",  # Attending [Consultant]
        "121090",  # Scrub nurse
        "121091",  # Surgeon
        "121092",  # Sonologist
        "121093",  # Sonographer
        "121105",  # Radiation Physicist
        "121114",  # Performing Physician
        "121121",  # Room identification
        "121122",  # Equipment Identification
        "121148",  # Unit Serial Identifier
        "121152",  # Person administering drug/contrast
        "121193",  # Device Subject Name
        "121196",  # Device Subject Serial Number
        "121197",  # Device Subject Physical Location during observation
        "121354",  # Imaged container label
        "121434",  # Service Delivery Location
        "121435",  # Service Performer
        "122143",  # Acquisition Device ID
        "127122",  # Animal room identifier
        "128774",  # Person Observer's Login Name
        "128775",  # Identifier within Person Observer's Role
    }
)
"""Codes of the DICOM Controlled Terminology (PS3.16 D)."""
_WHO = (
    "(?:patient|subject|person|physician|doctor|operator|observer|performer|technologist|technician|radiologist|radiographer|sonographer"
    "|nurse|surgeon|author|reader|reporter|verifier|user|guardian|mother|father|contact|institution|institutional|hospital|facility"
    "|clinic|department|organi[sz]ation|station)"
)
_DUTY = "(?:referring|requesting|ordering|attending|performing|reading|reporting|interpreting|consulting|verifying)"
_DOCTOR = "(?:physician|doctor|provider|clinician|surgeon|person|radiologist)"
_WHICH = (
    "(?:order|placer|filler|requisition|request|visit|admission|encounter|case|file|chart|account|insurance|policy|prescription|specimen"
    "|container|slide|block|equipment|room|bed|ward|device|scanner|study|serial|accession|medical\\srecord)"
)
_NUMBER = r"(?:ids?|identifiers?|identification|numbers?|no)"
_NAME = rf"(?:names?|{_NUMBER}|address|addresses|phone|telephone|e-?mail|login|initials|signature)"
_IDENTIFYING_MEANING = re.compile(
    rf"(?<![^\W_])(?:{_WHO}(?:'?s)?(?:\s(?!model|time|point|role|class)\w{{1,20}}){{0,2}}\s{_NAME}|{_NAME}\sof\s(?:the\s)?(?:\w{{1,20}}\s)?{_WHO}"
    rf"|{_DUTY}\s{_DOCTOR}(?:'?s\sname)?|{_WHICH}\s{_NUMBER}|accession|medical\srecord|mrn|ssn|ae\stitle|login"
    r"|(?:street|postal|home|work|mailing)\saddress|(?:tele)?phone(?:\snumber)?|e-?mail(?:\saddress)?|zip(?:\scode)?)\s{0,9}\Z"
)
"""The meaning of a code of whatever scheme."""

_AGE_CODES = frozenset({"121033", "30525-0", "29553-5", "21612-7", "63900-5", "397669002", "424144002", "C0001779", "C25150"})
_AGE_MEANING = re.compile(r"(?<![^\W_])(?:age|alter|edad|eta|leeftijd|idade)(?![^\W_])|年齢|年齡|年龄|나이|연령")
_SAME_AS_IN_HEADER = {
    **dict.fromkeys(("121031", "21112-8", "184099003", "C0421451"), 0x00100030),  # Patient's Birth Date
    **dict.fromkeys(("121033", "30525-0", "424144002"), 0x00101010),  # Patient's Age
}
"""Concepts that repeat an attribute of the header."""


def _concepts(item: Dataset) -> Iterator[tuple[str, str]]:
    """Value and meaning of the codes that name a content item; none for another item."""
    if _CONCEPT_NAME in item._dict:
        for code in items_of(item, item._dict[_CONCEPT_NAME]):
            yield str(get_value(code, "CodeValue") or ""), str(get_value(code, "CodeMeaning") or "")


def is_identifying_item(item: Dataset) -> bool:
    """Whether the concept of a content item says that its text is a name or an identifier, in the languages of the rules."""
    concepts = [(value, fold(meaning).shown) for value, meaning in _concepts(item)]
    if any(value in _IDENTIFYING_CONCEPTS or _IDENTIFYING_MEANING.search(meaning) for value, meaning in concepts):
        return True
    text = str(item.get(_TEXT_VALUE, DataElement(_TEXT_VALUE, "UT", "")).value).strip() if concepts else ""
    return 0 < len(text) <= _LONGEST_VALUE and any(_labels(meaning, text) for _, meaning in concepts)


def _labels(meaning: str, text: str) -> bool:
    """Whether a text identifies as a whole behind its concept as a label: "Station: B12"."""
    line = f"{meaning}: {text}"
    found = (one for one in find_identifying(line) if one.rule in _OF_LABELS and one.end == len(line))
    return any(one.start <= len(line) - len(text) for one in found)


def is_age_item(item: Dataset) -> bool:
    """Whether the concept of a content item says that its value is an age."""
    return any(value in _AGE_CODES or _AGE_MEANING.search(fold(meaning).shown) for value, meaning in _concepts(item))


def header_attribute_of(item: Dataset) -> int | None:
    """The tag of the attribute that a content item repeats: whatever happens to that happens to its value."""
    return next((_SAME_AS_IN_HEADER[value] for value, _ in _concepts(item) if value in _SAME_AS_IN_HEADER), None)


def dummy_code() -> Dataset:
    """A code that says that a code was removed."""
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "REMOVED", "99EFFACE", "Removed"
    return code


def is_dummy_code(item: Dataset) -> bool:
    """Whether an item is what `dummy_code` gives, and nothing else."""
    return get_value(item, "CodeValue") == "REMOVED" and item == dummy_code()
