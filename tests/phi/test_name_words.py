import pytest

from efface.transforms.phi.name_words import Evidence, is_common, is_frequent_name, is_name


def test_more_evidence_never_makes_less_of_a_name() -> None:
    for word in ("Quillfeather", "Smith", "Young", "chest", "Requested", "supine", "Long", "quillfeather", "post-operative"):
        verdicts = [is_name(word, evidence, shows_case=word[0].isupper()) for evidence in sorted(Evidence)]
        assert verdicts == sorted(verdicts)


@pytest.mark.parametrize("word", ["Smith", "smith", "MÜLLER", "Garcia-Lopez", "O'Brien"])
def test_frequent_names_are_known_in_any_spelling(word: str) -> None:
    assert is_frequent_name(word)


@pytest.mark.parametrize("word", ["the", "nüchtern", "JEUN", "Paciente", "referto", "verwijzer"])
def test_common_words_of_six_languages_are_known(word: str) -> None:
    assert is_common(word)


@pytest.mark.parametrize("word", ["chest", "urography", "Knieaufnahme", "post-operative", "requested"])
def test_terms_are_no_names_even_behind_a_label(word: str) -> None:
    assert not is_name(word, Evidence.LABEL, shows_case=False, case_is_open=True)
