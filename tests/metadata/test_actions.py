import warnings

import pytest
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.transforms.dicom.configuration import configure
from efface.transforms.metadata.actions import dummy_bytes, resolve_code
from efface.transforms.metadata.attribute_types import attribute_types, type_at
from efface.transforms.metadata.profile import BASIC
from efface.transforms.metadata.tables import profile_rows, read_table
from efface.transforms.metadata.walk import scrub_dataset
from support.corpus import minimal, pseudonyms

PET, DX, SR = (f"1.2.840.10008.5.1.4.1.1.{end}" for end in ("128", "1.1", "88.33"))


@pytest.mark.parametrize(
    ("code", "kind", "action"),
    [
        ("X", "3", "X"),
        ("X", "1", "D"),
        ("X", "2C", "Z"),
        ("Z", "3", "Z"),
        ("Z", "1", "D"),
        ("D", "3", "D"),
        ("U", "3", "U"),
        ("X/Z", "3", "X"),
        ("X/Z", "2", "Z"),
        ("X/Z", "1C", "D"),
        ("X/D", "3", "X"),
        ("X/D", "2", "D"),
        ("X/D", "1", "D"),
        ("X/Z/D", "3", "X"),
        ("X/Z/D", "2", "Z"),
        ("X/Z/D", "1C", "D"),
        ("Z/D", "3", "Z"),
        ("Z/D", "1", "D"),
        ("X/Z/U*", "3", "X"),
        ("X/Z/U*", "1", "U"),
        ("X/Z/D", None, "D"),
        ("X/Z/U*", None, "U"),
        ("X/Z", None, "Z"),
        ("X", None, "X"),
    ],
)
def test_codes_are_resolved_by_type(code: str, kind: str | None, action: str) -> None:
    assert resolve_code(code, kind) == action


@pytest.mark.parametrize(
    ("sop_class", "tag", "kind"),
    [(PET, "00080021", "1"), (PET, "00080022", "2"), (DX, "00400555", "2"), (SR, "00080023", "1"), (PET, "00080080", "3")],
)
def test_types_come_from_the_instances_iod(sop_class: str, tag: str, kind: str) -> None:
    types = attribute_types(minimal(sop_class), sop_class)
    assert types is not None
    assert type_at(types, tag) == kind


def test_an_unknown_sop_class_has_no_types() -> None:
    assert attribute_types(minimal("1.2.3"), "1.2.3") is None


def test_pet_keeps_its_series_date_as_a_dummy_and_ct_loses_it() -> None:
    pet, ct = minimal(PET), minimal()
    for dataset in (pet, ct):
        dataset.SeriesDate = "20200101"
        scrub_dataset(dataset, BASIC, pseudonyms(), pixels_cleaned=False)
    assert pet.SeriesDate == "19000101"
    assert "SeriesDate" not in ct


def test_every_dummy_is_valid_for_its_vr() -> None:
    configure()
    vrs = {_vr(tag) for tag in profile_rows()} - {"SQ", "UI"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for vr in vrs:
            value = dummy_bytes(vr)
            assert value
            text_vrs = ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UR", "UT")
            if vr in text_vrs:
                assert DataElement(0x00091001, vr, value.decode()).value not in (None, "")


def _vr(tag: int) -> str:
    return dictionary_VR(tag).split(" or ")[0]


def test_emptying_a_sequence_leaves_no_items() -> None:
    dataset = minimal(DX)
    item = Dataset()
    item.TextValue = "Plantagenet"
    dataset.AcquisitionContextSequence = Sequence([item])
    scrub_dataset(dataset, BASIC, pseudonyms(), pixels_cleaned=False)
    assert "AcquisitionContextSequence" in dataset
    assert len(dataset.AcquisitionContextSequence) == 0


def test_the_tables_have_the_rows_of_their_edition() -> None:
    rows = read_table("ps3_15_e1_1")["rows"]
    assert len(rows) == 657
    assert read_table("ps3_15_e1_1")["edition"] == "2026d"
    counts = {
        code: sum(row["basic"] == code for row in rows) for code in ("X", "D", "U", "Z", "X/D", "X/Z", "X/Z/D", "Z/D", "X/Z/U*")
    }
    assert list(counts.values()) == [417, 93, 55, 42, 23, 11, 8, 6, 2]
    assert len(read_table("ps3_15_e3_10_1")["rows"]) == 479
    assert len(read_table("iod_types")["iods"]) == 175
