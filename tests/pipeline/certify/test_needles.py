import html
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.pipeline.certify.cultures import CULTURES
from efface.pipeline.certify.dice import Dice
from efface.pipeline.certify.needles import Needle, texts_of_bytes
from efface.pipeline.certify.people import draw_name
from efface.pipeline.certify.spellings import spelled_names, spelled_numbers


@pytest.mark.parametrize("culture", CULTURES, ids=lambda culture: culture.name)
def test_every_spelling_of_a_name_is_found(culture):
    for seed in range(40):
        name = draw_name(culture, "measuring", Dice(seed))
        for secret in spelled_names(name, "name", culture.name, Dice(seed)):
            assert any(Needle(part).in_text(f"cf. {secret.text}, today") for part in secret.needles), secret


@given(st.from_regex(r"[A-Z]{0,3}[0-9]{5,10}", fullmatch=True), st.integers())
def test_every_spelling_of_a_number_is_found(number, seed):
    for secret in spelled_numbers(number, "number", "", Dice(seed)):
        assert Needle(number).in_text(f"see {secret.text}."), secret


@pytest.mark.parametrize(
    "text",
    ["MÜLLERHUBER", "muellerhuber", "Mullerhuber", "Mül\r\nlerhuber", "M%C3%BCllerhuber", "M&uuml;llerhuber", "xMüller-Huber7"],
)
def test_a_name_is_found_in_another_spelling(text):
    assert Needle("Müllerhuber").in_text(f"seen: {text}")


@pytest.mark.parametrize("text", ["sleeping", "Leeds", "fully"])
def test_a_short_name_has_to_be_a_word(text):
    assert not Needle("Lee").in_text(text)
    assert Needle("Lee").in_text(f"{text} LEE")


def test_clinical_words_hold_no_name():
    assert not Needle("Kocabıyık").in_text("Kidney, lower pole: cyst 14 mm")


@pytest.mark.parametrize("codec", ["latin-1", "utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", [b"", b"\x91"])
def test_bytes_are_read_in_every_encoding_from_every_place(codec, before):
    data = before + "Müllerhuber".encode(codec) + b"\xfe"
    assert any(Needle("Müllerhuber").in_text(text) for text in texts_of_bytes(data))


@pytest.mark.parametrize(
    ("name", "codec"), [("李小龙", "gb18030"), ("김철수", "euc_kr"), ("山田太郎", "shift_jis"), ("Иванов", "cp1251")]
)
def test_names_of_other_scripts_are_spelled_in_their_encodings(name, codec):
    assert name.encode(codec).lower() in set(Needle(name).encoded())


@given(st.text(alphabet="abcdefghßäöüøłñéçç-' ", min_size=6, max_size=14).filter(lambda text: sum(map(str.isalpha, text)) > 5))
def test_escapes_and_forms_of_unicode_do_not_hide(name):
    for hidden in (quote(name), html.escape(name), unicodedata.normalize("NFD", name), name.upper()):
        assert Needle(name).in_text(f"a {hidden} b")
