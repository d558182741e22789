import pytest

from efface.transforms.phi.find_identifying import find_identifying


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("patient is a 74yo from Oakhollow", "Oakhollow"),
        ("Retired farmer, lives in Brindlemoor, prior films", "Brindlemoor"),
        ("wohnhaft in Altenkrempe seit Jahren", "Altenkrempe"),
        ("Patientin aus Wittlingen, Sturz", "Wittlingen"),
        ("patiente originaire de Plouzané", "Plouzané"),
        ("vive en Valdepeñas con su hija", "Valdepeñas"),
        ("abita a Montecatini", "Montecatini"),
        ("woont in Zevenbergen", "Zevenbergen"),
    ],
)
def test_towns_of_people_are_found(text: str, town: str) -> None:
    assert any(text[found.start : found.end] == town for found in find_identifying(text))


@pytest.mark.parametrize(
    "text",
    [
        "patient from Radiology for CT",
        "lesion in Segment VII of the patient",
        "patient in Supine Position",
        "images from Philips scanner",
        "catheter from above, patient in ICU",
        "male in Prone position",
        "extends from L1 to L5",
    ],
)
def test_what_is_no_town_stays(text: str) -> None:
    assert not [found for found in find_identifying(text) if found.rule == "postal_town"]
