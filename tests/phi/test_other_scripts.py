import pytest

from efface.transforms.phi.clean_text import TextCleaner
from efface.transforms.phi.free_text import CLOSED, FreeTextSettings
from efface.transforms.phi.other_scripts import (
    find_unknown_words_of_other_scripts,
    is_explained_in_another_script,
    is_term_of_another_script,
)

NAMES = [
    "王小明",
    "山田太郎",
    "김민준",
    "Иванов",
    "Παπαδόπουλος",
    "محمد",
    "כהן",
    "สมชาย",
    "राजेश",
    "Նարեկ",
    "左月",
    "やまだ",
    "鈴木",
]
TERMS = ["胸部", "左膝関節", "頭部平掃", "흉부", "Коленный", "ΘΏΡΑΚΟΣ", "البطن", "בטן", "ทรวงอก", "右", "α", "Φ"]
CLEANER = TextCleaner((), None, free_text=FreeTextSettings(CLOSED))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["{}", "{} 3T", "HEAD {}", "{}様", "Coil_{}", "{}胸部"])
def test_a_name_goes_from_labels(name: str, form: str) -> None:
    assert name not in CLEANER.clean_label(form.format(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_in_labels_where_free_text_is_not_closed(name: str) -> None:
    assert TextCleaner((), None).clean_label(f"{name} 3T") == f"{name} 3T"


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("form", ["{}", "{} 3T", "HEAD {}", "CT {}"])
def test_a_term_stays_in_labels_and_free_text(term: str, form: str) -> None:
    text = form.format(term)
    assert CLEANER.clean_label(text) == text
    assert is_term_of_another_script(term)


@pytest.mark.parametrize("text", ["胸部CT", "CT 頭部 平掃", "КТ коленный сустав", "흉부 촬영 2"])
def test_terms_stay_in_free_text(text: str) -> None:
    assert CLEANER.clean_text(text) == text


@pytest.mark.parametrize("text", ["", "GE MEDICAL SYSTEMS", "Größe Überlänge", "Việt Nam", "5 µm", "12 Ω", "ﬁne"])
def test_latin_letters_and_symbols_are_of_no_other_script(text: str) -> None:
    assert not list(find_unknown_words_of_other_scripts(text))


@pytest.mark.parametrize("word", ["Thị", "Lộc", "胸部Lộc", "Ełk"])
def test_latin_letters_that_no_term_has_explain_nothing(word: str) -> None:
    assert not is_explained_in_another_script(word)
    assert CLEANER.clean_text(f"CHEST {word}") == "CHEST"


@pytest.mark.timeout(30, method="signal")
def test_a_long_run_is_looked_up_in_linear_time() -> None:
    assert list(find_unknown_words_of_other_scripts("胸部" * 200_000))
