import pytest

from efface.transforms.metadata.defined_terms import is_defined_term, is_foreign_to

BODY_PART, IMAGE_TYPE, LEVEL, PRIVATE = 0x00180015, 0x00080008, 0x00720006, 0x20011004


@pytest.mark.parametrize(
    ("tag", "value"), [(BODY_PART, "HEAD"), (BODY_PART, "CHEST "), (IMAGE_TYPE, "AXIAL"), (LEVEL, "SITE"), (PRIVATE, "HEAD")]
)
def test_the_standards_own_values_are_known(tag: int, value: str) -> None:
    assert is_defined_term(tag, value)


@pytest.mark.parametrize(("tag", "value"), [(BODY_PART, "OAKHOLLOW"), (LEVEL, "HEAD"), (PRIVATE, "HEAD 7741920")])
def test_others_are_not(tag: int, value: str) -> None:
    assert not is_defined_term(tag, value)


def test_only_where_values_are_enumerated_a_word_of_no_list_is_foreign() -> None:
    assert is_foreign_to(LEVEL, "OAKHOLLOW")
    assert not is_foreign_to(LEVEL, "HEAD")
    assert not is_foreign_to(BODY_PART, "OAKHOLLOW")
    assert not is_foreign_to(PRIVATE, "OAKHOLLOW")
