import io
import re

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from efface.transforms.core import file_bytes
from efface.transforms.core.file_bytes import FileBytes
from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.metadata import residuals
from efface.transforms.metadata.actions import DUMMY_TEXT, dummy_bytes
from efface.transforms.metadata.deidentification_method import MARKS, OWN_CODES
from efface.transforms.metadata.header_identifiers import header_identifiers
from efface.transforms.metadata.profile import BASIC, TCIA, Option, Profile
from efface.transforms.metadata.residuals import find_residuals
from efface.transforms.metadata.sr_content import dummy_code
from efface.transforms.metadata.walk import scrub_dataset
from support.corpus import minimal, pseudonyms, saved
from support.samples import sample

FULL = Profile("full", frozenset(Option) - {Option.RETAIN_LONG_MODIFIED_DATES})
PROFILES = (BASIC, TCIA, FULL)


def scrubbed(
    profile: Profile, name: str = "Plantagenet^Ana", patient_id: str = "PLNT-770143"
) -> tuple[Dataset, tuple[HeaderIdentifier, ...]]:
    """A data set in which every mark, a dummy and a dummy code stand, and the terms of its source."""
    dataset = minimal()
    dataset.PatientName, dataset.PatientID = name, patient_id
    dataset.SeriesDescription, dataset.StationName, dataset.PatientAge, dataset.PatientSex = "axial", "ct one", "044Y", "F"
    dataset.StudyDate, dataset.InstitutionName, dataset.StudyID = "20190604", "Wexcombe Infirmary", "A7712"
    dataset.PatientTelephoneNumbers = "01632 960983"
    terms = header_identifiers(dataset)
    scrub_dataset(dataset, profile, pseudonyms(), pixels_cleaned=True)
    item = Dataset()
    item.ImageComments, item.RetrieveURI = DUMMY_TEXT, dummy_bytes("UR").decode()
    dataset.DeidentificationMethodCodeSequence = Sequence([code_item(*code) for code in sorted(OWN_CODES)])
    dataset.ContentSequence, dataset.AnatomicRegionSequence = Sequence([item]), Sequence([dummy_code()])
    return pydicom.dcmread(io.BytesIO(saved(dataset))), terms


def code_item(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def words() -> set[str]:
    texts = {text for profile in PROFILES for text in _texts(scrubbed(profile)[0])} | {
        value for own in MARKS.values() for value in own
    }
    return {word for text in texts for word in re.findall(r"[A-Za-z0-9]{2,}", text)}


def _texts(dataset: Dataset) -> set[str]:
    tags = ("DeidentificationMethodCodeSequence", "AnatomicRegionSequence", "ContentSequence")
    return {str(element.value) for tag in tags for item in dataset[tag].value for element in item} | {
        dataset.DeidentificationMethod
    }


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_what_efface_wrote_names_nobody(profile: Profile) -> None:
    assert {
        "Basic",
        "Clean",
        "Pixel",
        "Data",
        "Option",
        "efface",
        "Annex",
        "MODIFIED",
        "Dates",
        "Safe",
        "99EFFACE",
        "urn",
    } <= words()
    for word in words():
        for name in (f"{word}^Ana", f"Ana^{word.upper()}", word):
            dataset, terms = scrubbed(profile, name, word if len(word) > 3 else "PLNT-770143")
            assert find_residuals(dataset, terms, profile) == (), word


def test_what_others_wrote_in_the_same_places_may() -> None:
    dataset, terms = scrubbed(BASIC, "Basic^Clean")
    dataset.DeidentificationMethod = [*MARKS[0x00120063], "Basic cleaner of Ward 3"]
    dataset.DeidentificationMethodCodeSequence[0].CodeMeaning = "Basic Hartwick"
    dataset.PatientIdentityRemoved = "BASIC"
    dataset.AnatomicRegionSequence[0].CodeMeaning = "Clean"
    nested = Dataset()
    nested.DeidentificationMethodCodeSequence = dataset.DeidentificationMethodCodeSequence
    dataset.ReferencedStudySequence = Sequence([nested])
    found = find_residuals(dataset, terms, BASIC)
    assert {"00120062", "00120063", "00120064[0].00080104", "00082218[0].00080104", "00081110[0].00120064[1].00080104"} <= set(
        found
    )


SPELLED = {
    "Plantagenet": HeaderIdentifier(IdentifierKind.NAME, "Plantagenet^Li"),
    "MÜLLERIN": HeaderIdentifier(IdentifierKind.NAME, "Müllerin^Li"),
    "Bauer": HeaderIdentifier(IdentifierKind.NAME, "Bauer^Kim"),
    "PLNT-770143": HeaderIdentifier(IdentifierKind.ID, "PLNT-770143"),
    "482133": HeaderIdentifier(IdentifierKind.ID, "482133"),
    "01632960983": HeaderIdentifier(IdentifierKind.PHONE, "01632 960983"),
    "Wexcombe Royal Infirmary": HeaderIdentifier(IdentifierKind.PLACE, "Wexcombe Royal Infirmary, Larkspur Wing"),
    "20190604": HeaderIdentifier(IdentifierKind.DATE, "20190604"),
    "2019-06-04": HeaderIdentifier(IdentifierKind.DATE, "20190604"),
}
FOUND_ALONE = [text for text in SPELLED if text != "Bauer"]


def framed(payload: bytes, *, is_native: bool = False) -> Dataset:
    dataset = minimal()
    dataset.PatientName = dataset.PatientID = ""
    value = payload + b"\0" * (len(payload) % 2)
    dataset.PixelData = value if is_native else encapsulate([value])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = not is_native
    return dataset


@given(
    st.sampled_from(FOUND_ALONE),
    st.sampled_from([str, str.lower, str.upper]),
    st.sampled_from(["utf-8", "latin-1", "utf-16-le", "utf-16-be"]),
    st.binary(max_size=40),
    st.binary(max_size=40),
)
def test_encoded_frames_are_searched(text: str, case, codec: str, before: bytes, after: bytes) -> None:
    dataset = framed(before + case(text).encode(codec) + after)
    assert find_residuals(dataset, [SPELLED[text]], BASIC) == ("7FE00010",)


@pytest.mark.parametrize("is_in_file", [False, True])
@pytest.mark.parametrize("before", [0, 995, 3990])
def test_large_frames_are_searched_in_pieces(before: int, is_in_file: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_bytes, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(residuals, "_OVERLAP_BYTES", 40)
    dataset = framed(bytes(before) + "Plantagenet".encode("utf-16-le") + bytes(5000))
    if is_in_file:
        dataset["PixelData"].value = FileBytes(io.BytesIO(dataset.PixelData))
    assert find_residuals(dataset, [SPELLED["Plantagenet"]], BASIC) == ("7FE00010",)
    assert find_residuals(dataset, [SPELLED["482133"]], BASIC) == ()


def test_parts_of_a_short_name_are_found_together() -> None:
    for spelled in (b"BAUER^KIM", b"Bauer, Kim", b"kim bauer"):
        assert find_residuals(framed(spelled), [SPELLED["Bauer"]], BASIC) == ("7FE00010",)
    assert find_residuals(framed(b"a bauer"), [SPELLED["Bauer"]], BASIC) == ()


def test_native_frames_and_what_the_profile_keeps_are_not_searched_for() -> None:
    assert find_residuals(framed(b"Plantagenet", is_native=True), [SPELLED["Plantagenet"]], BASIC) == ()
    assert find_residuals(framed(b"20190604"), [SPELLED["20190604"]], TCIA) == ()
    for word in ("Created", "OpenJPEG", "Version"):
        assert (
            find_residuals(
                framed(b"\xffdCreated by OpenJPEG version 2.5.2"), [HeaderIdentifier(IdentifierKind.NAME, word)], BASIC
            )
            == ()
        )
    repeated = HeaderIdentifier(IdentifierKind.ID, "22222222")
    assert find_residuals(framed(b"2" * 99), [repeated], BASIC) == ()


def test_an_icon_is_searched_as_well() -> None:
    dataset = minimal()
    dataset.IconImageSequence = Sequence([framed(b"Plantagenet")])
    assert "00880200[0].7FE00010" in find_residuals(dataset, [SPELLED["Plantagenet"]], BASIC)


def in_charset(charset: str, name: bytes) -> Dataset:
    """A data set as it is read, with a text at the top level, in a sequence, and as a mark would be."""
    dataset = minimal()
    dataset.SpecificCharacterSet, dataset.PatientName, dataset.PatientID = charset, "", ""
    item = Dataset()
    item.ImageComments = dataset.ImageComments = "?" * len(name)
    dataset.AnatomicRegionSequence = Sequence([item])
    return pydicom.dcmread(io.BytesIO(saved(dataset).replace(b"?" * len(name), name)))


def test_equal_bytes_are_judged_by_the_header_the_character_set_and_the_place() -> None:
    name = "Люксембург".encode("iso8859_5")
    identifiers = {HeaderIdentifier(IdentifierKind.NAME, "Люксембург^Роза"): True, SPELLED["Plantagenet"]: False}
    for _ in range(2):
        for identifier, is_found in identifiers.items():
            expected = ("00082218[0].00204000", "00204000") if is_found else ()
            assert find_residuals(in_charset("ISO_IR 144", name), [identifier], BASIC) == expected
        assert find_residuals(in_charset("ISO_IR 192", b"Clean"), [HeaderIdentifier(IdentifierKind.NAME, "Clean^Li")], BASIC)


def test_equal_code_items_are_marks_at_the_top_level_alone() -> None:
    marks, terms = scrubbed(BASIC, "Basic^Clean")
    nested = Dataset()
    nested.DeidentificationMethodCodeSequence = marks.DeidentificationMethodCodeSequence
    outer = minimal()
    outer.PatientName = outer.PatientID = ""
    outer.ReferencedStudySequence = Sequence([nested])
    outer.DeidentificationMethodCodeSequence = marks.DeidentificationMethodCodeSequence
    for _ in range(2):
        found = find_residuals(pydicom.dcmread(io.BytesIO(saved(outer))), terms, BASIC)
        assert found and all(path.startswith("00081110[0].") for path in found)


@pytest.mark.parametrize("name", ["CT_small.dcm", "rtplan.dcm", "test-SR.dcm", "liver_1frame.dcm"])
def test_what_is_known_of_equal_bytes_changes_nothing(name: str) -> None:
    def found() -> tuple[tuple[HeaderIdentifier, ...], tuple[str, ...]]:
        terms = header_identifiers(pydicom.dcmread(io.BytesIO(sample(name))))
        return terms, find_residuals(pydicom.dcmread(io.BytesIO(sample(name))), terms, BASIC)

    first = found()
    decoded = pydicom.dcmread(io.BytesIO(sample(name)))
    decoded.walk(lambda *_: None)
    assert first[1] and first == found() == (header_identifiers(decoded), find_residuals(decoded, first[0], BASIC))
