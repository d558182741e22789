"""Content items whose concept says what they are: names and identifiers go, ages and births follow the header's rule."""

import io

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.transforms.dicom.configuration import configure
from efface.transforms.metadata.profile import BASIC, TCIA, Override, Profile
from efface.transforms.metadata.sr_content import is_age_item, is_identifying_item
from efface.transforms.metadata.walk import Scrubbed, scrub_dataset
from support.corpus import minimal, pseudonyms, saved

configure()
COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
AGE = ("121033", "DCM", "Subject Age")
BIRTH = ("121031", "DCM", "Subject Birth Date")
KEEPING_BIRTHS = Profile(options=TCIA.options, overrides=(Override("00100030", "K", "needed"),))


def code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def content(value_type: str, concept: tuple[str, str, str], **values: object) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", value_type
    item.ConceptNameCodeSequence = Sequence([code(*concept)])
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def measured(unit: str, **values: object) -> Sequence:
    measurement = Dataset()
    measurement.MeasurementUnitsCodeSequence = Sequence([code(unit, "UCUM", unit)])
    for keyword, value in values.items():
        setattr(measurement, keyword, value)
    return Sequence([measurement])


def report(*items: Dataset, depth: int = 0) -> Dataset:
    dataset = minimal(COMPREHENSIVE_SR)
    for _ in range(depth):
        items = (content("CONTAINER", ("121070", "DCM", "Findings"), ContentSequence=Sequence(items)),)
    dataset.ContentSequence = Sequence(items)
    return pydicom.dcmread(io.BytesIO(saved(dataset)))


def scrub(dataset: Dataset, profile: Profile = TCIA) -> tuple[Scrubbed, Dataset]:
    scrubbed = scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=False)
    written = pydicom.dcmread(io.BytesIO(saved(dataset)))
    item = written.ContentSequence[0]
    while item.get("ValueType") == "CONTAINER":
        item = item.ContentSequence[0]
    return scrubbed, item


@pytest.mark.parametrize(
    ("unit", "value", "capped"),
    [("a", "97", 90), ("a", "89", 89), ("mo", "1128", 1080), ("wk", "4900", 4696), ("d", "33400", 32872), ("d", "97", 97)],
)
@pytest.mark.parametrize("depth", [0, 3])
def test_an_age_over_89_years_is_90(unit: str, value: str, capped: int, depth: int) -> None:
    item = content("NUM", AGE, MeasuredValueSequence=measured(unit, NumericValue=value))
    scrubbed, after = scrub(report(item, depth=depth))
    assert float(after.MeasuredValueSequence[0].NumericValue) == capped
    acted = [action.path for action in scrubbed.actions if action.path.endswith("0040A30A")]
    assert len(acted) == (float(value) != capped)


@pytest.mark.parametrize(
    "concept", [("397669002", "SCT", "Age"), ("30525-0", "LN", "Age"), ("X1", "99A", "Patient's age"), ("X2", "99A", "Alter")]
)
def test_an_age_is_known_by_its_code_or_its_meaning(concept: tuple[str, str, str]) -> None:
    item = content("NUM", concept, MeasuredValueSequence=measured("a", NumericValue="97"))
    assert float(scrub(report(item))[1].MeasuredValueSequence[0].NumericValue) == 90


def test_an_age_as_a_double_or_a_ratio_is_90_as_well() -> None:
    numbers = measured("a", NumericValue="97", FloatingPointValue=97.25)
    numbers[0].RationalNumeratorValue, numbers[0].RationalDenominatorValue = 194, 2
    _, after = scrub(report(content("NUM", AGE, MeasuredValueSequence=numbers)))
    measurement = after.MeasuredValueSequence[0]
    assert (measurement.NumericValue, measurement.FloatingPointValue) == (90, 90.0)
    assert (measurement.RationalNumeratorValue, measurement.RationalDenominatorValue) == (180, 2)


def test_an_age_as_text_is_90_as_well() -> None:
    assert scrub(report(content("TEXT", AGE, TextValue="97")))[1].TextValue == "90+"
    assert scrub(report(content("TEXT", AGE, TextValue="45")))[1].TextValue == "45"


def test_an_age_that_is_no_number_is_left_to_the_other_rules() -> None:
    _, after = scrub(report(content("NUM", AGE, MeasuredValueSequence=measured("a", NumericValue="0"))))
    assert float(after.MeasuredValueSequence[0].NumericValue) == 0
    assert not scrub(report(content("NUM", AGE, MeasuredValueSequence=Sequence())))[1].MeasuredValueSequence


def test_other_measurements_stay() -> None:
    length = content("NUM", ("410668003", "SCT", "Length"), MeasuredValueSequence=measured("mm", NumericValue="97"))
    before = report(length)
    _, after = scrub(report(length))
    assert after == before.ContentSequence[0]


def test_the_age_of_the_subject_goes_where_the_age_of_the_header_goes() -> None:
    item = content("NUM", AGE, MeasuredValueSequence=measured("a", NumericValue="45"))
    assert not scrub(report(item), BASIC)[1].get("MeasuredValueSequence")
    assert scrub(report(item), TCIA)[1].MeasuredValueSequence[0].NumericValue == 45


@pytest.mark.parametrize("concept", [BIRTH, ("21112-8", "LN", "Birth date"), ("184099003", "SCT", "Date of birth")])
@pytest.mark.parametrize("profile", [BASIC, TCIA], ids=lambda profile: profile.name)
def test_a_birth_date_goes_where_that_of_the_header_goes(concept: tuple[str, str, str], profile: Profile) -> None:
    for item in (
        content("DATE", concept, Date="19431107"),
        content("DATETIME", concept, DateTime="19431107101500"),
        content("TEXT", concept, TextValue="born in autumn"),
    ):
        dataset = report(item)
        dataset.PatientBirthDate = "19431107"
        scrubbed, after = scrub(dataset, profile)
        values = [str(after.get(keyword, "")) for keyword in ("Date", "DateTime", "TextValue")]
        assert any(values)  # Type 1C
        assert not any("1943" in value or "autumn" in value for value in values)
        assert scrubbed.offset_days
        assert not any(value.startswith(("1933", "1934", "1942", "1899")) for value in values)


def test_a_birth_date_stays_or_moves_where_that_of_the_header_stays() -> None:
    dataset = report(content("DATE", BIRTH, Date="19431107"))
    dataset.PatientBirthDate = "19431107"
    _, after = scrub(dataset, KEEPING_BIRTHS)
    assert after.Date == dataset.PatientBirthDate != "19000101"


def test_other_dates_of_a_report_move() -> None:
    scrubbed, after = scrub(report(content("DATE", ("111526", "DCM", "DateTime Started"), Date="20210317")))
    assert scrubbed.offset_days < 0
    assert after.Date not in ("20210317", "19000101")


@pytest.mark.parametrize(
    "concept",
    [
        *(("121041", "DCM", "Specimen Identifier"), ("111705", "DCM", "Parent Specimen Identifier")),
        *(("111700", "DCM", "Specimen Container Identifier"), ("111724", "DCM", "Issuer of Specimen Identifier")),
        *(
            ("121043", "DCM", "Slide Identifier"),
            ("121040", "DCM", "Specimen Accession Number"),
            ("113871", "DCM", "Person ID"),
        ),
        *(
            ("121022", "DCM", "Accession Number"),
            ("113880", "DCM", "Device Serial Number"),
            ("121434", "DCM", "Service Delivery Location"),
        ),
        *(("121121", "DCM", "Room identification"), ("121152", "DCM", "Person administering drug/contrast")),
        *(
            ("X1", "99LOCAL", "Referring Physician's Name"),
            ("X2", "99LOCAL", "Name of patient"),
            ("X3", "99X", "Medical record number"),
        ),
        *(("X4", "99LOCAL", "Operator initials"), ("X5", "99LOCAL", "Hospital name"), ("X6", "99LOCAL", "Order number")),
    ],
)
def test_the_text_of_an_item_that_names_somebody_goes_whatever_it_says(concept: tuple[str, str, str]) -> None:
    assert is_identifying_item(content("TEXT", concept))
    _, after = scrub(report(content("TEXT", concept, TextValue="knee left 12"), depth=1))
    assert after.TextValue == "REMOVED"


def test_few_concepts_identify() -> None:
    """Of the DICOM Controlled Terminology."""
    from pydicom.sr._concepts_dict import concepts

    names = {(value, "DCM", meaning) for terms in concepts["DCM"].values() for value, (meaning, _) in terms.items()}
    identifying = {name for name in names if is_identifying_item(content("TEXT", name))}
    assert 50 < len(identifying) < 80
    kept = ("Model Name", "Time Point", "Algorithm", "Protocol", "Finding", "Tracking", "Manufacturer")
    assert not [name for name in identifying if any(word in name[2] for word in kept)]
    assert sum(is_age_item(content("NUM", name)) for name in names) < 40


@pytest.mark.parametrize(
    ("meaning", "text", "is_kept"),
    [
        ("Überweisender Arzt", "Hand", False),
        ("Patientennummer", "A47", False),
        ("Numéro de dossier", "B12", False),
        ("Medico curante", "Stern", False),
        ("Befund", "Hand", True),
        ("Operator comment", "Hand", True),
        ("Finding", "Long axis", True),
    ],
)
def test_a_concept_labels_its_text_in_other_languages_too(meaning: str, text: str, is_kept: bool) -> None:
    _, after = scrub(report(content("TEXT", ("X1", "99A", meaning), TextValue=text)))
    assert (after.TextValue == text) is is_kept
