import pytest

from efface.transforms.core.choices import nearest, not_one_of

ALLOWED = ("options", "overrides", "text_rules")


@pytest.mark.parametrize(
    ("name", "expected"), [("option", "options"), ("OVERRIDES", "overrides"), ("text-rules", "text_rules"), (7, ""), ("x", "")]
)
def test_the_nearest_name_is_found_in_either_case(name, expected):
    assert nearest(name, ALLOWED) == expected


def test_the_message_names_all_that_is_allowed_and_the_nearest():
    assert not_one_of("option", ALLOWED) == "'option' is not one of: options, overrides, text_rules; did you mean 'options'?"
    assert not_one_of(None, ALLOWED) == "None is not one of: options, overrides, text_rules"
