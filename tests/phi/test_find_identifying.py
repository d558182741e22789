import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.find_identifying import find_identifying, find_in_label
from efface.transforms.phi.rules import RULES


@given(st.text(max_size=200))
def test_what_is_found_lies_within_the_text_and_has_a_rule(text: str) -> None:
    for found in find_identifying(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.rule in RULES


def test_a_capital_of_two_letters_moves_nothing() -> None:
    text = "İİİ ß Dr. Quillfeather; Lindenstraße 14, MRN 4471"
    assert {text[slice(*found.span)] for found in find_identifying(text)} >= {"Quillfeather", "Lindenstraße 14", "4471"}


@pytest.mark.parametrize("text", ["op=Quillfeather", "WS-QUILLFEATHER", "Quillfe\u0430ther", "PC_Quillfeather"])
def test_a_name_that_is_set_without_a_label_goes(text: str) -> None:
    [found] = find_in_label(text)
    assert text[found.start : found.end] in ("Quillfeather", "QUILLFEATHER", "Quillfe\u0430ther")


@pytest.mark.parametrize("text", ["op=abdomen", "PC-MRA", "PC_ARTERIAL", "ref=contrast", "МРТ 2"])
def test_a_term_that_is_set_stays(text: str) -> None:
    assert not find_in_label(text)


@pytest.mark.parametrize(
    "label",
    [
        "MAGNETOM Skyra", "Ingenia Elition X", "SOMATOM Definition AS+", "Aquilion ONE / GENESIS", "Discovery MR750w",
        "Optima CT660", "LOGIQ E10",
        "syngo MR E11", "VB17_20100101", "4.7.1.2", "V3.51*P25", "5.1.0.3", "Version 10.0.22.1", "HeadNeck_20",
        "Body_18_TP", "8Ch KNEE", "32Ch Head",
        "SENSE-XL-Torso", "Brain^Routine", "t2_tse_tra_320_p2", "SN 4471882", "K6434919", "000000000",
        "1.2.840.10008.5.1.4", "PYDICOM 3.0.2",
        "512\\512", "ORIGINAL", "Patient Comfort Coil", "Operator Console 2", "ID 447188", "Dr. View", "DR 60",
        "Rev. 2019-04-01",
        "DICOMLib Ver02.00.00[20010925]", "Adult Head 120kV", "Z-Flex 1200 MS", "IEC 61217", "600 500 400 300",
        "0.5 0.25 512 512", "GE MEDICAL SYSTEMS, NUCLEAR", "Varian Medical Systems", "1.2.840.10008.5.1.4.1.1.2.1",
        "Fischer Imaging, SenoScan", "Philips, Thera-cor 3", "Artis Q, Zeego", "Baxter, Vision", "Cath 5 Fr. Judkins",
        "SPECT/CT, Infinia Hawkeye 4", "7.2.0.0.12.20180312",
    ],
)  # fmt: skip
def test_products_codes_and_versions_stay_in_labels(label: str) -> None:
    assert find_in_label(label) == []


@pytest.mark.parametrize(
    "label",
    [
        "coil of q.tamm@oakhollow.example", "123-45-6789", "943 476 5919", "756.9217.0769.85", "617-555-0142",
        "+49 30 1234567", "020 7946 0958",
        "DE89 3704 0044 0532 0130 00", "192.168.0.17", "00:1A:2B:3C:4D:5E", "Dr. Quillfeather",
        "Referred by Quillfeather", "MRN: 447188", "Mary Smith",
        "Oxenthorpe, Maud", "OXENTHORPE^MAUD", "Oxenthorpe, Maud room 4", "XA11 Dr. Quillfeather", "Seq 3 Mrs. Quillfeather",
        "Klinikum Oberau", "Hôpital Saint-Éloi", "St. Brigid Hospital", "1.2.826.0.1.3680043.77777.12.3",
        "12 Oak Street", "https://portal.oakhollow.example", "Operator: Quillfeather",
    ],
)  # fmt: skip
def test_what_names_somebody_else_goes_from_labels(label: str) -> None:
    assert find_in_label(label)
