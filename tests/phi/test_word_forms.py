"""Words that their form explains."""

import pytest

from efface.transforms.phi.clean_text import TextCleaner
from efface.transforms.phi.free_text import CLOSED, FreeTextSettings
from efface.transforms.phi.word_forms import has_ending_of_a_word, is_derived_in_small_letters


@pytest.mark.parametrize("word", ["Hemikolektomie", "Epididymitis", "Rekalibrierung", "Sacculectomy", "Umverteilbarkeit"])
def test_an_ending_of_terms_explains_a_word_in_any_case(word: str) -> None:
    assert has_ending_of_a_word(word) and has_ending_of_a_word(word.upper())


@pytest.mark.parametrize("word", ["redistribuita", "opacificadas", "réhabitable", "nachgezogener", "subtalonavicular"])
def test_small_letters_let_more_forms_explain(word: str) -> None:
    assert is_derived_in_small_letters(word)
    assert not is_derived_in_small_letters(word.title())


@pytest.mark.parametrize("name", ["Featherstonehaugh", "Oglethorpe", "Wojciechowski", "Papadopoulos", "Okonkwo"])
def test_no_form_explains_a_name(name: str) -> None:
    assert not has_ending_of_a_word(name)
    assert not is_derived_in_small_letters(name)


def test_small_letters_say_nothing_where_no_term_has_a_capital() -> None:
    cleaner = TextCleaner((), 0, free_text=FreeTextSettings(CLOSED))
    assert cleaner.clean_text("Liver zirrhotisiert") == "Liver zirrhotisiert"
    assert cleaner.clean_text("liver zirrhotisiert") == "liver"
