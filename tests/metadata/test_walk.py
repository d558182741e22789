import io
import warnings
from datetime import date

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.transforms.core.errors import (
    CarrierError,
    EffaceError,
    InstanceIdentityError,
    PatientIdentityError,
    PixelLayoutError,
    SopClassError,
    StructureError,
)
from efface.transforms.core.pseudonyms import Pseudonyms
from efface.transforms.dicom.configuration import configure
from efface.transforms.metadata.elements import put_bytes
from efface.transforms.metadata.header_identifiers import header_identifiers
from efface.transforms.metadata.patients import PatientMapping
from efface.transforms.metadata.profile import BASIC, TCIA, Option, Override, Profile
from efface.transforms.metadata.residuals import find_residuals
from efface.transforms.metadata.walk import Scrubbed, scrub_dataset
from support.corpus import KEY, MODALITIES, NAMES, minimal, planted, pseudonyms, saved, spellings
from support.samples import SAMPLES

PROFILES = (BASIC, TCIA)
configure()
warnings.filterwarnings("ignore", module="pydicom")


def scrub(dataset: Dataset, profile: Profile = BASIC, *, pixels_cleaned: bool = False) -> Scrubbed:
    return scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=pixels_cleaned)


def scrubbed_bytes(data: bytes, profile: Profile) -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(data))
    scrub(dataset, profile)
    return saved(dataset)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@pytest.mark.parametrize("name", MODALITIES)
def test_no_planted_identifier_survives_in_any_byte(name: str, profile: Profile) -> None:
    source = planted(name)
    output = scrubbed_bytes(source.data, profile)
    assert [value for value in source.values for spelling in spellings(value) if spelling in output] == []


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@pytest.mark.parametrize("charset", NAMES)
def test_no_planted_identifier_survives_in_any_character_set(charset: str, profile: Profile) -> None:
    source = planted("CT_small.dcm", charset)
    output = scrubbed_bytes(source.data, profile)
    assert [value for value in source.values for spelling in spellings(value) if spelling in output] == []


@pytest.mark.parametrize("charset", NAMES)
def test_the_clinical_words_stay_beside_what_went(charset: str) -> None:
    source = planted("CT_small.dcm", charset)
    written = pydicom.dcmread(io.BytesIO(scrubbed_bytes(source.data, TCIA)))
    assert written.StudyDescription == source.words
    assert written.SeriesDescription == source.words
    assert written.ImageComments.startswith(source.words)
    request = written.RequestAttributesSequence[0]
    assert request.RequestedProcedureDescription == request.ScheduledProcedureStepDescription == source.words
    assert request.RequestedProcedureID == "REMOVED"  # Type 1C at this place


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@pytest.mark.parametrize("name", MODALITIES)
def test_the_same_input_gives_the_same_bytes(name: str, profile: Profile) -> None:
    data = planted(name).data
    assert scrubbed_bytes(data, profile) == scrubbed_bytes(data, profile)


@pytest.mark.parametrize("name", MODALITIES)
def test_a_second_pass_finds_nothing_more_to_take(name: str) -> None:
    once = scrubbed_bytes(planted(name).data, TCIA)
    twice = scrubbed_bytes(once, TCIA)
    first, second = (pydicom.dcmread(io.BytesIO(data)) for data in (once, twice))
    assert list(first.keys()) == list(second.keys())
    kept = [element for element in first if element.VR in ("LO", "SH", "ST", "LT", "UT", "CS", "TM", "DS", "IS")]
    assert [element for element in kept if element.tag != 0x00100020 and second[element.tag] != element] == []


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_sample_is_either_clean_or_refused(profile: Profile) -> None:
    clean = 0
    for path in SAMPLES.values():
        try:
            dataset = pydicom.dcmread(path)
            terms = header_identifiers(dataset)
            scrub(dataset, profile)
        except (EffaceError, pydicom.errors.InvalidDicomError):
            continue
        assert find_residuals(dataset, terms, profile) == (), path.name
        clean += 1
    assert clean > 50


def test_residuals_are_found_at_every_level() -> None:
    dataset = minimal()
    terms = header_identifiers(dataset)
    item = Dataset()
    item.ImageComments = "seen: Plantagenet"
    dataset.RequestAttributesSequence = Sequence([item])
    dataset.private_block(0x0029, "VENDOR", create=True).add_new(1, "UN", b"PLNT-770143 ")
    found = find_residuals(dataset, terms, BASIC)
    assert {"00400275[0].00204000", "00291001", "00100010", "00100020"} <= set(found)


def test_identity_is_keyed_and_the_same_over_instances() -> None:
    first, second, third = minimal(), minimal(), minimal()
    second.SOPInstanceUID = "1.2.3.4"
    a, b = scrub(first), scrub(second)
    c = scrub_dataset(third, BASIC, Pseudonyms(KEY[::-1]), pixels_cleaned=False)
    assert (a.names.patient_id, a.names.study_instance_uid) == (b.names.patient_id, b.names.study_instance_uid)
    assert a.names.sop_instance_uid != b.names.sop_instance_uid
    assert {a.names.patient_id, a.names.study_instance_uid}.isdisjoint({c.names.patient_id, c.names.study_instance_uid})
    assert first.PatientID == str(first.PatientName) == a.names.patient_id
    assert first.file_meta.MediaStorageSOPInstanceUID == first.SOPInstanceUID == a.names.sop_instance_uid


@pytest.mark.parametrize("blank", ["", None])
def test_blank_patients_are_not_merged_over_studies(blank: str | None) -> None:
    first, second = minimal(), minimal()
    second.StudyInstanceUID = "1.2.3"
    for dataset in (first, second):
        if blank is None:
            del dataset.PatientID
        else:
            dataset.PatientID = blank
    assert scrub(first).names.patient_id != scrub(second).names.patient_id


def test_a_mapping_takes_precedence() -> None:
    dataset = minimal()
    dataset.StudyDate = "20200110"
    mapped = Profile(options=TCIA.options, patients=(PatientMapping("PLNT-770143", "SUBJ-01", -10),))
    assert scrub(dataset, mapped).names.patient_id == dataset.PatientID == "SUBJ-01"
    assert dataset.StudyDate == "20191231"


def test_references_resolve_and_well_known_uids_stay() -> None:
    dataset = minimal()
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = dataset.SOPClassUID, dataset.SOPInstanceUID
    dataset.ReferencedImageSequence = Sequence([reference])
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "X", "y"
    code.CodingSchemeUID = "2.16.840.1.113883.6.96"
    dataset.AnatomicRegionSequence = Sequence([code])
    scrub(dataset, TCIA)
    assert dataset.ReferencedImageSequence[0].ReferencedSOPInstanceUID == dataset.SOPInstanceUID
    assert dataset.ReferencedImageSequence[0].ReferencedSOPClassUID == dataset.SOPClassUID
    assert dataset.AnatomicRegionSequence[0].CodingSchemeUID == "2.16.840.1.113883.6.96"


@settings(max_examples=50, deadline=None)
@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_intervals_and_weekdays_survive(study: date, acquisition: date) -> None:
    dataset = minimal()
    dataset.StudyDate, dataset.AcquisitionDateTime = f"{study:%Y%m%d}", f"{acquisition:%Y%m%d}101112.5"
    scrub(dataset, TCIA)
    new_study = date.fromisoformat(dataset.StudyDate)
    new_acquisition = date.fromisoformat(str(dataset.AcquisitionDateTime)[:8])
    assert new_acquisition - new_study == acquisition - study
    assert new_study.weekday() == study.weekday() and new_study != study
    assert str(dataset.AcquisitionDateTime)[8:] == "101112.5"


MALFORMED = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="\\"), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [0x00080020, 0x0008002A, 0x00080030, 0x00101010, 0x00181200, 0x00200011, 0x00280010, 0x00083001, 0x00281050]
    ),
    st.sampled_from(["DA", "DT", "TM", "AS", "IS", "DS", "CS", "LO", "UN", "UI", "UT"]),
    MALFORMED,
    st.sampled_from(PROFILES),
)
def test_malformed_values_and_wrong_vrs_neither_raise_nor_leak(tag: int, vr: str, junk: str, profile: Profile) -> None:
    dataset = minimal()
    value = f"{junk} Plantagenet PLNT-770143".encode()
    put_bytes(dataset, tag, vr, value)
    try:
        scrub(dataset, profile)
    except StructureError:  # a sequence that is none: quarantine
        assert (tag, vr) == (0x00083001, "UN")
        return
    element = dataset._dict.get(pydicom.tag.Tag(tag))
    left = b"" if element is None or not isinstance(element.value, bytes) else element.value
    assert b"PLNT-770143" not in left
    assert b"Plantagenet" not in left


def test_un_is_parsed_before_it_is_judged() -> None:
    item = Dataset()
    item.PatientName, item.RequestedProcedureDescription = "Plantagenet^Zebulon", "knee Plantagenet"
    buffer = pydicom.filebase.DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = True, True
    element = pydicom.DataElement(0x00400275, "SQ", Sequence([item]))
    pydicom.filewriter.write_sequence(buffer, element, ["iso8859"])
    dataset = minimal()
    put_bytes(dataset, 0x00400275, "UN", buffer.getvalue())
    scrub(dataset, TCIA)
    written = pydicom.dcmread(io.BytesIO(saved(dataset)))
    assert written.RequestAttributesSequence[0].RequestedProcedureDescription == "knee"
    assert b"Plantagenet" not in saved(dataset)


def test_unknown_attributes_go_and_known_ones_are_judged_by_vr() -> None:
    dataset = minimal()
    dataset.add_new(0x00189FFE, "LO", "anything")
    dataset.add_new(0x00142006, "PN", "Evaluator^Somebody")
    dataset.add_new(0x0008010E, "UR", "http://host/plant")
    dataset.PatientBirthDateInAlternativeCalendar = "Showa 6.2.17"
    dataset.KVP, dataset.Manufacturer = "120", "Acme Plantagenet"
    scrub(dataset)
    assert 0x00189FFE not in dataset
    assert dataset.PatientBirthDateInAlternativeCalendar == "REMOVED"
    assert str(dataset[0x00142006].value) == "REMOVED"
    assert "plant" not in dataset[0x0008010E].value
    assert (dataset.KVP, dataset.Manufacturer) == (120, "Acme")


def test_safe_private_attributes_are_matched_by_their_creator() -> None:
    dataset = minimal("1.2.840.10008.5.1.4.1.1.128")
    dataset.add_new(0x70530012, "LO", "Philips PET Private Group")
    dataset.add_new(0x70531200, "DS", "1.25")
    dataset.add_new(0x20010010, "LO", "Philips Imaging DD 097")
    dataset.add_new(0x2001102A, "LO", "cut of 20200311 Plantagenet")
    dataset.add_new(0x70530013, "LO", "Somebody Else")
    dataset.add_new(0x70531300, "DS", "1.25")
    scrub(dataset, TCIA)
    assert dataset[0x70531200].value == 1.25
    moved = dataset[0x2001102A].value
    assert moved.startswith("cut of ") and "20200311" not in moved and "Plantagenet" not in moved and len(moved) == 15
    assert 0x70530012 in dataset
    assert 0x70531300 not in dataset and 0x70530013 not in dataset


def test_ages_over_89_are_capped() -> None:
    dataset = minimal()
    dataset.PatientAge = "095Y"
    scrub(dataset, TCIA)
    assert dataset.PatientAge == "090Y"
    young = minimal()
    young.PatientAge = "045Y"
    scrub(young, TCIA)
    assert young.PatientAge == "045Y"
    removed = minimal()
    removed.PatientAge = "045Y"
    scrub(removed)
    assert "PatientAge" not in removed


def test_the_marks_say_what_was_done_and_keep_what_was_done_before() -> None:
    dataset = with_something_for_every_option()
    dataset.DeidentificationMethod = "earlier pass"
    scrub(dataset, TCIA, pixels_cleaned=True)
    codes = [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113101", "113104", "113105", "113107", "113108", "113109", "113111"]
    assert dataset.DeidentificationMethod[0] == "earlier pass"
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
    assert dataset.BurnedInAnnotation == "NO"
    again = minimal()
    scrub(again)
    assert [item.CodeValue for item in again.DeidentificationMethodCodeSequence] == ["113100"]
    assert "BurnedInAnnotation" not in again
    assert again.LongitudinalTemporalInformationModified == "REMOVED"


def with_something_for_every_option() -> Dataset:
    dataset = minimal("1.2.840.10008.5.1.4.1.1.88.11")
    dataset.StudyDate, dataset.StationName, dataset.InstitutionName = "20190604", "CT1", "Wexcombe Royal Infirmary"
    dataset.PatientAge, dataset.StudyDescription = "045Y", "knee"
    text = Dataset()
    text.RelationshipType, text.ValueType, text.TextValue = "CONTAINS", "TEXT", "knee"
    dataset.ContentSequence = Sequence([text])
    dataset.GraphicAnnotationSequence = Sequence([Dataset()])
    dataset.private_block(0x2001, "Philips Imaging DD 001", create=True).add_new(0x03, "FL", 1.5)
    return dataset


@pytest.mark.parametrize("option", Option)
def test_each_option_is_a_switch_with_a_code_of_its_own(option: Option) -> None:
    dataset = with_something_for_every_option()
    scrub(dataset, Profile(options=frozenset({option})))
    assert len(dataset.DeidentificationMethodCodeSequence) == 2


@pytest.mark.parametrize("option", [option for option in Option if option is not Option.RETAIN_UIDS])
def test_an_option_that_found_nothing_to_do_is_not_told(option: Option) -> None:
    """Every instance has UIDs."""
    dataset = minimal()
    scrub(dataset, Profile(options=frozenset({option})))
    assert [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence] == ["113100"]


def test_a_mandatory_text_that_is_nothing_but_an_identifier_gets_a_dummy() -> None:
    """Structure Set Label is Type 1, Study Description Type 3."""
    dataset = minimal("1.2.840.10008.5.1.4.1.1.481.3")
    dataset.StudyID = dataset.StructureSetLabel = dataset.StudyDescription = "STX8812"
    scrub(dataset, TCIA)
    assert dataset.StructureSetLabel not in ("", "STX8812")
    assert dataset.StudyDescription == ""


def test_an_override_decides() -> None:
    dataset = minimal()
    dataset.StudyDescription, dataset.Manufacturer = "knee", "Acme"
    scrub(dataset, Profile(options=TCIA.options, overrides=(Override("0008,1030", "X", "r"), Override("00080070", "Z", "r"))))
    assert "StudyDescription" not in dataset
    assert not dataset.Manufacturer


def test_what_cannot_be_cleaned_is_refused() -> None:
    document = minimal("1.2.840.10008.5.1.4.1.1.104.1")
    document.EncapsulatedDocument = b"%PDF-1.4"
    with pytest.raises(CarrierError):
        scrub(document)
    two = minimal()
    two.PatientID = ["A", "B"]
    with pytest.raises(PatientIdentityError):
        scrub(two)
    classless = minimal()
    del classless.SOPClassUID, classless.file_meta
    with pytest.raises(SopClassError):
        scrub(classless)
    nameless = minimal()
    del nameless.SOPInstanceUID, nameless.file_meta
    with pytest.raises(InstanceIdentityError):
        scrub(nameless)
    broken = minimal()
    put_bytes(broken, 0x00400275, "SQ", b"no sequence at all")
    with pytest.raises(StructureError):
        scrub(broken, TCIA)


@pytest.mark.parametrize(("tag", "vr"), [(0x7FE00010, "OW"), (0x7FE00008, "OF"), (0x7FE00009, "OD")])
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_an_image_inside_a_sequence_goes_with_it_or_is_refused(profile: Profile, tag: int, vr: str) -> None:
    item = Dataset()
    item.add_new(tag, vr, b"DOE^JANE" * 8)
    group = Dataset()
    group.FrameVOILUTSequence = Sequence([item])
    for sequence, content in (
        ("VOILUTSequence", item),
        ("SharedFunctionalGroupsSequence", group),
        ("IconImageSequence", item),
        ("OriginalAttributesSequence", item),
    ):
        dataset = minimal()
        setattr(dataset, sequence, Sequence([content]))
        dataset = pydicom.dcmread(io.BytesIO(saved(dataset)))
        try:
            scrub(dataset, profile)
        except PixelLayoutError:
            assert sequence in ("VOILUTSequence", "SharedFunctionalGroupsSequence")
        else:
            assert sequence in ("IconImageSequence", "OriginalAttributesSequence")
            assert b"DOE^JANE" not in saved(dataset)


@pytest.mark.parametrize("tag", [0x7FE00020, 0x7FE00030, 0x7FE00040, 0x7F020020])
def test_retired_forms_of_a_second_picture_go(tag: int) -> None:
    dataset = minimal()
    dataset.add_new(tag, "OW", b"DOE^JANE")
    assert scrub(dataset).carriers["coefficients"] == "removed"
    assert tag not in dataset


def test_carriers_are_told() -> None:
    dataset = pydicom.dcmread(io.BytesIO(planted("test-SR.dcm").data))
    carriers = scrub(dataset, TCIA).carriers
    expected = {"overlays": "removed", "curves": "removed", "icon_image": "removed", "original_attributes": "removed"}
    assert expected.items() <= carriers.items()
    assert carriers["structured_content"] == "cleaned"
    assert carriers["private"] == "cleaned"


def test_names_that_a_recognizer_finds_go() -> None:
    dataset = minimal()
    dataset.ImageComments = "knee of Quux, left"

    def find_names(text: str) -> list[tuple[int, int]]:
        return [(text.index("Quux"), text.index("Quux") + 4)] if "Quux" in text else []

    scrub_dataset(dataset, TCIA, pseudonyms(), pixels_cleaned=False, find_names=find_names)
    assert dataset.ImageComments == "knee of , left"


def with_issuer(issuer: str | None, nested: tuple[str, str] | None = None) -> Dataset:
    dataset = minimal()
    dataset.PatientID = "48151623"
    if issuer is not None:
        dataset.IssuerOfPatientID = issuer
    if nested is not None:
        item = Dataset()
        item.PatientID, item.IssuerOfPatientID = nested
        dataset.OtherPatientIDsSequence = Sequence([item])
    return dataset


@pytest.mark.parametrize(("issuer", "patients"), [("ignored", 1), ("counts", 3)])
def test_whoever_issued_an_id_makes_another_patient_only_on_demand(issuer: str, patients: int) -> None:
    profile = Profile(issuer=issuer)
    found = {
        (scrubbed.names.patient_id, scrubbed.offset_days)
        for scrubbed in (scrub(with_issuer(name), profile) for name in (None, "", "OAKHOLLOW", "ELMHURST", " OAKHOLLOW "))
    }
    assert len(found) == patients


@pytest.mark.parametrize("issuer", ["ignored", "counts"])
def test_a_nested_id_is_called_as_in_an_instance_of_its_own(issuer: str) -> None:
    keeping = (Override("00101002", "K", "the test looks inside"),)
    profile = Profile(issuer=issuer, overrides=keeping)
    for nested in (("48151623", "ELMHURST"), ("48151623", "OAKHOLLOW"), ("60093347", "OAKHOLLOW"), ("60093347", "")):
        dataset = with_issuer("OAKHOLLOW", nested)
        scrub(dataset, profile)
        alone = with_issuer(nested[1])
        alone.PatientID = nested[0]
        assert dataset.OtherPatientIDsSequence[0].PatientID == scrub(alone, profile).names.patient_id
