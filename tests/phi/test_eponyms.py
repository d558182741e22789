import pytest

from efface.transforms.phi.eponyms import names_a_thing
from support.identifying import without_identifying


@pytest.mark.parametrize(
    "text",
    [
        "Von Rosen view",
        "Robert Jones bandage",
        "Austin Moore prosthesis",
        "Sister Mary Joseph nodule",
        "Kerry Hill sheep breed",
    ],
)
def test_what_a_thing_is_called_after_stays(text: str) -> None:
    assert without_identifying(text) == text


@pytest.mark.parametrize(
    "text", ["Robert Jones, bandage changed", "Mary A. Smith fracture", "Mary Smith fracture", "Robert Jones"]
)
def test_a_person_beside_a_thing_goes(text: str) -> None:
    assert without_identifying(text) != text


def test_an_initial_or_a_comma_is_of_a_person() -> None:
    assert names_a_thing("Gustav Oakhollow classification", 0, 16)
    assert not names_a_thing("Gustav B. Oakhollow classification", 0, 19)
