import re

import pytest

from tools.generate_scaling import DOCUMENT, mix_line, shares_table, tables, with_block
from tools.simulate_scale import kinds_of, read_figures


def test_the_page_shows_the_figures_that_are_kept():
    figures, page = read_figures(), DOCUMENT.read_text(encoding="utf-8")
    for table in (shares_table(figures), mix_line(kinds_of(figures))):
        assert table in page, "run python -m tools.generate_scaling"


def test_every_block_of_the_page_has_a_table():
    page = DOCUMENT.read_text(encoding="utf-8")
    blocks = set(re.findall(r"<!-- (\w+) -->", page)) - {"end"}
    assert blocks == {*tables(read_figures(), [(10**6, 10, 1)]), "peers"}
    for block in blocks:
        written = with_block(page, block, "text")
        assert f"<!-- {block} -->\n\ntext\n\n<!-- end -->" in written
        assert set(re.findall(r"<!-- (\w+) -->", written)) == {*blocks, "end"}


def test_a_block_that_the_page_lacks_is_an_error():
    with pytest.raises(ValueError, match="no block other"):
        with_block("<!-- one -->\n<!-- end -->", "other", "text")
