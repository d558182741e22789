"""The page of the pixel matrix has every cell, and says of a sample of them what happens."""

import re

import pytest

from tools.generate_pixel_matrix import DOCUMENT, headings, judge, tables
from tools.pixel_matrix_cells import COLOUR, GREY, Cell

READERS = ("pydicom", "imagecodecs")
LAYOUTS = {layout.name: layout for layout in (*GREY, *COLOUR)}
EVERY = 37


def published_page():
    """Heading -> row -> outcome of each column, as the page has them."""
    sections = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    page = {}
    for section in sections:
        heading, _, rest = section.partition("\n")
        columns, _, *rows = ([part.strip() for part in line.split("|")[1:-1]] for line in rest.splitlines() if line[:1] == "|")
        page[heading] = {row[0]: dict(zip(columns[1:], row[1:], strict=True)) for row in rows}
    return page


PAGE = published_page()
CELLS = [
    (cell, PAGE[heading][name][column])
    for heading, (kind, rows) in tables().items()
    for name, cells in rows.items()
    for cell, column in zip(cells, headings(cells, kind), strict=True)
]


def test_the_page_has_every_cell_and_no_other():
    assert {heading: set(rows) for heading, (_, rows) in tables().items()} == {name: set(rows) for name, rows in PAGE.items()}
    assert len(CELLS) == sum(len(row) for rows in PAGE.values() for row in rows.values())
    assert not any(outcome == "unchanged" for _, outcome in CELLS)


@pytest.mark.parametrize(("cell", "expected"), [one for one in CELLS if one[1] != "–"][::EVERY])
def test_a_cell_is_what_the_page_says(cell, expected):
    judged = judge(cell, READERS)
    assert (judged.outcome, judged.faults) == (expected, ())


@pytest.mark.parametrize(
    ("syntax", "layout"),
    [("Explicit VR Little Endian", "RGB 8"), ("RLE Lossless", "RGB 8"), ("Encapsulated Uncompressed", "32")],
)
def test_colours_without_samples_per_pixel_and_deep_cells_are_published(syntax, layout):
    judged = judge(Cell(syntax, LAYOUTS[layout], missing=("SamplesPerPixel",)), READERS[:1])
    assert (judged.outcome in ("in place", "encoded again"), judged.faults) == (True, ())
