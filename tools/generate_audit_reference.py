"""Writes the part of `docs/audit.md` about columns anew from the schemas: python -m tools.generate_audit_reference."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from efface.transforms.audit.schemas import DESCRIPTION, TABLES

DOCUMENT = Path(__file__).parents[1] / "docs" / "audit.md"
_HEADING = "## Columns"
_ABOUT = "Each table has the column `run` as well, from the name of the folder."


def column_sections() -> str:
    """The tables of the columns, in Markdown."""
    tables = (f"### {name}\n\n| Column | Type | Meaning |\n|---|---|---|\n{_rows(schema)}" for name, schema in TABLES.items())
    return "\n".join((f"{_HEADING}\n\n{_ABOUT}\n", *tables))


def _rows(schema: pa.Schema) -> str:
    return "".join(f"| `{field.name}` | {field.type} | {field.metadata[DESCRIPTION].decode()} |\n" for field in schema)


def main() -> None:
    """Replace everything from the heading on."""
    before, _, _ = DOCUMENT.read_text(encoding="utf-8").partition(_HEADING)
    DOCUMENT.write_text(before + column_sections(), encoding="utf-8")


if __name__ == "__main__":
    main()
