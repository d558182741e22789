import itertools

import pytest

from efface.transforms.phi.closed_world import explain
from efface.transforms.phi.lexicon import part_words
from efface.transforms.phi.rules import Rule

SURNAMES = ["LONG", "STONE", "Sharp", "WHITE", "Strong"]
"""Words that the lexicon calls ambiguous."""
TERMS = ["BACK", "LUNG", "MARROW", "Page", "CHANNEL", "Small"]
"""Terms that somebody may be called like."""
SHORT = ["MA", "HU", "TI", "Li", "CHI", "KIM"]
"""Units, settings and words that are spelled like short surnames."""
BESIDE = ["RT", "(L)", "AP", "LAT", "CT", "LM", "PA-C", "HR", "RT(R)", "ERECT", "K", "M"]
"""What is written beside names as well as beside body parts."""


def is_explained(text: str) -> bool:
    return not {token.rule for token in explain(part_words(text))} & {Rule.UNKNOWN_WORD, Rule.UNKNOWN_NUMBER}


@pytest.mark.parametrize(("name", "beside"), list(itertools.product(SURNAMES + SHORT, BESIDE)))
def test_a_surname_goes_beside_what_stands_beside_names(name: str, beside: str) -> None:
    assert not is_explained(f"{name} {beside}")
    assert not is_explained(f"{beside} {name}")
    assert not is_explained(f"{name}, {beside}")


@pytest.mark.parametrize("name", TERMS)
@pytest.mark.parametrize(
    "form", ["{} K", "K {}", "{}, K.", "{}, CHI", "{}, Sid", "{}^MAX", "{} 45", "{} K LT", "{}, RT(R)", "{}, Long"]
)
def test_a_term_goes_in_the_form_of_a_name(name: str, form: str) -> None:
    assert not is_explained(form.format(name))
    assert is_explained(name)


@pytest.mark.parametrize("name", ["RING", "GRAMS", "Page", "SHORT", "METS"])
def test_a_side_of_one_letter_is_an_initial_beside_a_term_that_has_no_sides(name: str) -> None:
    assert not is_explained(f"R {name}")
    assert not is_explained(f"{name} L")
    assert is_explained(f"RT {name}")


@pytest.mark.parametrize("name", ["BAG", "PUT", "TUBES"])
def test_a_term_that_few_people_are_called_like_goes_beside_an_initial(name: str) -> None:
    assert not is_explained(f"{name} K")
    assert not is_explained(f"{name}, K.")
    assert is_explained(f"{name} 45")


@pytest.mark.parametrize("text", ["R HILAR", "L TOMO", "RAO 45", "NECK, AP", "FOOT L", "Raucher, vierzig am Tag"])
def test_a_term_that_few_people_are_called_like_stays_elsewhere(text: str) -> None:
    assert is_explained(text)


@pytest.mark.parametrize("text", ["Broken nose, displaced fragments", "gebroken bekken", "Beatmungsschlauch im Bronchus"])
def test_plain_words_of_a_sentence_stay_beside_a_term(text: str) -> None:
    assert is_explained(text)


@pytest.mark.parametrize("text", ["Broken", "BROKEN NOSE", "the keyboard", "Nose Keyboard", "Broken, K"])
def test_plain_words_explain_nothing_alone_or_with_a_capital(text: str) -> None:
    assert not is_explained(text)


@pytest.mark.parametrize("name", SHORT)
def test_a_short_surname_alone_explains_nothing(name: str) -> None:
    assert not is_explained(name)
    assert not is_explained(f"{name} 37")


@pytest.mark.parametrize(
    "text",
    [
        "LONG AXIS", "WHITE MATTER", "SHARP KERNEL", "STONE 5 MM", "LIVER STONE", "HAND L", "Hand, left", "CT HEAD",
        "LT LUNG", "LUNG AP",
        "120 HU", "mA 37", "TI 150", "MA 250", "TI 0.4", "GAIN 50", "MIN MAX", "MAX 134", "BACK", "Chest, PA", "Stone, renal",
        "KIDNEY 2",
        "LT KIDNEY LONG", "SPLEEN B",
    ],
)  # fmt: skip
def test_a_term_stays_where_something_shows_that_it_is_one(text: str) -> None:
    assert is_explained(text)


@pytest.mark.parametrize("text", ["CHEST TAN", "TAN ABD", "Head, Kim"])
def test_a_short_surname_goes_beside_the_region_that_was_examined(text: str) -> None:
    assert not is_explained(text)


@pytest.mark.parametrize("text", ["4 57", "1 2", "12 5 77", "4711", "KIDNEY 211"])
def test_bare_numbers_do_not_explain_each_other(text: str) -> None:
    assert not is_explained(text)


@pytest.mark.timeout(30, method="signal")
@pytest.mark.parametrize("piece", ["LUNG, CHI ", "x1.5 ", "1 ", "A", "LUNG", "BREAST 2:00 ", "TE 1 ", "MA 3 "])
def test_a_long_line_is_judged_in_linear_time(piece: str) -> None:
    explain(part_words((piece * 60_000)[:60_000]))
