from collections import Counter

import pytest

from efface.pipeline.certify.lines import clinical_lines, picture_lines, text_lines
from efface.pipeline.certify.needles import Needle


@pytest.mark.parametrize("make", [picture_lines, text_lines])
def test_the_same_seed_gives_the_same_lines(make):
    assert make(4, 5, "measuring") == make(4, 5, "measuring") != make(5, 5, "measuring")


def test_each_category_has_as_many_lines():
    assert set(Counter(line.category for line in picture_lines(1, 21, "measuring")).values()) == {21}
    assert len({line.culture for line in text_lines(1, 21, "measuring")}) == 21


def test_a_sentence_holds_what_is_planted_and_what_is_kept():
    for line in text_lines(2, 42, "measuring"):
        assert line.planted in line.text
        assert line.kept in line.text
        assert all(Needle(secret).in_text(line.text) for secret in line.secrets), line


def test_clinical_lines_have_nothing_planted():
    lines = clinical_lines("measuring")
    assert len(lines) > 300
    assert not any(line.planted for line in lines)
