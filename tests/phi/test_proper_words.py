import pytest

from efface.transforms.phi.proper_words import end_behind, start_before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hôpital Saint-Louis, CT", " Saint-Louis"),
        ("Hospital de la Oakhollow ", " de la Oakhollow"),
        ("hospital oakhollow saw chest", " oakhollow"),
        ("Clinic and Oakhollow", ""),
        ("Hospital chest CT", ""),
    ],
)
def test_a_name_ends_at_a_term_or_another_case(text: str, name: str) -> None:
    keyword = len(text.partition(" ")[0])
    end = end_behind(text, keyword, 4)
    assert text[keyword : keyword if end is None else end] == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("seen at Royal Oakhollow ", "Royal Oakhollow "),
        ("CT, Oakhollow ", "Oakhollow "),
        ("chest ", ""),
        ("Chest Oakhollow ", "Oakhollow "),
        ("of the ", ""),
    ],
)
def test_a_name_begins_behind_a_term_or_a_sign(text: str, name: str) -> None:
    before = start_before(text, len(text), 4, also=frozenset({"royal"}))
    assert text[len(text) if before is None else before.start :] == name
