import html
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efface.transforms.phi.readings import may_be_encoded, readings_of


@pytest.mark.parametrize(
    "text",
    [
        "of M%C3%BCller, left",
        "of M%FCller, left",
        "of M%25C3%25BCller, left",
        "of M%u00FCller, left",
        "of M=C3=BCl=\r\nler, left",
        "of M=FCller, left",
        "of M&uuml;ller, left",
        "of M&#252;ller, left",
        "of M&#xFC;ller, left",
        "of M&amp;uuml;ller, left",
        "of M\\u00fcller, left",
        "of M\\u{00FC}ller, left",
        "of M\\xc3\\xbcller, left",
        "of M\\303\\274ller, left",
        "of M\\'fcller, left",
        "of MÃ¼ller, left",
    ],
)
def test_what_is_found_in_a_reading_has_its_place_in_the_text(text: str) -> None:
    [reading] = [reading for reading in readings_of(text) if "Müller" in reading.text]
    start = reading.text.index("Müller")
    first, last = reading.span(start, start + 6)
    assert text[:first] == "of " and text[last:] == ", left"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_is_read_in_either_order(codec: str) -> None:
    text = "of Šimić".encode(codec).decode("latin-1")
    [reading] = [reading for reading in readings_of(text) if "Šimić" in reading.text]
    start = reading.text.index("Šimić")
    assert reading.span(start, start + 5)[1] == len(text)


@pytest.mark.parametrize("text", ["knee T2 50% TR/TE = 3000/90", "A & B", "ORIGINAL\\PRIMARY\\NONE", "ELBOW, 3 mm"])
def test_other_texts_have_no_other_reading(text: str) -> None:
    assert not [reading for reading in readings_of(text) if reading.text != text]


@given(
    st.text(max_size=60),
    st.sampled_from([urllib.parse.quote, html.escape, lambda text: text.encode("utf-8", "replace").decode("latin-1")]),
)
def test_every_reading_is_made_of_the_whole_text_in_order(text: str, escape) -> None:
    try:
        escaped = escape(text)
    except UnicodeEncodeError:
        return
    for reading in readings_of(escaped):
        assert len(reading.text) == len(reading.starts) == len(reading.ends)
        assert all(0 <= start < end <= len(escaped) for start, end in zip(reading.starts, reading.ends, strict=True))
        assert list(reading.starts) == sorted(reading.starts)
    assert may_be_encoded(escaped) or not list(readings_of(escaped))


@pytest.mark.parametrize("piece", ["%41", "%", "&a", "&amp;", "=41", "=", "\\", "\\u0041", "Ã¼", "Ã", "q\0"])
def test_the_time_grows_with_the_length_of_a_text_alone(piece: str) -> None:
    assert all(reading.text for reading in readings_of(piece * 40_000))
