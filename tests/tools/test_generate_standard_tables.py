import json
from pathlib import Path

import pytest

from efface.transforms.metadata.tables import profile_rows, read_table, safe_private
from tools import generate_standard_tables as generate

_ROW = "<tr>" + "<td><para>{}</para></td>" * 15 + "</tr>"
_BOOK = """<book xmlns="http://docbook.org/ns/docbook" xmlns:xml="http://www.w3.org/XML/1998/namespace">
<subtitle>DICOM PS3.15 {edition} - Security</subtitle>
<table xml:id="table_E.1-1"><tbody>{rows}</tbody></table>
<table xml:id="table_E.3.10-1"><tbody><tr><td>(7053,xx00)</td><td>Philips PET Private Group</td><td>DS</td><td>1</td>
<td>SUV
 Factor</td></tr></tbody></table></book>"""


def _book(tmp_path: Path, tags: list[str]) -> Path:
    cells = [["Some Name", tag, "N", "Y", "X/Z", "", "K", *[""] * 8] for tag in tags]
    book = tmp_path / "part15.xml"
    book.write_text(_BOOK.format(edition="2026c", rows="".join(_ROW.format(*row) for row in cells)))
    return book


def test_the_tables_are_written_from_docbook(tmp_path: Path) -> None:
    pytest.importorskip("highdicom")
    generate.main(
        [str(_book(tmp_path, ["(0008,0050)", "(60xx,3000)", "(gggg,eeee) where gggg is odd"])), "--output", str(tmp_path)]
    )
    table = json.loads((tmp_path / "ps3_15_e1_1.json").read_text())
    assert [row["tag"] for row in table["rows"]] == ["00080050", "3004007F", "60xx3000", "private"]
    assert table["rows"][0] == {"tag": "00080050", "name": "Some Name", "basic": "X/Z", "options": {"retain_uids": "K"}}
    assert (table["edition"], table["amended"]) == ("2026d", ["3004007F"])
    safe = json.loads((tmp_path / "ps3_15_e3_10_1.json").read_text())["rows"]
    assert safe[0]["creator"] == "Philips PET Private Group" and safe[0]["meaning"] == "SUV Factor"


def test_a_source_that_has_the_amended_row_needs_no_amendment(tmp_path: Path) -> None:
    pytest.importorskip("highdicom")
    generate.main([str(_book(tmp_path, ["(3004,007F)"])), "--output", str(tmp_path)])
    table = json.loads((tmp_path / "ps3_15_e1_1.json").read_text())
    assert (table["edition"], table["amended"], len(table["rows"])) == ("2026c", [], 1)


def test_the_committed_types_are_what_the_wheel_says() -> None:
    pytest.importorskip("highdicom")
    asked = generate.asked_tags(read_table("ps3_15_e1_1")["rows"])
    assert generate.iod_types(asked)["modules"] == read_table("iod_types")["modules"]


def test_the_loaded_tables_leave_out_only_the_wildcards() -> None:
    assert len(profile_rows()) == 653
    assert len(safe_private()) == 479
