"""Explains, Attribute by Attribute, what a profile does to a data set. Shows no value."""

from __future__ import annotations

import copy
from collections import Counter
from typing import NamedTuple

from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset

from ..core.malformed import malformed
from ..core.pseudonyms import Pseudonyms
from .elements import items_of, known_vr, vr_of
from .handlers.private import creators_of
from .profile import Profile
from .walk import scrub_dataset


class Explained(NamedTuple):
    """One attribute: where it is, what would happen (D Z X K C U R) and which rule asks for it."""

    path: str
    keyword: str
    vr: str
    action: str
    rule: str


@malformed(raised_in="pydicom.")
def explain_dataset(dataset: Dataset, profile: Profile) -> tuple[Explained, ...]:
    """The action of the profile for every Attribute, K where it stays, and what would be added. Changes nothing.

    Raises:
        EffaceError: What `scrub_dataset` would raise.
    """
    scrubbed = scrub_dataset(copy.deepcopy(dataset), profile, Pseudonyms(b"explain" * 8), pixels_cleaned=False)
    actions = {action.path: (action.action, action.rule) for action in scrubbed.actions}
    rows = _explain(dataset, actions, "")
    present = {row.path for row in rows}
    added = [path for path, (action, _) in actions.items() if action == "R" and path not in present]
    return (*rows, *(Explained(path, keyword_for_tag(path), known_vr(int(path, 16)), *actions[path]) for path in added))


def private_attributes(dataset: Dataset) -> Counter[str]:
    """Private creator -> number of its attributes, at every level; "" for those whose block nobody claims.

    Raises:
        StructureError: A sequence does not parse.
    """
    counted: Counter[str] = Counter()
    creators = creators_of(dataset)
    for element in list(dataset.values()):
        tag = int(element.tag)
        if tag >> 16 & 1 and tag & 0xFFFF >= 0x1000:
            counted[creators.get(tag >> 16 << 16 | (tag & 0xFFFF) >> 8, "")] += 1
        if vr_of(element) == "SQ":
            for item in items_of(dataset, element):
                counted += private_attributes(item)
    return counted


def _explain(dataset: Dataset, actions: dict[str, tuple[str, str]], path: str) -> list[Explained]:
    rows = []
    for element in list(dataset.values()):
        tag, vr = int(element.tag), vr_of(element)
        if tag & 0xFFFF == 0:
            continue
        place = f"{path}{tag:08X}"
        action, rule = actions.get(place, ("K", "not identifying"))
        rows.append(Explained(place, "Private" if tag >> 16 & 1 else keyword_for_tag(tag), vr, action, rule))
        if vr == "SQ" and action not in ("X", "Z"):
            for index, item in enumerate(items_of(dataset, element)):
                rows += _explain(item, actions, f"{place}[{index}].")
    return rows
