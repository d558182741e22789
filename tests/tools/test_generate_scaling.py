import re

from tools.generate_scaling import DOCUMENT, mix_line, shares_table, tables
from tools.simulate_scale import kinds_of, read_figures


def test_the_page_shows_the_figures_that_are_kept():
    figures, page = read_figures(), DOCUMENT.read_text(encoding="utf-8")
    for table in (shares_table(figures), mix_line(kinds_of(figures))):
        assert table in page, "run python -m tools.generate_scaling"


def test_every_block_of_the_page_has_a_table():
    blocks = re.findall(r"<!-- (\w+) -->", DOCUMENT.read_text(encoding="utf-8"))
    assert set(blocks) - {"end"} == set(tables(read_figures(), [(10**6, 10, 1)]))
    assert blocks.count("end") == len(blocks) // 2
