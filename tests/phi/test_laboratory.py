import pytest

from efface.transforms.phi.laboratory import blank_results
from support.identifying import without_identifying


@pytest.mark.parametrize(
    "text",
    [
        "ALT 40, AST 35, Lipase 12000",
        "Troponin 12345 ng/l, CK 450",
        "Ferritin: 15000, Hb 9",
        "Leukozyten 12000, Thrombozyten 250000",
        "WBC 11000, Plt 250000", "CEA 12456; AFP 35000", "D-Dimer 5500, CRP 120", "Bilirubina 12, Lipasi 34567",
    ],
)  # fmt: skip
def test_results_of_a_laboratory_stay(text: str) -> None:
    assert without_identifying(text) == text


@pytest.mark.parametrize("text", ["12 Oak Street, Springfield, IL 62704", "MRN 7714431", "50931 Köln", "CK 0123456789"])
def test_other_numbers_are_not_blanked(text: str) -> None:
    assert blank_results(text) == text


def test_each_character_keeps_its_place() -> None:
    text = "Lipase 12000 and a lot of other words " * 20
    assert len(blank_results(text)) == len(text)
    assert "12000" not in blank_results(text)
