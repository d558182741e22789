import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.rules import Rule
from support.identifying import rules_of, without_identifying

LABELS = [
    "MRN", "MRN:", "Patient ID:", "medical record number", "Hospital No.", "Policy no.", "Member ID:", "Account #",
    "passport no.", "NHS number",
    "Versichertennummer:", "Pat.-Nr.", "Fallnummer", "Fall-Nr.", "Patienten-ID:", "Auftragsnummer:", "Kontonummer:",
    "n° de dossier", "numéro de sécurité sociale :", "numéro patient", "N° d'assuré",
    "nº de historia clínica:", "número de póliza", "NHC", "expediente nº",
    "cartella clinica n.", "numero di tessera:", "codice fiscale:",
    "patiëntnummer", "dossiernummer:", "polisnummer", "BSN:",
    "Case no.", "Order #", "Accession:", "Acc#", "encounter number", "Visit no.", "requisition:",
]  # fmt: skip


@given(
    st.sampled_from(LABELS),
    st.from_regex(r"[A-Z]{0,2}-?[0-9]{4,9}[A-Z]?", fullmatch=True),
    st.sampled_from(["{}", "knee, {} left"]),
)
def test_a_number_goes_behind_its_label(label: str, number: str, frame: str) -> None:
    left = without_identifying(frame.format(f"{label} {number}"))
    assert number not in left
    assert left.endswith(frame.format("_").rpartition("_")[2])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("MRN 4471", Rule.PERSON_NUMBER),
        ("Case no. 12", Rule.LABELLED_NUMBER),
        ("ID: 4471", Rule.LABELLED_NUMBER),
        ("S/N 44-718A", Rule.DEVICE_NUMBER),
        ("Seriennummer AB447", Rule.DEVICE_NUMBER),
        ("license plate 7ABC123", Rule.DEVICE_NUMBER),
        ("Kennzeichen K-AB 1234", Rule.DEVICE_NUMBER),
        ("matrícula 1234 BCD", Rule.DEVICE_NUMBER),
    ],
)
def test_the_label_says_whose_number_it_is(text: str, rule: Rule) -> None:
    assert rule in rules_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Acc: 2 chest", "S/N 35.2", "S/N 120", "SNR 12", "Case 2", "Study 3", "series no 4", "image number 12",
        "Exam: knee", "Report: normal",
        "plate 12 holes", "Patient 12", "order of 2", "no 4 view", "chart", "unit 3", "MRN:", "group 2 of 3", "code 12",
    ],
)  # fmt: skip
def test_counters_and_measures_are_no_labelled_numbers(text: str) -> None:
    assert without_identifying(text) == text


def test_words_behind_a_number_stay() -> None:
    assert without_identifying("MRN: 12345678 XR KNEE 2V LT") == "MRN: _ XR KNEE 2V LT"
    assert without_identifying("NHS No. 943 476 5919 chest") == "NHS No. _ chest"
