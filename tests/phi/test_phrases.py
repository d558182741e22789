import pytest

from efface.transforms.phi.closed_world import explain
from efface.transforms.phi.phrases import known_phrases, own_phrases, read_phrases, words_in_phrases
from efface.transforms.phi.rules import Rule


def kept(text: str, *own: str) -> bool:
    rules = {token.rule for token in explain(text, (), own_phrases(own))}
    return not rules & {Rule.UNKNOWN_WORD, Rule.UNKNOWN_NUMBER}


@pytest.mark.parametrize(
    "text",
    ["Robert Jones bandage", "VON ROSEN VIEW", "Baker's cyst", "Swan-Ganz catheter tip", "HILL-SACHS LESION"],
)
def test_a_phrase_with_a_name_stays_as_a_whole(text: str) -> None:
    assert kept(text)


@pytest.mark.parametrize("text", ["Robert Jones", "VON ROSEN", "Baker", "Robert Jones knee", "Rosen view Von"])
def test_a_part_of_one_does_not(text: str) -> None:
    assert not kept(text)


def test_what_stands_beside_a_phrase_is_judged_as_ever() -> None:
    assert not kept("Robert Jones bandage Okonkwo")
    assert kept("Robert Jones bandage knee")


def test_every_phrase_explains_its_own_words() -> None:
    for phrases in known_phrases().values():
        for phrase in phrases:
            assert set(words_in_phrases(phrase, known_phrases())) == set(range(len(phrase))), phrase


def test_choices_stand_for_one_word_each() -> None:
    assert read_phrases(["# comment", "Foo <bar|baz> qux"]) == {"FOO": [("FOO", "BAR", "QUX"), ("FOO", "BAZ", "QUX")]}


def test_a_policy_adds_phrases_of_its_own() -> None:
    assert not kept("Oakhollow protocol")
    assert kept("Oakhollow protocol", "oakhollow PROTOCOL")
    assert not kept("Oakhollow", "oakhollow protocol")


def test_a_word_that_is_joined_to_another_is_no_end_of_a_phrase() -> None:
    assert not words_in_phrases(["Swan-Ganz-Miller"], known_phrases())
