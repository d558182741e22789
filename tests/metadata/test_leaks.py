"""Where other tools were seen to leak: each way once, as a file that would leak again."""

import io
from dataclasses import replace

import pydicom
import pytest
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from efface.pipeline.policy import load_policy
from efface.transforms.dicom.parse import read_dataset
from efface.transforms.dicom.serialize import serialize
from efface.transforms.metadata.elements import put_bytes
from efface.transforms.metadata.profile import Profile
from efface.transforms.metadata.walk import scrub_dataset
from support.corpus import minimal, pseudonyms, saved

POLICIES = {name: load_policy(name).profile for name in ("basic", "tcia")}


@pytest.fixture(params=POLICIES)
def profile(request: pytest.FixtureRequest) -> Profile:
    return POLICIES[request.param]


def written(dataset: Dataset, profile: Profile) -> bytes:
    """The data set through a file, the profile, and a file again."""
    read = read_dataset(io.BytesIO(saved(dataset)))
    scrub_dataset(read, profile, pseudonyms(), pixels_cleaned=False)
    return serialize(read, transfer_syntax_uid=read.file_meta.TransferSyntaxUID)


def items(**attributes: object) -> Sequence:
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return Sequence([item])


def test_comments_dates_and_references_of_single_frames(profile: Profile) -> None:
    dataset = minimal("1.2.840.10008.5.1.4.1.1.4.1")
    dataset.PerFrameFunctionalGroupsSequence = items(
        FrameContentSequence=items(
            FrameComments="for Zebulon Plantagenet",
            FrameReferenceDateTime="20190604101500",
            FrameAcquisitionDateTime="20190604101501",
        ),
        DerivationImageSequence=items(
            SourceImageSequence=items(
                ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.4", ReferencedSOPInstanceUID="1.2.826.0.1.3680043.9999.77"
            )
        ),
    )
    data = written(dataset, profile)
    for identifier in (b"Zebulon", b"Plantagenet", b"20190604", b"1.2.826.0.1.3680043.9999.77"):
        assert identifier not in data


def test_names_of_one_patient_are_not_held_against_the_next() -> None:
    first, second = minimal(), minimal()
    first.PatientName, second.PatientName, second.PatientID = "Sagittarius^Ophelia", "Capricorn^Leo", "OTHER-1"
    second.StudyDescription = "sagittarius view"
    profile = replace(POLICIES["tcia"], free_text="rules")
    written(first, profile)
    assert b"sagittarius view" in written(second, profile)


def test_what_an_earlier_tool_claims_exempts_nothing(profile: Profile) -> None:
    dataset = minimal()
    dataset.PatientIdentityRemoved, dataset.BurnedInAnnotation, dataset.DeidentificationMethod = "YES", "NO", "done"
    data = written(dataset, profile)
    assert b"Plantagenet" not in data
    assert b"PLNT-770143" not in data


def test_great_ages_at_every_level(profile: Profile) -> None:
    dataset = minimal()
    dataset.PatientAge = "095Y"
    dataset.ReferencedStudySequence = items(ReferencedSOPInstanceUID="1.2.3.4", PatientAge="101Y")
    data = written(dataset, profile)
    assert b"095Y" not in data
    assert b"101Y" not in data


def test_copies_of_what_was_replaced(profile: Profile) -> None:
    dataset = minimal()
    dataset.OriginalAttributesSequence = items(ModifiedAttributesSequence=items(PatientName="Zebulon^Former"))
    dataset.DigitalSignaturesSequence = items(CertificateOfSigner=b"signed by Zebulon")
    dataset.EncryptedAttributesSequence = items(EncryptedContent=b"Zebulon inside")
    dataset.IconImageSequence = items(Rows=1, Columns=8)
    dataset.IconImageSequence[0].add_new(0x7FE00010, "OB", b"Zebulon!")
    assert b"Zebulon" not in written(dataset, profile)


def test_texts_of_overlays_and_curves_in_all_groups(profile: Profile) -> None:
    dataset = minimal()
    for group in (0x6000, 0x6002, 0x601E, 0x5000, 0x501E):
        dataset.add_new(group << 16 | 0x0022, "LO", "of Zebulon")
        dataset.add_new(group << 16 | 0x1500, "LO", "label Zebulon")
    assert b"Zebulon" not in written(dataset, profile)


def test_a_private_sequence_behind_an_unknown_vr(profile: Profile) -> None:
    dataset = minimal()
    block = dataset.private_block(0x0099, "SOME VENDOR", create=True)
    inner = Dataset()
    inner.PatientName = "Zebulon^Hidden"
    block.add_new(0x01, "SQ", Sequence([inner]))
    data = saved(dataset).replace(b"\x99\x00\x01\x10SQ", b"\x99\x00\x01\x10UN")
    assert b"Zebulon" in data
    read = read_dataset(io.BytesIO(data))
    scrub_dataset(read, profile, pseudonyms(), pixels_cleaned=False)
    out = serialize(read, transfer_syntax_uid=read.file_meta.TransferSyntaxUID)
    assert b"Zebulon" not in out
    assert b"SOME VENDOR" not in out


def test_preamble_and_application_entities(profile: Profile) -> None:
    dataset = minimal()
    dataset.file_meta.SourceApplicationEntityTitle = "ZEBULONS_CT"
    dataset.file_meta.SendingApplicationEntityTitle = "ZEBULONS_PACS"
    dataset.preamble = b"Zebulon".ljust(128, b"\0")
    data = written(dataset, profile)
    assert b"ebulon" not in data
    assert b"ZEBULON" not in data
    assert pydicom.dcmread(io.BytesIO(data)).file_meta.ImplementationVersionName.startswith("EFFACE")


def test_uids_that_are_safe_by_the_list_are_still_replaced() -> None:
    dataset = minimal()
    block = dataset.private_block(0x0099, "NQHeader", create=True)
    block.add_new(0x02, "UI", "1.2.826.0.1.3680043.9999.88")
    kept = pydicom.dcmread(io.BytesIO(written(dataset, POLICIES["tcia"]))).private_block(0x0099, "NQHeader")[0x02]
    assert kept.value == pseudonyms().uid("1.2.826.0.1.3680043.9999.88")


@pytest.mark.parametrize("text", ["1951-03-04", "04.03.1951", "078-05-1120", "617 555 0147", "192.168.44.7", "555.0147-3"])
@pytest.mark.parametrize("keyword", ["KVP", "SliceThickness", "AcquisitionNumber", "NumberOfTemporalPositions"])
def test_numbers_that_are_no_numbers(profile: Profile, keyword: str, text: str) -> None:
    dataset = minimal()
    put_bytes(dataset, tag_for_keyword(keyword), dictionary_VR(keyword), text.encode())
    assert text.encode() not in written(dataset, profile)


@pytest.mark.parametrize("text", ["-1.5e-05\\+3.", "12\\7 ", ".5\\-.5", "1E+03", "0.488281\\0.488281", "\\\\1"])
def test_whatever_is_a_number_stays(profile: Profile, text: str) -> None:
    dataset = minimal()
    put_bytes(dataset, 0x00280030, "DS", text.encode())
    assert text.strip().encode() in written(dataset, profile)


@pytest.mark.parametrize("text", ["Ellsworthy", "q.tamm@oakhollow.example", "1.2.840.10008.Ellsworthy"])
@pytest.mark.parametrize("keyword", ["ContextUID", "RelatedGeneralSOPClassUID", "AvailableTransferSyntaxUID"])
def test_uids_of_vocabularies_that_are_no_uids(profile: Profile, keyword: str, text: str) -> None:
    dataset = minimal()
    put_bytes(dataset, tag_for_keyword(keyword), "UI", text.encode())
    assert text.encode() not in written(dataset, profile)


@pytest.mark.parametrize("uid", ["1.2.840.10008.6.1.1", "1.2.840.113619.4.30", "1.3.12.2.1107.5.9.1"])
def test_uids_of_vocabularies_stay(profile: Profile, uid: str) -> None:
    dataset = minimal()
    dataset.ContextUID = dataset.RelatedGeneralSOPClassUID = uid
    assert written(dataset, profile).count(uid.encode()) == 2
