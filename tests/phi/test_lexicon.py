from pathlib import PurePath

import pytest

from efface.transforms.core.word_lists import load_words
from efface.transforms.phi import lexicon
from efface.transforms.phi.lexicon import is_ambiguous, is_known, is_marker, is_number, is_small_word, is_word, part_words
from tools import generate_lexicon

PHI = "efface.transforms.phi"


@pytest.mark.parametrize(
    "word", ["Kidney", "LIVER", "portable", "Semi-Upright", "C5-1", "T2", "W400", "mGy", "CTDIvol", "AP", "A4C"]
)
def test_terms_are_known_in_any_case(word: str) -> None:
    assert is_known(word)


@pytest.mark.parametrize("word", ["Haugen", "ROBERTSON", "Caldwell", "SMITH", "A1234", "QX-577", "Hodgkin", "ST", "COLLING"])
def test_names_and_identifiers_are_not(word: str) -> None:
    assert not is_known(word)
    assert not is_ambiguous(word)


@pytest.mark.parametrize("word", ["LONG", "Head", "HAND", "white", "Stone", "SHARP", "Carina"])
def test_terms_that_are_names_as_well_are_ambiguous(word: str) -> None:
    assert is_ambiguous(word)
    assert not is_known(word)


def test_what_is_generated_as_a_term_is_no_name() -> None:
    names = generate_lexicon.load_names()
    lists = generate_lexicon.make_lists()
    for name in lists.keys() - {"ambiguous", "ambiguous_words", "small_words"}:
        both = lists[name] & (names.people - names.rather_terms)
        assert not both or (name == generate_lexicon.FUNCTION_WORDS and max(map(len, both)) <= 3), name


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("GAIN50", "GAIN 50"),
        ("MI0.9", "MI 0.9"),
        ("FR28Hz", "FR 28 HZ"),
        ("DLP431mGycm", "DLP 431 MGYCM"),
        ("W400L40", "W 400 L 40"),
        ("LEFTKIDNEY", "LEFT KIDNEY"),
        ("ABDOMENSUPINE", "ABDOMEN SUPINE"),
        ("CTDlvol12.4", "CTDIVOL 12.4"),
    ],
)
def test_spaces_that_a_reader_lost_are_put_back(read: str, meant: str) -> None:
    assert part_words(read) == meant


@pytest.mark.parametrize(
    "text", ["SIZEMORE", "LIVERMORE", "STILLWELL", "HAUGEN12", "A1234", "CT123456", "QX57720981", "C5-1", "12.4cm"]
)
def test_nothing_else_is_parted(text: str) -> None:
    assert part_words(text) == text


def test_numbers_and_markers() -> None:
    assert all(map(is_number, ["12", "1.3x", "-40", "120kV", "64%", "7.5MHz", "1/4", "240x240"]))
    assert not any(map(is_number, ["12345", "55120987", "12a", "1.2.3"]))
    assert all(map(is_marker, ["L", "(R)", "LT", "[A]"]))
    assert not any(map(is_marker, ["L R", "LX", ""]))


def test_the_lists_are_what_the_generator_writes() -> None:
    for name, words in generate_lexicon.make_lists().items():
        assert load_words(PHI, f"terms/{name}.txt") == words, name


def test_every_generated_list_is_read() -> None:
    read = {PurePath(name).stem for name in (*lexicon._TERMS, *lexicon._PLAIN_WORDS, lexicon._AMBIGUOUS)}
    assert generate_lexicon.make_lists().keys() <= read | {"ambiguous_words", "compound_parts", "small_words"}


@pytest.mark.parametrize(
    "word",
    ["Kniegelenkserguss", "LEBERMETASTASEN", "Nierenbeckenzysten", "schouderprothese", "longontsteking"],
)
def test_compounds_of_medical_nouns_are_known(word: str) -> None:
    assert is_known(word)


@pytest.mark.parametrize("word", ["Zimmermann", "Steinhauer", "Kopfstein", "Hofmeister", "Oldenburg", "Herzberg", "Timmermans"])
def test_compounds_that_are_surnames_are_not(word: str) -> None:
    assert not is_known(word)


@pytest.mark.parametrize("word", ["Beatmungsschlauch", "Ernährungssonde", "slijmproppen", "bloedvatgezwel"])
def test_compounds_of_a_medical_noun_and_plain_words_explain_free_text(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize(
    "word", ["Schwarzkopf", "Hasenfuß", "Langenfelder", "Tischbein", "Hohenstein", "Kalkbrenner", "Breukeleveen"]
)
def test_surnames_of_two_nouns_do_not(word: str) -> None:
    assert not is_word(word)


def test_plain_words_of_five_languages_explain_free_text() -> None:
    words = ["gebroken", "zurückziehen", "empêcher", "levantado", "cercando"]
    assert all(map(is_word, words))
    assert not any(map(is_known, words))


def test_a_plain_word_that_is_a_name_too_counts_in_small_letters_alone() -> None:
    assert is_small_word("repas") and is_small_word("schoenmaker")
    assert not any(is_small_word(word) or is_word(word) for word in ("Repas", "SCHOENMAKER"))


def test_plain_words_explain_free_text_and_no_picture() -> None:
    assert is_word("keyboard") and is_word("kidney")
    assert not is_known("keyboard")
    assert not is_word("Okonkwo")


@pytest.mark.parametrize("word", ["Verlaufsbeurteilungen", "repleccionamiento", "scivolamento", "desserrement", "Teilbarkeit"])
def test_a_derived_word_is_a_word_of_free_text_alone(word: str) -> None:
    assert is_word(word)
    assert not is_known(word)


@pytest.mark.parametrize("word", ["Nascimento", "Clement", "Concepcion", "Sarmiento", "Hartung", "Schilling", "Pasquale"])
def test_a_name_with_such_an_ending_is_none(word: str) -> None:
    assert not is_word(word)
