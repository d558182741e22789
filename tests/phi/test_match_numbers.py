import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.core.instance import HeaderIdentifier, IdentifierKind
from efface.transforms.phi.match_numbers import NumberMatcher

MATCHER = NumberMatcher(
    [
        HeaderIdentifier(IdentifierKind.ID, "QX-0057720981"),
        HeaderIdentifier(IdentifierKind.ID, "482-133"),
        HeaderIdentifier(IdentifierKind.ID, "12"),
        HeaderIdentifier(IdentifierKind.ID, "2021"),
        HeaderIdentifier(IdentifierKind.DATE, "19570412"),
        HeaderIdentifier(IdentifierKind.NAME, "Wolf123456^Jana"),
    ]
)


@pytest.mark.parametrize(
    "number",
    [
        "57720981",
        "0057720981",
        "+57720981",
        "57720981.0",
        "57720981.",
        "5.7720981E7",
        "5.7720981",
        "482133",
        "4.82133e5",
        "19570412",
    ],
)
def test_a_number_that_equals_an_identifier_is_one(number: str) -> None:
    assert MATCHER.shows(number)
    assert MATCHER.may_show(number.encode())


@pytest.mark.parametrize(
    "number", ["12", "2021", "157720981", "577209810.5", "482133.5", "0.482133", "48.2133", "", "x", "1E99", "123456"]
)
def test_any_other_number_is_none(number: str) -> None:
    assert not MATCHER.shows(number)


def test_the_values_are_those_with_enough_digits() -> None:
    assert MATCHER.values == {57720981, 482133, 19570412}


@given(st.integers(10**5, 10**15), st.integers(0, 4), st.sampled_from(["", "+"]))
def test_an_identifier_is_found_with_any_zeros(value: int, zeros: int, sign: str) -> None:
    matcher = NumberMatcher([HeaderIdentifier(IdentifierKind.ID, f"A{value}")])
    written = f"{sign}{'0' * zeros}{value}"
    assert matcher.shows(written) and matcher.may_show(written.encode())
    assert not matcher.shows(str(value + 1))


@given(st.text(max_size=20))
def test_anything_can_be_asked(text: str) -> None:
    assert MATCHER.shows(text) in (True, False)
