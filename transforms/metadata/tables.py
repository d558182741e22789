"""Reads the tables in `standard/`. `tools/generate_standard_tables.py` writes them, all but `physics_private`."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeAlias


class Row(NamedTuple):
    """A row of Table E.1-1: the Basic Profile's action code and the action (K or C) of each Option that names the row."""

    basic: str
    options: tuple[tuple[str, str], ...]


class PrivateRow(NamedTuple):
    """What is known of a private attribute.

    Attributes:
        vr: "" where no table says it.
        form: "" for any value of the VR; otherwise what a value has to look like, see `private_forms`.
    """

    vr: str
    form: str = ""


@cache
def read_table(name: str) -> dict[str, Any]:
    """The JSON of a table: `ps3_15_e1_1`, `ps3_15_e3_10_1`, `physics_private`, `iod_types` or `defined_terms`."""
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


PrivateKey: TypeAlias = tuple[int, str, int]
"""Group, private creator, last two digits of the element."""


@cache
def safe_private() -> dict[PrivateKey, PrivateRow]:
    """Table E.3.10-1."""
    return {_private_key(row): PrivateRow(row["vr"]) for row in read_table("ps3_15_e3_10_1")["rows"]}


@cache
def physics_private() -> dict[PrivateKey, PrivateRow]:
    """Attributes beyond that table that describe how an image was made, each with the form of its values."""
    return {_private_key(row): PrivateRow(row["vr"], row["form"]) for row in read_table("physics_private")["rows"]}


@cache
def creators_that_know(group: int, element: int) -> tuple[str, ...]:
    """The private creators for which either list names an attribute of these digits."""
    known = {*safe_private(), *physics_private()}
    return tuple(sorted(creator for number, creator, digits in known if (number, digits) == (group, element)))


def _private_key(row: dict[str, str]) -> PrivateKey:
    return int(row["group"], 16), row["creator"], int(row["element"], 16)


def editions() -> dict[str, str]:
    """Which edition of the standard each table comes from."""
    return {name: read_table(name).get("edition") or read_table(name)["source"] for name in _NAMES}


_NAMES = ("ps3_15_e1_1", "ps3_15_e3_10_1", "physics_private", "iod_types", "defined_terms")
