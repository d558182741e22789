import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.folding import fold


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("M\u00c4RZ \u0141\u00f3d\u017a \u0130\u0131", "marz lodz ii"),
        ("\uff11\uff17\uff0f\uff10\uff13 \u0661\u0667", "17/03 17"),
        ("17\u2013\u201921\u00a0\u20098", "17-'21  8"),
        ("10\u00b2 m\u00bd 1\u00ba 3\u00aa", "10\u00b2 m\u00bd 1\u00ba 3\u00aa"),
        ("2021\ub144 3\uc6d4", "2021\ub144 3\uc6d4"),
    ],
)
def test_a_folded_text_is_plain(text: str, shown: str) -> None:
    assert fold(text).shown == shown


@given(st.text())
def test_every_character_has_its_place(text: str) -> None:
    folded = fold(text)
    assert folded.span(0, len(folded.shown)) == (0, len(text))
    for index in range(len(folded.shown)):
        start, end = folded.span(index, index + 1)
        assert start < end or folded.places is not None
        assert len(text) >= end >= start


@given(st.text("abcM\u00e4\u00e9\u00c5 17\u0130"))
def test_a_decomposed_text_folds_to_the_same(text: str) -> None:
    decomposed = fold(unicodedata.normalize("NFD", text))
    assert decomposed.shown == fold(unicodedata.normalize("NFC", text)).shown
    assert decomposed.span(0, len(decomposed.shown)) == (0, len(decomposed.text))


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=40))
def test_a_composed_text_folds_character_by_character(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert fold(composed).shown == "".join(fold(f"é{char}").shown[1:] for char in composed) or composed.isascii()
