"""Reads the standard's tables in `standard/`. `tools/generate_standard_tables.py` writes them."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, NamedTuple


class Row(NamedTuple):
    """A row of Table E.1-1: the Basic Profile's action code and the action (K or C) of each Option that names the row."""

    basic: str
    options: tuple[tuple[str, str], ...]


class SafePrivate(NamedTuple):
    """A row of Table E.3.10-1."""

    vr: str


@cache
def read_table(name: str) -> dict[str, Any]:
    """The JSON of a table: `ps3_15_e1_1`, `ps3_15_e3_10_1`, `iod_types` or `defined_terms`."""
    text = resources.files(__package__).joinpath("standard", f"{name}.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


@cache
def profile_rows() -> dict[int, Row]:
    """Table E.1-1 by tag, without its three rows for repeating groups and the one for private attributes."""
    return {
        int(row["tag"], 16): Row(row["basic"], tuple(sorted(row["options"].items())))
        for row in read_table("ps3_15_e1_1")["rows"]
        if row["tag"].isalnum() and row["tag"] != "private" and "x" not in row["tag"]
    }


@cache
def safe_private() -> dict[tuple[int, str, int], SafePrivate]:
    """Table E.3.10-1 by (group, private creator, last two digits of the element)."""
    return {
        (int(row["group"], 16), row["creator"], int(row["element"], 16)): SafePrivate(row["vr"])
        for row in read_table("ps3_15_e3_10_1")["rows"]
    }


def editions() -> dict[str, str]:
    """Which edition of the standard each table comes from."""
    return {name: read_table(name).get("edition") or read_table(name)["source"] for name in _NAMES}


_NAMES = ("ps3_15_e1_1", "ps3_15_e3_10_1", "iod_types", "defined_terms")
