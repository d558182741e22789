import pytest

from efface.transforms.phi.rules import Rule
from support.identifying import rules_of, without_identifying


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ward 7 bed 12", "_ _"),
        ("on ward 7B, knee", "on _, knee"),
        ("Nightingale Ward", "_"),
        ("Room 4.12", "_"),
        ("ICU bed 5", "_"),
        ("Room 412 Bed B", "_ _"),
        ("Lunge seitlich aufgenommen. Station 3", "Lunge seitlich aufgenommen. _"),
        ("Station 3; Lunge seitlich aufgenommen", "_; Lunge seitlich aufgenommen"),
        ("Bay 3", "_"),
        ("3rd floor", "_"),
        ("Station 4B", "_"),
        ("liegt auf Station 4", "liegt auf _"),
        ("Zimmer 12, Bett 3", "_, _"),
        ("Chambre 212 lit 2", "_ _"),
        ("habitación 12 cama 3", "_ _"),
        ("stanza 12 letto 3", "_ _"),
        ("kamer 12", "_"),
        ("afdeling B2", "_"),
        ("Department of Neuroradiology", "_"),
        ("Abteilung für Radiologie", "_"),
    ],
)
def test_a_place_within_an_institution_goes(text: str, left: str) -> None:
    assert without_identifying(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "lymph node station 4R", "Station 7 node", "MRA runoff, station 2", "Station 3 legs", "Peripheral MRA Station 1",
        "bed 3 of 7", "7 bed positions",
        "room temperature", "room air", "ward round", "WARD ROUND", "camera 2", "Lit vasculaire", "Chambre implantable",
        "planta del pie", "piano 3",
        "level 2A", "Ebene 3", "bay", "floor of mouth", "wing 3 mm", "block 2 of 3", "theatre",
        "Service Operation Started", "anterior division of bundle",
    ],
)  # fmt: skip
def test_terms_are_no_wards(text: str) -> None:
    assert Rule.WARD not in rules_of(text)
