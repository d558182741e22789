import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.romanization import romanized
from efface.transforms.phi.spellings import squeezed
from efface.transforms.phi.transliterations import spellings_of_name


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("Müller", "MULLER MUELLER MLLER"),
        ("Mueller", "MUELLER MULLER"),
        ("Grosser", "GROSSER GROESSER"),
        ("Strauß", "STRAUSS STRAUS"),
        ("Ødegård", "ODEGARD OEDEGAARD OEDEGARD ODEGAARD"),
        ("Aagaard", "AAGAARD AGARD"),
        ("Şimşek", "SIMSEK SHIMSHEK"),
        ("Ağaoğlu", "AGAOGLU AGHAOGHLU"),
        ("Łukaszewicz", "LUKASZEWICZ"),
        ("Čapek", "CAPEK CHAPEK"),
        ("Chapek", "CHAPEK CAPEK"),
        ("Đoković", "DOKOVIC DJOKOVIC"),
        ("Djokovic", "DJOKOVIC DOKOVIC"),
        ("Þórður", "THORDUR TORDUR THORDHUR"),
        ("Țurcanu", "TURCANU TSURCANU"),
        ("Ōno", "ONO OHNO OONO"),
        ("M?ller", "MULLER MUELLER MLLER"),
        ("Щербаков", "ЩЕРБАКОВ SHCHERBAKOV SCHTSCHERBAKOW SCERBAKOV"),
        ("Юлия", "YULIYA YULIA JULIA IULIIA"),
        ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ PAPADOPOULOS"),
        ("山田", "山田"),
    ],
)
def test_a_name_has_the_spellings_that_people_use(name: str, spellings: str) -> None:
    assert set(spellings.split()) <= set(spellings_of_name(name))
    assert spellings_of_name(name)[0] == squeezed(name)


@given(st.text(max_size=40))
def test_there_are_few_spellings_of_anything_and_none_is_empty(name: str) -> None:
    found = spellings_of_name(name)
    assert len(found) == len(set(found)) < 400
    assert all(found)
    assert all(squeezed(spelling) == spelling for spelling in found)


def test_only_cyrillic_and_greek_are_romanised() -> None:
    assert romanized("Ivanov") == romanized("山田") == romanized("") == ()
    assert "IVANOV" in romanized("иванов")
    assert "SERGEY" in romanized("Серге\u0438\u0306")
