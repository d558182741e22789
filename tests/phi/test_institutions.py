from collections.abc import Callable

import pytest

from efface.transforms.phi.rules import Rule
from support.identifying import rules_of, without_identifying

INSTITUTIONS = [
    "Oakhollow General Hospital", "Mercy Hospital", "Royal Oakhollow NHS Foundation Trust", "Oakhollow Medical Center",
    "Mayo Clinic",
    "University of Oakhollow", "Oakhollow Imaging Center", "Oakhollow Radiology Associates", "St Mary's Hospital",
    "Klinikum Oakhollow", "Universitätsklinikum Freiburg", "Marienhospital", "Kantonsspital Aarau", "Charité Berlin",
    "Klinik Lindenhof",
    "Hôpital Saint-Louis", "CHU de Nantes", "Clinique des Lilas", "Centre hospitalier de Valence",
    "Hospital Universitario La Paz", "Hospital Clínic de Barcelona", "Clínica Santa Elena", "Centro de Salud Los Rosales",
    "Ospedale San Raffaele", "Policlinico Gemelli", "Casa di cura Villa Igea",
    "Catharina Ziekenhuis", "UMC Utrecht", "UZ Leuven", "AMC Amsterdam", "Radboudumc", "Antoniusziekenhuis",
]  # fmt: skip


@pytest.mark.parametrize("name", INSTITUTIONS)
@pytest.mark.parametrize("frame", ["{}", "transferred to {}, knee left", "({})"])
def test_the_name_of_an_institution_goes_whole(name: str, frame: str) -> None:
    assert without_identifying(frame.format(name)) == frame.format("_")


@pytest.mark.parametrize("written", [str.upper, str.lower])
@pytest.mark.parametrize(
    "name", ["Oakhollow General Hospital", "Hôpital Saint-Louis", "Ospedale Niguarda", "Marienhospital", "Mercy Hospital"]
)
def test_an_institution_goes_in_any_case(name: str, written: Callable[[str], str]) -> None:
    assert without_identifying(written(f"seen at {name} today")) == written("seen at _ today")


def test_places_without_a_keyword_go_by_their_form() -> None:
    assert without_identifying("CT of St. Mary's, knee") == "CT of _, knee"
    assert without_identifying("東京大学病院 CT") == "_ CT"
    assert without_identifying("Klinikum rechts der Isar, CT") == "_, CT"
    assert without_identifying("St.-Josef-Krankenhaus, CT") == "_, CT"


@pytest.mark.parametrize(
    "text",
    [
        "outside hospital", "our hospital", "the hospital", "in-hospital CT", "Clinique : douleur", "Klinik: Schmerzen",
        "Klinik und Labor unauffällig",
        "examen clinique normal", "historia clínica: tabaco", "clinical trust", "Non-diagnostic study",
        "heart center of rotation", "Window Center 40",
        "Institut", "private practice", "best practice", "group medical", "St. p. OP",
    ],
)  # fmt: skip
def test_common_words_are_no_institutions(text: str) -> None:
    assert Rule.INSTITUTION not in rules_of(text)
