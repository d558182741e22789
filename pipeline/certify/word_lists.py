"""The word lists, split by origin: one half may shape rules, the other only measures them."""

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import Literal

Split = Literal["building", "measuring"]
"""`building`: what rules may be made from. `measuring`: what they are measured on, and never made from."""


@functools.cache
def load_lists(split: Split) -> dict[str, tuple[str, ...]]:
    """All lists of a split.

    Returns:
        Name of the list, such as `german surnames` -> its entries. `native=Latin` gives both spellings of one entry.

    Raises:
        ValueError: A file in the folder does not say that it belongs to the split, or not where it comes from.
    """
    lists: dict[str, tuple[str, ...]] = {}
    folder = resources.files(__package__).joinpath("lists", split)
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".txt"):
            for name, entries in _read(file.read_text(encoding="utf-8"), split, file.name).items():
                lists[name] = (*lists.get(name, ()), *entries)
    return lists


def _read(text: str, split: str, name: str) -> dict[str, tuple[str, ...]]:
    head = dict(re.findall(r"^# (Split|Source|Licence): (.+)$", text, re.MULTILINE))
    if head.get("Split") != split or not {"Source", "Licence"} <= head.keys():
        raise ValueError(f"{name} must begin with its split ({split}), source and licence")
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    sections = re.split(r"^\[(.+)\]$", body, flags=re.MULTILINE)[1:]
    return {title: _entries(body.strip()) for title, body in zip(sections[::2], sections[1::2], strict=True)}


def _entries(body: str) -> tuple[str, ...]:
    """One entry a line; or, where there are bars, the entries between them."""
    parts = re.sub(r"\s*\n\s*", " ", body).split("|") if "|" in body else body.split("\n")
    return tuple(part.strip() for part in parts if part.strip())
