"""Writes the tables of `transforms/metadata/standard` from the standard's own texts. Run it for a new edition.

    python -m tools.generate_standard_tables part15.xml

`part15.xml` is the DocBook of PS3.15 that NEMA publishes. The attribute types come from the `highdicom` wheel, which carries
the IODs and modules of PS3.3 as JSON; it is needed here only, never to run efface.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from pydicom.datadict import tag_for_keyword

from efface.transforms.metadata.unlisted_attributes import typed_texts

_DOCBOOK = "{http://docbook.org/ns/docbook}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_OPTION_COLUMNS = (
    "retain_safe_private",
    "retain_uids",
    "retain_device_identity",
    "retain_institution_identity",
    "retain_patient_characteristics",
    "retain_long_full_dates",
    "retain_long_modified_dates",
    "clean_descriptors",
    "clean_structured_content",
    "clean_graphics",
)
_AMENDMENTS: tuple[dict[str, Any], ...] = (
    {"tag": "3004007F", "name": "Dose Calculation Model Name", "basic": "X", "options": {"clean_descriptors": "C"}},
)
"""Rows of a later edition whose DocBook was not at hand: 2026d has this one more than 2026c. A row that the source has wins."""
_AMENDED_EDITION = "2026d"


def _rows(book: ET.Element, table_id: str) -> Iterator[list[str]]:
    """The cells of a table's body as plain text, a row at a time."""
    table = next(element for element in book.iter(f"{_DOCBOOK}table") if element.get(_XML_ID) == table_id)
    body = table.find(f"{_DOCBOOK}tbody")
    assert body is not None
    for row in body.iter(f"{_DOCBOOK}tr"):
        yield [
            re.sub(r"\s+", " ", "".join(cell.itertext()).replace("\u200b", "")).strip() for cell in row.iter(f"{_DOCBOOK}td")
        ]


def _edition(book: ET.Element) -> str:
    subtitle = book.findtext(f"{_DOCBOOK}subtitle") or ""
    found = re.search(r"\b20\d\d[a-e]\b", subtitle)
    if found is None:
        raise SystemExit("the file does not name its edition; is it the DocBook of PS3.15?")
    return found.group()


def profile_table(book: ET.Element) -> dict[str, Any]:
    """Table E.1-1: the action of each attribute in the Basic Profile and under each Option."""
    rows = []
    for name, tag, _, _, basic, *options in _rows(book, "table_E.1-1"):
        digits = re.sub(r"[(), ]", "", tag).lower()
        actions = {option: action for option, action in zip(_OPTION_COLUMNS, options, strict=True) if action}
        place = digits.upper().replace("X", "x") if re.fullmatch(r"[0-9a-fx]{8}", digits) else "private"
        rows.append({"tag": place, "name": name, "basic": basic, "options": actions})
    tags = {row["tag"] for row in rows}
    amendments = [row for row in _AMENDMENTS if row["tag"] not in tags]
    rows = sorted(rows + amendments, key=lambda row: str(row["tag"]))
    return {
        "table": "PS3.15 Table E.1-1",
        "edition": _AMENDED_EDITION if amendments else _edition(book),
        "source": f"DocBook of PS3.15 {_edition(book)}",
        "amended": [row["tag"] for row in amendments],
        "acknowledgement": "DICOM PS3.15, (c) NEMA",
        "rows": rows,
    }


def safe_private_table(book: ET.Element) -> dict[str, Any]:
    """Table E.3.10-1: private attributes known to be safe, by group, creator and the element's last two digits."""
    rows = []
    for tag, creator, vr, vm, meaning in _rows(book, "table_E.3.10-1"):
        group, element = re.fullmatch(r"\((\w{4}),xx(\w\w)\)", tag).groups()  # type: ignore[union-attr]
        rows.append(
            {"group": group.upper(), "creator": creator, "element": element.upper(), "vr": vr, "vm": vm, "meaning": meaning}
        )
    return {
        "table": "PS3.15 Table E.3.10-1",
        "edition": _edition(book),
        "acknowledgement": "DICOM PS3.15, (c) NEMA",
        "rows": rows,
    }


def asked_tags(rows: list[dict[str, Any]]) -> set[str]:
    """The attributes whose Type decides what happens: of Table E.1-1 but those of one action, and typed texts beside it."""
    compound = {row["tag"] for row in rows if row["basic"] not in ("D", "U")}
    return compound | {f"{tag:08X}" for tag in typed_texts()} - {row["tag"] for row in rows}


def iod_types(asked: set[str]) -> dict[str, Any]:
    """Which attribute is of Type 1 or 2 at which place of which module, and which modules an IOD is made of.

    The `marks` of a module are its Type 1 attributes at the top level: where one of them is present, so is an optional module.

    Args:
        asked: Tags as eight digits; all others are left out, since nothing asks for their type.
    """
    folder = resources.files("highdicom").joinpath("_standard")
    iods, modules, classes = (
        json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))
        for name in ("iod_module_map", "module_attribute_map", "sop_class_iod_map")
    )
    return {
        "table": "Attribute types by IOD (PS3.3)",
        "source": f"highdicom {importlib.metadata.version('highdicom')}",
        "acknowledgement": "DICOM PS3.3, (c) NEMA; JSON of highdicom, MIT licence",
        "sop_classes": classes,
        "iods": {
            iod: {
                usage: sorted({module["key"] for module in parts if (module["usage"] == "M") == (usage == "M")})
                for usage in ("M", "U")
            }
            for iod, parts in iods.items()
        },
        "modules": {name: _module(attributes, asked) for name, attributes in modules.items()},
    }


def _module(attributes: list[dict[str, Any]], asked: set[str]) -> dict[str, Any]:
    types: dict[str, set[str]] = {}
    marks = set()
    for attribute in attributes:
        tags = [tag_for_keyword(keyword) for keyword in (*attribute["path"], attribute["keyword"])]
        if attribute["type"] not in ("1", "1C", "2", "2C") or None in tags:
            continue  # None: the Overlay Plane module, whose whole group goes whatever its types are
        digits = [f"{tag:08X}" for tag in tags]
        if attribute["type"] == "1" and len(tags) == 1:
            marks.add(digits[0])
        if digits[-1] in asked:
            types.setdefault(attribute["type"], set()).add("/".join(digits))
    module: dict[str, Any] = {kind: " ".join(sorted(paths)) for kind, paths in sorted(types.items())}
    return module | {"marks": " ".join(sorted(marks))} if marks else module


def write_json(path: Path, table: dict[str, Any]) -> None:
    """One row a line, so that a new edition reads as a diff."""
    head = {key: value for key, value in table.items() if not isinstance(value, list | dict) or key == "amended"}
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    for key, value in table.items():
        if key in head:
            continue
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in value)
            lines.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(part)}" for name, part in sorted(value.items()))
            lines.append(f"{json.dumps(key)}: {{\n{rows}\n}}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Write the three tables into `transforms/metadata/standard`, or into `--output`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part15", type=Path, help="DocBook of PS3.15")
    parser.add_argument("--output", type=Path, default=Path(__file__).parents[1] / "transforms" / "metadata" / "standard")
    options = parser.parse_args(arguments)
    book = ET.parse(options.part15).getroot()
    profile = profile_table(book)
    write_json(options.output / "ps3_15_e1_1.json", profile)
    write_json(options.output / "ps3_15_e3_10_1.json", safe_private_table(book))
    write_json(options.output / "iod_types.json", iod_types(asked_tags(profile["rows"])))


if __name__ == "__main__":
    main()
